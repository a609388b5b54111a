"""What is wrong with what the ways made of a plan: they differ, or it is not what the server said."""

from __future__ import annotations

import http.client
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from .plans import Turn
from .ways import Outcome

Seen = Mapping[str, Sequence[tuple[int, int]]]
"""Way -> the turns that the server saw, each with how many went over the same connection before it."""
_SLACK = 3.0


def wrongs(seed: int, turns: Sequence[Turn], outcomes: Mapping[str, Sequence[Outcome]], seen: Seen) -> list[str]:
    """One line for each fault, which begins with the number of its turn where it has one."""
    wrong: list[str] = []
    comparable = True
    for number, turn in enumerate(turns):
        here = {name: told[number] for name, told in outcomes.items()}
        wrong += [
            f"{number} {name} {text}" for name, told in here.items() for text in _faults(seed, number, turn, name, told)
        ]
        if turn.note == "valid":
            wrong += [f"{number} {text}" for text in _by_http_client(turn, here["main"])]
        if len({repr(outcome.told()) for outcome in here.values()}) > 1 and not _told_apart_by_tls(turn, here):
            if _may_differ(turn, here):
                comparable = False
            else:
                wrong.append(
                    f"{number} differs" + "".join(f"\n    {name:9} {told.short()}" for name, told in here.items())
                )
    for name, asked in seen.items():
        wrong += [f"{name} {text}" for text in _connections(turns, asked)]
    if comparable and len({repr(asked) for asked in seen.values()}) > 1:
        wrong.append(f"connections differ: {dict(seen)}")
    return wrong


def _faults(seed: int, number: int, turn: Turn, name: str, told: Outcome) -> list[str]:
    found = []
    # an idempotent request is sent once more where a kept connection broke
    if told.took > 2 * min(turn.timeout, turn.deadline or turn.timeout) + _SLACK:
        found.append(f"took {told.took:.2f} s")
    if "stolen" in told.headers.get("x-token", ""):
        found.append(f"has another's answer: {told.short()}")
    if turn.note == "valid" and not told.error and told.headers["x-token"] != f"{seed}-{number}":
        found.append(f"has the answer of another request: {told.short()}")
    expected = turn.expected
    if expected is None or told.told() == (expected.status, expected.headers, expected.body, ""):
        return found
    excused = (
        (told.error == "ConnectionClosedError" and turn.early and turn.ending != "keep")
        or (told.error == "ConnectionClosedError" and turn.cut and "tls" in name)
        or (turn.later and "goes on after" in told.message)
    )
    return (
        found
        if excused
        else [*found, f"is {told.short()}, not {expected.status} {expected.headers} {len(expected.body)} bytes"]
    )


def _told_apart_by_tls(turn: Turn, here: Mapping[str, Outcome]) -> bool:
    """TLS knows that an end was not announced, and all else cannot."""
    plain = {repr(told.told()) for name, told in here.items() if "tls" not in name}
    return (
        turn.cut
        and len(plain) == 1
        and all(told.error == "ConnectionClosedError" for name, told in here.items() if "tls" in name)
    )


def _may_differ(turn: Turn, here: Mapping[str, Outcome]) -> bool:
    """True where time decides: how much was read when a reset came, or at once with what stands behind an answer."""
    errors = {told.error for told in here.values()}
    if turn.early and turn.ending != "keep":
        return True
    if turn.ending == "reset" and errors <= {"", "ConnectionClosedError", "ProtocolError"}:
        return True
    at_once = len(turn.segments) == 1 and len(turn.segments[0][1]) < 15_000 and not turn.later
    behind = any("goes on after" in told.message for told in here.values())
    return behind and not at_once and errors <= {"", "ProtocolError"}


def _connections(turns: Sequence[Turn], asked: Sequence[tuple[int, int]]) -> list[str]:
    found = []
    last = -1
    for at, before in asked:
        if last >= 0 and before and turns[last].again is False:
            found.append(f"goes on over a connection after {turns[last].note} ({last})")
        if last >= 0 and not before and turns[last].again and at != last:
            found.append(f"does not go on over a good connection ({last})")
        if at == last and turns[at].method == "POST":
            found.append(f"sends a POST twice ({at})")
        last = at
    return found


class _Sock:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def _by_http_client(turn: Turn, told: Outcome) -> list[str]:
    """Status and body as the standard library reads them; of heads it keeps the folds as they are."""
    data = b"".join(part for _, part in turn.segments)
    if turn.early or re.match(rb"HTTP/1.1 10[23]", data):
        return []
    response = http.client.HTTPResponse(cast("Any", _Sock(data)), method=turn.method)
    try:
        response.begin()
        status, body = response.status, response.read()
    except http.client.IncompleteRead:
        return []  # of chunks that a 304 only tells of
    if (status, body) == (told.status, told.body):
        return []
    return [f"is {told.short()}, and by http.client {status} {len(body)} bytes"]
