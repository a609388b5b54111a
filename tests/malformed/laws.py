"""What holds of every answer, whatever was asked."""

from __future__ import annotations

import json
import logging
import re
from typing import Any

from asdoc.runtime.http import HttpRequest
from asdoc.runtime.schema import Service, load_service
from asdoc.runtime.server.access_keys import Key
from asdoc.runtime.server.clock import RealClock
from asdoc.runtime.server.options import Options, apply
from asdoc.runtime.server.serving import build_backend, known_services
from asdoc.runtime.server.wsgi import wsgi_application
from tests.malformed.requests import Made, Maker

_TRACE = re.compile(rb'Traceback|File \\?"|line \d+, in |object at 0x')


class BrokenError(AssertionError):
    """A law was broken; the message has the request."""


class Complaints(logging.Handler):
    """What the server logs as an error: an exception that it has caught is one that it did not expect."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))


class Subject:
    """A server of all services in this process, asked as granian would."""

    def __init__(self, seed: int, *, auth: bool = False) -> None:
        names = sorted(known_services())
        self.services: list[Service] = [load_service(known_services()[name]) for name in names]
        self.backend = build_backend(names, RealClock())
        apply(Options(keys={"AKID": Key("AKID", "secret")} if auth else {}), self.backend)
        self.maker = Maker(self.services, seed)
        self.statuses: dict[int, int] = {}
        self._application: Any = wsgi_application(self.backend)
        self._complaints = Complaints()
        logging.getLogger("asdoc.server").addHandler(self._complaints)
        logging.getLogger("asdoc.server").propagate = False

    def close(self) -> None:
        logging.getLogger("asdoc.server").removeHandler(self._complaints)
        logging.getLogger("asdoc.server").propagate = True

    def ask(self, number: int) -> None:
        """Make one request and hold its answer against the laws. Raises BrokenError."""
        operation, made = self.maker.make()
        if number % 500 == 499:
            self.backend.handle(HttpRequest(method="POST", target="/_asdoc/reset"))
            self.maker.forget()
        started: list[Any] = []
        try:
            parts = self._application(made.environ(), lambda *told: started.extend(told))
        except Exception as error:
            raise BrokenError(f"{type(error).__name__}: {error}, for {shown(made)}") from error
        body = b"".join(parts)
        status = int(started[0].split()[0])
        self.statuses[status] = self.statuses.get(status, 0) + 1
        check(made, status, dict(started[1]), body, self._complaints.heard)
        if status in (200, 201) and body[:6] == b'{"Id":':
            self.maker.learn(operation, str(json.loads(body)["Id"]))


def check(made: Made, status: int, headers: dict[str, str], body: bytes, heard: list[str]) -> None:
    if heard:
        told = heard[-1]
        heard.clear()
        raise BrokenError(f"it logged {told}, for {shown(made)}")
    if status >= 500 and status != 501:
        raise BrokenError(f"{status} {body[:200]!r}, for {shown(made)}")
    if status >= 400:
        if _TRACE.search(body):
            raise BrokenError(f"it shows its inside: {body[:500]!r}, for {shown(made)}")
        try:
            told = json.loads(body)
        except ValueError as error:
            raise BrokenError(f"an error that is no JSON: {body[:200]!r}, for {shown(made)}") from error
        if not isinstance(told, dict) or not (told.get("message") or told.get("Message")):
            raise BrokenError(f"an error without a message: {body[:200]!r}, for {shown(made)}")
    if "/_asdoc/" not in made.path and not headers.get("x-amzn-requestid"):
        raise BrokenError(f"an answer without a request id, for {shown(made)}")
    for name, text in headers.items():
        if not name.isascii() or "\n" in text or "\r" in text:
            raise BrokenError(f"a header that ends early: {name}: {text!r}, for {shown(made)}")


def shown(made: Made) -> str:
    body = made.body if len(made.body) < 400 else made.body[:400] + b"..."
    return repr(made._replace(body=body))[:2000]
