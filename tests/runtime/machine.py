"""What hands out credentials around a program, on loopback: STS, the instance's metadata, the container's service."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from .servers import handled

Answer = tuple[int, str]


class Machine:
    """Answers as the services do, counts the requests, and hands out keys that name who asked."""

    def __init__(self) -> None:
        self.url = ""
        self.requests: list[tuple[str, str, dict[str, str], dict[str, str]]] = []
        """Method, path, headers in lower case, and the form of the body."""
        self.life = timedelta(hours=1)
        self.made = 0
        self.tokens = True
        """False for an instance whose metadata service knows the first version only."""
        self.zone = ""
        """Where the instance stands; empty for one that does not say."""
        self.before: Callable[[], None] = lambda: None
        """Called before each answer."""
        self.instead: list[Answer] = []
        """Answers to give first, instead of the right ones."""
        self._lock = threading.Lock()

    def paths(self) -> list[str]:
        return [f"{method} {path}" for method, path, _, _ in self.requests]

    def answer(self, method: str, path: str, headers: dict[str, str], body: str) -> Answer:
        form = {name: values[0] for name, values in parse_qs(body).items()}
        with self._lock:
            self.requests.append((method, path, headers, form))
            if self.instead:
                return self.instead.pop(0)
        self.before()
        if method == "PUT" and path == "/latest/api/token":
            return (200, "the-token") if self.tokens else (404, "")
        if path.startswith("/latest/meta-data/placement/availability-zone") and self.zone:
            return 200, self.zone
        if path.startswith("/latest/meta-data/iam/security-credentials/"):
            if self.tokens and headers.get("x-aws-ec2-metadata-token") != "the-token":
                return 401, ""
            role = path.rpartition("/")[2]
            return (200, json.dumps(self._document(f"INSTANCE-{role}"))) if role else (200, "the-role")
        if path.startswith("/container"):
            return 200, json.dumps(self._document(f"CONTAINER{headers.get('authorization', '')}"))
        if "Action" in form:
            return self._sts(form, headers)
        return 404, ""

    def _number(self) -> int:
        with self._lock:
            self.made += 1
            return self.made

    def _end(self) -> str:
        return (datetime.now(UTC) + self.life).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _document(self, who: str) -> dict[str, Any]:
        number = self._number()
        return {
            "Code": "Success",
            "AccessKeyId": who,
            "SecretAccessKey": "made",
            "Token": "token",
            "Expiration": self._end(),
            "Number": number,
        }

    def _sts(self, form: dict[str, str], headers: dict[str, str]) -> Answer:
        self._number()
        action = form["Action"]
        signer = headers.get("authorization", "").partition("Credential=")[2].partition("/")[0]
        key = f"{form['RoleArn'].rpartition('/')[2]}<{signer or form.get('WebIdentityToken', '')}"
        return 200, (
            f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>'
            "<AssumedRoleUser><AssumedRoleId>A:s</AssumedRoleId>"
            "<Arn>arn:aws:sts::123456789012:assumed-role/r/s</Arn></AssumedRoleUser>"
            f"<Credentials><AccessKeyId>{escape(key)}</AccessKeyId><SecretAccessKey>made</SecretAccessKey>"
            f"<SessionToken>{escape(form.get('ExternalId', 'token'))}</SessionToken>"
            f"<Expiration>{self._end()}</Expiration></Credentials></{action}Result>"
            f"<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>"
        )


@contextmanager
def running() -> Iterator[Machine]:
    """A machine that listens; `url` is its address, without a slash at its end."""
    machine = Machine()

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, text = machine.answer(self.command, self.path, headers, body)
            self.send_response(status)
            self.send_header("content-length", str(len(text.encode())))
            self.end_headers()
            self.wfile.write(text.encode())

        do_GET = do_PUT = do_POST = _serve  # noqa: N815 - the names that the base class looks for

        def log_message(self, format: str, *args: object) -> None:
            pass

    with handled(Handler) as machine.url:
        yield machine
