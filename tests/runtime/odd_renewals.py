"""Keys that end, asked for at odd times of places that fail at odd times: our source beside botocore's.

`python -m tests.runtime.odd_renewals --runs N --seed S`. Where both renew alike (keys that live half an hour or more,
asked for no sooner than a minute after a failure) they must hand out the same keys. Anywhere else laws must hold: no
key is handed out that has ended, nobody fails while there is one that is not about to, nothing is fetched in vain, and
many threads fetch once.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from random import Random
from typing import Any

import click
from botocore.credentials import DeferredRefreshableCredentials

from asdoc.runtime.credentials import Credentials, Source
from asdoc.runtime.credentials.source import ADVISORY, MANDATORY
from asdoc.runtime.exceptions import CredentialRetrievalError

_LONG = (1800.0, 3600.0, 7200.0, 43200.0)
_LIVES = (1.0, 60.0, 300.0, 899.0, 901.0, 1200.0, *_LONG)
_THREADS = 8


class Place:
    """Gives keys that are named by when they came, and fails when it is told to."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.life = 3600.0
        self.fails = False
        self.calls = 0
        self.before: Callable[[], object] = lambda: None

    def fetch(self) -> Credentials:
        self.calls += 1
        self.before()
        if self.fails:
            raise CredentialRetrievalError("the place is closed")
        return Credentials(f"K{self.now:.0f}", "s", "t", self.now + self.life)

    def metadata(self) -> dict[str, str]:
        found = self.fetch()
        ends = datetime.fromtimestamp(found.expires or 0, UTC).isoformat()
        return {"access_key": found.access_key, "secret_key": "s", "token": "t", "expiry_time": ends}


def _given(work: Callable[[], str]) -> str:
    try:
        return work()
    except Exception as error:  # noqa: BLE001  # whose kinds differ
        return "refused" if isinstance(error, CredentialRetrievalError) else repr(error)


def _passed(random: Random, held: Credentials | None, now: float) -> float:
    """Seconds that pass: none, some, or so many that the end of what is held is near."""
    if held is not None and held.expires is not None and random.random() < 0.6:
        near = random.choice((1000.0, ADVISORY, 800.0, MANDATORY, 300.0, 1.0, 0.0, -1.0)) + random.choice((-0.5, 0.5))
        if (passed := held.expires - near - now) > 61:
            return passed
    return random.choice((0.0, 61.0, 120.0, 601.0, 1801.0))


def beside_botocore(random: Random, steps: int) -> Iterator[str]:
    """What differs on a walk of so many steps, in words."""
    ours, theirs = Place(), Place()
    source = Source(ours.fetch, clock=lambda: ours.now)
    other: Any = DeferredRefreshableCredentials(
        theirs.metadata, "test", time_fetcher=lambda: datetime.fromtimestamp(theirs.now, UTC)
    )
    for step in range(steps):
        passed = _passed(random, source.held, ours.now)
        life, fails = random.choice(_LONG), random.random() < 0.4
        for place in (ours, theirs):
            place.now += passed
            if passed:
                # what a place says, it says for as long as nothing passes
                place.life, place.fails = life, fails
        told = _given(lambda: source.current().access_key), _given(lambda: other.get_frozen_credentials().access_key)
        if told[0] != told[1]:
            yield f"step {step}: ours gives {told[0]}, botocore's {told[1]}"
            return


def lawless(random: Random, steps: int) -> Iterator[str]:
    """Which laws are broken on a walk of so many steps, in words."""
    place = Place()
    source = Source(place.fetch, clock=lambda: place.now)
    for step in range(steps):
        held = source.held
        place.now += random.choice((_passed(random, held, place.now), random.random() * 100))
        place.fails = random.random() < 0.3
        place.life = random.choice((*_LIVES, -5.0))
        place.calls, due = 0, source.due(place.now)
        left = float("inf") if held is None or held.expires is None else held.expires - place.now
        many = random.random() < 0.1
        told = _by_many(place, source) if many else [_given(lambda: source.current().access_key)]
        now = source.held
        what = f"step {step}: {left:.0f} s before the end of {held!r}, {place.calls} fetched, got {told}"
        if now is not None and now.access_key in told and now.expires is not None and now.expires <= place.now:
            yield f"{what}: it has ended"
        if any(one.startswith("K") and now is not None and one not in (now.access_key, held and held.access_key)
               for one in told):  # fmt: skip
            yield f"{what}: nobody holds it"
        if held is not None and left > MANDATORY and any(not one.startswith("K") for one in told):
            yield f"{what}: the old ones hold"
        if any(not one.startswith(("K", "refused")) for one in told):
            yield f"{what}: no typed error"
        if place.calls and ((left > ADVISORY and held is not None) or not due):
            yield f"{what}: fetched in vain"
        if place.calls > 1 and not (many and (place.fails or place.life < 0)):
            yield f"{what}: fetched more than once"
        if not place.calls and (held is None or left <= 0):
            yield f"{what}: not fetched"


def _by_many(place: Place, source: Source) -> list[str]:
    together = threading.Barrier(_THREADS)
    place.before = lambda: threading.Event().wait(0.002)

    def ask() -> str:
        together.wait()
        return _given(lambda: source.current().access_key)

    with ThreadPoolExecutor(_THREADS) as pool:
        told = [asked.result() for asked in [pool.submit(ask) for _ in range(_THREADS)]]
    place.before = lambda: None
    return told


@click.command()
@click.option("--runs", default=2000, show_default=True)
@click.option("--steps", default=40, show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(runs: int, steps: int, seed: int) -> None:
    """Walk RUNS times. The exit code is 1 where something differs or a law is broken."""
    for name in ("asdoc", "botocore"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    broken = 0
    for number in range(runs):
        for walk in (beside_botocore, lawless):
            for what in walk(Random(seed * 1_000_003 + number), steps):  # noqa: S311  # to be drawn again
                broken += 1
                click.echo(f"{number} {walk.__name__}: {what}")
    click.echo(f"{runs} walks of each kind, {broken} broken")
    if broken:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
