"""What the head of an answer tells: its status, its headers, and where its body ends."""

from __future__ import annotations

import msgspec

from ..exceptions import ProtocolError
from ..http import Headers, HttpResponse

MAX_HEAD = 256 * 1024
"""Bytes that the headers of an answer may take."""
MAX_LINE = 4096
"""Bytes that the line before a chunk may take."""
_FIRST: dict[str, int] = {}
"""First lines of heads -> status: those that were seen to be well-formed, of answers that may have a body."""
_NAMES: dict[str, str] = {}
"""Names of headers as they were sent -> in lower case: those that were seen to be well-formed."""
_KEPT = 256
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


def usual(data: bytes, method: str) -> HttpResponse | None:
    """The answer that `data` is, whole and with nothing behind it, over a connection that stays; None where it is not,
    and where something is in it that was not seen before: `read_head` then looks closely, and knows it from then on."""
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    known = _NAMES
    headers = Headers()
    headers.lines = lines
    try:
        status = _FIRST[lines[0]]
        del lines[0]
        for line in lines:
            name, _, value = line.partition(":")
            headers[known[name]] = value.strip(" \t")
    except KeyError:
        return None
    values = headers.values()
    text = "".join(values)
    if (
        headers.get("content-length") != str(len(body))
        or headers.get("connection", "keep-alive") != "keep-alive"
        or "transfer-encoding" in headers
        or len(values) != len(lines)  # one came twice
        or "" in values  # or is a line without a colon
        or "\n" in text
        or "\r" in text
        or "\0" in text
        or method == "HEAD"
    ):
        return None
    return HttpResponse(status=status, headers=headers, body=body)


def read_head(data: bytes, method: str) -> Head | None:
    """The head of an answer to a request of that method; None of an interim answer (100), which another follows.

    Raises ProtocolError.
    """
    # a return that breaks no line, and a zero, count as blanks (RFC 9110 5.5, RFC 9112 2.2)
    text = data.decode("latin-1").replace("\r\n", "\n").replace("\r", " ").replace("\0", " ")
    lines = text.split("\n")
    first = lines[0]
    del lines[-2:]  # the empty line, and what is behind its break
    del lines[0]
    headers = _headers(lines)
    version, status = _status_line(first)
    if status < 200:
        if status == 101:
            raise ProtocolError("it has the status 101, unasked")
        return None
    if version == "HTTP/1.1" and status not in (204, 304) and len(_FIRST) < _KEPT and len(first) < _KEPT:
        _FIRST[first] = status
    coded = "transfer-encoding" in headers
    coding = headers.get("transfer-encoding", "").lower()
    if coding not in ("", "chunked"):
        raise ProtocolError(f"its transfer encoding {coding[:40]!r} is not known")
    asked = headers.get("connection", "").lower()
    # HTTP/1.0 closes unless it is asked not to, and knows no chunks
    lasting = "close" not in asked and (version != "HTTP/1.0" or ("keep-alive" in asked and not coded))
    length = _length(headers.get("content-length"))
    if method == "HEAD" or status == 304:
        return Head(status, headers, 0, False, lasting)
    if status == 204:
        # one that tells of a body may be followed by it
        return Head(status, headers, 0, False, lasting and not length and not coded)
    if coding:
        # two lengths are how one answer is smuggled behind another
        return Head(status, headers, None, True, lasting and length is None)
    return Head(status, headers, length, False, lasting and length is not None and not coded)


def chunk_size(line: bytes) -> int:
    """Bytes of the chunk that a line announces. Raises ProtocolError."""
    size = line.partition(b";")[0].strip(b" \t")
    if not size or len(size) > 15 or not _HEX.issuperset(size):
        raise ProtocolError(f"{line[:40]!r} does not tell the length of a chunk")
    return int(size, 16)


def head_end(data: bytes, start: int) -> int:
    """Where the head ends, behind the empty line; 0 where it does not yet, or is longer than a head may be."""
    plain, bare = data.find(b"\n\r\n", start, MAX_HEAD), data.find(b"\n\n", start, MAX_HEAD)
    if plain >= 0 and (bare < 0 or plain < bare):
        return plain + 3
    return bare + 2 if bare >= 0 else 0


def _status_line(line: str) -> tuple[str, int]:
    version, _, rest = line.partition(" ")
    status = rest[:3]
    known = len(version) == 8 and version.startswith("HTTP/1.") and version[7] in "0123456789"
    if not known or not (status.isascii() and status.isdigit()) or status < "100" or rest[3:4] not in ("", " "):
        raise ProtocolError(f"it begins with {line[:80]!r}")
    return version, int(status)


def _headers(lines: list[str]) -> dict[str, str]:
    headers = Headers()
    headers.lines = lines
    known = _NAMES.get
    name = ""
    for line in lines:
        field, colon, value = line.partition(":")
        found = known(field)
        if found is None or not colon:
            if not colon or not field or field.strip() != field:
                if not line.strip():
                    continue
                if not name or line[0] not in " \t":
                    raise ProtocolError(f"{line.strip()[:80]!r} is no header")
                folded = line.strip(" \t")  # obsolete, and still sent
                headers[name] = f"{headers[name]} {folded}".strip(" \t")
                continue
            found = field.lower()
            if len(_NAMES) < _KEPT and len(field) < _KEPT:
                _NAMES[field] = found
        name = found
        if name in headers:
            headers[name] += ", " + value.strip(" \t")
        else:
            headers[name] = value.strip(" \t")
    return headers


def _length(text: str | None) -> int | None:
    """The one length that a Content-Length tells; told twice alike, it is one."""
    if text is None:
        return None
    if len(text) < 18 and text.isdigit() and text.isascii():
        return int(text)
    values = {part.strip(" \t") for part in text.split(",")}
    value = values.pop()
    if values or not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise ProtocolError(f"its content-length is {text[:80]!r}")
    return int(value)
