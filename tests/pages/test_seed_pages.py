"""The five seeds, fact by fact, as a person has read them (`expected/`)."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from asdoc.codegen.pages import OperationPage, Text, hash_of, identify, read_pages
from tests.pages import expected
from tests.pages.expected import Row, list_of, list_of_node
from tests.seeds import seed

pytestmark = pytest.mark.seeds

_OPERATIONS = [
    (number, entry["operation"]) for number in expected.SEEDS for entry in expected.pages(number)["operations"]
]
_each = pytest.mark.parametrize(("number", "operation"), _OPERATIONS, ids=[f"{n}-{name}" for n, name in _OPERATIONS])
_WORDS = {"structure": "dict", "map": "dict", "timestamp": "datetime"}
"""What a page calls a type."""


def read(number: str) -> tuple[list[OperationPage], Text]:
    path = seed(number)
    pages, text = read_pages(path.name, path.read_bytes())
    return [page for page in pages if isinstance(page, OperationPage)], text


def of(number: str, operation: str) -> tuple[dict[str, Any], OperationPage, Text]:
    """What a person read of the operation, what the reader did, and the page."""
    told = next(entry for entry in expected.pages(number)["operations"] if entry["operation"] == operation)
    pages, text = read(number)
    (page,) = [page for page in pages if page.method == told["method"]]
    return told, page, text


@pytest.mark.parametrize("number", expected.SEEDS)
def test_a_seed_has_the_operations_that_it_has_in_their_order(number: str) -> None:
    told = expected.pages(number)
    pages, _ = read(number)
    assert [page.operation for page in pages] == [entry["operation"] for entry in told["operations"]]
    kinds = [page.delta.kind for page in pages if page.delta is not None]
    assert (kinds.count("new"), kinds.count("updated")) == (told.get("new", 0), told.get("updated", 0))


@_each
def test_an_operation_is_named_and_addressed(number: str, operation: str) -> None:
    told, page, text = of(number, operation)
    about = expected.pages(number)["page"]
    names = (about.get("service", ""), about.get("client", ""), about.get("title", ""))
    assert (page.service, page.client, page.service_title) == names
    quick = identify(text.path, text.text.encode())
    assert next(filter(None, quick)) == next(filter(None, names))
    assert page.reader == about["format"]
    assert page.date == about.get("date", "")
    assert (page.operation, page.operation_derived) == (operation, told.get("derived", False))
    assert page.documentation == told.get("documentation", "")
    lines = told["lines"]
    assert page.method_line == lines["method"]
    assert page.operation_line == lines.get("operation", lines["method"])
    assert page.deprecated == lines.get("deprecated", 0)


@_each
@pytest.mark.parametrize("side", ["input", "output"])
def test_an_operation_takes_and_gives_what_the_page_shows(number: str, operation: str, side: str) -> None:
    told, page, _ = of(number, operation)
    assert list_of_node(getattr(page, side)) == list_of(told.get(side, ""))


@_each
def test_an_operation_raises_the_errors_of_the_page_in_its_order(number: str, operation: str) -> None:
    told, page, _ = of(number, operation)
    assert page.errors == list(told.get("errors", {}).items())
    assert ("errors" in page.untold) == (number == "003")


@_each
def test_an_example_has_every_value_of_the_page(number: str, operation: str) -> None:
    told, page, text = of(number, operation)
    wanted = told.get("examples", [])
    assert len(page.examples) == len(wanted)
    for example, entry in zip(page.examples, wanted, strict=True):
        # As JSON, for 25 is not 25.0, nor 1 true.
        assert json.dumps(example.params, sort_keys=True) == json.dumps(expected.value(entry["params"]), sort_keys=True)
        assert json.dumps(example.output, sort_keys=True) == json.dumps(expected.value(entry["output"]), sort_keys=True)
        lines = entry["lines"]
        found = (example.caption_line, example.params_line, example.output_line)
        assert found == (lines["caption"], lines["params"], lines["output"])
        assert example.caption == text.lines[lines["caption"]].strip()
        assert example.caption.startswith("The following ")
    assert ("examples" in page.untold) == (number == "003")


@_each
def test_what_changed_about_an_operation_is_told(number: str, operation: str) -> None:
    told, page, _ = of(number, operation)
    delta = told.get("delta")
    if delta is None:
        assert page.delta is None
        return
    assert page.delta is not None
    assert page.delta.kind == delta["kind"]
    assert page.delta.line == delta.get("line", told["lines"]["method"])
    assert list_of_node(page.delta.request) == []
    assert list_of_node(page.delta.response) == list_of(delta.get("response", ""))


def test_a_source_is_the_hash_of_its_line() -> None:
    path = seed("000")
    _, text = read_pages(path.name, path.read_bytes())
    line = path.read_text(encoding="utf-8").split("\n")[84]
    assert "'State': 'BAKING'" in line
    assert hash_of(text.lines[85]) == hash_of(line.strip())


# -- what a person wrote down, held against the page itself


@_each
@pytest.mark.parametrize("side", ["input", "output"])
def test_what_was_read_by_hand_stands_in_the_lines_it_names(number: str, operation: str, side: str) -> None:
    """A slip of the person shows here, whatever the reader makes of the page."""
    told = next(entry for entry in expected.pages(number)["operations"] if entry["operation"] == operation)
    lines = ["", *seed(number).read_text(encoding="utf-8").split("\n")]
    for row in list_of(told.get(side, "")):
        name = "" if row.path.endswith(("[]", "{}", "{key}")) else row.path.rpartition(".")[2]
        shown = lines[row.line]
        if name:
            assert re.search(rf"['( ]{name}'?[:=]" if number == "003" else rf"^ *'?{name}'?[:=]", shown), row
        if row.enum:
            values = "|".join(f"'{value}'" for value in row.enum)
            assert f"'{name}': {values}" in shown, row
        if row.bullet:
            assert _explains(number, lines, row, name), row
    if side == "output" and not told.get("output"):
        assert lines[told["lines"]["none"]] == "None"
    for error, line in told.get("errors", {}).items():
        assert error in lines[line]


def _explains(number: str, lines: list[str], row: Row, name: str) -> bool:
    """Whether the explanation in that line is of the node: of its name, its type and its obligation."""
    line, kind = lines[row.bullet].strip(), _WORDS.get(row.type, row.type)
    if line.startswith(":param"):
        stands = [lines[row.bullet - 1].strip(), line.partition(":param ")[2].partition(":")[0]]
        needed = "[REQUIRED]" in line
        return stands == [f":type {name}: {kind}", name] and needed == row.required
    if number == "003" and line == kind:  # a parameter has lost its name
        return (lines[row.bullet + 1] == "[REQUIRED]") == row.required
    told = re.fullmatch(r"(?:[-•] )?(?:\*\*)?(\w*)(?:\*\*)? ?\*?\((\w+)\) (?:--|–)(?:\*)?(.*)", line)
    if told is None or (told[1], told[2]) != (name, kind):
        return False
    return row.required == (number in ("001", "002") and lines[row.bullet + 2].strip() == "[REQUIRED]")
