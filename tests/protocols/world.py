"""From cases to clients: the cases of a protocol are one service, whose model goes the way that any kept model goes.

A case has shapes of its own. What a test knows of it stands in the case: what is given, and what must be sent; or what
is answered, and what must be read.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from botocore.awsrequest import HeadersDict, create_request_object, prepare_request_dict
from botocore.model import ServiceModel
from botocore.parsers import create_parser
from botocore.serialize import create_serializer
from click.testing import CliRunner

from asdoc.cli.main import cli
from asdoc.runtime.http import HttpRequest, HttpResponse

Json = dict[str, Any]
VERSION = "2024-01-01"
ENDPOINT = "https://example.org"


class Kind(NamedTuple):
    """A service of one protocol: what stands in its metadata."""

    protocol: str
    metadata: Mapping[str, Any] = {}


KINDS: dict[str, Kind] = {
    "restjson": Kind("rest-json"),
    "restxml": Kind("rest-xml"),
    "xmlspaced": Kind("rest-xml", {"xmlNamespace": "https://example.org/doc"}),
    "jsonten": Kind("json", {"jsonVersion": "1.0", "targetPrefix": "Jsonten"}),
    "jsoneleven": Kind("json", {"jsonVersion": "1.1", "targetPrefix": "Jsoneleven"}),
    "jsonquery": Kind("json", {"jsonVersion": "1.0", "targetPrefix": "Jsonquery", "awsQueryCompatible": {}}),
    "awsquery": Kind("query", {"xmlNamespace": "https://example.org/doc"}),
    "ectwo": Kind("ec2", {"xmlNamespace": "https://example.org/doc"}),
    "cbor": Kind("smithy-rpc-v2-cbor", {"targetPrefix": "Cbor"}),
}


class Case(NamedTuple):
    """One operation of a service, and one call of it."""

    service: str
    name: str
    """Of the operation: no two of a service are alike."""
    shapes: Mapping[str, Json] = {}
    """By names of their own: `In` is the input, `Out` the output, and the names are made those of the case."""
    http: str = "POST /"
    operation: Mapping[str, Any] = {}
    """Further traits of the operation."""
    input: Mapping[str, Any] = {}
    """Further traits of the reference to the input."""
    output: Mapping[str, Any] = {}
    errors: tuple[str, ...] = ()
    given: Mapping[str, Any] = {}
    # what is sent
    target: str = ""
    """The path and query that are sent; empty for those of `http`."""
    headers: Mapping[str, str | None] = {}
    """Headers that are sent so; None for those that are not sent."""
    body: Any = None
    """The body, as its protocol reads it; None where it is not looked at."""
    host: str = ""
    unlike: str = ""
    """Why botocore sends something else."""
    # what is answered
    status: int = 200
    told: Mapping[str, str] = {}
    """Headers of the answer."""
    answer: bytes | None = None
    result: Any = None
    code: str = ""
    """Of the error that the answer is."""
    kind: str = ""
    """The class of that error, where it is another than the code says."""

    @property
    def method(self) -> str:
        return "".join(f"_{char.lower()}" if char.isupper() else char for char in self.name).lstrip("_")


def structure(*required: str, **members: Any) -> Json:
    """A structure; a member is the name of a shape, or that name and its traits."""
    told = {name: {"shape": held} if isinstance(held, str) else held for name, held in members.items()}
    return {"type": "structure", "members": told} | ({"required": list(required)} if required else {})


def of(shape: str, **traits: Any) -> Json:
    return {"shape": shape, **traits}


def listed(member: str | Json, **traits: Any) -> Json:
    return {"type": "list", "member": of(member) if isinstance(member, str) else member, **traits}


def mapped(value: str | Json, key: str | Json = "String", **traits: Any) -> Json:
    held = {"key": of(key) if isinstance(key, str) else key, "value": of(value) if isinstance(value, str) else value}
    return {"type": "map", **held, **traits}


COMMON: dict[str, Json] = {
    "String": {"type": "string"},
    "Integer": {"type": "integer"},
    "Long": {"type": "long"},
    "Float": {"type": "float"},
    "Double": {"type": "double"},
    "Boolean": {"type": "boolean"},
    "Blob": {"type": "blob"},
    "Stream": {"type": "blob", "streaming": True},
    "LongStream": {"type": "blob", "streaming": True, "requiresLength": True},
    "Timestamp": {"type": "timestamp"},
    "DateTime": {"type": "timestamp", "timestampFormat": "iso8601"},
    "HttpDate": {"type": "timestamp", "timestampFormat": "rfc822"},
    "EpochSeconds": {"type": "timestamp", "timestampFormat": "unixTimestamp"},
    "Enum": {"type": "string", "enum": ["Foo", "Bar"]},
    "Document": {"type": "structure", "members": {}, "document": True},
    "StringList": listed("String"),
    "IntegerList": listed("Integer"),
    "BooleanList": listed("Boolean"),
    "DoubleList": listed("Double"),
    "TimestampList": listed("Timestamp"),
    "EnumList": listed("Enum"),
    "StringMap": mapped("String"),
    "StringListMap": mapped("StringList"),
}


def model(service: str, cases: list[Case]) -> Json:
    """The service-2.json of a service with an operation a case."""
    kind = KINDS[service]
    shapes = dict(COMMON)
    operations: Json = {}
    for case in cases:
        method, _, uri = case.http.partition(" ")
        told: Json = {"name": case.name, "http": {"method": method, "requestUri": uri}, **case.operation}
        if not method:
            del told["http"]
        for side, name, traits in (("input", "In", case.input), ("output", "Out", case.output)):
            if name in case.shapes:
                told[side] = {"shape": case.name + name, **traits}
        if case.errors:
            told["errors"] = [{"shape": case.name + name} for name in case.errors]
        operations[case.name] = told
        shapes |= {case.name + name: _renamed(shape, case) for name, shape in case.shapes.items()}
    metadata = {
        "apiVersion": VERSION,
        "endpointPrefix": service,
        "protocol": kind.protocol,
        "serviceId": service.capitalize(),
        "serviceFullName": service.capitalize(),
        "signatureVersion": "v4",
        "uid": f"{service}-{VERSION}",
        **kind.metadata,
    }
    return {"version": "2.0", "metadata": metadata, "operations": operations, "shapes": shapes}


def _renamed(shape: Any, case: Case) -> Any:
    """A shape with its references made those of the case, where these are to its own shapes."""
    if isinstance(shape, dict):
        return {
            key: case.name + held if key == "shape" and held in case.shapes else _renamed(held, case)
            for key, held in shape.items()
        }
    return [_renamed(held, case) for held in shape] if isinstance(shape, list) else shape


@contextmanager
def packages(folder: Path, cases: list[Case]) -> Iterator[None]:
    """All services of the cases as packages, made by the commands, that can be imported."""
    services = sorted({case.service for case in cases})
    for service in services:
        kept = folder / "data" / service / VERSION
        kept.mkdir(parents=True)
        told = model(service, [case for case in cases if case.service == service])
        (kept / "service-2.json").write_text(json.dumps(told), encoding="utf-8")
    specs, out = str(folder / "specs"), str(folder / "made")
    for command in (["extract", "--model", str(folder / "data")], ["generate", "--specs", specs]):
        ran = CliRunner().invoke(cli, [*command, "--out", specs if command[0] == "extract" else out])
        assert ran.exit_code == 0, ran.output or ran.exception
    sys.path.insert(0, out)
    try:
        yield
    finally:
        sys.path.remove(out)
        for name in [name for name in sys.modules if name.partition(".")[0] in services]:
            del sys.modules[name]


def sent(case: Case, answer: HttpResponse | None = None) -> tuple[HttpRequest, Any]:
    """What a call of the case sends, and what it gives back for an answer."""
    seen: list[HttpRequest] = []

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return answer or EMPTY[KINDS[case.service].protocol]

    client = importlib.import_module(case.service).Client("eu-west-1", backend=handle, endpoint_url=ENDPOINT)
    result = getattr(client.with_options(max_attempts=1), case.method)(**case.given)
    return seen[0], result


EMPTY = {
    "rest-json": HttpResponse(status=200),
    "rest-xml": HttpResponse(status=200),
    "json": HttpResponse(status=200, body=b"{}"),
    "query": HttpResponse(status=200, body=b"<R/>"),
    "ec2": HttpResponse(status=200, body=b"<R/>"),
    "smithy-rpc-v2-cbor": HttpResponse(status=200, headers={"smithy-protocol": "rpc-v2-cbor"}),
}


def by_botocore(case: Case) -> Any:
    """The request that botocore makes of the case."""
    described = ServiceModel(model(case.service, [case]), case.service)
    given = {name: value for name, value in case.given.items() if value is not None}
    serializer = create_serializer(KINDS[case.service].protocol, include_validation=False)
    serialized = serializer.serialize_to_request(given, described.operation_model(case.name))
    prepare_request_dict(serialized, ENDPOINT)
    return create_request_object(serialized)


def read_by_botocore(case: Case) -> Any:
    """What botocore reads of the answer of a case."""
    described = ServiceModel(model(case.service, [case]), case.service)
    operation = described.operation_model(case.name)
    parser = create_parser(KINDS[case.service].protocol)
    told: Json = {"headers": HeadersDict(case.told), "body": case.answer, "status_code": case.status, "context": {}}
    if operation.has_streaming_output:
        told["body"] = _Raw(case.answer or b"")
    parsed: Any = parser.parse(told, operation.output_shape)  # type: ignore[arg-type]  # None is an output, too
    if case.status >= 300:
        found = next(
            (
                shape
                for shape in operation.error_shapes
                if shape.name == parsed["Error"].get("QueryErrorCode", parsed["Error"]["Code"])
            ),
            None,
        )
        if found is not None:
            parsed.update(parser.parse(told, found))
    return parsed


class _Raw:
    """A body that streams, as botocore hands it on."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    def read(self) -> bytes:
        return self.body
