"""Plans gone through by all ways, over a server of their own."""

from __future__ import annotations

import gc
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import trustme

from asdoc.runtime.http import HttpRequest
from asdoc.runtime.transports import heads
from asdoc.runtime.transports.pool import PoolTransport

from .judge import wrongs
from .plans import Turn, plan
from .server import started
from .ways import Ways

_FORGET = 25
"""Plans after which the runtime is made to forget what is usual, so that it learns anew."""
_MOST = 10
_DESCRIPTORS = Path("/proc/self/fd")


class Found(msgspec.Struct):
    """What a run has found."""

    exchanges: int = 0
    plans: int = 0
    wrong: list[str] = []
    passing: int = 0
    """Plans that were wrong once and not again: what a busy machine does to time."""
    kinds: Counter[str] = msgspec.field(default_factory=Counter)

    def told(self) -> str:
        kinds = ", ".join(f"{count} {kind}" for kind, count in self.kinds.most_common())
        return (
            f"{self.exchanges} exchanges of {self.plans} plans, {len(self.wrong)} wrong, {self.passing} once ({kinds})"
        )


def explore(seeds: Iterable[int], seconds: float = 3600) -> Found:
    """Go through the plans of those seeds, until the time is over or enough is found."""
    found = Found()
    with tempfile.TemporaryDirectory() as folder:
        certificate = Path(folder) / "both.pem"
        authority = trustme.CA()
        own = authority.issue_cert("localhost", "127.0.0.1")
        chain = [*own.cert_chain_pems, authority.cert_pem]
        certificate.write_bytes(b"".join(part.bytes() for part in (own.private_key_pem, *chain)))
        with started(str(certificate)) as ports:
            _go(found, seeds, seconds, str(certificate), ports)
    return found


def _go(found: Found, seeds: Iterable[int], seconds: float, certificate: str, ports: list[int]) -> None:
    control = PoolTransport(environ={})

    def ask(target: str) -> Any:
        request = HttpRequest(method="GET", host=f"127.0.0.1:{ports[0]}", target=target)
        return json.loads(control.send(request, connect_timeout=10, read_timeout=10).body)

    def once(seed: int, run: str) -> list[str]:
        outcomes = ways.run(run, seed)
        seen = {name: ask(f"/_seen/{run}/{name}/{seed}") for name in outcomes}
        found.exchanges += sum(map(len, outcomes.values()))
        found.kinds.update(outcome.error or "answers" for outcome in outcomes["main"])
        return [*wrongs(seed, plan(seed), outcomes, seen), *ask("/_wrong")]

    ends = time.monotonic() + seconds
    with Ways(certificate, ports) as ways:
        opened = 0
        for seed in seeds:
            if time.monotonic() > ends or len(found.wrong) >= _MOST:
                break
            if found.plans % _FORGET == 0:
                heads._NAMES.clear()
                heads._FIRST.clear()
            wrong = once(seed, "a")
            if wrong and (once(seed, "b") or once(seed, "c")):
                found.wrong.append(_report(seed, plan(seed), wrong))
            else:
                found.passing += bool(wrong)
            found.plans += 1
            if found.plans == 1:
                opened = _open()
        gc.collect()
        time.sleep(0.1)
        if _open() > opened:
            found.wrong.append(f"{_open() - opened} descriptors were left open")
    control.close()


def _open() -> int:
    return len(os.listdir(_DESCRIPTORS)) if _DESCRIPTORS.exists() else 0  # noqa: PTH208


def _report(seed: int, turns: Iterable[Turn], wrong: list[str]) -> str:
    lines = [f"plan {seed}", *(f"  {text}" for text in wrong)]
    for number, turn in enumerate(turns):
        data = b"".join(part for _, part in turn.segments)
        sent = f"{len(turn.body)} bytes" if turn.parts is None else f"parts of {[len(part) for part in turn.parts]}"
        lines.append(f"  turn {number}: {turn.method} with {sent}, {turn.note}, then {turn.ending}: {data[:300]!r}")
    return "\n".join(lines)
