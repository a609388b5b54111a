"""A request as the bytes that go over a connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..exceptions import ProtocolError
from ..http import HttpRequest, Upload

if TYPE_CHECKING:
    from .proxies import Proxy

_WITH_BODY = ("POST", "PUT", "PATCH")


def request_bytes(request: HttpRequest, proxy: Proxy | None = None) -> bytes:
    """Head and body, up to an upload, which follows in `upload_parts`. `proxy` is the one that it goes through whole.

    Raises ProtocolError where a line break or a blank in it would make more of it than was meant.
    """
    headers, body, upload, method = request.headers, request.body, request.upload, request.method
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    if body or upload is not None or method in _WITH_BODY:
        if upload is not None and upload.length is None:
            if "transfer-encoding" not in headers:
                lines.append("transfer-encoding: chunked\r\n")
        elif "content-length" not in headers:
            lines.append(f"content-length: {len(body) if upload is None else upload.length}\r\n")
    target = request.target if proxy is None else request.url
    first = f"{method} {target} HTTP/1.1\r\n"
    head = f"{first}host: {request.host}\r\naccept-encoding: identity\r\n{''.join(lines)}"
    breaks = len(lines) + 3
    if head.count("\n") != breaks or head.count("\r") != breaks or first.count(" ") != 2 or "\0" in head:
        raise _refused()
    if proxy is None:
        return f"{head}\r\n".encode() + body if body else f"{head}\r\n".encode()
    extra = f"proxy-authorization: {proxy.authorization}\r\n" if proxy is not None and proxy.authorization else ""
    return f"{head}{extra}\r\n".encode() + body


def check(request: HttpRequest) -> None:
    """Raises ProtocolError as `request_bytes` does, for who has others write the request."""
    parts = [request.target, *(f"{name}: {value}" for name, value in request.headers.items())]
    whole = "".join(parts)
    if "\n" in whole or "\r" in whole or "\0" in whole or " " in request.target:
        raise _refused()


def _refused() -> ProtocolError:
    refused = ProtocolError("a header or the path holds a line break or a blank")
    refused.sent = False
    return refused


def upload_parts(upload: Upload) -> Iterator[bytes]:
    """An upload as it follows the head: in chunks where nobody knows how long it will be."""
    if upload.length is not None:
        yield from upload
        return
    for part in upload:
        yield b"%x\r\n%b\r\n" % (len(part), part)
    yield b"0\r\n\r\n"
