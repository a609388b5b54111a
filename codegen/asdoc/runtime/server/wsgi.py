"""A backend as a WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from threading import get_ident
from time import monotonic
from typing import Any, Protocol

from ..http import HttpResponse
from .backend import Answerer
from .patience import Patience

Environ = dict[str, Any]
StartResponse = Callable[..., Any]

_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}
_CHUNK = 1 << 16
_DRAIN = 64 * 1024 * 1024
"""Bytes of a body over the limit that are read and thrown away, so that its sender comes to read the answer."""

_DIGITS = 16
"""Of a length that is taken at its word."""

_NAMES = 1024
"""Of headers, that are kept."""

_environ_names = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}


class EnvironHeaders:
    """The headers of a WSGI environment, by name in lower case; nothing is copied."""

    __slots__ = ("_environ",)

    def __init__(self, environ: Environ) -> None:
        self._environ = environ

    def get(self, name: str) -> str | None:
        key = _environ_names.get(name)
        if key is None:
            key = "HTTP_" + name.upper().replace("-", "_")
            # A signature may name any header, so this memory has an end.
            if len(_environ_names) < _NAMES:
                _environ_names[name] = key
        text: str | None = self._environ.get(key)
        return text

    def items(self) -> Iterable[tuple[str, str]]:
        for key, text in self._environ.items():
            if key.startswith("HTTP_"):
                yield key[5:].replace("_", "-").lower(), text


class Input(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...


def wsgi_application(
    backend: Answerer, patience: Patience | None = None
) -> Callable[[Environ, StartResponse], list[bytes]]:
    """The WSGI callable of a backend. `patience` is told of the bodies that are waited for."""
    waits = patience or Patience(0)
    reading, given_up = waits.reading, waits.given_up
    answer, recall = backend.answer, backend.recall
    limit = backend.max_body
    status_lines = _STATUS_LINES

    def application(environ: Environ, start_response: StartResponse) -> list[bytes]:
        method = environ["REQUEST_METHOD"]
        path = environ["PATH_INFO"]
        body, size = b"", 0
        length = environ.get("CONTENT_LENGTH")
        if length or environ.get("HTTP_TRANSFER_ENCODING"):
            thread = get_ident()
            reading[thread] = monotonic()
            try:
                body, size = read_body(environ["wsgi.input"], length, limit)
            finally:
                del reading[thread]
            # Where a part of the body alone has come, that part is not what was meant.
            if thread in given_up or len(body) < size <= limit:
                given_up.discard(thread)
                response = backend.cut_short(method, path, EnvironHeaders(environ))
                start_response(status_lines[408], [*_header_list(response), ("connection", "close")])
                return [response.body]
        elif method == "GET" and not environ["QUERY_STRING"]:
            found = recall(path, environ.get("HTTP_AUTHORIZATION"), lambda: EnvironHeaders(environ))
            if found is not None:
                kept, request_id = found
                line = status_lines.get(kept.status) or f"{kept.status} Status"
                start_response(line, [*kept.headers, ("x-amzn-requestid", request_id)])
                return [kept.body]
        decoded = True
        if not path.isascii():
            path, decoded = _recode(path)
        response = answer(
            method, path, environ["QUERY_STRING"], EnvironHeaders(environ), body, decoded=decoded, size=size
        )
        line = status_lines.get(response.status) or f"{response.status} Status"
        start_response(line, _header_list(response))
        return [response.body]

    return application


def _header_list(response: HttpResponse) -> list[tuple[str, str]]:
    headers = list(response.headers.items())
    if response.status != 204:
        headers.append(("content-length", str(len(response.body))))
    return headers


def _recode(path: str) -> tuple[str, bool]:
    # WSGI hands bytes over as ISO 8859-1. A path that is not UTF-8 is given as percent-encoded again, and so refused.
    raw = path.encode("latin-1", "replace")
    try:
        return raw.decode(), True
    except UnicodeDecodeError:
        return "".join(chr(byte) if 0x20 < byte < 0x7F and byte != 0x25 else f"%{byte:02X}" for byte in raw), False


def read_body(stream: Input, length: str | None, limit: int) -> tuple[bytes, int]:
    """The body and its size in bytes. A body over `limit` is thrown away; its size is then only known to be over it."""
    if length:
        if not (length.isascii() and length.isdigit()):
            return b"", 0
        # A length that nobody sends is not worth the digits, which Python would not even read.
        size = int(length) if len(length) < _DIGITS else 10**_DIGITS
        if size <= limit:
            return stream.read(size) if size else b"", size
        _drain(stream, size)
        return b"", size
    body = stream.read(limit + 1)
    if len(body) <= limit:
        return body, len(body)
    _drain(stream, _DRAIN)
    return b"", len(body)


def _drain(stream: Input, size: int) -> None:
    left = min(size, _DRAIN)
    while left > 0:
        chunk = stream.read(min(_CHUNK, left))
        if not chunk:
            return
        left -= len(chunk)
