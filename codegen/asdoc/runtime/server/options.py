"""How a server is run: whom it trusts, what it tells, and what it lets itself be told."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ..errors import AsdocError
from ..schema import Operation
from .access_keys import Key
from .auth import Verifier
from .backend import ServiceBackend
from .composite import CompositeBackend
from .logs import RequestLog
from .metrics import UNKNOWN, Metrics

_ARN = re.compile(r"arn:[^=\s]+")
_URL = re.compile(r"https?://[^\s]+")


@dataclass(frozen=True)
class Options:
    """`keys` empty: signatures are not looked at. `regions` empty: all are served. `log` is empty, text or json.

    `actions` maps the ARNs that actions of extensions name to the URLs that stand for them.
    """

    keys: dict[str, Key] = field(default_factory=dict, repr=False)
    regions: tuple[str, ...] = ()
    control: bool = True
    log: str = ""
    actions: dict[str, str] = field(default_factory=dict)
    tls_cert: Path | None = None
    tls_key: Path | None = None

    @property
    def scheme(self) -> str:
        return "http" if self.tls_cert is None else "https"


def apply(options: Options, backend: ServiceBackend | CompositeBackend, *, workers: int = 1) -> None:
    """Make a backend verify, count, log and be controlled as the options say."""
    backends = (backend,) if isinstance(backend, ServiceBackend) else backend.backends
    metrics = Metrics()
    log = RequestLog(options.log) if options.log else None
    backend.control.configure(metrics=metrics, acts=options.control, shared=workers > 1)
    verifier = Verifier(options.keys, regions=options.regions or None) if options.keys else None
    count = metrics.count

    def observe(
        method: str, path: str, service: str, operation: Operation | None, status: int, seconds: float, request_id: str
    ) -> None:
        name = UNKNOWN if operation is None else operation.name
        count(service, name, status, seconds)
        if log is not None:
            log.write(method, path, service, name, status, seconds, request_id)

    for one in backends:
        one.verifier = verifier
        one.observe = observe
        invoker = getattr(one.behaviour, "actions", None)
        if invoker is not None:
            for arn, url in options.actions.items():
                invoker.connect(arn, url)


def read_actions(given: Iterable[str]) -> dict[str, str]:
    """The map of `ARN=URL` texts. Raises AsdocError where one is none."""
    actions: dict[str, str] = {}
    for text in given:
        arn, _, url = text.partition("=")
        if _ARN.fullmatch(arn) is None or _URL.fullmatch(url) is None:
            raise AsdocError(
                f"--action {text[:200]!r} is not ARN=URL.",
                hint="Such as --action arn:aws:lambda:us-east-1:123456789012:function:check=http://localhost:9000/.",
            )
        actions[arn] = url
    return actions


def check_certificate(options: Options) -> None:
    """Raises AsdocError where there is a certificate without its key, or they cannot be read or are no pair."""
    if (options.tls_cert is None) != (options.tls_key is None):
        raise AsdocError(
            "serving with TLS needs a certificate and its key.", hint="Give both --tls-cert and --tls-key."
        )
    if options.tls_cert is None:
        return
    try:
        # Without a password a locked key asks for one at the terminal; an empty one lets it fail.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(options.tls_cert, options.tls_key, password="")
    except (OSError, ssl.SSLError) as error:
        raise AsdocError(
            f"serving with certificate {options.tls_cert} and key {options.tls_key}: {error.strerror or error}.",
            hint="Both are PEM files, the key is not locked, and the certificate is for the key.",
        ) from error
