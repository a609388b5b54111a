"""One connection of the pool: opened and read by `http.client`, held to what an answer promises."""

from __future__ import annotations

import http.client
import select
from typing import TYPE_CHECKING, Any

from ..exceptions import ConnectionClosedError, ProtocolError, ReadTimeout
from ..http import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from .proxies import Proxy

MAX_HEAD = 256 * 1024
"""Bytes that the headers of an answer may take."""


class Connection:
    """An open connection and what is known of it. `proxy` is the one that plain requests go through whole."""

    __slots__ = ("_link", "_poll", "_proxy", "_timeout", "answering")

    def __init__(self, link: http.client.HTTPConnection, proxy: Proxy | None) -> None:
        self._link = link
        self._proxy = proxy
        self._timeout: float | None = None
        self._poll: select.poll | None = None
        self.answering = False
        """True from the first byte of an answer."""
        if hasattr(select, "poll"):
            self._poll = select.poll()
            self._poll.register(link.sock, select.POLLIN)

    def alive(self) -> bool:
        """False where an idle connection was closed from the other side, or something unasked came over it."""
        if self._poll is not None:
            return not self._poll.poll(0)
        return not select.select([self._link.sock], [], [], 0)[0]

    def exchange(self, request: HttpRequest, timeout: float) -> tuple[HttpResponse, bool]:
        """The answer, and whether the connection can carry another request. `timeout` is seconds for each read."""
        self.answering = False
        link = self._link
        if self._timeout != timeout:
            link.sock.settimeout(timeout)
            self._timeout = timeout
        doing = f"sending {request.method} to {request.scheme}://{request.host}"
        broken = self._write(request, doing)
        answer = _Answer(link.sock, method=request.method)
        try:
            answer.begin()
            self.answering = True
            body = answer.read()
        except TimeoutError as error:
            raise ReadTimeout(f"{doing}: no answer within {timeout:g} s") from error
        except http.client.RemoteDisconnected as error:
            raise ConnectionClosedError(f"{doing}: the connection was closed before an answer began") from error
        except http.client.IncompleteRead as error:
            self.answering = True
            missing = f" of {len(error.partial) + error.expected}" if error.expected else ""
            raise ConnectionClosedError(
                f"{doing}: the connection was closed after {len(error.partial)}{missing} bytes of the answer"
            ) from error
        except (http.client.HTTPException, ValueError) as error:
            raise ProtocolError(f"{doing}: the answer is no HTTP/1.1 ({type(error).__name__}: {error})") from error
        except OSError as error:
            raise ConnectionClosedError(f"{doing}: the connection broke ({error})") from (broken or error)
        finally:
            if answer.fp is not None:  # half read, it would hold the socket open
                answer.close()
        reusable = broken is None and not answer.will_close
        return HttpResponse(status=answer.status, headers=answer.fields, body=body), reusable

    def _write(self, request: HttpRequest, doing: str) -> OSError | None:
        """Send all. The error where the other side stopped reading: it may have answered why."""
        proxy = self._proxy
        extra = f"proxy-authorization: {proxy.authorization}\r\n" if proxy is not None and proxy.authorization else ""
        data = request_bytes(request, target=request.url if proxy is not None else request.target, extra=extra)
        opened, done = self._link.sock, 0
        try:
            done = opened.send(data)
            if done < len(data):
                opened.sendall(memoryview(data)[done:])
        except TimeoutError as error:
            raise ReadTimeout(f"{doing}: the other side does not take the request") from error
        except OSError as error:
            if done:
                return error
            closed = ConnectionClosedError(f"{doing}: the connection broke before anything was sent ({error})")
            closed.sent = False
            raise closed from error
        return None

    def close(self) -> None:
        self._link.close()

    def __del__(self) -> None:
        self._link.close()


def request_bytes(request: HttpRequest, *, target: str, extra: str = "") -> bytes:
    """A request as it goes over the wire, `extra` being more header lines.

    Raises ProtocolError where a line break or a blank in it would make more of it than was meant.
    """
    body = request.body
    lines = [f"{request.method} {target} HTTP/1.1\r\nhost: {request.host}\r\naccept-encoding: identity\r\n"]
    lines += [f"{name}: {value}\r\n" for name, value in request.headers.items()]
    if (body or request.method in ("POST", "PUT", "PATCH")) and "content-length" not in request.headers:
        lines.append(f"content-length: {len(body)}\r\n")
    head = "".join(lines)
    breaks = len(lines) + 2
    if (
        head.count("\n") != breaks
        or head.count("\r") != breaks
        or "\0" in head
        or head.count(" ", 0, head.find("\r")) != 2
    ):
        raise ProtocolError(
            f"sending {request.method} to {request.host}: a header or the path holds a line break or a blank"
        )
    return f"{head}{extra}\r\n".encode() + body


class _Answer(http.client.HTTPResponse):
    """An answer whose head is read here, and whose body http.client reads.

    http.client reads heads with the parser of e-mails, which is half of the processor time of a small call. It takes a
    connection that is closed within the headers for their end. And where it cannot make out a length it reads on to
    the end of the connection, so that what is smuggled behind it would be another's answer.
    """

    def begin(self) -> None:
        while True:
            version, status, _ = self._read_status()  # type: ignore[attr-defined]  # one of its own three steps
            headers = _read_headers(self.fp)
            if status != 100:
                break
        if status < 200:
            raise http.client.HTTPException(f"it has the status {status}, unasked")
        self.status = status
        self.fields = headers
        coding = headers.get("transfer-encoding", "").lower()
        if coding not in ("", "chunked"):
            raise http.client.HTTPException(f"its transfer encoding {coding[:40]!r} is not known")
        self.chunked = bool(coding)
        self.chunk_left = None
        lasting = headers.get("connection", "").lower()
        self.will_close = "keep-alive" not in lasting if version == "HTTP/1.0" else "close" in lasting
        length = _length(headers.get("content-length"))
        if self.chunked:
            self.will_close = self.will_close or length is not None
            length = None
        elif status in (204, 304) or self._method == "HEAD":  # type: ignore[attr-defined]  # as HTTPResponse keeps it
            length = 0
        self.length = length
        if length is None and not self.chunked:
            self.will_close = True


def _read_headers(file: Any) -> dict[str, str]:
    """The lines of a head up to the empty one, by lower-case names; one sent more than once is joined with `, `.

    Raises HTTPException, IncompleteRead where they end too early.
    """
    headers: dict[str, str] = {}
    name, size = "", 0
    while (line := file.readline(MAX_HEAD + 1)) not in (b"\r\n", b"\n"):
        size += len(line)
        if size > MAX_HEAD:
            raise http.client.HTTPException(f"its headers are longer than {MAX_HEAD} bytes")
        if not line.endswith(b"\n"):
            raise http.client.IncompleteRead(line)
        text = line.decode("latin-1")
        field, colon, value = text.partition(":")
        value = value.strip()
        if not colon or not field or field.strip() != field:
            if not name or text[0] not in " \t":
                raise http.client.HTTPException(f"{text.strip()[:80]!r} is no header")
            headers[name] = f"{headers[name]} {text.strip()}".strip()  # folded: obsolete, and still sent
            continue
        name = field.lower()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _length(text: str | None) -> int | None:
    """The one length that a Content-Length tells; told twice alike, it is one. Raises HTTPException."""
    if text is None:
        return None
    values = {part.strip() for part in text.split(",")}
    value = values.pop()
    if values or not (value.isascii() and value.isdigit()) or len(value) > 18:
        raise http.client.HTTPException(f"its content-length is {text[:80]!r}")
    return int(value)
