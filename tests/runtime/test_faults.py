"""Whatever a server does, a call ends in time, in the right answer or a typed error, and does nothing twice."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asdoc.runtime.async_client import BaseAsyncClient
from asdoc.runtime.config import Config
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import DeadlineExceededError
from asdoc.runtime.transports.curl import CurlTransport

from .fake import Client
from .faults import FAULTS, HARMLESS, Orchard, orchard

NUMBERS = itertools.count()
DEADLINE = 1.0
SLACK = 1.5
"""Seconds that a loaded machine may be late by."""


class Hasty(Client):
    """A client that waits shortly between attempts."""

    _sleep = staticmethod(lambda seconds: time.sleep(min(float(seconds), 0.01)))


class HastyFast(Hasty):
    """One that sends over libcurl. A transport that is given to a client is closed by whoever made it."""

    def __init__(self, region: str, **given: Any) -> None:
        self._curl = CurlTransport()
        super().__init__(region, transport=self._curl, **given)

    def close(self) -> None:
        super().close()
        self._curl.close()


class HastyAsync(BaseAsyncClient):
    """Its async sister."""

    _package = Client._package
    _service = Client._service
    _sleep = staticmethod(lambda delay: asyncio.sleep(min(delay, 0.01)))


class Awaited:
    """An async client, called as a blocking one is."""

    def __init__(self, client: HastyAsync) -> None:
        self._client = client
        self._loop = asyncio.new_event_loop()

    def _call(self, operation_name: str, arguments: dict[str, Any]) -> Any:
        return self._loop.run_until_complete(self._client._call(operation_name, arguments))

    def close(self) -> None:
        self._loop.run_until_complete(self._client.close())
        self._loop.close()


@contextmanager
def closing(client: Hasty | Awaited) -> Iterator[Hasty | Awaited]:
    try:
        yield client
    finally:
        client.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Orchard]:
    with orchard() as found:
        yield found


def connected(server: Orchard, how: str = "blocking", **options: Any) -> Hasty | Awaited:
    given: dict[str, Any] = {
        "endpoint_url": f"http://127.0.0.1:{server.port}",
        "aws_access_key_id": "a",
        "aws_secret_access_key": "b",
        "config": Config(deadline=DEADLINE, read_timeout=0.2, **options),
    }
    if how == "async":
        return Awaited(HastyAsync("eu-west-1", **given))
    return HastyFast("eu-west-1", **given) if how == "fast" else Hasty("eu-west-1", **given)


def get(client: Hasty | Awaited, name: str) -> str | None:
    found: str | None = client._call("GetTree", {"TreeId": name}).TreeId
    return found


def plant(client: Hasty | Awaited, name: str) -> str | None:
    found: str | None = client._call("PlantTree", {"Name": name}).TreeId
    return found


def plant_once(client: Hasty | Awaited, name: str) -> str | None:
    found: str | None = client._call("PlantOnce", {"Name": name}).TreeId
    return found


CALLS: dict[str, Callable[[Hasty | Awaited, str], str | None]] = {"get": get, "plant": plant, "plant_once": plant_once}


def attempt(server: Orchard, client: Hasty | Awaited, kind: str, name: str) -> Exception | None:
    """Make one call and hold it to what every call must be. Gives the error that it ended in."""
    began = time.monotonic()
    error: Exception | None = None
    try:
        assert CALLS[kind](client, name) == name
    except AsdocError as raised:
        error = raised
    assert time.monotonic() - began < DEADLINE + SLACK
    if kind == "plant":
        assert server.seen[name] <= 1
        assert server.planted[name] <= 1
    if kind == "plant_once":
        assert len(server.tokens.get(name, ())) <= 1
        assert server.planted[name] <= 1
    return error


ways = pytest.mark.parametrize("how", ["blocking", "fast", "async"])


@ways
@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.parametrize("kind", sorted(CALLS))
def test_one_fault_is_borne_or_told(server: Orchard, kind: str, fault: str, how: str) -> None:
    with closing(connected(server, how)) as client:
        server.faults = [fault]
        error = attempt(server, client, kind, f"{kind}-{fault}-{how}")
        if fault in HARMLESS or kind != "plant":
            # a drip may take all the time there is, and so may the wait that a throttled call draws; every other
            # fault is over at the next attempt
            slow = fault == "drips" or (fault == "throttles" and isinstance(error, DeadlineExceededError))
            assert error is None or slow
        server.faults = []
        time.sleep(0.02)  # a connection that is closed just now cannot be told from one that stands
        assert attempt(server, client, kind, f"{kind}-after-{fault}-{how}") is None


@ways
@pytest.mark.parametrize("fault", sorted(set(FAULTS) - HARMLESS))
def test_a_fault_that_does_not_end_is_told(server: Orchard, fault: str, how: str) -> None:
    with closing(connected(server, how)) as client:
        for kind in CALLS:
            server.faults = [fault] * 10
            assert attempt(server, client, kind, f"{kind}-always-{fault}-{how}") is not None
        server.faults = []


@ways
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    faults=st.lists(st.sampled_from(sorted(FAULTS)), max_size=8),
    kinds=st.lists(st.sampled_from(sorted(CALLS)), min_size=1, max_size=4),
)
def test_any_sequence_of_faults_is_borne_or_told(
    server: Orchard, how: str, faults: list[str], kinds: list[str]
) -> None:
    with closing(connected(server, how)) as client:
        server.faults = list(faults)
        for kind in kinds:
            attempt(server, client, kind, f"{kind}-{next(NUMBERS)}")
        server.faults = []
        # what may be asked for twice is answered as soon as the faults are over
        assert attempt(server, client, "get", f"last-{next(NUMBERS)}") is None


def test_faults_do_not_mix_answers_of_many_threads(server: Orchard) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with closing(connected(server, max_attempts=6)) as client, ThreadPoolExecutor(32) as threads:
        server.faults = [fault for fault in sorted(FAULTS) if "stall" not in fault and fault != "drips"] * 6
        names = [f"many-{number}" for number in range(300)]
        ended = list(threads.map(lambda name: attempt(server, client, "get", name), names))
        server.faults = []
    assert sum(error is not None for error in ended) < 50
