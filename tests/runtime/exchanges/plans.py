"""What a scripted server does with the requests of one connection after another: drawn from a seed, by both sides."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from functools import lru_cache

from .odd import mangled, odd
from .valid import Expected, ends_itself, lasting, valid

METHODS = ("GET", "GET", "GET", "GET", "POST", "POST", "PUT", "HEAD", "DELETE")


@dataclass(frozen=True)
class Turn:
    """One request, and what the server does with it."""

    method: str = "GET"
    body: bytes = b""
    parts: tuple[bytes, ...] | None = None
    """The body as an upload."""
    told: bool = True
    """True where the upload tells its length."""
    slow: bool = False
    """True where the upload takes its time between its parts."""
    streams: bool = False
    amount: int | None = None
    early: bool = False
    """True where the server answers before it reads the body."""
    segments: tuple[tuple[float, bytes], ...] = ()
    """Pause before, and bytes."""
    ending: str = "keep"
    later: bytes = b""
    """What comes a while after the answer, unasked."""
    expected: Expected | None = None
    cut: bool = False
    """True where the end of a connection over TLS is not announced."""
    again: bool | None = None
    """True where the connection is to be used again, False where it must not be; None where that is open."""
    timeout: float = 6.0
    deadline: float | None = None
    note: str = ""


@lru_cache(64)
def plan(seed: int) -> tuple[Turn, ...]:
    r = random.Random(seed)  # noqa: S311  # it keeps no secret
    turns: list[Turn] = []
    state = r.getstate()
    for number in range(r.choice((2, 3, 3, 4, 5))):
        if turns and r.random() < 0.4:
            # the same once more, by what is known now
            after = r.getstate()
            r.setstate(state)
            turns.append(_turn(r, f"{seed}-{number}"))
            r.setstate(after)
        else:
            state = r.getstate()
            turns.append(_turn(r, f"{seed}-{number}"))
    return tuple(turns)


def _turn(r: random.Random, token: str) -> Turn:
    kind = r.choices(("valid", "odd", "bytes", "late"), (45, 35, 15, 5))[0]
    method = r.choice(METHODS)
    turn = Turn(method=method, note=kind)
    if method in ("POST", "PUT") and r.random() < 0.6:
        turn = _sending(r, turn)
    if r.random() < 0.2:
        turn = replace(turn, streams=True, amount=r.choice((None, 1000, 7, 1 << 20)))
    answer, expected = valid(r, method, token)
    data = answer.wire(r)
    if kind == "odd":
        data, name, behind = odd(r, method, answer, expected)
        turn = replace(turn, note=f"odd {name}", ending="close" if r.random() < 0.3 else "keep")
        if name in ("unasked", "unasked answer") and lasting(answer, method, expected):
            turn = replace(turn, expected=expected if expected else None, later=behind, again=False, ending="keep")
        elif name == "behind":
            turn = replace(turn, again=False, ending="keep")
    elif kind == "bytes":
        data = mangled(r, data)
        turn = replace(turn, ending=r.choice(("close", "close", "reset", "keep")))
    elif kind == "late":
        return _late(r, turn, data, expected)
    else:
        again = lasting(answer, method, expected)
        turn = replace(turn, expected=expected, again=again)
        if not ends_itself(method, expected) or (not again and r.random() < 0.7):
            turn = replace(turn, ending="close")
    if turn.ending == "keep" and kind != "valid" and not turn.later:
        # what waits for more that does not come
        turn = replace(turn, timeout=0.4)
    cut = turn.ending == "close" and r.random() < 0.2
    bare = kind == "odd" and (method == "HEAD" or b" 204" in data[:16] or b" 304" in data[:16])
    if turn.note == "odd behind" or bare:
        # in one piece, as nobody can know of what comes later, where nothing should
        return replace(turn, segments=((0.0, data),), cut=cut)
    return replace(turn, segments=_cut(r, data), cut=cut)


def _sending(r: random.Random, turn: Turn) -> Turn:
    size = r.choice((1, 10, 1000, 1000, 60_000, 300_000)) if r.random() < 0.4 else r.choice((1, 10, 500))
    early = r.random() < 0.25
    if r.random() < 0.5:
        count = r.choice((1, 2, 5))
        parts = tuple(b"u" * max(size // count, 1) for _ in range(count))
        return replace(turn, parts=parts, told=r.random() < 0.5, early=early, slow=early and r.random() < 0.5)
    return replace(turn, body=b"u" * size, early=early)


def _late(r: random.Random, turn: Turn, data: bytes, expected: Expected) -> Turn:
    """The answer comes in part, or not at all."""
    at = r.choice((0, 0, r.randrange(len(data)), max(len(data) - 1, 0)))
    how = r.choice(("stall", "stall", "deadline", "drip", "reset", "close"))
    note = f"late {how} {at}"
    if how in ("reset", "close"):
        return replace(turn, segments=_cut(r, data[:at]), ending=how, note=note)
    if how == "stall":
        return replace(turn, segments=_cut(r, data[:at]), ending="stall", timeout=0.4, note=note)
    if how == "deadline":
        return replace(turn, segments=_cut(r, data[:at]), ending="stall", deadline=0.4, streams=False, note=note)
    drips = tuple((0.06, data[index : index + 1]) for index in range(min(at, 20)))
    return replace(turn, segments=drips, ending="stall", deadline=0.5, streams=False, timeout=0.4, note=note)


def _cut(r: random.Random, data: bytes) -> tuple[tuple[float, bytes], ...]:
    how = r.choices((0, 1, 2, 3, 4), (55, 20, 15, 6, 4))[0]
    if not data or how == 0:
        return ((0.0, data),)
    if how == 4:
        head = data[:60]
        return (*((0.0, head[index : index + 1]) for index in range(len(head))), (0.0, data[60:]))
    near = data.find(b"\r\n\r\n") + 4 if how == 3 else 0
    places = sorted(
        {r.randrange(len(data)) for _ in range(how)} | ({near, max(near - 2, 0)} if near > 3 else set()) - {0}
    )
    cut = [data[a:b] for a, b in zip([0, *places], [*places, len(data)], strict=True)]
    return tuple((r.choice((0.0, 0.0, 0.002)) if index else 0.0, part) for index, part in enumerate(cut) if part)
