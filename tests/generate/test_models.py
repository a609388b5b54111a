"""Every answer that a service may give decodes into the model generated for it."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime
from types import ModuleType
from typing import Any, get_type_hints

import msgspec
import pytest

from asdoc.runtime.response import Output, StreamingBody, Structure
from asdoc.runtime.schema import Service, Shape

from .conftest import Install, make_service


@pytest.fixture
def models(garden: Service, install: Install) -> ModuleType:
    return importlib.import_module(f"{install(garden).__name__}.models")


def decode(model: type, text: str) -> Any:
    return msgspec.json.decode(text.encode(), type=model, strict=False)


def test_a_shape_that_holds_itself_decodes_to_any_depth(models: ModuleType) -> None:
    tree = decode(models.Tree, '{"Branches": [{"Branches": [{"ByName": {"left": {"Branch": {}}}}]}]}')
    assert tree.Branches[0].Branches[0].ByName["left"].Branch == models.Branch()


def test_members_named_as_keywords_and_methods_keep_their_documented_names_as_items(models: ModuleType) -> None:
    tree = decode(models.Tree, '{"lambda": "l", "None": 0, "type": "t", "items": ["i"]}')
    assert (tree["lambda"], tree["None"], tree["type"], tree["items"]) == ("l", 0, "t", ["i"])
    assert (tree.lambda_, tree.None_, tree.type, tree.items_) == ("l", 0, "t", ["i"])
    assert dict(tree.items()) == {"lambda": "l", "None": 0, "type": "t", "items": ["i"]}


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ('"2021-09-17T21:59:03Z"', datetime(2021, 9, 17, 21, 59, 3, tzinfo=UTC)),
        ('"2021-09-17T21:59:03.250+00:00"', datetime(2021, 9, 17, 21, 59, 3, 250_000, tzinfo=UTC)),
        ("1631915943", datetime(2021, 9, 17, 21, 59, 3, tzinfo=UTC)),
        ("1631915943.25", datetime(2021, 9, 17, 21, 59, 3, 250_000, tzinfo=UTC)),
    ],
)
def test_a_timestamp_decodes_from_iso_8601_and_from_epoch_seconds(
    models: ModuleType, value: str, moment: datetime
) -> None:
    assert decode(models.Tree, f'{{"Planted": {value}}}').Planted == moment


def test_a_blob_decodes_from_base64(models: ModuleType) -> None:
    assert decode(models.Tree, '{"Photo": "AAEC"}').Photo == b"\x00\x01\x02"


@pytest.mark.parametrize("value", ["1", '"x"', "true", '{"a": [1, {"b": null}]}'])
def test_a_document_decodes_as_whatever_it_is(models: ModuleType, value: str) -> None:
    assert decode(models.Tree, f'{{"Anything": {value}}}').Anything == msgspec.json.decode(value)


def test_a_value_that_no_page_knows_decodes_as_a_string(models: ModuleType) -> None:
    assert decode(models.Tree, '{"Kind": "OAK"}').Kind == "OAK"
    assert decode(models.Tree, '{"Kind": "BAOBAB"}').Kind == "BAOBAB"


def test_a_member_that_no_page_knows_does_no_harm(models: ModuleType) -> None:
    assert decode(models.Tree, '{"Squirrels": 2, "Name": "x"}').Name == "x"


def test_a_union_holds_the_member_that_came(models: ModuleType) -> None:
    fruit = decode(models.Tree, '{"Fruit": {"Pears": 3}}').Fruit
    assert list(fruit) == ["Pears"]


def test_a_value_of_another_type_is_refused(models: ModuleType) -> None:
    with pytest.raises(msgspec.ValidationError, match="Branches"):
        decode(models.Tree, '{"Branches": [1]}')


def test_only_answers_carry_response_metadata(models: ModuleType) -> None:
    assert issubclass(models.Tree, Output)
    assert not issubclass(models.Branch, Output)


def test_arguments_are_typed_with_their_documented_keys(models: ModuleType) -> None:
    hints = get_type_hints(models.SoilDict)
    assert set(hints) == {"Name", "None", "Below", "Kind"}
    assert models.SoilDict.__total__


def test_a_member_may_share_its_name_with_a_type_or_a_builtin(install: Install) -> None:
    names = [
        "str",
        "int",
        "list",
        "dict",
        "datetime",
        "field",
        "Any",
        "bytes",
        "response",
        "Mapping",
        "Colour",
        "Inner",
    ]
    members: dict[str, Any] = {name: {"type": "string"} for name in names}
    members |= {
        "Colour": {"shape": "Colour"},
        "Inner": {"shape": "Inner"},
        "many": {"type": "list", "member": {"shape": "Inner"}},
        "named": {"type": "map", "key": {"type": "string"}, "value": {"type": "integer"}},
        "at": {"type": "timestamp"},
        "raw": {"type": "blob"},
        "open": {"type": "document"},
    }
    service = make_service(
        "hiding",
        {"Go": {"name": "Go", "method": "go", "input": "GoRequest", "output": "Outer"}},
        {
            "GoRequest": {"type": "structure", "members": {"Outer": {"shape": "Outer"}}},
            "Outer": {"type": "structure", "members": members},
            "Inner": {"type": "structure", "members": members},
            "Colour": {"type": "string", "enum": ["RED"]},
        },
    )
    models = importlib.import_module(f"{install(service).__name__}.models")
    told = dict.fromkeys(names, "x") | {
        "Inner": {"str": "deep"},
        "many": [{"list": "l"}],
        "named": {"a": 1},
        "at": 0,
    }
    outer = decode(models.Outer, msgspec.json.encode(told).decode())
    assert outer["Inner"]["str"] == "deep"
    assert outer["many"][0]["list"] == "l"
    assert outer["at"].year == 1970
    assert outer.to_dict().keys() == told.keys()
    assert set(get_type_hints(models.OuterDict)) == set(members)


@pytest.mark.parametrize("name", ["appconfig", "proton"])
def test_every_documented_output_of_a_committed_package_decodes_a_full_sample(name: str) -> None:
    package = importlib.import_module(f"asdoc.{name}")
    models = importlib.import_module(f"asdoc.{name}.models")
    from asdoc.runtime.schema import load_service

    service = load_service(package.__name__)
    outputs = {operation.output for operation in service.operations.values() if operation.output}
    assert len(outputs) > 20
    for output in sorted(outputs):
        sample = _sample(service, service.shapes[output], 3)
        decoded = msgspec.convert(sample, getattr(models, output), strict=False)
        assert isinstance(decoded, Structure)
        assert set(decoded) == set(sample), output


_SCALARS: dict[str, object] = {
    "string": "text",
    "integer": 1,
    "long": 2**40,
    "float": 1.5,
    "double": 2.5,
    "boolean": True,
    "timestamp": 1631915943,
    "blob": "AAEC",
    "document": {"a": [1]},
}


def _sample(service: Service, shape: Shape, depth: int) -> Any:
    """A value that has every member of a shape, `depth` structures deep."""
    streaming = shape.streaming
    shape = service.resolve(shape)
    if streaming or shape.streaming:
        return StreamingBody(b"\x00\x01\x02")
    if shape.type == "structure":
        return {name: _sample(service, node, depth - 1) for name, node in shape.members.items()} if depth else {}
    if shape.type == "list":
        assert shape.member
        return [_sample(service, shape.member, depth)]
    if shape.type == "map":
        assert shape.value
        return {"key": _sample(service, shape.value, depth)}
    return shape.enum[0] if shape.enum else _SCALARS[shape.type]


def test_a_shape_called_as_the_dictionary_of_another_is_not_taken_for_it(install: Install) -> None:
    service = make_service(
        "tags",
        {"Put": {"name": "Put", "method": "put", "input": "PutRequest"}},
        {
            "PutRequest": {"type": "structure", "members": {"Tag": {"shape": "Tag"}, "Other": {"shape": "TagDict"}}},
            "Tag": {"type": "structure", "members": {"Key": {"type": "string"}}},
            "TagDict": {"type": "structure", "members": {"Value": {"type": "string"}}},
        },
    )
    models = importlib.import_module(f"{install(service).__name__}.models")
    assert list(models.TagDict.__annotations__) == ["Key"]
    assert list(models.TagDictDict.__annotations__) == ["Value"]
