"""The hand-written files of Proton's spec cite lines that the pages really have, and each line has its test."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import botocore
import pytest

from asdoc.behaviour.proton import Proton
from asdoc.codegen.boto3_pages import write_pages
from asdoc.codegen.pages import hash_of
from asdoc.codegen.spec import files
from tests.behaviour.test_sources import sources_in

SPEC = Path(__file__).resolve().parents[2] / "specs" / "proton"
_CITED = re.compile(r"([a-z_]+)\.rst:(\d+(?:-\d+)?(?:, \d+(?:-\d+)?)*)")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    read_with = json.loads((SPEC / "sources.json").read_text())["versions"]["botocore"]
    if botocore.__version__ != read_with:
        pytest.skip(f"the spec cites pages of botocore {read_with}; {botocore.__version__} is installed")
    out = tmp_path_factory.mktemp("pages")
    write_pages(["proton"], out)
    return out


def cited_by_tests() -> set[tuple[str, int]]:
    """(page, line) of all that a docstring of one of Proton's tests cites."""
    found: set[tuple[str, int]] = set()
    for module in Path(__file__).parent.glob("test_proton_*.py"):
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for page, lines in _CITED.findall(ast.get_docstring(node) or ""):
                    for part in lines.split(", "):
                        first, _, last = part.partition("-")
                        found |= {(page, line) for line in range(int(first), int(last or first) + 1)}
    return found


@pytest.mark.parametrize("name", ["statements.yaml", "resources.yaml"])
def test_every_line_cited_is_what_it_was_when_it_was_read(name: str, pages: Path) -> None:
    cited = list(sources_in(files.load(SPEC / name)))
    assert cited
    for source in cited:
        place, _, digest = source.partition("#")
        page, _, line = place.rpartition(":")
        lines = (pages / page).read_text().split("\n")
        assert hash_of(lines[int(line) - 1]) == digest, source


def test_every_line_that_a_test_cites_says_something(pages: Path) -> None:
    for page, line in cited_by_tests():
        lines = (pages / f"proton/client/{page}.rst").read_text().split("\n")
        assert lines[line - 1].strip(), f"{page}.rst:{line}"


def test_every_statement_is_tested_by_the_line() -> None:
    places = cited_by_tests()
    untested = []
    for statement in files.load(SPEC / "statements.yaml")["statements"]:
        lines = re.findall(r"client/([a-z_]+)\.rst:(\d+)#", " ".join(statement["source"]))
        assert lines, statement["id"]
        if not {(page, int(line)) for page, line in lines} <= places:
            untested.append((statement["id"], sorted({(page, int(line)) for page, line in lines} - places)))
    assert not untested


def test_statements_are_of_operations_that_are_built_and_have_ids_of_their_own() -> None:
    statements = files.load(SPEC / "statements.yaml")["statements"]
    operations = files.load(SPEC / "operations.json")["operations"]
    identifiers = [statement["id"] for statement in statements]
    assert len(identifiers) == len(set(identifiers))
    spoken_of = {operation for statement in statements for operation in statement["operations"]}
    assert spoken_of == {name for name, facts in operations.items() if hasattr(Proton, facts["method"])}
    for statement in statements:
        told = {"id", "operations", "given", "when", "then", "source"}
        assert told <= set(statement) <= told | {"case", "excluded", "basis"}, statement["id"]


def test_resources_name_operations_and_states_that_there_are() -> None:
    resources = files.load(SPEC / "resources.yaml")["resources"]
    operations = files.load(SPEC / "operations.json")["operations"]
    shapes = files.load(SPEC / "shapes.json")["$defs"]
    for name, resource in resources.items():
        for role in ("create", "read", "list", "update", "delete"):
            assert resource.get(role, "GetEnvironment") in operations, (name, role)
        assert resource.get("parent", name) in resources
        if "states" in resource:
            states = resource["states"]
            member = shapes[name]["properties"][states["member"]]
            known = shapes[member["$ref"].rpartition("/")[2]]["enum"]
            assert {*states["reach"], states["initial"]} <= set(known)
