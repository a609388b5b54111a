"""The reader is no reader of AppConfig: pages of other services, scored against the models they were written from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.model
import pytest
from botocore import xform_name

from asdoc.codegen import installed
from asdoc.codegen.boto3_pages import write_pages
from asdoc.codegen.pages import Node, OperationPage, read_pages

# Streams both ways and documents; map attributes; text protocol with flattened lists; JSON in headers.
SERVICES = ("bedrock-runtime", "sqs", "sts", "lex-runtime", "proton", "appconfig")
HANDWRITTEN = {"bedrock-runtime": {"InvokeModelWithBidirectionalStream"}}
"""Operations that boto3 leaves out of its client, and so of its pages."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("others")
    write_pages(SERVICES, out)
    return out


def operations(folder: Path, service: str) -> dict[str, OperationPage]:
    found = {}
    for path in sorted((folder / service / "client").glob("*.rst")):
        (page,), _ = read_pages(path.name, path.read_bytes())
        if isinstance(page, OperationPage):
            found[page.operation] = page
    return found


def type_of(shape: Any) -> str:
    if getattr(shape, "is_document_type", False):
        return "document"
    kind = str(shape.type_name)
    return {"long": "integer", "character": "string"}.get(kind, kind)


def differences(at: str, node: Node, shape: Any, outer: tuple[str, ...], required: bool) -> Iterator[str]:
    """Where a documented type differs from the modelled one, over all that a page can tell."""
    if shape.name in outer or node.recursive:
        if not (shape.name in outer and node.recursive):
            yield f"{at}: recursion"
        return
    if node.type != type_of(shape):
        yield f"{at}: {node.type} for {type_of(shape)}"
        return
    outer = (*outer, shape.name)
    if node.type == "structure":
        if list(node.members) != list(shape.members):
            yield f"{at}: members"
        if required and sorted(node.required) != sorted(shape.required_members):
            yield f"{at}: required"
        if bool(node.union) != bool(shape.is_tagged_union and shape.documentation):
            yield f"{at}: union"
        if node.eventstream != bool(shape.serialization.get("eventstream")):
            yield f"{at}: event stream"
        for name, member in shape.members.items():
            yield from differences(f"{at}.{name}", node.members[name], member, outer, required)
    elif node.type == "list":
        assert node.member is not None
        yield from differences(f"{at}[]", node.member, shape.member, outer, required)
    elif node.type == "map":
        assert node.value is not None
        yield from differences(f"{at}{{}}", node.value, shape.value, outer, required)
    elif node.type == "string" and list(node.enum) != list(shape.metadata.get("enum", [])):
        yield f"{at}: enum"


@pytest.mark.parametrize("service", SERVICES)
def test_every_fact_of_the_model_that_a_page_can_tell_is_read(folder: Path, service: str) -> None:
    model = botocore.model.ServiceModel(installed.model(service, "service-2"), service)
    pages = operations(folder, service)
    assert set(pages) == set(model.operation_names) - HANDWRITTEN.get(service, set())
    found: list[str] = []
    for name, page in pages.items():
        operation = model.operation_model(name)
        assert page.method == xform_name(name)
        assert bool(page.deprecated) == bool(operation.deprecated), name
        assert [error for error, _ in page.errors] == [error.name for error in operation.error_shapes]
        taken, given = operation.input_shape, operation.output_shape
        assert (page.input is None) == (taken is None or not taken.members), name
        assert (page.output is None) == (given is None), name
        if page.input is not None:
            found += differences(f"{name}.input", page.input, taken, (), True)
        if page.output is not None and not page.output.unexplained:
            found += differences(f"{name}.output", page.output, given, (), False)
    # This one carries no sentence in the model, and the note of a union is printed behind the sentence.
    assert [line for line in found if line != "Converse.output.output: union"] == []


def test_the_examples_are_those_of_the_model(folder: Path) -> None:
    examples = installed.model("appconfig", "examples-1")["examples"]
    count = 0
    for name, page in operations(folder, "appconfig").items():
        modelled = examples.get(name, [])
        assert len(page.examples) == len(modelled), name
        for read, meant in zip(page.examples, modelled, strict=True):
            assert read.caption == meant["description"].strip()
            assert read.params == meant.get("input", {}), name
            output = {key: value for key, value in meant.get("output", {}).items() if key != "ResponseMetadata"}
            assert list(read.output) == list(output)
            count += 1
    assert count == 33


def test_paginators_and_waiters_tell_what_their_models_say(folder: Path) -> None:
    for service in ("appconfig", "proton"):
        paginators = installed.model(service, "paginators-1")["pagination"]
        waiters = installed.model(service, "waiters-2")["waiters"]
        for name, rule in paginators.items():
            page: Any = read_pages(name, (folder / service / "paginator" / f"{name}.rst").read_bytes())[0][0]
            assert (page.name, page.operation, page.method) == (name, name, xform_name(name))
            assert page.page_size == ("limit_key" in rule)
            assert set(page.output.members) >= {key for key in [rule["result_key"]] if "." not in key}
            assert not {rule["input_token"], rule.get("limit_key")} & set(page.input.members if page.input else ())
        for name, rule in waiters.items():
            page = read_pages(name, (folder / service / "waiter" / f"{name}.rst").read_bytes())[0][0]
            assert (page.operation, page.delay, page.max_attempts) == (
                rule["operation"],
                rule["delay"],
                rule["maxAttempts"],
            )
            assert "WaiterConfig" not in page.input.members
