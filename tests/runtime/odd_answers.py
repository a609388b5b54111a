"""Odd answers, read by our client and by boto3's: `python -m tests.runtime.odd_answers [SERVICE ...]`.

Over all services of the installed botocore, where none is named. What both make of an answer must be the same: the
dictionary of a success, and of an error its code, message, members and status.
"""

from __future__ import annotations

import io
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from random import Random
from typing import Any, NamedTuple

import boto3
import click
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config as BotocoreConfig
from botocore.exceptions import BotoCoreError, ClientError
from botocore.model import OperationModel

from asdoc.codegen import installed
from asdoc.runtime.exceptions import ServiceError
from asdoc.runtime.http import HttpResponse
from asdoc.runtime.parse import parse
from asdoc.runtime.results import CHANGES

from . import odd_bodies as bodies
from .odd_calls import away
from .tables import model, table
from .test_answers_equal_botocore import readable

_JSON = ("rest-json", "json")
_CBOR = "smithy-rpc-v2-cbor"
_MESSAGES = ("it failed", "é <x>", "multi\nline", "a, b")
_OF_RETRIES = ("RetryAttempts", "MaxAttemptsReached")
_STATUSES = (400, 400, 403, 404, 409, 500, 503, 429)


class Difference(NamedTuple):
    service: str
    operation: str
    answer: HttpResponse
    theirs: Any
    ours: Any


class _Raw(io.BytesIO):
    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


def success(random: Random, operation: OperationModel, protocol: str, told: Any = None) -> HttpResponse:
    """An answer of an operation, which tells `told` where that is given."""
    shape: Any = operation.output_shape
    headers = {"x-amzn-requestid": "r-1"} | ({"smithy-protocol": "rpc-v2-cbor"} if protocol == _CBOR else {})
    if protocol == _CBOR and shape is None:
        del headers["x-amzn-requestid"]  # botocore does not look for it beside an output that is none
    status = int(operation.http.get("responseCode", 200))
    held = told if told is not None else {} if shape is None else bodies.value(random, shape)
    if shape is not None and protocol.startswith("rest-"):
        for name, node in shape.members.items():
            place, wire = node.serialization.get("location"), node.serialization.get("name", name)
            line = bodies.header(random, node, held[name]) if place == "header" and name in held else ""
            if line and "checksum" not in wire.lower():  # what is promised of a body is held to
                headers[wire.lower()] = line
            if place == "headers":
                headers |= {f"{wire}{key}".lower(): "v" for key in ("a", "x-y")}
        held = {name: inner for name, inner in held.items() if not shape.members[name].serialization.get("location")}
        if payload := shape.serialization.get("payload"):
            node = shape.members[payload]
            if node.type_name in ("blob", "string"):
                body = random.choice([b"", b"text", "é".encode()])
            else:
                given = held.get(payload, bodies.value(random, node))
                body = _body(random, operation, protocol, node, given, node.serialization.get("name", payload))
            return HttpResponse(status=status, headers=headers, body=body)
    name = shape.name if shape is not None else "Empty"
    return HttpResponse(status=status, headers=headers, body=_body(random, operation, protocol, shape, held, name))


def _body(random: Random, operation: OperationModel, protocol: str, shape: Any, held: Any, name: str) -> bytes:
    if protocol in _JSON:
        return bodies.json_text(random, bodies.as_json(random, shape, held) if shape is not None else {})
    if protocol == _CBOR:
        return bodies.as_cbor(random, held)
    space = random.choice(["", ' xmlns="http://example.org/doc/"'])
    if protocol == "rest-xml":
        return b"" if shape is None else bodies.as_xml(random, shape, held, name).encode()
    inner = ""
    if shape is not None:
        inner = bodies.as_xml(random, shape, held, shape.serialization.get("resultWrapper", f"{operation.name}Result"))
    told = "<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>"
    if protocol == "ec2":
        members = {} if shape is None else shape.members
        inner, told = _members(random, members, held), "<requestId>r-1</requestId>"
    return f"<{operation.name}Response{space}>{inner}{told}</{operation.name}Response>".encode()


def _members(random: Random, members: Any, held: dict[str, Any]) -> str:
    parts = [bodies.as_xml(random, members[key], each, bodies.tag(members[key], key)) for key, each in held.items()]
    return "".join(parts)


