"""What libcurl's errors mean, in the classes that every transport has."""

from __future__ import annotations

from time import monotonic
from typing import Any

import pycurl

from ..exceptions import (
    ConfigurationError,
    ConnectError,
    ConnectionClosedError,
    ConnectTimeout,
    DeadlineExceededError,
    ProtocolError,
    ProxyConnectionError,
    ReadTimeout,
    TlsError,
    TransportError,
)
from ..http import HttpRequest
from .proxies import Proxy

_WEIRD_REPLY, _PROXY_HANDSHAKE, _HTTP09 = 8, 97, 1
"""Codes of libcurl's that pycurl has no names for."""

_KINDS: dict[int, type[TransportError]] = {
    _HTTP09: ProtocolError,
    pycurl.E_URL_MALFORMAT: ConnectError,
    pycurl.E_COULDNT_RESOLVE_PROXY: ProxyConnectionError,
    pycurl.E_COULDNT_RESOLVE_HOST: ConnectError,
    pycurl.E_COULDNT_CONNECT: ConnectError,
    _WEIRD_REPLY: ProtocolError,
    pycurl.E_PARTIAL_FILE: ConnectionClosedError,
    pycurl.E_SSL_CONNECT_ERROR: TlsError,
    pycurl.E_ABORTED_BY_CALLBACK: ConnectionClosedError,
    pycurl.E_GOT_NOTHING: ConnectionClosedError,
    pycurl.E_SEND_ERROR: ConnectionClosedError,
    pycurl.E_RECV_ERROR: ConnectionClosedError,
    pycurl.E_SSL_CERTPROBLEM: TlsError,
    pycurl.E_SSL_CIPHER: TlsError,
    pycurl.E_PEER_FAILED_VERIFICATION: TlsError,
    pycurl.E_BAD_CONTENT_ENCODING: ProtocolError,
    pycurl.E_SEND_FAIL_REWIND: ConnectionClosedError,
    pycurl.E_SSL_ISSUER_ERROR: TlsError,
    _PROXY_HANDSHAKE: ProxyConnectionError,
}
"""Code -> class; any other is a TransportError."""
_BEFORE = frozenset(code for code, kind in _KINDS.items() if issubclass(kind, ConnectError))
"""Codes of what goes wrong before a request is sent."""


def translated(
    error: pycurl.error, curl: Any, request: HttpRequest, proxy: Proxy | None, deadline: float | None
) -> Exception:
    """The error to raise in place of libcurl's."""
    code, text = int(error.args[0]), str(error.args[1] if len(error.args) > 1 else error)
    begun = code not in _BEFORE and not (code == pycurl.E_OPERATION_TIMEDOUT and _connecting(curl, request))
    where = f"{request.scheme}://{request.host}"
    through = f" through the proxy {proxy.host}:{proxy.port}" if proxy is not None else ""
    doing = f"sending {request.method} to {where}" if begun else f"connecting to {where}{through}"
    if code == pycurl.E_SSL_CACERT_BADFILE:
        return ConfigurationError(f"reading the trusted certificates: {text}")
    if code == pycurl.E_OPERATION_TIMEDOUT:
        kind: type[TransportError] = ReadTimeout if begun else ConnectTimeout
        if deadline is not None and monotonic() >= deadline:
            kind, text = DeadlineExceededError, "no time is left"
        late = kind(f"{doing}: {text}")
        late.sent = begun
        return late
    kind = _KINDS.get(code, TransportError)
    if kind is ConnectError and proxy is not None:
        kind = ProxyConnectionError
    hint = "Check the address, and that the server runs." if issubclass(kind, ConnectError) else ""
    if code == pycurl.E_PEER_FAILED_VERIFICATION:
        hint = "Name the file of a CA that is: AWS_CA_BUNDLE, or Config(verify=…)."
        text = f"its certificate is not trusted ({text})"
    elif code == pycurl.E_ABORTED_BY_CALLBACK:
        text = "the connection was closed before an answer began"
    found = kind(f"{doing}: {text}", hint=hint)
    found.sent = begun
    return found


def _connecting(curl: Any, request: HttpRequest) -> bool:
    """True where a connection was being opened, and did not stand yet."""
    done = pycurl.APPCONNECT_TIME if request.scheme == "https" else pycurl.CONNECT_TIME
    reused = curl.getinfo(pycurl.CONNECT_TIME) == 0 and curl.getinfo(pycurl.NUM_CONNECTS) == 0
    return not reused and curl.getinfo(done) == 0
