"""What was sent and received, as a report may show it: without secrets, and bounded in size."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import msgspec

from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.redaction import HIDDEN, secret_name, shown_headers
from asdoc.runtime.schema import Operation, Service

from .events import Check, Exchange, Message
from .hiding import PLAIN_HEADERS, forms, plain_url, without

BODY = 4096
"""Bytes of a body that are kept."""
_BYTES = 256
"""Bytes that are kept of a body which is no text."""
_MOST = 40
"""Exchanges of one case that are kept."""
_HEADER = 512
_HEADERS = 40


class Sent(NamedTuple):
    """One request as it went out, before anything of it is told."""

    operation: Operation
    own: bool
    request: HttpRequest
    response: HttpResponse | None
    error: str
    seconds: float
    """Time that had passed in the world by then."""


class Showing:
    """What may be shown of the exchanges of one service."""

    def __init__(self, service: Service, added: Sequence[str] = ()) -> None:
        """`added` are secrets that a target sends beside what a request says."""
        self._service = service
        self._added = tuple(added)
        self._names: frozenset[str] | None = None

    def exchanges(self, sent: Sequence[Sent]) -> tuple[Exchange, ...]:
        """The exchanges of a case for its event. What the model calls sensitive is shown where we ourselves sent it."""
        if len(sent) > _MOST:
            # The beginning tells how the world was made, and the end what was judged.
            sent = [*sent[: _MOST // 2], *sent[-_MOST // 2 :]]
        ours = b"".join(each.request.body for each in sent).decode(errors="replace")
        secrets = self.secrets(sent)
        return tuple(self._told(each, ours, secrets) for each in sent)

    def secrets(self, sent: Iterable[Sent]) -> tuple[str, ...]:
        """What went out in hidden headers, the longest first: a target may echo it in an answer."""
        values: set[str] = set()
        for each in sent:
            headers = each.request.headers
            told = _sent_headers(headers, _documented_headers(self._service, each.operation))
            values |= {value for name, value in headers.items() if told[name] == HIDDEN}
        return tuple(sorted({*self._added, *forms(values)}, key=len, reverse=True))

    def _told(self, sent: Sent, ours: str, secrets: Sequence[str]) -> Exchange:
        request, response = sent.request, sent.response
        documented = _documented_headers(self._service, sent.operation)
        received = None
        if response:
            # The message of an error says what went wrong, and some models call even that sensitive.
            sensitive = self._sensitive() if response.status < 400 else frozenset[str]()
            received = _message(_received_headers(response.headers, secrets), response.body, sensitive, ours, secrets)
        return Exchange(
            operation=sent.operation.name,
            own=sent.own,
            method=request.method,
            url=plain_url(request.url),
            signing=self._service.signing_name if "authorization" in request.headers else "",
            sent=_message(_sent_headers(request.headers, documented), request.content()),
            status=response.status if response else 0,
            received=received,
            error=without(sent.error, secrets),
        )

    def _sensitive(self) -> frozenset[str]:
        """Names of members that the model calls sensitive. In an answer they may be somebody's."""
        if self._names is None:
            resolve = self._service.resolve
            self._names = frozenset(
                each
                for shape in self._service.shapes.values()
                for name, node in shape.members.items()
                if node.sensitive or resolve(node).sensitive
                for each in (name, node.name or name)
            )
        return self._names


def told_checks(checks: Iterable[Check], secrets: Sequence[str]) -> tuple[Check, ...]:
    """Checks without the secrets of what was sent, whose values are hidden where their place is named like a secret."""
    return tuple(_told_check(_tellable_check(check), secrets) for check in checks)


