"""Credentials are renewed ahead of their end, once for all who use them, and nobody waits who need not."""

from __future__ import annotations

import logging
import multiprocessing
import multiprocessing.connection
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.credentials import RefreshableCredentials

from asdoc.runtime.credentials import Credentials, Source
from asdoc.runtime.exceptions import CredentialRetrievalError


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


class Fetcher:
    """Gives numbered keys that live an hour, and fails while `error` is set."""

    def __init__(self, clock: Callable[[], float], life: float = 3600) -> None:
        self.clock = clock
        self.life = life
        self.calls = 0
        self.error: Exception | None = None
        self.wait: Callable[[], object] = lambda: None

    def __call__(self) -> Credentials:
        self.calls += 1
        number = self.calls
        self.wait()
        if self.error is not None:
            raise self.error
        return Credentials(f"K{number}", "s", "t", expires=self.clock() + self.life)


def test_keys_that_do_not_end_are_fetched_once() -> None:
    calls = []

    def fetch() -> Credentials:
        calls.append(1)
        return Credentials("A", "B")

    source = Source(fetch, clock=lambda: 1e12)
    assert [source.current().access_key for _ in range(3)] == ["A"] * 3
    assert len(calls) == 1
    assert source.renew_at == float("inf")
    assert Source.of(Credentials("A", "B")).current() == Credentials("A", "B")


@pytest.mark.parametrize(("left", "renewed"), [(901, False), (899, True), (601, True), (599, True), (1, True)], ids=str)
def test_the_windows_are_those_of_botocore(left: int, renewed: bool) -> None:
    clock = Clock()
    fetcher = Fetcher(clock)
    source = Source(fetcher, clock=clock)
    assert source.current().access_key == "K1"
    end = source.current().expires
    assert end is not None
    clock.now = end - left
    assert source.current().access_key == ("K2" if renewed else "K1")
    assert (RefreshableCredentials._advisory_refresh_timeout > left) is renewed  # type: ignore[attr-defined]  # unstubbed


def test_keys_of_a_short_life_are_kept_for_half_of_it() -> None:
    clock = Clock()
    fetcher = Fetcher(clock, life=900)
    source = Source(fetcher, clock=clock)
    source.current()
    clock.now += 440
    source.current()
    assert fetcher.calls == 1
    clock.now += 20
    source.current()
    assert fetcher.calls == 2


