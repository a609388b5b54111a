"""Whom a connection trusts."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..exceptions import ConfigurationError

if TYPE_CHECKING:
    import ssl


def tls_context(verify: bool | str | None) -> ssl.SSLContext:
    """For HTTP/1.1 with the certificates that `Config.verify` names. Raises ConfigurationError where it names none."""
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
    context.set_alpn_protocols(["http/1.1"])
    return context
