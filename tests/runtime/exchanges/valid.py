"""Answers that are as they should be, and what is to be read of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

NAMES = (
    "Date",
    "x-amzn-RequestId",
    "X-Amzn-RequestId",
    "Content-Type",
    "Server",
    "ETag",
    "etag",
    "Set-Cookie",
    "X-A",
    "x-a",
)
VALUES = (
    "now",
    "a, b",
    "  spaced  ",
    "",
    "\xe9\xfc",
    "\xa0edge\xa0",
    "a:b:c",
    '"quoted; text"',
    "x" * 300,
    "\t tab\there \t",
    "close",
)
SIZES = ("{n:x}", "{n:X}", "0{n:x}", "000000{n:x}", "{n:x};ext=1", '{n:x} ; a="b"', "{n:x} ")


@dataclass(frozen=True)
class Expected:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    first: str = "HTTP/1.1 200 OK"
    lines: list[str] = field(default_factory=list)
    body: bytes = b""
    """As it goes over the wire."""
    interim: bytes = b""
    breaks: tuple[str, ...] = ("\r\n",)

    def wire(self, r: random.Random) -> bytes:
        text = "".join(line + r.choice(self.breaks) for line in [self.first, *self.lines]) + r.choice(self.breaks)
        return self.interim + text.encode("latin-1", "replace") + self.body


def valid(r: random.Random, method: str, token: str) -> tuple[Answer, Expected]:
    status = r.choice((200, 200, 200, 200, 201, 404, 400, 500, 204, 304, 299))
    version = "HTTP/1.0" if r.random() < 0.07 else "HTTP/1.1"
    reason = r.choice((" OK", " OK", "", " ", " Not \xe9", f" R{r.randrange(3)}"))
    a = Answer(first=f"{version} {status}{reason}")
    size = (
        r.choice((0, 2, 2, 50, 50, 50, 400, 5000, 16_384, 20_000, 70_000))
        if r.random() < 0.9
        else r.choice((300_000, 33_000))
    )
    filling = r.choice(
        (b"x", b"\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nno", b"\n\n", bytes(range(256)), b"0\r\n\r\n")
    )
    body = f"{token}|".encode() + (filling * (size // len(filling) + 1))[:size]
    headers: dict[str, str] = {}

    def add(name: str, value: str) -> None:
        a.lines.append(f"{name}:{r.choice((' ', ' ', ' ', '', chr(9), '   '))}{value}")
        key, value = name.lower(), value.strip(" \t")
        headers[key] = f"{headers[key]}, {value}" if key in headers else value

    add("X-Token", token)
    for _ in range(r.choice((0, 1, 2, 3, 6))):
        add(r.choice(NAMES), r.choice(VALUES))
        if r.random() < 0.04:
            a.lines.append(f"{r.choice((' ', chr(9), '   '))}folded {r.randrange(9)}")
            key = a.lines[-2].partition(":")[0].lower()
            headers[key] = f"{headers[key]} {a.lines[-1].strip()}".strip(" \t")
    if r.random() < 0.25:
        add(
            r.choice(("Connection", "connection")),
            r.choice(("keep-alive", "keep-alive", "Keep-Alive", "close", "Close")),
        )
    bare = method == "HEAD" or status in (204, 304)
    framing = r.choices(("length", "chunked", "end"), (60, 30, 10))[0]
    if version == "HTTP/1.0" and framing == "chunked":
        framing = "length"
    if framing == "length" and status != 204:
        add(r.choice(("Content-Length", "content-length")), str(len(body)))
    elif framing == "chunked" and status != 204:
        add(r.choice(("Transfer-Encoding", "transfer-encoding")), r.choice(("chunked", "chunked", "Chunked")))
    if not bare:
        a.body = chunked(r, body) if framing == "chunked" else body
    if r.random() < 0.06 and not any(line[:1] in " \t" for line in a.lines):
        r.shuffle(a.lines)
        headers = joined(a.lines)
    if r.random() < 0.08:
        a.interim = r.choice(
            (
                b"HTTP/1.1 100 Continue\r\n\r\n",
                b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nX-Token: none\r\n\r\n",
                b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 \r\n\r\n",
            )
        )
    if r.random() < 0.04:
        a.breaks = ("\n",)
    return a, Expected(status, headers, b"" if bare else body)


def joined(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(":")
        key, value = name.lower(), value.strip(" \t")
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return headers


def chunked(r: random.Random, body: bytes, sizes: tuple[str, ...] = SIZES, end: bytes | None = None) -> bytes:
    parts = []
    at = 0
    while at < len(body):
        step = r.choice((1, 3, 100, 5000, 1 << 20)) if at < 3000 else 1 << 20
        part = body[at : at + step]
        at += len(part)
        given = r.choice(sizes).format(n=len(part), m=len(part) + r.choice((-1, 1, 5)), z=len(part) + 70_000)
        parts.append(given.encode("latin-1", "replace") + b"\r\n" + part + b"\r\n")
    last = (
        r.choice((b"0\r\n\r\n", b"0\r\n\r\n", b"00;x\r\n\r\n", b"0\r\nX-Trailer: 1\r\nDate: b\r\n\r\n"))
        if end is None
        else end
    )
    return b"".join(parts) + last


def ends_itself(method: str, expected: Expected) -> bool:
    return (
        method == "HEAD"
        or expected.status in (204, 304)
        or "content-length" in expected.headers
        or "transfer-encoding" in expected.headers
    )


def lasting(a: Answer, method: str, expected: Expected) -> bool:
    asked = expected.headers.get("connection", "").lower()
    stays = asked == "keep-alive" if a.first.startswith("HTTP/1.0") else asked != "close"
    return stays and ends_itself(method, expected)
