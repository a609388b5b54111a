"""Arguments at the corners of what an operation takes, drawn from botocore's model of it; now and then wrong ones."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from random import Random
from typing import Any

from botocore.model import Shape

_TEXTS = (
    "", "a", " ", "a b", "+", "%", "%20", "/", "//", "..", "a/../b", "./x", ":", "~", "'\"", "a\nb", "a\tb", "é",
    "日本", "😀", "a,b", "a;b=c", "<x>&y", "]]>", "\\", "{x}", "?q", "#h", "&", "=", "@", "!*'()", "null", "\x7f",
    "\u00a0", " lead", "trail ", "a\r\nb", "x" * 300, "-", "_", ".", "$", "|", "^", "`", "[]", "\u2028", "\u0085", "0",
    "true", "a//b", "/a/", "\x01", "\u200b",
)  # fmt: skip
_HEADERS = (
    "a", "A1", "a b", "a,b", 'q"x', "~", "+%", "x=y", "a;b", "arn:aws:iam::123456789012:role/x", "-", "é", " lead",
    "trail ", "a  b", "a\tb", "日本", "", "a\nb",
)  # fmt: skip
_LABELS = ("abc", "123456789012", "a-b", "a.b", "x" * 63, "", "a_b", "a/b", "é")
_WHOLE = (0, 1, -1, 5, 100, 2**31 - 1, 2**31, -(2**31), 2**63 - 1, 2**63, -(2**63), 10**25, True)
_REAL = (
    0, 1, 0.0, -0.0, 1.5, -2.25, 1e21, 1e-7, 1e16, 123456789.123456789, 0.1, 1e300, 5e-324, float("inf"),
    float("-inf"), float("nan"), Decimal("1.10"), Decimal("0.1"), 2**60, True, 10**25,
)  # fmt: skip
_DAYS = (
    datetime(2015, 10, 21, 7, 28), datetime(1969, 12, 31, 23, 59, 59), datetime(1900, 1, 1), datetime(2040, 2, 29, 12),
    datetime(1970, 1, 1), datetime(2999, 12, 31, 23, 59, 59),
)  # fmt: skip
_ZONES = (UTC, UTC, None, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9, minutes=-30)))
_WRITTEN = ("%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S+02:00",
            "%a, %d %b %Y %H:%M:%S GMT", "%Y%m%dT%H%M%SZ", "%Y-%m-%dT%H:%M:%S.%fZ")  # fmt: skip
_SECONDS = (0, 1, -1, 1445412480, 1445412480.5, -2208988800, "1445412480", "1445412480.5", "-1", "1e9", "", "soon")
_BYTES = (b"", b"a", b"\x00\xff", b"hello", "é".encode(), b"x" * 100)
_WRONG: tuple[Any, ...] = (5, "x", [], {}, b"raw", 1.5, None, -1, {"unknown": 1}, [None], object, {1: 2}, "", True)
_DEEP = 4


class File(io.BytesIO):
    """A file that `fresh` makes anew: two clients cannot read one."""


def fresh(value: Any) -> Any:
    """The value with its own files and buffers, for another client to read and change."""
    if isinstance(value, File):
        return File(value.getvalue())
    if isinstance(value, dict):
        return {key: fresh(held) for key, held in value.items()}
    if isinstance(value, list):
        return [fresh(held) for held in value]
    return bytearray(value) if isinstance(value, bytearray) else value


def arguments(random: Random, shape: Shape | None) -> dict[str, Any]:
    """Arguments of an operation with this input; an argument that is not given is absent, never None."""
    given = {} if shape is None else _structure(random, shape, 0)
    return {name: value for name, value in given.items() if value is not None}


def _structure(random: Random, shape: Any, depth: int) -> dict[str, Any]:
    names = list(shape.members)
    if shape.is_tagged_union and names and random.random() < 0.97:
        chosen = [random.choice(names)]
    else:
        optional = [name for name in names if name not in shape.required_members]
        many = 0 if depth >= _DEEP else random.choice([0, 1, 2, 3, 5, 8])
        few = shape.required_members[: -1 if random.random() < 0.01 else None]
        chosen = few + random.sample(optional, min(many, len(optional)))
    given = {name: _member(random, shape.members[name], depth + 1) for name in chosen}
    return given | {"NoSuchMember": 1} if random.random() < 0.003 else given


def _member(random: Random, node: Any, depth: int) -> Any:
    told = node.serialization
    if told.get("hostLabel") or node.metadata.get("hostLabel"):
        return random.choice(_LABELS[: None if random.random() < 0.1 else 4])
    if told.get("jsonvalue") and told.get("location") == "header":
        return _document(random, 0)
    return _value(random, node, depth, in_head=told.get("location") in ("header", "headers", "uri"))


def _value(random: Random, shape: Any, depth: int, *, in_head: bool = False) -> Any:
    if random.random() < 0.004:
        return random.choice(_WRONG)
    if getattr(shape, "is_document_type", False):
        return {"k": _document(random, 0)}
    least = int(shape.metadata.get("min") or 0)
    if shape.type_name == "structure":
        return _structure(random, shape, depth)
    if shape.type_name == "list":
        size = least if depth > _DEEP else max(least, random.choice([0, 1, 1, 2, 3]))
        return [_value(random, shape.member, depth + 1, in_head=in_head) for _ in range(min(size, 12))]
    if shape.type_name == "map":
        size = least if depth > _DEEP else max(least, random.choice([0, 1, 2]))
        keys = [_text(random, shape.key, least, in_head=in_head) for _ in range(size)]
        return {key: _value(random, shape.value, depth + 1, in_head=in_head) for key in keys}
    if shape.type_name in ("string", "character"):
        return _text(random, shape, least, in_head=in_head)
    return _SCALARS[shape.type_name](random, shape)


def _text(random: Random, shape: Any, least: int, *, in_head: bool) -> str:
    if getattr(shape, "enum", ()) and random.random() < 0.8:
        return str(random.choice(shape.enum))
    pool = _HEADERS if in_head and random.random() < 0.9 else _TEXTS
    text = random.choice(pool) + (random.choice(pool) if random.random() < 0.3 else "")
    wanted = int(shape.metadata.get("min") or 0)
    return text.ljust(max(least, wanted), "z") if random.random() < 0.97 else text


def _document(random: Random, depth: int) -> Any:
    if depth > 2 or random.random() < 0.5:
        return random.choice([None, True, False, 0, -1, 2**53, 1.5, "", "é", "a b", [], {}])
    inner = [_document(random, depth + 1) for _ in range(random.randint(0, 2))]
    return inner if random.random() < 0.5 else dict(zip(("", "é", "a b"), inner, strict=False))


def _number(among: tuple[Any, ...]) -> Callable[[Random, Any], Any]:
    def draw(random: Random, shape: Any) -> Any:
        number, least = random.choice(among), shape.metadata.get("min")
        return number if least is None or number >= least or random.random() < 0.05 else type(number)(least)

    return draw


def _blob(random: Random, shape: Any) -> Any:
    content = random.choice(_BYTES) + b"z" * int(shape.metadata.get("min") or 0)
    kinds: tuple[Callable[[bytes], Any], ...] = (bytes, bytes, bytearray, File, lambda held: held.decode("latin-1"))
    return random.choice(kinds)(content)


def _time(random: Random, _: Any) -> Any:
    time = random.choice(_DAYS).replace(microsecond=random.choice([0, 0, 1, 500000, 123456, 999999]))
    kind = random.random()
    if kind < 0.7:
        return time.replace(tzinfo=random.choice(_ZONES))
    return time.strftime(random.choice(_WRITTEN)) if kind < 0.85 else random.choice(_SECONDS)


_SCALARS: dict[str, Callable[[Random, Any], Any]] = {
    "integer": _number(_WHOLE),
    "long": _number(_WHOLE),
    "float": _number(_REAL),
    "double": _number(_REAL),
    "boolean": lambda random, _: random.random() < 0.5,
    "blob": _blob,
    "timestamp": _time,
}
