"""Requests that are nearly right, and requests that are nothing of the kind."""

from __future__ import annotations

import io
import random
from typing import Any, NamedTuple
from urllib.parse import quote

from asdoc.runtime.schema import Operation, Service, Shape
from tests.malformed.values import TEXTS, documented, dumped, members, spoiled, wild

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "get", "X", "")
HEADERS = (
    "content-type", "authorization", "x-amz-date", "x-amz-target", "x-amz-content-sha256", "x-amz-security-token",
    "host", "allow-revert", "latest-version-number", "latestversionnumber", "description", "versionlabel",
    "x-amzn-deletion-protection-check", "content-length", "transfer-encoding", "origin", "accept", "x-made-up",
)  # fmt: skip
QUERIES = ("%ff=%zz", "max_results=", "max_results=1e9", "&&=&", "%", "next_token=a", "X-Amz-Signature=0", "+")
SIGNED = "AWS4-HMAC-SHA256 Credential={key}/20260101/us-east-1/{name}/aws4_request, SignedHeaders=host, Signature=0"


def quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"))


class Made(NamedTuple):
    """A request in the parts of which any may be wrong."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: bytes

    def environ(self) -> dict[str, Any]:
        """As a WSGI server hands it over: its path decoded, its texts those that a line of HTTP can have."""
        found: dict[str, Any] = {
            "REQUEST_METHOD": self.method,
            "PATH_INFO": self.path.encode("utf-8", "surrogatepass").decode("latin-1"),
            "QUERY_STRING": self.query,
            "wsgi.input": io.BytesIO(self.body),
        }
        for name, text in self.headers.items():
            key = name.upper().replace("-", "_")
            named = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
            found[named] = text.encode("utf-8", "surrogatepass").decode("latin-1")
        if self.body and "CONTENT_LENGTH" not in found:
            found["CONTENT_LENGTH"] = str(len(self.body))
        return found

    def raw(self) -> bytes:
        """As bytes on a connection, not necessarily HTTP."""
        target = quoted(self.path) + (f"?{self.query}" if self.query else "")
        lines = [f"{self.method} {target} HTTP/1.1", *(f"{name}: {text}" for name, text in self.headers.items())]
        if "content-length" not in self.headers and "transfer-encoding" not in self.headers:
            lines.append(f"content-length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogatepass") + self.body


class Maker:
    """Makes requests to the operations of services."""

    def __init__(self, services: list[Service], seed: int) -> None:
        self._services = services
        self._rng = random.Random(seed)  # noqa: S311 - nothing to guess
        self._known: dict[str, list[str]] = {}

    def learn(self, operation: Operation, identifier: str) -> None:
        """Keep what a CreateX has made for the labels XId; the last few alone, so that parents are met again."""
        kept = self._known.setdefault(operation.name.removeprefix("Create") + "Id", [])
        kept.append(identifier)
        del kept[:-3]

    def forget(self) -> None:
        self._known.clear()

    def make(self) -> tuple[Operation, Made]:
        rng = self._rng
        service = rng.choice(self._services)
        operation = rng.choice(list(service.operations.values()))
        if operation.name.startswith(("Update", "Delete")) and rng.random() < 0.7:
            operation = rng.choice([one for one in service.operations.values() if one.name.startswith("Create")])
        shape = service.shapes[operation.input] if operation.input else Shape(type="structure")
        wrong = rng.choice((0.0, 0.0, 0.0, 0.02, 0.1, 0.4))
        headers = {"host": "localhost", "authorization": SIGNED.format(key="111122223333", name=service.signing_name)}
        if service.protocol == "json":
            headers["x-amz-target"] = f"{service.target_prefix}.{operation.name}"
            body = dumped(members(service, shape, tuple(shape.members), rng, wrong))
            made = Made("POST", "/", "", headers, body)
        else:
            made = self._rest(service, operation, shape, wrong, headers)
        for _ in range(rng.choice((0, 0, 0, 1, 1, 2))):
            made = self._spoil(made)
        return operation, made

    def _rest(
        self, service: Service, operation: Operation, shape: Shape, wrong: float, headers: dict[str, str]
    ) -> Made:
        rng = self._rng
        path = "/".join(
            self._label(part.strip("{+}")) if part.startswith("{") else part
            for part in operation.uri.partition("?")[0].split("/")
        )
        pairs = []
        for name, node in shape.members.items():
            if node.location == "querystring" and rng.random() < 0.6:
                pairs.append(f"{node.name or name}={quoted(self._text(service, node, wrong))}")
            elif node.location == "header" and rng.random() < 0.7:
                headers[(node.name or name).lower()] = self._text(service, node, wrong)
        body = b""
        if shape.payload:
            body = rng.choice((b"{}", b'{"flags":{}}', b"on: true", b"", rng.randbytes(20), dumped(wild(rng))))
        else:
            names = tuple(name for name, node in shape.members.items() if not node.location)
            if names:
                body = dumped(members(service, shape, names, rng, wrong))
        return Made(operation.http_method, path, "&".join(pairs), headers, body)

    def _label(self, name: str) -> str:
        rng = self._rng
        if "Number" in name:
            return rng.choice(("1", "1", "2", "0", "-1", "99999999999", rng.choice(TEXTS)))
        if rng.random() < 0.1:
            return rng.choice(TEXTS)
        known = self._known.get(name) or self._known.get(name.replace("Identifier", "Id"))
        return rng.choice(known) if known else "abcd123"

    def _text(self, service: Service, node: Shape, wrong: float) -> str:
        value = documented(service, node, self._rng, wrong)
        return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)

    def _spoil(self, made: Made) -> Made:
        rng = self._rng
        kind = rng.randrange(7)
        if kind == 0:
            return made._replace(method=rng.choice(METHODS))
        if kind == 1:
            at = rng.randrange(len(made.path) + 1)
            return made._replace(path=made.path[:at] + rng.choice(TEXTS) + made.path[at + rng.randrange(2) :])
        if kind == 2:
            extra = rng.choice((quoted(rng.choice(TEXTS)), *QUERIES))
            return made._replace(query=f"{made.query}&{extra}")
        if kind == 3:
            return made._replace(headers={**made.headers, rng.choice(HEADERS): rng.choice(TEXTS)})
        if kind == 4:
            name = rng.choice(list(made.headers))
            return made._replace(headers={key: text for key, text in made.headers.items() if key != name})
        return made._replace(body=spoiled(made.body, rng))
