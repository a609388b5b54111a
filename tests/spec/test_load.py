"""A spec that is wrong is refused with the file and the place in it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from asdoc.codegen.spec import SpecError, files, load_spec

SPECS = Path(__file__).resolve().parents[2] / "specs"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(SPECS / "appconfig", tmp_path / "appconfig")
    return tmp_path


def change(path: Path, how: Callable[[Any], object]) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    how(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def test_an_unknown_service_names_those_that_are_there() -> None:
    with pytest.raises(SpecError, match="no spec of 'appconfg'") as told:
        load_spec(SPECS, "appconfg")
    assert "appconfig, appconfigdata, proton" in told.value.hint


@pytest.mark.parametrize(
    ("name", "how", "where"),
    [
        ("operations.json", lambda d: d["operations"]["GetDeployment"].pop("method"), "#/operations/GetDeployment"),
        ("operations.json", lambda d: d["operations"]["GetDeployment"].update(input="No"), "GetDeployment/input"),
        ("operations.json", lambda d: d["operations"]["GetDeployment"].update(errors=["No"]), "errors/0"),
        ("shapes.json", lambda d: d["$defs"].update({"a b": {"type": "object", "properties": {}}}), r"#/\$defs"),
        ("shapes.json", lambda d: d["$defs"]["Monitor"].update(type="list"), r"#/\$defs/Monitor/type"),
        (
            "shapes.json",
            lambda d: d["$defs"]["Monitor"]["properties"].update(X={"$ref": "#/$defs/No"}),
            r"#/\$defs/Monitor/properties/X",
        ),
        ("examples.json", lambda d: d["examples"][0].update(source=["page"]), "#/examples/0/source/0"),
        ("sources.json", lambda d: d["pages"][0].update(sha256="x"), "#/pages/0/sha256"),
    ],
)
def test_a_wrong_file_is_named_with_the_pointer(
    copy: Path, name: str, how: Callable[[Any], object], where: str
) -> None:
    change(copy / "appconfig" / name, how)
    with pytest.raises(SpecError, match=f"{name}.*{where}"):
        load_spec(copy, "appconfig")


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("shapes.json", '{\n"$defs": {', 2),
        ("examples.json", "", 1),
        ("resources.yaml", "service: appconfig\nresources: [", 2),
        ("statements.yaml", "!!python/object/apply:os.system ['true']", 1),
    ],
)
def test_a_file_that_cannot_be_parsed_is_named_with_its_line(copy: Path, name: str, content: str, line: int) -> None:
    (copy / "appconfig" / name).write_text(content)
    with pytest.raises(SpecError, match=rf"{name}:{line}: "):
        load_spec(copy, "appconfig")


def test_a_missing_file_is_named(copy: Path) -> None:
    (copy / "appconfig" / "shapes.json").unlink()
    with pytest.raises(SpecError, match=r"shapes\.json: No such file"):
        load_spec(copy, "appconfig")


def test_the_hash_follows_every_file(copy: Path) -> None:
    before = load_spec(copy, "appconfig").sha256
    assert before == load_spec(SPECS, "appconfig").sha256
    change(copy / "appconfig" / "examples.json", lambda document: document["examples"].pop())
    assert load_spec(copy, "appconfig").sha256 != before


def test_shapes_are_json_schema_that_accepts_what_the_examples_show() -> None:
    spec = load_spec(SPECS, "appconfig")
    Draft202012Validator.check_schema({"$defs": spec.shapes})
    accepted = 0
    for example in spec.examples:
        name = spec.operations[example["operation"]]["input"]
        schema = {"$ref": f"#/$defs/{name}", "$defs": spec.shapes}
        errors = [error.message for error in Draft202012Validator(schema).iter_errors(example["params"])]
        if not example.get("errata"):
            assert errors == [], example["id"]
            accepted += 1
    assert accepted > 20


@pytest.mark.parametrize("path", sorted(files.SCHEMAS.glob("*.json")), ids=lambda path: path.stem)
def test_a_meta_schema_is_a_schema_and_lies_beside_the_specs(path: Path) -> None:
    Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))
    assert (SPECS / "schema" / path.name).read_bytes() == path.read_bytes()