def failure(random: Random, operation: OperationModel, protocol: str, code: str = "") -> HttpResponse:
    """An error as services tell them: that of `code` where it is given, else one of the operation's, or of no page."""
    headers = {"x-amzn-requestid": "r-1"} | ({"smithy-protocol": "rpc-v2-cbor"} if protocol == _CBOR else {})
    known: list[Any] = operation.error_shapes
    shape: Any = random.choice(known) if known and not code and random.random() < 0.7 else None
    if not code:
        code = "Weird.Code" if shape is None else shape.metadata.get("error", {}).get("code", shape.name)
    held = {} if shape is None else bodies.value(random, shape)
    members = {} if shape is None else shape.members
    held = {key: each for key, each in held.items() if not members[key].serialization.get("location")}
    message = random.choice(_MESSAGES)
    status = random.choice(_STATUSES)
    if protocol in (*_JSON, _CBOR):
        told = held if protocol == _CBOR or shape is None else bodies.as_json(random, shape, held)
        told = {key: each for key, each in told.items() if key.lower() not in ("message", "code", "__type")}
        written = random.choice([code, f"com.amazonaws.x#{code}", f"{code}:http://internal/"])
        if protocol == "rest-json" and random.random() < 0.5:
            headers["x-amzn-errortype"] = written
        else:
            told["__type"] = written
        told[random.choice(["message", "Message"]) if protocol != _CBOR else "message"] = message
        body = bodies.as_cbor(random, told) if protocol == _CBOR else bodies.json_text(random, told)
        return HttpResponse(status=status, headers=headers, body=body)
    inner = f"<Type>Sender</Type><Code>{code}</Code>{bodies.element(random, 'Message', bodies.text(random, message))}"
    beside = {key: each for key, each in held.items() if key.lower() not in ("message", "code", "type")}
    inner += _members(random, members, beside)
    if protocol == "ec2":
        text = f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>r-1</RequestID></Response>"
    elif operation.service_model.service_name.startswith("s3"):
        text = f"<Error>{inner}<RequestId>r-1</RequestId></Error>"
    else:
        text = f"<ErrorResponse><Error>{inner}</Error><RequestId>r-1</RequestId></ErrorResponse>"
    return HttpResponse(status=status, headers=headers, body=text.encode())


def differences(name: str, answers: int, seed: int, counts: Counter[str]) -> Iterator[Difference]:
    """Where the clients of a service read so many answers otherwise; `counts` is told what came of each."""
    random = Random(seed * 1_000_003 + zlib.crc32(name.encode()))  # noqa: S311  # what is drawn again is wanted
    service = table(name, resolved=True)
    operations = [
        operation
        for operation in service.operations.values()
        if readable(service, operation) and operation.name not in CHANGES.get(name, {})
    ]
    random.shuffle(operations)
    boto = _boto(name)
    for number in range(answers if operations else 0):
        operation = operations[number % len(operations)]
        described = model(name).operation_model(operation.name)
        answer = (success if random.random() < 0.65 else failure)(random, described, service.protocol)
        try:
            theirs = boto(described, answer)
        except (ValueError, TypeError, AttributeError, BotoCoreError) as error:
            counts[f"not read by botocore: {type(error).__name__}"] += 1
            continue
        if "<Element " in str(theirs):
            counts["read by botocore as an element of XML"] += 1
            continue
        try:
            found = plain(parse(service, operation, answer))
            kind = "a result"
        except ServiceError as error:
            found, kind = _told(error.response), "an error"
        counts[kind] += 1
        if found != theirs:
            yield Difference(name, operation.name, answer, theirs, found)


def _boto(name: str) -> Any:
    """What boto3 makes of an answer to an operation: all of its client but the checks of arguments."""
    client: Any = boto3.client(
        name, region_name="us-east-1", aws_access_key_id="a", aws_secret_access_key="b",
        config=BotocoreConfig(retries={"total_max_attempts": 1}),
    )  # fmt: skip

    def read(operation: OperationModel, answer: HttpResponse) -> Any:
        headers = HTTPHeaders()
        for key, held in answer.headers.items():
            headers[key] = held
        raw: Any = AWSResponse("https://example.org", answer.status, headers, _Raw(answer.body))

        def reply(**_: Any) -> Any:
            return raw

        client.meta.events.register_first("before-send", reply)
        request = {
            "method": "POST", "url": "https://example.org/", "url_path": "/", "query_string": {}, "headers": {},
            "body": b"", "context": {"client_config": client.meta.config, "auth_type": "none", "client_region": "-"},
        }  # fmt: skip
        try:
            http, parsed = client._endpoint.make_request(operation, request)
        finally:
            client.meta.events.unregister("before-send", reply)
        if http.status_code < 300:
            return plain(parsed)
        return _told(ClientError(parsed, operation.name).response)

    return read


def _told(response: Any) -> Any:
    """An error without what boto3 alone, or we alone, say beside it."""
    told = plain(response)
    told["Error"] = {key: told["Error"][key] for key in ("Code", "Message")}
    told["ResponseMetadata"].pop("HostId", None)
    return told


def plain(value: Any) -> Any:
    """Times by the moment they mean, streams by what they hold, and no members that are None."""
    if isinstance(value, dict):
        return {key: plain(held) for key, held in value.items() if held is not None and key not in _OF_RETRIES}
    if isinstance(value, list):
        return [plain(held) for held in value]
    if isinstance(value, datetime):
        return value.timestamp()
    return value.read() if hasattr(value, "read") else value


@click.command()
@click.argument("services", nargs=-1)
@click.option("--answers", default=200, help="For each service.", show_default=True)
@click.option("--seed", default=1, show_default=True)
def main(services: tuple[str, ...], answers: int, seed: int) -> None:
    """Hold what we read of SERVICES against boto3. The exit code is 1 where anything differs."""
    counts: Counter[str] = Counter()
    with away():
        for name in services or installed.services():
            for found in differences(name, answers, seed, counts):
                counts["different"] += 1
                click.echo(f"{name} {found.operation}: {found.answer.status} {found.answer.headers}")
                click.echo(f"  body   {found.answer.body[:900]!r}")
                click.echo(f"  boto3  {str(found.theirs)[:900]}\n  ours   {str(found.ours)[:900]}")
            table.cache_clear()
            model.cache_clear()
    for what, count in counts.most_common():
        click.echo(f"{count:8} {what}")
    if counts["different"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
