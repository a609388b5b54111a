"""What libcurl's errors mean, in the classes that every transport has."""

from __future__ import annotations

import pycurl

from ..exceptions import (
    ConfigurationError,
    ConnectError,
    ConnectTimeout,
    ProxyConnectionError,
    TlsError,
)
from .proxies import Proxy

_TLS = frozenset(
    (
        pycurl.E_SSL_CONNECT_ERROR,
        pycurl.E_SSL_CERTPROBLEM,
        pycurl.E_SSL_CIPHER,
        pycurl.E_PEER_FAILED_VERIFICATION,
        pycurl.E_SSL_ISSUER_ERROR,
    )
)


def translated(error: pycurl.error, doing: str, proxy: Proxy | None) -> ConnectError | ConfigurationError:
    """The error to raise in place of libcurl's, where it could not open a connection."""
    code, text = int(error.args[0]), str(error.args[1] if len(error.args) > 1 else error)
    if code == pycurl.E_SSL_CACERT_BADFILE:
        return ConfigurationError(f"reading the trusted certificates: {text}")
    hint = "Check the address, and that the server runs."
    if code == pycurl.E_OPERATION_TIMEDOUT:
        return ConnectTimeout(f"{doing}: {text}", hint=hint)
    if code == pycurl.E_PEER_FAILED_VERIFICATION:
        hint = "Name the file of a CA that is: AWS_CA_BUNDLE, or Config(verify=…)."
        return TlsError(f"{doing}: its certificate is not trusted ({text})", hint=hint)
    if code in _TLS:
        return TlsError(f"{doing}: the TLS handshake failed ({text})")
    kind = ConnectError if proxy is None else ProxyConnectionError
    return kind(f"{doing}: {text}", hint=hint)
