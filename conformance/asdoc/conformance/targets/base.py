"""What every target does."""

from __future__ import annotations

import re
from typing import Protocol

from asdoc.runtime.endpoint import parse_endpoint
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import TransportError
from asdoc.runtime.http import HttpRequest, HttpResponse

from .described import Hook


class Target(Protocol):
    """An implementation under test."""

    name: str
    """As the user named it."""
    endpoint: str
    """URL that requests are built for."""
    fresh: bool
    """True where the target can forget everything between two cases, so that nothing has to be cleared away."""

    def send(self, request: HttpRequest) -> HttpResponse:
        """The answer, whatever its status. Raises TransportError where there is none."""
        ...

    def reset(self) -> None:
        """Forget everything, as far as it can. Called before each case where `fresh`, else as its description says."""
        ...

    def close(self) -> None: ...


LARGEST = 64 * 1024 * 1024
"""Bytes of an answer that are taken; no documented case needs a hundredth of it."""
_DEEPEST = 200
"""Brackets within brackets of an answer that are taken: a reader of JSON goes down by calling itself."""
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


def taken(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """The answer, where it can be read without harm. Raises TransportError where it is too large or too deep."""
    body = response.body
    if len(body) > LARGEST:
        raise TransportError(f"reading the answer of {request.method} {request.host}: it has {len(body)} bytes")
    if body.count(b"[") + body.count(b"{") > _DEEPEST:
        depth = deepest = 0
        for match in _BRACKETS.finditer(body):
            sign = body[match.start()]
            if sign in b"[{":
                depth += 1
                deepest = max(deepest, depth)
            elif sign in b"]}":
                depth -= 1
        if deepest > _DEEPEST:
            raise TransportError(
                f"reading the answer of {request.method} {request.host}: it is nested {deepest} levels deep"
            )
    return response


def located(target: Target, url: str) -> tuple[str, str, str]:
    """Scheme, host and path of a hook: a path stands below the target's own address.

    Raises AsdocError where a whole URL names no host to send to.
    """
    if url.startswith("/"):
        scheme, _, rest = target.endpoint.partition("://")
        host, _, base = rest.partition("/")
        return scheme, host, (f"/{base}" if base else "") + url
    scheme, _, rest = url.partition("://")
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    endpoint = parse_endpoint(f"{scheme}://{host}")
    path = rest[len(host) :]
    return endpoint.scheme, endpoint.host, path if path.startswith("/") else f"/{path}"


def call_hook(target: Target, hook: Hook, doing: str, *, seconds: float | None = None) -> HttpResponse:
    """Send a hook's request; gives the answer. Raises AsdocError where it is no success."""
    url, body = hook.url, hook.body
    if seconds is not None:
        told = f"{seconds:g}" if seconds < 1e6 else f"{seconds:.0f}"
        url, body = url.replace("{seconds}", told), body.replace("{seconds}", told)
    scheme, host, path = located(target, url)
    headers = {name.lower(): value for name, value in hook.headers.items()}
    if body and body.lstrip()[:1] in ("{", "["):
        headers.setdefault("content-type", "application/json")
    request = HttpRequest(
        method=hook.method, scheme=scheme, host=host, target=path, headers=headers, body=body.encode()
    )
    where = f"{doing} {target.name} by {hook.method} {hook.url}"
    hint = "Check the hook in the target file, or leave it out."
    try:
        response = target.send(request)
    except TransportError as error:
        raise AsdocError(f"{where}: {error.message}", hint=error.hint or hint) from error
    if not 200 <= response.status < 300:
        raise AsdocError(f"{where}: it answered {response.status}.", hint=hint)
    return response
