"""Testing with a generated client: backends in process, pytest fixtures (`plugin`), answers that a test
gives (`stubs`), runs written down and replayed."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .backends import InProcess, appconfig_backend, in_process, proton_backend
    from .recorder import Tape, record
    from .stubs import ANY, Stubber, StubError
else:
    _WHERE = {
        **dict.fromkeys(("InProcess", "appconfig_backend", "in_process", "proton_backend"), "backends"),
        **dict.fromkeys(("Tape", "record"), "recorder"),
        **dict.fromkeys(("ANY", "StubError", "Stubber"), "stubs"),
    }

    def __getattr__(name: str) -> object:
        # pytest imports the plugin, and with it this module, in every run of everybody who has it installed
        if name in _WHERE:
            from importlib import import_module

            return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "ANY",
    "InProcess",
    "StubError",
    "Stubber",
    "Tape",
    "appconfig_backend",
    "in_process",
    "proton_backend",
    "record",
]
