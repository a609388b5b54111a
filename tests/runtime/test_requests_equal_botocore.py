"""The request for a call is the one that botocore makes: method, URL, headers, body."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree

import msgspec
import pytest
from botocore.awsrequest import create_request_object, prepare_request_dict
from botocore.exceptions import ParamValidationError as Refused
from botocore.serialize import create_serializer
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from asdoc.runtime.exceptions import ParamValidationError
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.schema import Operation, Service
from asdoc.runtime.serialize import build
from tests.explore import examples

from . import values
from .tables import model, table

REST_JSON = (
    "appconfig", "appconfigdata", "apigateway", "batch", "dataexchange", "efs", "glacier", "iot", "kafka", "lambda",
    "lex-runtime", "mediastore-data", "neptune-graph", "polly", "proton", "signer",
)  # fmt: skip
AWS_JSON = ("dynamodb", "ecs", "kinesis", "kms", "logs", "secretsmanager", "sqs", "stepfunctions")
QUERY = ("autoscaling", "cloudformation", "elasticache", "elb", "iam", "rds", "redshift", "sns", "sts", "ses")
EC2 = ("ec2",)
REST_XML = ("cloudfront", "route53", "s3", "s3control")
CBOR = ("arc-region-switch", "cloudwatch")
ENDPOINT = "https://service.eu-west-1.amazonaws.com"
_quiet = settings(
    deadline=None, max_examples=examples(20), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def comparable(service: Service, operation: Operation) -> bool:
    """False where boto3 has no such call: streams of events, and payloads that botocore cannot write."""
    if not operation.input:
        return True
    shape = service.shapes[operation.input]
    if any(service.resolve(node).eventstream for node in shape.members.values()):
        return False
    return not shape.payload or service.resolve(shape.members[shape.payload]).type in ("structure", "blob", "string")


def calls(service: Service) -> st.SearchStrategy[tuple[Operation, dict[str, Any]]]:
    operations = [operation for operation in service.operations.values() if comparable(service, operation)]
    return st.sampled_from(operations).flatmap(
        lambda operation: st.tuples(st.just(operation), values.arguments(service, operation))
    )


def by_botocore(service: Service, operation: Operation, arguments: dict[str, Any], endpoint: str) -> dict[str, Any]:
    serialized = create_serializer(service.protocol).serialize_to_request(
        arguments, model(service.service.removeprefix("plain ")).operation_model(operation.name)
    )
    prepare_request_dict(serialized, endpoint)
    request = create_request_object(serialized)
    return canonical(request.method, request.url, dict(request.headers.items()), request.data)


def by_us(request: HttpRequest) -> dict[str, Any]:
    return canonical(request.method, request.url, request.headers, request.body)


def canonical(method: str, url: str, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    parts = urlsplit(url)
    headers = {name.lower(): str(value) for name, value in headers.items()}
    parsed: Any = body
    told = headers.get("content-type", "")
    if isinstance(body, dict):
        parsed = sorted((key, str(value)) for key, value in body.items())  # a form, as botocore holds it
    elif "form-urlencoded" in told:
        parsed = sorted(parse_qsl(body.decode(), keep_blank_values=True, strict_parsing=True))
    elif "json" in told and body:
        with suppress(ValueError):  # a body that is the caller's own may be called JSON, and be none
            parsed = json.loads(body)
    elif body[:1] == b"<" and "xml" in headers.get("content-type", "xml"):
        parsed = ElementTree.canonicalize(body.decode(), strip_text=False)
        # botocore escapes a carriage return in two operations of S3 alone; elsewhere a reader takes it for a new line
        parsed = parsed.replace("&#xD;\n", "\n").replace("&#xD;", "\n")
    return {
        "method": method,
        "address": (parts.scheme, parts.netloc, parts.path),
        "query": sorted(parse_qsl(parts.query, keep_blank_values=True)),
        "headers": {name: _unpacked(value) for name, value in headers.items()},
        "body": parsed,
    }


def _unpacked(value: str) -> Any:
    """A JSON value in a header, in which two writers may escape differently; any other value as it is."""
    try:
        return json.loads(base64.b64decode(value, validate=True))
    except ValueError:
        return value


def protocol_alone(name: str) -> Service:
    """A service without what clients do to its requests beyond the protocol, which botocore's serializers do not do."""
    service = table(name)
    operations = {
        key: msgspec.structs.replace(
            operation, compressed=False, checksum_required=False, checksum_algorithm_member="", checksum_mode_member=""
        )
        for key, operation in service.operations.items()
    }
    return msgspec.structs.replace(service, service=f"plain {name}", operations=operations)


