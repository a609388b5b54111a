"""Chunks of inputs: hypothesis makes them, the laws judge them, and what breaks one is made small and kept."""

from __future__ import annotations

import hashlib
import resource
import signal
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import msgspec
from hypothesis import HealthCheck, Phase, given, seed, settings

from . import laws
from .corpus import KINDS, ROOT, Document, corpus
from .laws import BrokenLawError
from .strategies import Mangled, mangled

OUT = ROOT / "out" / "fuzz"
_MEMORY = 3_000_000_000
"""Bytes that a process may take; what needs more is a failure and not the end of the machine."""
_PATIENCE = 30.0
"""Seconds of processor time after which a page hangs, and is stopped."""
_SLOWEST = 5
_ALL_HEALTHY = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


class Share(NamedTuple):
    """How many of a thousand inputs are carried on, if they are read: to a spec, and to code."""

    spec: int
    code: int


class Slow(msgspec.Struct, order=True):
    seconds: float
    size: int
    told: str


class Tally(msgspec.Struct):
    """What became of the inputs of one format."""

    kind: str
    inputs: int = 0
    accepted: int = 0
    extracted: int = 0
    generated: int = 0
    lines: int = 0
    """Of generated Python, each held to the templates."""
    refused: dict[str, int] = {}
    slowest: list[Slow] = []
    failures: dict[str, str] = {}
    """What has one cause -> the file that the smallest input is kept in, and what was told."""

    def add(self, other: Tally) -> None:
        for name in ("inputs", "accepted", "extracted", "generated", "lines"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.refused = dict(Counter(self.refused) + Counter(other.refused))
        self.slowest = sorted(self.slowest + other.slowest, reverse=True)[:_SLOWEST]
        self.failures = {**other.failures, **self.failures}


class _Hang(Exception):  # noqa: N818 - it is raised into whatever hangs
    pass


def _hang(*_: object) -> None:
    raise _Hang("it takes too long")


@contextmanager
def _patience() -> Iterator[None]:
    before = signal.signal(signal.SIGVTALRM, _hang)
    signal.setitimer(signal.ITIMER_VIRTUAL, _PATIENCE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def limit() -> None:
    """Bound the memory that this process may take."""
    resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))


def judge(found: Mangled, share: Share, tally: Tally) -> None:
    """Hold one input to all laws. Raises BrokenLawError."""
    with _patience():
        outcome = laws.read(found.name, found.data)
        tally.slowest = sorted(
            [*tally.slowest, Slow(outcome.seconds, len(found.data), outcome.refusal or "accepted")], reverse=True
        )[:_SLOWEST]
        if outcome.refusal:
            reason = _alike(outcome.refusal)
            tally.refused[reason] = tally.refused.get(reason, 0) + 1
            return
        tally.accepted += 1
        if found.stage >= share.spec:
            return
        with laws.sandbox() as folder:
            services = [name for name in laws.extracted(folder, found.name, found.data).services if name != "pond"]
            tally.extracted += 1
            if found.stage < share.code and services:
                lines = laws.generated(folder, services)
                tally.lines += lines
                tally.generated += lines > 0


def _alike(reason: str) -> str:
    """The reason without what is of this page alone."""
    words = ("_" if any(sign in word for sign in "`'\"0123456789") else word for word in reason.split())
    return " ".join(words)[:70]


def chunk(kind: str, start: int, count: int, share: Share, *, shrink: bool = True, pages: Path | None = None) -> Tally:
    """Try so many inputs of a format, made from the number `start`; an input that breaks a law ends the chunk."""
    documents = corpus(kind, pages)
    others = [document for other in KINDS for document in _few(corpus(other, pages))]
    tally = Tally(kind)
    last: list[Mangled] = []

    @seed(start)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
        suppress_health_check=_ALL_HEALTHY,
        report_multiple_bugs=False,
        print_blob=False,
    )
    @given(mangled(documents, others))
    def law(found: Mangled) -> None:
        tally.inputs += not last
        try:
            judge(found, share, tally if not last else Tally(kind))
        except BrokenLawError:
            last[:] = [found]
            raise

    try:
        law()
    except BrokenLawError as error:
        tally.failures[error.key] = _keep(last[0], error)
    except Exception as error:  # noqa: BLE001 - hypothesis' own, of a law that holds at one time and not at another
        told = "".join(traceback.format_exception(error))
        tally.failures[f"{type(error).__name__}"] = _keep(last[0], error) if last else told
    return tally


def _few(documents: Sequence[Document]) -> Sequence[Document]:
    return documents[:: max(1, len(documents) // 20)]


def _keep(found: Mangled, error: BaseException) -> str:
    """Write the input, and beside it what it broke; returns the path."""
    OUT.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(found.data).hexdigest()[:12]
    path = OUT / f"{found.kind}-{digest}{Path(found.name).suffix}"
    path.write_bytes(found.data)
    told = "".join(traceback.format_exception(error))
    path.with_suffix(".why").write_text(f"stage {found.stage}\n{told}", encoding="utf-8", errors="backslashreplace")
    return f"{path.relative_to(ROOT)}: {str(error)[:300]}"
