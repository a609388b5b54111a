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
    target = request.target if proxy is None else request.url
    lines = [f"{method} {target} HTTP/1.1", f"host: {request.host}", "accept-encoding: identity"]
    lines += map(": ".join, headers.items())
    if body or upload is not None or method in _WITH_BODY:
        if upload is not None and upload.length is None:
            if "transfer-encoding" not in headers:
                lines.append("transfer-encoding: chunked")
        elif "content-length" not in headers:
            lines.append(f"content-length: {len(body) if upload is None else upload.length}")
    if proxy is not None and proxy.authorization:
        lines.append(f"proxy-authorization: {proxy.authorization}")
    if _breaks("".join(lines)) or " " in target or " " in method:
        raise _refused()
    lines.append("\r\n")
    head = "\r\n".join(lines).encode()
    return head + body if body else head


def check(request: HttpRequest) -> None:
    """Raises ProtocolError as `request_bytes` does, for who has others write the request."""
    parts = [request.target, *(f"{name}: {value}" for name, value in request.headers.items())]
    if _breaks("".join(parts)) or " " in request.target:
        raise _refused()


def _breaks(text: str) -> bool:
    return "\n" in text or "\r" in text or "\0" in text


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