@pytest.mark.parametrize("name", [*REST_JSON, *AWS_JSON, *QUERY, *EC2, *REST_XML, *CBOR])
def test_the_request_is_the_one_that_botocore_makes(name: str) -> None:
    service = protocol_alone(name)

    @_quiet
    @given(calls(service), st.sampled_from([ENDPOINT, "http://127.0.0.1:5000", "http://localhost/base/"]))
    def check(call: tuple[Operation, dict[str, Any]], endpoint: str) -> None:
        operation, arguments = call
        members = service.shapes[operation.input].members if operation.input else {}
        # a token that the caller leaves out is made by each client for itself
        arguments |= {key: "a" * 36 for key, node in members.items() if node.idempotent and key not in arguments}
        try:
            ours = by_us(build(service, operation, arguments, endpoint=endpoint))
        except ParamValidationError as error:
            assume("XML cannot hold" not in str(error))  # botocore writes what no parser takes
            raise
        theirs = by_botocore(service, operation, arguments, endpoint)
        if "content-type" not in theirs["headers"] and ours["body"]:
            # where botocore is silent, the protocols are not
            assert ours["headers"].pop("content-type") in ("application/xml", "application/octet-stream", "text/plain")
        assert ours == theirs

    check()


WRONG: list[Any] = [
    5,
    "not a time",
    None,
    [],
    {},
    b"raw",
    1.5,
    object(),
    [None],
    {"unknown": 1},
    {"a": object()},
    (),
    -1,
]


@pytest.mark.parametrize("name", ["appconfig", "proton", "lambda", "iot", "dynamodb", "ecs"])
def test_arguments_are_refused_where_botocore_refuses_them(name: str) -> None:
    service = table(name)

    @_quiet
    @given(calls(service), st.data())
    def check(call: tuple[Operation, dict[str, Any]], data: st.DataObject) -> None:
        operation, arguments = call
        if not operation.input:
            return  # botocore lets any argument pass and sends none of them; ours are refused
        spoiled = spoil(arguments, data)
        try:
            build(service, operation, spoiled, endpoint=ENDPOINT)
        except ParamValidationError as error:
            refused = "\n".join(error.problems)
        else:
            refused = ""
        try:
            by_botocore(service, operation, spoiled, ENDPOINT)
        except Refused:
            assert refused
        except Exception:  # noqa: BLE001  # botocore's own bug with what its check let pass
            return
        else:
            assert not refused

    check()


def spoil(arguments: dict[str, Any], data: st.DataObject) -> dict[str, Any]:
    """The arguments with one of them, however deep, taken out, added, or replaced by what may be wrong."""

    def change(value: Any) -> Any:
        if isinstance(value, dict) and value and data.draw(st.booleans()):
            key = data.draw(st.sampled_from(sorted(value, key=str)))
            return {**value, key: change(value[key])}
        if isinstance(value, list) and value and data.draw(st.booleans()):
            return [change(value[0]), *value[1:]]
        if isinstance(value, dict) and value and data.draw(st.booleans()):
            return dict(list(value.items())[1:])
        return data.draw(st.sampled_from(WRONG))

    if arguments and data.draw(st.sampled_from([False, True, True, True])):
        key = data.draw(st.sampled_from(sorted(arguments)))
        changed = change(arguments[key])
        # at the top, None says that an argument was not given
        return {**arguments, key: 5 if changed is None else changed}
    return {**arguments, "NoSuchArgument": 1} if data.draw(st.booleans()) else dict(list(arguments.items())[1:])
