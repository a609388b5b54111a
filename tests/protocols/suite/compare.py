"""Where what was sent, or read, is not what a case tells."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

from botocore.parsers import RpcV2CBORParser

from asdoc.runtime.names import as_identifier

from .cases import Case, Json
from .meaning import read, same
from .wire import Outcome, Sent, Way


class Difference(NamedTuple):
    what: str
    expected: Any
    found: Any


def sent(case: Case, request: Sent, way: Way) -> Iterator[Difference]:
    told = case.told["serialized"]
    if told.get("method", request.method) != request.method:
        yield Difference("method", told["method"], request.method)
    if _target(told["uri"]) != _target(request.target):
        yield Difference("target", told["uri"], request.target)
    if told.get("body") is not None:
        yield from _body(case.protocol, told["body"], request)
    for name, value in told.get("headers", {}).items():
        if request.header(name) != value:
            yield Difference(f"header {name}", value, request.header(name))
    for name in told.get("requireHeaders", []):
        # it is the connection that tells how long a body is
        if request.header(name) is None and (way.over_socket or name.lower() != "content-length"):
            yield Difference(f"header {name}", "any", None)
    for name in told.get("forbidHeaders", []):
        if request.header(name) is not None:
            yield Difference(f"header {name}", None, request.header(name))
    host = told.get("host", urlsplit(case.endpoint).netloc)
    if (found := _name(request.host, way)) != host:
        yield Difference("host", host, found)
    yield from _head(request, way)


def _head(request: Sent, way: Way) -> Iterator[Difference]:
    """What holds of every request."""
    names = [name.lower() for name, _ in request.headers]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        yield Difference("headers that come once", [], twice)
    if way.over_socket:
        length = request.header("content-length")
        if length is None and request.body and request.header("transfer-encoding") is None:
            yield Difference("header Content-Length", len(request.body), None)
        if length is not None and length != str(len(request.body)):
            yield Difference("header Content-Length", len(request.body), length)


def _name(host: str, way: Way) -> str:
    return host.rpartition(":")[0] if way.over_socket else host


def _target(target: str) -> tuple[str, list[str]]:
    path, _, query = target.partition("?")
    return path, sorted(filter(None, query.split("&")))


def _body(protocol: str, told: str, request: Sent) -> Iterator[Difference]:
    body = request.body
    try:
        expected, found = (_READ[protocol](content) for content in _contents(protocol, told, body))
    except ValueError as error:
        yield Difference("body", told, f"{body!r}, which cannot be read: {error}")
        return
    if not same(expected, found):
        yield Difference("body", told, body)


def _contents(protocol: str, told: str, body: bytes) -> tuple[bytes, bytes]:
    return (base64.b64decode(told) if protocol == "smithy-rpc-v2-cbor" else told.encode()), body


def _json(body: bytes) -> Any:
    try:
        return json.loads(body) if body else b""
    except ValueError:
        return body  # a payload that is no document


def _form(body: bytes) -> Any:
    return parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=bool(body))


def _xml(body: bytes) -> Any:
    if not body.lstrip().startswith(b"<"):
        return body
    return ElementTree.canonicalize(body.decode(), strip_text=True)


def _cbor(body: bytes) -> Any:
    stream = io.BufferedReader(io.BytesIO(body))
    return RpcV2CBORParser().parse_data_item(stream) if body else b""


_READ = {
    "rest-json": _json,
    "json": _json,
    "rest-xml": _xml,
    "query": _form,
    "ec2": _form,
    "smithy-rpc-v2-cbor": _cbor,
}


def answered(case: Case, outcome: Outcome) -> Iterator[Difference]:
    if "error" in case.told:
        yield from _error(case, outcome)
        return
    if outcome.error is not None:
        yield Difference("result", case.told["result"], outcome.error.response)
        return
    shapes = case.model["shapes"]
    expected = case.told["result"]
    if "output" in case.given:
        expected = read(expected, case.given["output"], shapes)
    for what, found in (("result", outcome.result), ("typed result", outcome.typed)):
        found.pop("ResponseMetadata", None)
        if not same(expected, found):
            yield Difference(what, expected, found)


def _error(case: Case, outcome: Outcome) -> Iterator[Difference]:
    error = outcome.error
    if error is None:
        yield Difference("error", case.told["error"], outcome.result)
        return
    shapes, code = case.model["shapes"], case.told.get("errorCode", "")
    shape = next((name for name, shape in shapes.items() if code and code in (name, _code(shape))), None)
    members = read(case.told["error"], {"shape": shape}, shapes) if shape else case.told["error"]
    expected = {"Error": {"Code": code, "Message": case.told.get("errorMessage", "")}, **members}
    found: Json = dict(error.response)
    found.pop("ResponseMetadata")
    found["Error"] = {name: value for name, value in found["Error"].items() if name in ("Code", "Message")}
    if not same(expected, found):
        yield Difference("error", expected, found)
    if error.code != code:
        yield Difference("code of the error", code, error.code)
    kind = as_identifier(shape) if shape and shapes[shape].get("exception") else "ServiceError"
    if type(error).__name__ != kind:
        yield Difference("class of the error", kind, type(error).__name__)


def _code(shape: Json) -> str:
    return str(shape.get("error", {}).get("code", ""))
