"""The hand-written files of AppConfig's spec cite lines that the pages really have."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore
import pytest

from asdoc.codegen.boto3_pages import write_pages
from asdoc.codegen.pages import hash_of
from asdoc.codegen.spec import files

SPEC = Path(__file__).resolve().parents[2] / "specs" / "appconfig"


def sources_in(node: Any) -> Iterator[str]:
    """Every value of a `source`, wherever it stands."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "source" and not isinstance(value, dict):  # a member of a call may bear the name, too
                yield from [value] if isinstance(value, str) else value
            else:
                yield from sources_in(value)
    elif isinstance(node, list):
        for item in node:
            yield from sources_in(item)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    read_with = json.loads((SPEC / "sources.json").read_text())["versions"]["botocore"]
    if botocore.__version__ != read_with:
        pytest.skip(f"the spec cites pages of botocore {read_with}; {botocore.__version__} is installed")
    out = tmp_path_factory.mktemp("pages")
    write_pages(["appconfig"], out)
    return out


@pytest.mark.parametrize("name", ["statements.yaml", "resources.yaml"])
def test_every_line_cited_is_what_it_was_when_it_was_read(name: str, pages: Path) -> None:
    cited = list(sources_in(files.load(SPEC / name)))
    assert cited
    for source in cited:
        place, _, digest = source.partition("#")
        page, _, line = place.rpartition(":")
        lines = (pages / page).read_text().split("\n")
        assert hash_of(lines[int(line) - 1]) == digest, source


def test_statements_are_of_known_operations_and_have_ids_of_their_own() -> None:
    statements = files.load(SPEC / "statements.yaml")["statements"]
    operations = files.load(SPEC / "operations.json")["operations"]
    identifiers = [statement["id"] for statement in statements]
    assert len(identifiers) == len(set(identifiers))
    for statement in statements:
        told = {"id", "operations", "given", "when", "then", "source"}
        assert told <= set(statement) <= told | {"case", "excluded", "errors", "basis"}, statement["id"]
        assert set(statement["operations"]) <= set(operations), statement["id"]


def test_resources_name_operations_and_states_that_there_are() -> None:
    resources = files.load(SPEC / "resources.yaml")
    operations = files.load(SPEC / "operations.json")["operations"]
    shapes = files.load(SPEC / "shapes.json")["$defs"]
    for name, resource in resources["resources"].items():
        for role in ("create", "read", "list", "update", "delete"):
            assert resource.get(role, "CreateApplication") in operations, (name, role)
        assert resource.get("parent", name) in resources["resources"]
        if "states" in resource:
            known = shapes[f"{name}State"]["enum"]
            assert {*resource["states"]["reach"], resource["states"]["initial"]} <= set(known)
