"""Whatever a server does, a call ends in time, in the right answer or a typed error, and does nothing twice."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asdoc.runtime.config import Config
from asdoc.runtime.errors import AsdocError

from .fake import Client
from .faults import FAULTS, HARMLESS, Orchard, orchard

NUMBERS = itertools.count()
DEADLINE = 1.0
SLACK = 1.5
"""Seconds that a loaded machine may be late by."""


class Hasty(Client):
    """A client that waits shortly between attempts."""

    _sleep = staticmethod(lambda seconds: time.sleep(min(float(seconds), 0.01)))


@pytest.fixture(scope="module")
def server() -> Iterator[Orchard]:
    with orchard() as found:
        yield found


def connected(server: Orchard, **options: float) -> Hasty:
    return Hasty(
        "eu-west-1",
        endpoint_url=f"http://127.0.0.1:{server.port}",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(deadline=DEADLINE, read_timeout=0.2, **options),  # type: ignore[arg-type]  # a test's
    )


def get(client: Client, name: str) -> str | None:
    return client.get_tree(TreeId=name).TreeId


def plant(client: Client, name: str) -> str | None:
    found: str | None = client._call("PlantTree", {"Name": name}).TreeId
    return found


def plant_once(client: Client, name: str) -> str | None:
    found: str | None = client._call("PlantOnce", {"Name": name}).TreeId
    return found


CALLS: dict[str, Callable[[Client, str], str | None]] = {"get": get, "plant": plant, "plant_once": plant_once}


def attempt(server: Orchard, client: Client, kind: str, name: str) -> Exception | None:
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


@pytest.mark.parametrize("fault", sorted(FAULTS))
@pytest.mark.parametrize("kind", sorted(CALLS))
def test_one_fault_is_borne_or_told(server: Orchard, kind: str, fault: str) -> None:
    client = connected(server)
    server.faults = [fault]
    error = attempt(server, client, kind, f"{kind}-{fault}")
    if fault in HARMLESS or kind != "plant":
        # a drip takes all the time there is, every other fault is over at the next attempt
        assert (error is None) is (fault != "drips")
    server.faults = []
    time.sleep(0.02)  # a connection that is closed just now cannot be told from one that stands
    assert attempt(server, client, kind, f"{kind}-after-{fault}") is None
    client.close()


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - HARMLESS))
def test_a_fault_that_does_not_end_is_told(server: Orchard, fault: str) -> None:
    client = connected(server)
    for kind in CALLS:
        server.faults = [fault] * 10
        assert attempt(server, client, kind, f"{kind}-always-{fault}") is not None
    server.faults = []
    client.close()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(
    faults=st.lists(st.sampled_from(sorted(FAULTS)), max_size=8),
    kinds=st.lists(st.sampled_from(sorted(CALLS)), min_size=1, max_size=4),
)
def test_any_sequence_of_faults_is_borne_or_told(server: Orchard, faults: list[str], kinds: list[str]) -> None:
    server.faults = list(faults)
    client = connected(server)
    for kind in kinds:
        attempt(server, client, kind, f"{kind}-{next(NUMBERS)}")
    server.faults = []
    # what may be asked for twice is answered as soon as the faults are over
    assert attempt(server, client, "get", f"last-{next(NUMBERS)}") is None
    client.close()


def test_faults_do_not_mix_answers_of_many_threads(server: Orchard) -> None:
    from concurrent.futures import ThreadPoolExecutor

    client = connected(server, max_attempts=6)
    server.faults = [fault for fault in sorted(FAULTS) if "stall" not in fault and fault != "drips"] * 6
    with ThreadPoolExecutor(32) as threads:
        names = [f"many-{number}" for number in range(300)]
        ended = list(threads.map(lambda name: attempt(server, client, "get", name), names))
    assert sum(error is not None for error in ended) < 50
    server.faults = []
    client.close()