def test_a_renewal_that_fails_ahead_of_need_keeps_the_old_keys(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    fetcher = Fetcher(clock)
    source = Source(fetcher, clock=clock)
    source.current()
    clock.now += 3600 - 800
    fetcher.error = CredentialRetrievalError("the place is closed")
    with caplog.at_level(logging.WARNING, "asdoc"):
        assert source.current().access_key == "K1"
    assert "the place is closed" in caplog.text
    # it is not tried again for each call, but before long
    assert source.current().access_key == "K1"
    assert fetcher.calls == 2
    clock.now += 61
    fetcher.error = None
    assert source.current().access_key == "K3"


def test_a_renewal_that_fails_when_it_is_needed_is_raised_and_tried_again() -> None:
    clock = Clock()
    fetcher = Fetcher(clock)
    source = Source(fetcher, clock=clock)
    source.current()
    clock.now += 3600 - 500
    fetcher.error = CredentialRetrievalError("the place is closed")
    for _ in range(2):
        with pytest.raises(CredentialRetrievalError, match="closed"):
            source.current()
    fetcher.error = None
    assert source.current().access_key == "K4"


def test_keys_that_come_ended_are_refused() -> None:
    clock = Clock()
    with pytest.raises(CredentialRetrievalError, match="ended already"):
        Source(Fetcher(clock, life=-1), clock=clock).current()


def test_fifty_threads_ask_once_for_the_first_keys() -> None:
    fetcher = Fetcher(time.time)
    fetcher.wait = lambda: time.sleep(0.05)
    source = Source(fetcher)
    together = threading.Barrier(50)

    def ask() -> str:
        together.wait()
        return source.current().access_key

    with ThreadPoolExecutor(50) as pool:
        found = [future.result() for future in [pool.submit(ask) for _ in range(50)]]
    assert set(found) == {"K1"}
    assert fetcher.calls == 1


def test_fifty_threads_that_wait_for_a_failure_share_it() -> None:
    fetcher = Fetcher(time.time)
    fetcher.wait = lambda: time.sleep(0.1)
    fetcher.error = CredentialRetrievalError("the place is closed", hint="open it")
    source = Source(fetcher)
    together = threading.Barrier(50)

    def ask() -> str:
        together.wait()
        with pytest.raises(CredentialRetrievalError) as caught:
            source.current()
        return str(caught.value)

    with ThreadPoolExecutor(50) as pool:
        found = {future.result() for future in [pool.submit(ask) for _ in range(50)]}
    assert found == {"the place is closed\nopen it"}
    assert fetcher.calls < 5


def test_one_of_fifty_threads_renews_ahead_while_the_others_go_on() -> None:
    clock = Clock()
    fetcher = Fetcher(clock)
    source = Source(fetcher, clock=clock)
    source.current()
    clock.now += 3600 - 800
    inside, release = threading.Event(), threading.Event()

    def hold() -> None:
        inside.set()
        assert release.wait(10)

    fetcher.wait = hold
    with ThreadPoolExecutor(51) as pool:
        first = pool.submit(source.current)
        assert inside.wait(10)
        assert not source.due(clock())
        others = [pool.submit(source.current) for _ in range(50)]
        # all of them answer while the renewal still stands
        assert {future.result(timeout=10).access_key for future in others} == {"K1"}
        assert not first.done()
        release.set()
        assert first.result(timeout=10).access_key == "K2"
    assert source.current().access_key == "K2"
    assert fetcher.calls == 2


def test_fifty_threads_wait_for_one_renewal_that_is_needed() -> None:
    clock = Clock()
    fetcher = Fetcher(clock)
    source = Source(fetcher, clock=clock)
    source.current()
    clock.now += 3600 - 500
    fetcher.wait = lambda: time.sleep(0.05)
    assert source.due(clock())
    with ThreadPoolExecutor(50) as pool:
        found = {future.result().access_key for future in [pool.submit(source.current) for _ in range(50)]}
    assert found == {"K2"}
    assert fetcher.calls == 2


def test_who_must_not_block_is_told_when_there_is_something_to_do() -> None:
    clock = Clock()
    source = Source(Fetcher(clock), clock=clock)
    assert source.due(clock())
    source.current()
    assert not source.due(clock())
    assert source.due(clock() + 3600 - 899)


def _in_the_child(source: Source, connection: multiprocessing.connection.Connection) -> None:
    connection.send(source.current().access_key)


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")
def test_a_fork_in_the_middle_of_a_renewal_does_not_hang_the_child() -> None:
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("no fork here")
    clock = Clock()
    fetcher = Fetcher(clock)
    source = Source(fetcher, clock=clock)
    inside, release = threading.Event(), threading.Event()
    parent = threading.get_ident()

    def hold() -> None:
        if threading.get_ident() != parent:
            inside.set()
            assert release.wait(10)

    fetcher.wait = hold
    thread = threading.Thread(target=source.current)
    thread.start()
    assert inside.wait(10)
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()
    child = context.Process(target=_in_the_child, args=(source, theirs))
    child.start()
    try:
        assert ours.poll(10)
        assert ours.recv() == "K2"
    finally:
        release.set()
        thread.join(10)
        child.join(10)
        ours.close()
        theirs.close()


def test_secrets_are_not_shown() -> None:
    credentials = Credentials("AKIA", "the-secret", "the-token", 1.0)
    assert "the-" not in f"{credentials!r} {credentials} {credentials.__rich_repr__()} {Source.of(credentials)!r}"
