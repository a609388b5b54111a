"""Testing with a generated client: pytest fixtures (`plugin`), and runs written down to be replayed (`recorder`)."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .recorder import Tape, record
else:

    def __getattr__(name: str) -> object:
        # pytest imports the plugin, and with it this module, in every run of everybody who has it installed
        if name in __all__:
            from . import recorder

            return getattr(recorder, name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = ["Tape", "record"]
