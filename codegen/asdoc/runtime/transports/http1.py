"""HTTP/1.1 as bytes, with no socket: the text of a request, and a reader that is fed the bytes of its answer."""

from __future__ import annotations

from collections.abc import Generator

from ..exceptions import ConnectionClosedError, ProtocolError
from ..http import HttpRequest, HttpResponse

MAX_HEAD = 256 * 1024
"""Bytes that the status line and the headers of an answer may take."""
_MAX_CHUNK_LINE = 4096
_BLANKS = (" ", "\t")

Answer = tuple[HttpResponse, bool]
"""The response, and whether the connection can carry another request."""


def request_bytes(request: HttpRequest, *, target: str = "", extra: str = "") -> bytes:
    """A request as it goes over the wire. `target` stands in for its own (a proxy wants a whole URL), `extra` is more
    header lines. Raises ProtocolError where a line break in it would make more of it than was meant."""
    body = request.body
    lines = [
        f"{request.method} {target or request.target} HTTP/1.1\r\nhost: {request.host}\r\naccept-encoding: identity\r\n"
    ]
    lines += [f"{name}: {value}\r\n" for name, value in request.headers.items()]
    count = len(lines) + 2
    if (body or request.method in ("POST", "PUT", "PATCH")) and "content-length" not in request.headers:
        lines.append(f"content-length: {len(body)}\r\n")
        count += 1
    head = "".join(lines)
    if (
        head.count("\n") != count
        or head.count("\r") != count
        or "\0" in head
        or head.count(" ", 0, head.find("\r")) != 2
    ):
        raise ProtocolError(
            f"sending {request.method} to {request.host}: a header or the path holds a line break or a blank"
        )
    return f"{head}{extra}\r\n".encode() + body


def answer_reader(method: str) -> Generator[None, bytes, Answer]:
    """Send it the bytes as they come, b"" where the other side has closed; it returns the answer once that is whole.

    Raises ConnectionClosedError where the end comes too early, ProtocolError where it is no HTTP.
    """
    buffer = b""
    while True:
        end = buffer.find(b"\r\n\r\n")
        while end < 0:
            if len(buffer) > MAX_HEAD:
                raise ProtocolError(f"reading an answer: its headers are longer than {MAX_HEAD} bytes")
            data = yield
            if not data:
                raise ConnectionClosedError(
                    "reading an answer: the connection was closed "
                    + ("within its headers" if buffer else "before it began")
                )
            seen = max(0, len(buffer) - 3)
            buffer += data
            if not buffer.startswith(b"HTTP/"[: len(buffer)]):
                raise ProtocolError(f"reading an answer: it does not begin as HTTP does: {buffer[:40]!r}")
            end = buffer.find(b"\r\n\r\n", seen)
        status, headers, persistent = parse_head(buffer[:end])
        buffer = buffer[end + 4 :]
        if status >= 200:
            break
        if status == 101:
            raise ProtocolError("reading an answer: the server changes the protocol, unasked")
    body = buffer
    length = headers.get("content-length")
    if method == "HEAD" or status in (204, 304):
        body = b""
    elif "transfer-encoding" in headers:
        if headers["transfer-encoding"].lower() != "chunked":
            raise ProtocolError(f"reading an answer: transfer encoding {headers['transfer-encoding']!r} is not known")
        body, buffer = yield from _chunked(buffer)
        # a length beside chunks is how answers are smuggled: trust nothing after it
        persistent = persistent and length is None
    elif length is not None:
        wanted = _length(length)
        if len(body) < wanted:
            body = yield from _exactly(body, wanted)
        body, buffer = body[:wanted], body[wanted:]
    else:
        parts = [buffer]
        while data := (yield):
            parts.append(data)
        return HttpResponse(status=status, headers=headers, body=b"".join(parts)), False
    # bytes beyond the answer belong to no request of ours
    return HttpResponse(status=status, headers=headers, body=body), persistent and not buffer


def parse_head(head: bytes) -> tuple[int, dict[str, str], bool]:
    """Status, headers, and whether the connection stays open, from the text before the empty line."""
    lines = head.decode("latin-1").split("\r\n")
    version, _, rest = lines[0].partition(" ")
    code, blank = rest[:3], rest[3:4]
    numeric = len(code) == 3 and code.isdigit() and code.isascii()
    if version not in ("HTTP/1.1", "HTTP/1.0") or not numeric or blank not in ("", " "):
        raise ProtocolError(f"reading an answer: {lines[0][:80]!r} is no status line of HTTP/1.1")
    headers: dict[str, str] = {}
    name = ""
    for line in lines[1:]:
        field, colon, value = line.partition(":")
        if not colon or not field or field.strip() != field:
            if not name or line[:1] not in _BLANKS:
                raise ProtocolError(f"reading an answer: {line[:80]!r} is no header")
            # a folded header: obsolete, and still sent
            headers[name] = f"{headers[name]} {line.strip()}".strip()
            continue
        name = field.lower()
        headers[name] = f"{headers[name]}, {value.strip()}" if name in headers else value.strip()
    connection = headers.get("connection", "").lower()
    persistent = "close" not in connection if version == "HTTP/1.1" else "keep-alive" in connection
    return int(code), headers, persistent


def _length(text: str) -> int:
    # the same length, told twice, is one; anything else is two answers in one
    values = {part.strip() for part in text.split(",")}
    value = values.pop()
    if values or not (value.isdigit() and value.isascii()) or len(value) > 18:
        raise ProtocolError(f"reading an answer: its content-length is {text!r}")
    return int(value)


def _exactly(buffer: bytes, wanted: int) -> Generator[None, bytes, bytes]:
    """At least `wanted` bytes, those of `buffer` first."""
    parts, have = [buffer], len(buffer)
    while have < wanted:
        data = yield
        if not data:
            raise ConnectionClosedError(f"reading an answer: the connection was closed after {have} of {wanted} bytes")
        parts.append(data)
        have += len(data)
    return b"".join(parts)


def _chunked(buffer: bytes) -> Generator[None, bytes, tuple[bytes, bytes]]:
    """The body that comes in chunks, and what follows it."""
    body: list[bytes] = []
    while True:
        line, buffer = yield from _line(buffer)
        digits = line.partition(b";")[0].strip()
        try:
            size = int(digits, 16) if digits.isalnum() and len(digits) <= 16 else -1
        except ValueError:
            size = -1
        if size < 0:
            raise ProtocolError(f"reading an answer: {line[:40]!r} is no length of a chunk")
        if size == 0:
            break
        if len(buffer) < size + 2:
            buffer = yield from _exactly(buffer, size + 2)
        if buffer[size : size + 2] != b"\r\n":
            raise ProtocolError("reading an answer: a chunk is longer than it says")
        body.append(buffer[:size])
        buffer = buffer[size + 2 :]
    trailers = 0
    while line:
        # trailers say nothing that an answer here is read for
        line, buffer = yield from _line(buffer)
        trailers += len(line)
        if trailers > MAX_HEAD:
            raise ProtocolError("reading an answer: its trailers do not end")
    return b"".join(body), buffer


def _line(buffer: bytes) -> Generator[None, bytes, tuple[bytes, bytes]]:
    while (end := buffer.find(b"\r\n")) < 0:
        if len(buffer) > _MAX_CHUNK_LINE:
            raise ProtocolError("reading an answer: the line of a chunk does not end")
        data = yield
        if not data:
            raise ConnectionClosedError("reading an answer: the connection was closed within its chunks")
        buffer += data
    return buffer[:end], buffer[end + 2 :]
