"""Values for the members of a request: as documented, and as nobody documented them."""

from __future__ import annotations

import json
import random
import string
from typing import Any

from asdoc.runtime.schema import Service, Shape

TEXTS = (
    "", " ", ".", "..", "/", "//", "%", "%00", "%2F", "%zz", "a/b", "a b", "null", "true", "0", "-1", "1e999", "NaN",
    "\x00", "\n", "\r\nx: y", "\t", "é", "e\u0301", "\u202e", "\U0001f600", "\ud800", "\udfff", "\ufffe", "'", '"',
    "\\", "{}", "[]", "$", "${x}", "{{7*7}}", "' OR 1=1 --", "<script>", "../../etc/passwd", "arn:", "arn:aws:::",
    "arn%3Aaws", "x" * 65, "x" * 3000, "-" * 300, "arn:aws:appconfig:us-east-1:123456789012:application/abcd123",
    "2021-09-17T21:43:54Z", "9999-99-99", "1" * 400, "(" * 50, "a" * 30 + "!", "AWS.Freeform", "ALL_AT_ONCE", "hosted",
    "$latest", "latest", "1", "2147483648", "9223372036854775808",
)  # fmt: skip
NUMBERS = (
    0, 1, -1, 2, 100, 255, 2**31 - 1, 2**31, -(2**31) - 1, 2**53, 2**63, 2**64, -(2**63), 10**30, 0.5, -0.0, 1e308,
)  # fmt: skip

_BODIES = (
    b"null", b"[]", b'""', b"1e400", b"NaN", b'{"a":1,"a":2}', b"\xef\xbb\xbf{}", b'{"Name":"\\ud800"}', b"\x00",
)  # fmt: skip

Random = random.Random


def wild(rng: Random, depth: int = 0) -> Any:
    """Any JSON value."""
    kind = rng.randrange(9 if depth < 3 else 6)
    if kind < 2:
        return rng.choice(TEXTS)
    if kind == 2:
        return rng.choice(NUMBERS)
    if kind == 3:
        return rng.choice((None, True, False))
    if kind == 4:
        return "".join(chr(rng.choice((rng.randrange(128), rng.randrange(0x800)))) for _ in range(rng.randrange(12)))
    if kind == 5:
        return rng.choice(([], {}))
    if kind < 8:
        return {rng.choice(TEXTS): wild(rng, depth + 1) for _ in range(rng.randrange(4))}
    return [wild(rng, depth + 1) for _ in range(rng.randrange(4))]


def documented(service: Service, node: Shape, rng: Random, wrong: float, depth: int = 0) -> Any:
    """A value of a shape, in which any part is of another kind at odds of `wrong`."""
    if rng.random() < wrong:
        return wild(rng)
    shape = service.resolve(node)
    if depth > 6:
        return wild(rng, 3)
    if shape.type == "structure":
        return members(service, shape, tuple(shape.members), rng, wrong, depth)
    if shape.type == "list" and shape.member is not None:
        return [documented(service, shape.member, rng, wrong, depth + 1) for _ in range(rng.randrange(3))]
    if shape.type == "map" and shape.key is not None and shape.value is not None:
        return {
            str(documented(service, shape.key, rng, wrong, depth + 1)): documented(
                service, shape.value, rng, wrong, depth + 1
            )
            for _ in range(rng.randrange(3))
        }
    if shape.type in ("integer", "long"):
        low = 0 if shape.min is None else int(shape.min)
        return rng.randint(low, max(low, 100 if shape.max is None else min(int(shape.max), 2**31)))
    if shape.type in ("float", "double"):
        return rng.choice((0, 1, 20, 99.9, 100, rng.random() * 100))
    if shape.type == "boolean":
        return rng.random() < 0.5
    if shape.type == "timestamp":
        return rng.choice((0, 1631915034, 1631915034.5, "2021-09-17T21:43:54Z"))
    return text(shape, rng, wrong)


def text(shape: Shape, rng: Random, wrong: float) -> str:
    if shape.enum:
        return rng.choice(shape.enum)
    if "arn:" in shape.pattern:
        return rng.choice(("arn:aws:iam::123456789012:role/r", "arn:aws:lambda:us-east-1:123456789012:function:f"))
    if rng.random() < 3 * wrong:
        return rng.choice(TEXTS)
    low = 1 if shape.min is None else int(shape.min)
    high = 12 if shape.max is None else min(int(shape.max), 12)
    return "".join(rng.choices(string.ascii_lowercase + string.digits, k=rng.randint(low, max(low, high))))


def members(
    service: Service, shape: Shape, names: tuple[str, ...], rng: Random, wrong: float, depth: int = 0
) -> dict[str, Any]:
    found = {}
    for name in names:
        if rng.random() < (0.95 if name in shape.required else 0.5) - wrong:
            found[shape.members[name].name or name] = documented(service, shape.members[name], rng, wrong, depth + 1)
    return found


def spoiled(body: bytes, rng: Random) -> bytes:
    """The bytes, with some of them changed, cut out, doubled, or nested without end."""
    kind = rng.randrange(6)
    at = rng.randrange(len(body) + 1)
    if kind == 0:
        return body[:at]
    if kind == 1:
        return body[:at] + rng.randbytes(rng.randrange(1, 5)) + body[at + 1 :]
    if kind == 2:
        return body[:at] + body
    if kind == 3:
        opening = rng.choice((b"[", b'{"a":', b'[{"Name":'))
        return opening * rng.choice((60, 70, 500, 2000, 20_000)) + rng.choice((b"", b"]", b"1"))
    if kind == 4:
        return rng.randbytes(rng.randrange(64))
    return rng.choice(
        (b"null", b"[]", b'""', b"1e400", b"NaN", b'{"a":1,"a":2}', b"\xef\xbb\xbf{}", b'{"Name":"\\ud800"}', b"\x00")
    )


def dumped(value: Any) -> bytes:
    return json.dumps(value).encode("utf-8", "surrogatepass")
