"""What the head of an answer tells: its status, its headers, and where its body ends."""

from __future__ import annotations

import msgspec

from ..exceptions import ProtocolError
from ..http import Headers

MAX_HEAD = 256 * 1024
"""Bytes that the headers of an answer may take."""
MAX_LINE = 4096
"""Bytes that the line before a chunk may take."""
_USUAL = "HTTP/1.1 200 OK\r"
_NAMES: dict[str, str] = {}
"""Names of headers as they were sent -> in lower case: those that were seen to be well-formed."""
_KEPT = 256
_UNUSUAL = frozenset(("transfer-encoding", "connection"))
"""Headers that say more of where an answer ends, or a connection."""
_HEX = frozenset(b"0123456789abcdefABCDEF")


class Head(msgspec.Struct, frozen=True):
    """The head of an answer that is no interim one."""

    status: int
    headers: dict[str, str]
    """Lower-case name -> value; the values of one that is sent more than once are joined with `, `."""
    length: int | None
    """Bytes of the body; None where its chunks tell, or the end of the connection."""
    chunked: bool
    lasting: bool
    """True where the connection can carry another request once the body is read."""


def read_head(data: bytes, method: str) -> Head | None:
    """The head of an answer to a request of that method; None of an interim answer (100), which another follows.

    Raises ProtocolError.
    """
    lines = data.decode("latin-1").split("\n")
    first = lines[0]
    del lines[-2:]  # the empty line, and what is behind its break
    headers = _usual_headers(lines) or _headers(lines)
    told = headers.get("content-length", "")
    if first == _USUAL and told.isdecimal() and len(told) < 18 and _UNUSUAL.isdisjoint(headers) and method != "HEAD":
        return Head(200, headers, int(told), False, True)
    version, status = ("HTTP/1.1", 200) if first == _USUAL else _status_line(first.rstrip("\r"))
    if status < 200:
        if status == 101:
            raise ProtocolError("it has the status 101, unasked")
        return None
    coding = headers.get("transfer-encoding", "").lower()
    if coding not in ("", "chunked"):
        raise ProtocolError(f"its transfer encoding {coding[:40]!r} is not known")
    asked = headers.get("connection", "").lower()
    lasting = "keep-alive" in asked if version == "HTTP/1.0" else "close" not in asked
    length = _length(headers.get("content-length"))
    if method == "HEAD" or status in (204, 304):
        return Head(status, headers, 0, False, lasting)
    if coding:
        # two lengths are how one answer is smuggled behind another
        return Head(status, headers, None, True, lasting and length is None)
    return Head(status, headers, length, False, lasting and length is not None)


def chunk_size(line: bytes) -> int:
    """Bytes of the chunk that a line announces. Raises ProtocolError."""
    size = line.partition(b";")[0].strip()
    if not size or len(size) > 15 or not _HEX.issuperset(size):
        raise ProtocolError(f"{line[:40]!r} does not tell the length of a chunk")
    return int(size, 16)


def head_end(data: bytes, start: int) -> int:
    """Where the head ends, behind the empty line; 0 where it does not yet."""
    plain, bare = data.find(b"\r\n\r\n", start), data.find(b"\n\n", start)
    if plain >= 0 and (bare < 0 or plain < bare):
        return plain + 4
    return bare + 2 if bare >= 0 else 0


def _status_line(line: str) -> tuple[str, int]:
    version, _, rest = line.partition(" ")
    status = rest[:3]
    known = len(version) == 8 and version.startswith("HTTP/1.") and version[7] in "0123456789"
    if not known or not (status.isascii() and status.isdigit()) or status < "100" or rest[3:4] not in ("", " "):
        raise ProtocolError(f"it begins with {line[:80]!r}")
    return version, int(status)


def _usual_headers(lines: list[str]) -> dict[str, str] | None:
    """The headers where all are well-formed, of names that were seen before, and none comes twice; else None."""
    headers, known = Headers(), _NAMES
    try:
        for line in lines[1:]:
            field, _, value = line.partition(":")
            headers[known[field]] = value.strip()
    except KeyError:
        return None
    if len(headers) < len(lines) - 1 or "" in headers.values():
        return None
    headers.lines = lines
    return headers


def _headers(lines: list[str]) -> dict[str, str]:
    headers = Headers()
    headers.lines = lines
    known = _NAMES.get
    name = ""
    for line in lines[1:]:
        field, colon, value = line.partition(":")
        found = known(field)
        if found is None or not colon:
            if not colon or not field or field.strip() != field:
                if not line.strip():
                    continue
                if not name or line[0] not in " \t":
                    raise ProtocolError(f"{line.strip()[:80]!r} is no header")
                headers[name] = f"{headers[name]} {line.strip()}".strip()  # folded: obsolete, and still sent
                continue
            found = field.lower()
            if len(_NAMES) < _KEPT and len(field) < _KEPT:
                _NAMES[field] = found
        name = found
        if name in headers:
            headers[name] += f", {value.strip()}"
        else:
            headers[name] = value.strip()
    return headers


def _length(text: str | None) -> int | None:
    """The one length that a Content-Length tells; told twice alike, it is one."""
    if text is None:
        return None
    if len(text) < 18 and text.isdigit() and text.isascii():
        return int(text)
    values = {part.strip() for part in text.split(",")}
    value = values.pop()
    if values or not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise ProtocolError(f"its content-length is {text[:80]!r}")
    return int(value)
