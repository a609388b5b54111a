"""Whom a connection trusts, and as whom it is made."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..exceptions import ConfigurationError

ClientCert = str | tuple[str, str]
"""The file of a certificate and its key, or the files of both."""

if TYPE_CHECKING:
    import ssl


def tls_context(verify: bool | str | None, client_cert: ClientCert | None = None) -> ssl.SSLContext:
    """For HTTP/1.1 with the certificates that `Config.verify` and `Config.client_cert` name. Raises ConfigurationError
    where they name none."""
    import ssl

    try:
        if not isinstance(verify, str):
            context = ssl.create_default_context()
        elif os.path.isdir(verify):  # noqa: PTH112  # the import of pathlib costs more
            context = ssl.create_default_context(capath=verify)
        else:
            context = ssl.create_default_context(cafile=verify)
    except OSError as error:
        raise ConfigurationError(f"reading the trusted certificates {verify}: {error}") from error
    if verify is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if client_cert is not None:
        certificate, key = (client_cert, None) if isinstance(client_cert, str) else client_cert
        try:
            context.load_cert_chain(certificate, key)
        except OSError as error:
            raise ConfigurationError(
                f"reading the certificate of this client, {certificate}: {error}",
                hint="client_cert is the path of a file with certificate and key, or a pair of paths.",
            ) from error
    context.set_alpn_protocols(["http/1.1"])
    return context
