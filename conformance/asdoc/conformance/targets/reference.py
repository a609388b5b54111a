"""The reference backend of an installed service, embedded, with a clock that the run moves."""

from __future__ import annotations

import importlib

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.server.backend import ServiceBackend
from asdoc.runtime.server.clock import ManualClock
from asdoc.runtime.server.composite import CompositeBackend
from asdoc.runtime.server.store import MemoryStore

from ..cases.load import service_packages
from .inproc import HandlerTarget


def reference_target(service: str, beside: str = "") -> HandlerTarget:
    """The backend of a service, and that of the service `beside` it on one store, where one is named.

    Raises AsdocError where the service is not installed, or has no backend."""
    clock, store = ManualClock(), MemoryStore()
    backends = [_backend(name, clock, store) for name in (service, beside) if name]
    backend = backends[0] if len(backends) == 1 else CompositeBackend(backends)

    def reset() -> None:
        backend.handle(HttpRequest(method="POST", target="/_asdoc/reset"))

    return HandlerTarget(backend.handle, "reference", reset=reset)


def _backend(service: str, clock: ManualClock, store: MemoryStore) -> ServiceBackend:
    package = service_packages().get(service)
    if package is None:
        raise AsdocError(f"looking for the reference backend of {service!r}: the service is not installed.")
    try:
        module = importlib.import_module(f"{package}.backend")
    except ImportError as error:
        raise AsdocError(
            f"importing {package}.backend: {error}", hint="Run `asdoc generate`, or install asdoc again."
        ) from error
    backend: ServiceBackend = module.Backend(clock=clock, store=store)
    return backend
