"""The result of an answer is the one that botocore reads, into dictionaries and into models alike."""

from __future__ import annotations

import keyword
import sys
from datetime import datetime
from functools import cache
from types import ModuleType
from typing import Any

import pytest
from botocore.awsrequest import HeadersDict
from botocore.parsers import ResponseParserError, create_parser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asdoc.runtime.http import HttpResponse
from asdoc.runtime.parse import ResponsePlan, output_model, parse
from asdoc.runtime.response import Output, StreamingBody
from asdoc.runtime.schema import Operation, Service, Shape
from tests.explore import examples

from . import values
from .tables import model, table

SERVICES = (
    "appconfig", "apigateway", "batch", "dataexchange", "dynamodb", "ecs", "efs", "glacier", "iot", "kafka", "kms",
    "lambda", "lex-runtime", "logs", "mediastore-data", "polly", "proton", "secretsmanager", "sqs",
    "accessanalyzer", "acm", "amplify", "athena", "cognito-idp", "ebs", "eks", "events", "firehose", "glue", "omics",
    "s3vectors", "sesv2", "ssm", "stepfunctions", "wafv2", "xray",
)  # fmt: skip
_quiet = settings(
    deadline=None, max_examples=examples(16), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def readable(service: Service, operation: Operation) -> bool:
    if not operation.output:
        return True
    shape = service.shapes[operation.output]
    return not any(service.resolve(node).eventstream for node in shape.members.values())


def exchanges(service: Service, *, nulls: bool = True) -> st.SearchStrategy[tuple[Operation, HttpResponse]]:
    operations = [operation for operation in service.operations.values() if readable(service, operation)]
    return st.sampled_from(operations).flatmap(
        lambda operation: st.tuples(st.just(operation), values.answers(service, operation, nulls=nulls))
    )


def by_botocore(service: Service, operation: Operation, response: HttpResponse) -> Any:
    output = model(service.service).operation_model(operation.name).output_shape
    headers = HeadersDict(response.headers)
    told = {"status_code": response.status, "headers": headers, "body": response.body}
    shape = service.shapes[operation.output] if operation.output else Shape()
    streams = bool(shape.payload) and service.resolve(shape.members[shape.payload]).type == "blob"
    if streams:
        # botocore hands the open stream through; a marker stands for it
        told["body"] = StreamingBody(response.body)
    return create_parser(service.protocol).parse(told, output)  # type: ignore[arg-type]  # None is an output, too


def comparable(value: Any) -> Any:
    """Times by the moment they mean, and numbers by their value."""
    if isinstance(value, dict):
        return {key: comparable(held) for key, held in value.items() if held is not None}
    if isinstance(value, list):
        return [comparable(held) for held in value]
    return value.timestamp() if isinstance(value, datetime) else value


_SCALARS = {
    "boolean": "bool", "integer": "int", "long": "int", "float": "float", "double": "float", "timestamp": "datetime",
    "blob": "bytes", "string": "str", "document": "Any",
}  # fmt: skip


@cache
def models(name: str) -> ModuleType:
    """Models of a service as the generator writes them: a class for each structure, which may hold itself."""
    service = table(name)
    module = ModuleType(f"models_of_{name.replace('-', '_')}")
    sys.modules[module.__name__] = module
    outputs = {operation.output for operation in service.operations.values()}
    lines = ["from __future__ import annotations", "from datetime import datetime", "from typing import Any, Literal"]
    lines += ["import msgspec", "from asdoc.runtime import response"]
    for shape_name, shape in service.shapes.items():
        if shape.type != "structure":
            continue
        lines.append(f"class {shape_name}(response.{'Output' if shape_name in outputs else 'Structure'}):")
        lines += [f"    {_field(member, _written(service, node))}" for member, node in shape.members.items()]
        lines.append("    pass")
    exec("\n".join(lines), vars(module))  # noqa: S102  # the models of botocore's own services
    return module


def _field(name: str, kind: str) -> str:
    if keyword.iskeyword(name) or hasattr(Output, name):
        return f"{name}_: {kind} | None = msgspec.field(default=None, name={name!r})"
    return f"{name}: {kind} | None = None"


def _written(service: Service, node: Shape) -> str:
    shape = service.resolve(node)
    if shape.type == "structure":
        return node.shape
    if shape.type == "list" and shape.member is not None:
        return f"list[{_written(service, shape.member)}]"
    if shape.type == "map" and shape.value is not None:
        return f"dict[str, {_written(service, shape.value)}]"
    if shape.enum:
        return f"Literal[{', '.join(map(repr, shape.enum))}] | str"
    return _SCALARS[shape.type]


@pytest.mark.parametrize("name", SERVICES)
def test_an_answer_reads_as_botocore_reads_it(name: str) -> None:
    service = table(name)

    @_quiet
    @given(exchanges(service))
    def check(exchange: tuple[Operation, HttpResponse]) -> None:
        operation, response = exchange
        try:
            expected = by_botocore(service, operation, response)
        except (ResponseParserError, TypeError, ValueError):
            return  # botocore's own trouble with a null
        expected["ResponseMetadata"]["RetryAttempts"] = 0
        assert comparable(parse(service, operation, response)) == comparable(expected)

    check()


@pytest.mark.parametrize("name", SERVICES)
def test_a_model_holds_what_botocore_reads(name: str) -> None:
    service = table(name)

    @_quiet
    @given(exchanges(service, nulls=False))
    def check(exchange: tuple[Operation, HttpResponse]) -> None:
        operation, response = exchange
        kind = output_model(models(name), operation)
        expected = by_botocore(service, operation, response)
        expected["ResponseMetadata"]["RetryAttempts"] = 0
        result = ResponsePlan(service, operation, kind).parse(response)
        assert isinstance(result, kind)
        assert comparable(result.to_dict()) == comparable(expected)

    check()
