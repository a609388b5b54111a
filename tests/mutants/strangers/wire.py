"""What is wrong with every answer of a backend: how errors, JSON, lists, tokens, times and payloads are written."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from asdoc.runtime.http import HttpResponse

from ..mutant import Mutant
from .hooks import Bend, bending

Change = Callable[[dict[str, Any]], Any]
_TYPE = "x-amzn-errortype"
_TOKENS = ("NextToken", "nextToken")


def _json(response: HttpResponse) -> dict[str, Any] | None:
    if "json" not in response.headers.get("content-type", "") or not response.body:
        return None
    try:
        body = json.loads(response.body)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _other(response: HttpResponse, **values: Any) -> HttpResponse:
    return msgspec.structs.replace(response, **values)


def _body(change: Change, *, errors: bool = False) -> Bend:
    """The body with a change: what it gives, or what it made of the body."""

    def bend(response: HttpResponse) -> HttpResponse:
        body = _json(response) if (response.status >= 400) is errors else None
        if body is None:
            return response
        changed = change(body)
        return _other(response, body=json.dumps(body if changed is None else changed).encode())

    return bend


def _list(change: Callable[[list[Any]], Any]) -> Bend:
    """With another list in place of the one that an answer holds."""
    return _body(lambda body: {name: change(held) if isinstance(held, list) else held for name, held in body.items()})


def _error(**values: Any) -> Bend:
    return lambda response: _other(response, **values) if response.status >= 400 else response


def _status(old: int, new: int) -> Bend:
    return lambda response: _other(response, status=new) if response.status == old else response


def _renamed(old: str, new: str) -> Bend:
    def bend(response: HttpResponse) -> HttpResponse:
        headers = dict(response.headers)
        if headers.get(_TYPE) == old:
            headers[_TYPE] = new
        return _other(response, headers=headers, body=response.body.replace(f'"{old}"'.encode(), f'"{new}"'.encode()))

    return bend


def _message(told: Callable[[Any], Any]) -> Bend:
    return _body(
        lambda body: {name: told(held) if name.lower() == "message" else held for name, held in body.items()},
        errors=True,
    )


def _without(*headers: str) -> Bend:
    def bend(response: HttpResponse) -> HttpResponse:
        kept = {name: text for name, text in response.headers.items() if name not in headers}
        return _other(response, headers=kept) if response.status < 400 else response

    return bend


def _payload(told: Callable[[bytes], bytes]) -> Bend:
    def bend(response: HttpResponse) -> HttpResponse:
        if response.status >= 400 or not response.body or _json(response) is not None:
            return response
        return _other(response, body=told(response.body))

    return bend


def _text(pattern: str, told: str) -> Bend:
    found = re.compile(pattern.encode())

    def bend(response: HttpResponse) -> HttpResponse:
        if response.status >= 400 or _json(response) is None:
            return response
        return _other(response, body=found.sub(told.encode(), response.body))

    return bend


def _times(kind: type, told: Callable[[Any], Any]) -> Bend:
    def walk(held: Any) -> Any:
        if isinstance(held, list):
            return [walk(each) for each in held]
        if not isinstance(held, dict):
            return held
        return {
            name: told(each) if name.endswith("At") and isinstance(each, kind) else walk(each)
            for name, each in held.items()
        }

    return _body(walk)


def _never(body: dict[str, Any]) -> dict[str, Any]:
    return {name: held for name, held in body.items() if name not in _TOKENS}


_EVERYWHERE: dict[str, Bend] = {
    "error-html": _error(headers={"content-type": "text/html"}, body=b"<h1>Error</h1>"),
    "error-empty": _error(headers={}, body=b""),
    "error-200": _error(status=200),
    "error-422": _status(400, 422),
    "error-500": _status(400, 500),
    "error-message-absent": _body(
        lambda body: {name: held for name, held in body.items() if name.lower() != "message"}, errors=True
    ),
    "error-message-null": _message(lambda held: None),
    "error-message-list": _message(lambda held: [held]),
    "error-message-number": _message(lambda held: 7),
    "not-found-otherwise": _renamed("ResourceNotFoundException", "NotFoundException"),
    "conflict-otherwise": _renamed("ConflictException", "ResourceConflictException"),
    "200-for-201": _status(201, 200),
    "201-for-200": _status(200, 201),
    "json-bom": lambda response: _bom(response),
    "json-trailing": lambda response: (
        response if _json(response) is None or response.status >= 400 else _other(response, body=response.body + b"}")
    ),
    "json-wrapped": _body(lambda body: {"data": body}),
    "json-texts": _body(
        lambda body: {
            name: str(held) if isinstance(held, int | float) and not isinstance(held, bool) else held
            for name, held in body.items()
        }
    ),
    "json-booleans": _text(r":(true|false)", r':"\1"'),
    "items-empty": _list(lambda held: []),
    "items-reversed": _list(lambda held: held[::-1]),
    "items-double": _list(lambda held: held + held),
    "items-without-first": _list(lambda held: held[1:]),
    "items-without-last": _list(lambda held: held[:-1]),
    "token-never": _body(_never),
    "token-always": _body(lambda body: {_TOKENS["Items" not in body]: "abcd", **body} if _is_list(body) else body),
    "token-number": _body(lambda body: {name: 123 if name in _TOKENS else held for name, held in body.items()}),
}
_OF: dict[str, dict[str, Bend]] = {
    "appconfig": {
        "not-found-400": _status(404, 400),
        "conflict-400": _status(409, 400),
        "invalid-404": _status(400, 404),
        "invalid-otherwise": _renamed("BadRequestException", "ValidationException"),
        "too-large-otherwise": _renamed("PayloadTooLargeException", "BadRequestException"),
        "error-without-type": lambda response: (
            _other(response, headers={name: text for name, text in response.headers.items() if name != _TYPE})
            if response.status >= 400
            else response
        ),
        "200-for-204": _status(204, 200),
        "no-application-id": _without("application-id"),
        "no-profile-id": _without("configuration-profile-id"),
        "no-version-number": _without("version-number"),
        "no-description": _without("description"),
        "no-label": _without("versionlabel"),
        "no-configuration-version": _without("configuration-version"),
        "payload-base64": _payload(base64.b64encode),
        "payload-quoted": _payload(lambda held: json.dumps(held.decode("latin-1")).encode()),
        "payload-with-a-line-end": _payload(lambda held: held + b"\n"),
        "times-as-numbers": _times(str, lambda held: 1_700_000_000.0),
        "times-with-a-blank": _times(str, lambda held: held.replace("T", " ")),
        "times-without-zone": _times(str, lambda held: held.removesuffix("Z").removesuffix("+00:00")),
        "dates-alone": _times(str, lambda held: held[:10]),
        "arn-of-another-account": _text(r"(arn:aws:appconfig:[a-z0-9-]+:)\d{12}", r"\g<1>999999999999"),
        "arn-of-another-region": _text(r"(arn:aws:appconfig:)[a-z0-9-]+:", r"\g<1>xx-moon-1:"),
        "arn-of-another-service": _text(r"arn:aws:appconfig:", "arn:aws:config:"),
        "arn-in-the-plural": _text(r":extension/", ":extensions/"),
    },
    "appconfigdata": {
        "not-found-400": _status(404, 400),
        "invalid-404": _status(400, 404),
        "invalid-otherwise": _renamed("BadRequestException", "ValidationException"),
        "no-details": _body(lambda body: {n: held for n, held in body.items() if n != "Details"}, errors=True),
        "details-as-text": _body(
            lambda body: {n: json.dumps(held) if n == "Details" else held for n, held in body.items()}, errors=True
        ),
        "no-next-token": _without("next-poll-configuration-token"),
        "no-interval": _without("next-poll-interval-in-seconds"),
        "no-label": _without("version-label"),
        "payload-base64": _payload(base64.b64encode),
        "payload-with-a-line-end": _payload(lambda held: held + b"\n"),
    },
    "proton": {
        "invalid-otherwise": _renamed("ValidationException", "InvalidParameterException"),
        "times-as-texts": _times(float, str),
        "arn-of-another-account": _text(r"(arn:aws:proton:[a-z0-9-]+:)\d{12}", r"\g<1>999999999999"),
    },
}

_DATA = {"error-html", "error-empty", "error-200", "error-422", "error-message-absent", "error-message-list",
         "not-found-otherwise", "200-for-201", "201-for-200", "json-wrapped"}  # fmt: skip
"""Of those everywhere, what AppConfig Data can have: it lists nothing, and answers with one member."""
_NOT_PROTON = {"error-422", "200-for-201", "json-booleans"}
"""What Proton has no place for, or is caught as something else: all its errors have one status."""


def _bom(response: HttpResponse) -> HttpResponse:
    whole = response.status < 400 and _json(response) is not None
    return _other(response, body=b"\xef\xbb\xbf" + response.body) if whole else response


def _is_list(body: dict[str, Any]) -> bool:
    return len(body) <= 2 and any(isinstance(held, list) for held in body.values())


def mutants() -> Iterator[Mutant]:
    own = {
        "appconfig": _EVERYWHERE,
        "appconfigdata": {name: bend for name, bend in _EVERYWHERE.items() if name in _DATA},
        "proton": {name: bend for name, bend in _EVERYWHERE.items() if name not in _NOT_PROTON},
    }
    for service, faults in own.items():
        yield from bending(service, {**faults, **_OF[service]})
