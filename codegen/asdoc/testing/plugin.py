"""Fixtures for tests of code that calls an AWS service. pytest finds them where asdoc is installed.

For each installed service, such as appconfig:

- `appconfig_backend`: a backend of its own for each test, empty; that of AppConfig Data serves what it deploys;
- `appconfig_client`: a client that calls it in process, without a socket, a credential or a wait;
- `appconfig_async_client`: the same for asyncio;
- `appconfig_clock`: its clock, which stands still until the test moves it: `appconfig_clock.advance(900)`.

`asdoc_clock` is the clock of all of them. A fixture may be overridden as any of pytest's: an `appconfig_backend` in a
`conftest.py` is what `appconfig_client` then calls.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from importlib import metadata
from typing import TYPE_CHECKING, Any

import pytest

from .options import pytest_addoption as pytest_addoption
from .options import pytest_configure as pytest_configure

if TYPE_CHECKING:
    from asdoc.runtime.async_client import BaseAsyncClient
    from asdoc.runtime.client import BaseClient
    from asdoc.runtime.server.backend import ServiceBackend
    from asdoc.runtime.server.clock import ManualClock
    from asdoc.runtime.server.store import Store

_GROUP = "asdoc.services"
_REGION = "us-east-1"


@pytest.fixture
def asdoc_clock() -> ManualClock:
    """The clock of every backend of the test. It shows the time at which the test began until it is moved."""
    from asdoc.runtime.server.clock import ManualClock

    return ManualClock()


@pytest.fixture
def asdoc_stores() -> dict[str, Store]:
    """The stores of the test's backends: services that sign alike are one service, and share what they keep."""
    return {}


def _fixtures(service: str, package: str) -> dict[str, Callable[..., Any]]:
    """The fixtures of one service, by the names of their places in this module."""
    name = service.replace("-", "_")

    def clock(asdoc_clock: ManualClock) -> ManualClock:
        return asdoc_clock

    def backend(asdoc_clock: ManualClock, asdoc_stores: dict[str, Store]) -> ServiceBackend:
        try:
            module = importlib.import_module(f"{package}.backend")
        except ModuleNotFoundError as error:
            if error.name != f"{package}.backend":
                raise
            pytest.fail(f"{package} has no backend: give {name}_backend a fixture of your own", pytrace=False)
        from .backends import made

        return made(module, asdoc_clock, asdoc_stores)

    def connected(request: pytest.FixtureRequest, kind: str) -> Any:
        handle = request.getfixturevalue(f"{name}_backend").handle
        # neither the machine's region nor its keys have a part in a test
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return getattr(importlib.import_module(package), kind)(_REGION, backend=handle, **keys)

    def client(request: pytest.FixtureRequest) -> Iterator[BaseClient]:
        with connected(request, "Client") as made:
            yield made

    def async_client(request: pytest.FixtureRequest) -> BaseAsyncClient:
        # without a socket it has nothing to close, and a test may have its event loop from anywhere
        made: BaseAsyncClient = connected(request, "AsyncClient")
        return made

    clock.__doc__ = f"The clock of the backend of {service}: `{name}_clock.advance(seconds)`."
    backend.__doc__ = f"A backend of {service}, empty, of this test's own."
    client.__doc__ = f"A client of {service} that calls `{name}_backend` in process."
    async_client.__doc__ = f"An async client of {service} that calls `{name}_backend` in process."
    kinds: dict[str, Callable[..., Any]] = {
        "clock": clock,
        "backend": backend,
        "client": client,
        "async_client": async_client,
    }
    return {f"{name}_{kind}": pytest.fixture(made, name=f"{name}_{kind}") for kind, made in kinds.items()}


for _point in metadata.entry_points(group=_GROUP):
    globals().update(_fixtures(_point.name, _point.value))