def tellable(value: Any) -> Any:
    """A value of an answer as every report can hold it: half a surrogate pair is no UTF-8, and infinity is no JSON."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode(errors="replace").decode()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, dict):
        return {tellable(name): tellable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [tellable(item) for item in value]
    return value


def _tellable_check(check: Check) -> Check:
    now = check.id, check.here, check.found, check.pointer, check.reason
    told = tuple(map(tellable, now))
    if told == now:
        return check
    name, here, found, pointer, reason = told
    return msgspec.structs.replace(check, id=name, here=here, found=found, pointer=pointer, reason=reason)


def _sent_headers(headers: Mapping[str, str], documented: frozenset[str]) -> dict[str, str]:
    told = shown_headers(headers)
    return {
        name: told[name] if name in PLAIN_HEADERS or name in documented or name.startswith("x-amz-meta-") else HIDDEN
        for name in headers
    }


def _received_headers(headers: Mapping[str, str], secrets: Sequence[str]) -> dict[str, str]:
    first = {name: without(value, secrets) for name, value in list(shown_headers(headers).items())[:_HEADERS]}
    return {name: value if len(value) <= _HEADER else value[: _HEADER - 1] + "…" for name, value in first.items()}


def _documented_headers(service: Service, operation: Operation) -> frozenset[str]:
    """Names of headers that carry members of the operation's input: their values are documented literals."""
    shape = service.shapes.get(operation.input)
    members = shape.members.items() if shape else ()
    return frozenset((node.name or name).lower() for name, node in members if node.location == "header")


def _message(
    headers: dict[str, str],
    body: bytes,
    hidden: frozenset[str] = frozenset(),
    ours: str = "",
    secrets: Sequence[str] = (),
) -> Message:
    size = len(body)
    try:
        text = body.decode()
    except UnicodeDecodeError:
        plain_bytes = body
        for secret in secrets:
            plain_bytes = plain_bytes.replace(secret.encode(), HIDDEN.encode())
        kept = plain_bytes[:_BYTES]
        return Message(
            headers=headers,
            body=base64.b64encode(kept).decode(),
            base64=True,
            size=size,
            shown=len(kept),
            altered=plain_bytes != body,
        )
    altered = False
    if body[:1] in (b"{", b"["):
        try:
            tree = json.loads(text)
        except (ValueError, RecursionError):
            tree = None
        plain = _plain(tree, hidden, ours) if tree is not None else None
        if plain != tree:
            text, altered = json.dumps(plain, ensure_ascii=False), True
    plain_text = without(text, secrets)
    altered = altered or plain_text != text
    encoded = plain_text.encode(errors="replace")
    kept = encoded[:BODY]
    whole = len(kept) == len(encoded)
    return Message(
        headers=headers,
        body=kept.decode(errors="ignore"),
        size=size,
        shown=size if whole else min(len(kept), size),
        altered=altered,
    )


def _plain(value: Any, hidden: frozenset[str], ours: str) -> Any:
    """JSON without the values of secret members, nor of `hidden` ones that we did not send ourselves."""
    if isinstance(value, dict):
        return {name: _member(name, item, hidden, ours) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, hidden, ours) for item in value]
    return value


def _member(name: str, item: Any, hidden: frozenset[str], ours: str) -> Any:
    if item in (None, "") or not (secret_name(name) or (name in hidden and not _sent(item, ours))):
        return _plain(item, hidden, ours)
    return HIDDEN


def _sent(item: Any, ours: str) -> bool:
    return isinstance(item, str) and (item in ours or json.dumps(item)[1:-1] in ours)


def _told_check(check: Check, secrets: Sequence[str]) -> Check:
    # Whether a password must be changed is none.
    named = not isinstance(check.found, bool) and _named_secret(f"{check.id}/{check.pointer}")
    if (check.found is None and not check.reason) or (check.outcome == "pass" and not named):
        return check
    found = HIDDEN if named and check.found is not None else _bounded(_hidden_in(check.found, secrets))
    here, reason = _hidden_in(check.here, secrets), without(check.reason, secrets)
    if (found, here, reason) == (check.found, check.here, check.reason):
        return check
    return msgspec.structs.replace(check, found=found, here=here, reason=reason)


def _bounded(value: Any) -> Any:
    """A value that is not too long for a report, else the beginning of it as text."""
    if not isinstance(value, str | list | dict):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return value if len(text) <= BODY else text[:BODY] + "…"


@lru_cache(maxsize=8192)
def _named_secret(place: str) -> bool:
    return any(secret_name(part) for part in place.split("/"))


def _hidden_in(value: Any, secrets: Sequence[str]) -> Any:
    if isinstance(value, str):
        return without(value, secrets)
    if isinstance(value, dict):
        return {name: _hidden_in(item, secrets) for name, item in value.items()}
    if isinstance(value, list):
        return [_hidden_in(item, secrets) for item in value]
    return value
