"""The reference backend of an installed service, embedded, with a clock that the run moves."""

from __future__ import annotations

import importlib

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.server.clock import ManualClock

from ..cases.load import service_packages
from .inproc import HandlerTarget


def reference_target(service: str) -> HandlerTarget:
    """Raises AsdocError where the service is not installed, or has no backend."""
    package = service_packages().get(service)
    if package is None:
        raise AsdocError(f"looking for the reference backend of {service!r}: the service is not installed.")
    try:
        module = importlib.import_module(f"{package}.backend")
    except ImportError as error:
        raise AsdocError(
            f"importing {package}.backend: {error}", hint="Run `asdoc generate`, or install asdoc again."
        ) from error
    backend = module.Backend(clock=ManualClock())

    def reset() -> None:
        backend.handle(HttpRequest(method="POST", target="/_asdoc/reset"))

    return HandlerTarget(backend.handle, "reference", reset=reset)
