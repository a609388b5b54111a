"""What holds of every merge of pages, whatever is on them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from asdoc.codegen.pages import OperationPage, Text
from asdoc.codegen.pages.facts import Node
from asdoc.codegen.spec.alike import walk
from asdoc.codegen.spec.merge import Merged, merge
from tests.explore import examples

from .test_merge import STATES, final, leaf, listed, seeds_by_hand, struct, told

_NAMES = st.sampled_from(["Id", "State", "Note", "Tags", "Count"])
_LINES = st.integers(3, 150)


def _leaves() -> st.SearchStrategy[Node]:
    enums = st.lists(st.sampled_from(["A", "B", "C", "D"]), unique=True, max_size=3)
    strings = st.builds(lambda values, line: leaf("string", *values, line=line), enums, _LINES)
    return strings | st.builds(lambda line: leaf("integer", line=line), _LINES)


def _structures(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    return st.builds(
        lambda members, line: Node(
            "structure", line, line, members=members, required=[name for name in members if line % 2]
        ),
        st.dictionaries(_NAMES, inner, max_size=4),
        _LINES,
    )


_TREES = st.recursive(_leaves(), lambda inner: _structures(inner) | st.builds(listed, inner), max_leaves=6)


@st.composite
def _pages(draw: st.DrawFn) -> list[tuple[OperationPage, Text]]:
    found = []
    for number in range(draw(st.integers(1, 5))):
        found.append(
            told(
                draw(st.sampled_from(["GetTree", "StopTree"])),
                draw(st.none() | _structures(_TREES)),
                path=f"page{number}",
                date=draw(st.sampled_from(["", "2021-01-01", "2022-02-02", "2023-03-03"])),
                reader=draw(st.sampled_from(["rst", "rendered", "changes"])),
                request=draw(_structures(_TREES)),
                errors=draw(st.lists(st.sampled_from([("Drought", 20), ("Frost", 21)]), unique=True)),
                untold=draw(st.sampled_from([(), ("errors",), ("required",)])),
            )
        )
        found[-1][0].sha256 = f"{number}"
    return found


def facts(merged: Merged) -> list[OperationPage]:
    return [fact.page for fact in merged.facts if isinstance(fact.page, OperationPage)]


@settings(deadline=None, max_examples=examples(25))
@given(_pages(), st.randoms())
def test_the_order_of_the_pages_does_not_matter(pages: list[tuple[OperationPage, Text]], random: Any) -> None:
    before = copy.deepcopy([page for page, _ in pages])
    one = merge(pages)
    shuffled = list(pages)
    random.shuffle(shuffled)
    other = merge(shuffled)
    assert facts(one) == facts(other)
    assert (one.conflicts, one.ages) == (other.conflicts, other.ages)
    assert [page for page, _ in pages] == before, "what a reader handed over was changed"


@settings(deadline=None, max_examples=examples(25))
@given(_pages())
def test_merging_again_changes_nothing(pages: list[tuple[OperationPage, Text]]) -> None:
    once = merge(pages)
    assert facts(merge([*pages, *pages])) == facts(once)
    again = merge([(page, fact.text) for fact, page in zip(once.facts, facts(once), strict=True)])
    assert facts(again) == facts(once)
    assert again.conflicts == []


@settings(deadline=None, max_examples=examples(25))
@given(_pages())
def test_a_page_that_is_newer_than_all_others_stands_as_it_is(pages: list[tuple[OperationPage, Text]]) -> None:
    page, text = told("GetTree", struct(State=leaf("string", *STATES)), date="2025-05-05", request=struct(Id=leaf()))
    dated = [(other, read) for other, read in pages if other.date]
    stands = final(merge([*dated, (page, text)]), "GetTree")
    assert (stands.input, stands.output, stands.errors) == (page.input, page.output, page.errors)


@settings(deadline=None, max_examples=examples(25))
@given(_pages())
def test_whatever_a_page_tells_stands_or_is_in_the_trail(pages: list[tuple[OperationPage, Text]]) -> None:
    merged = merge(pages)
    aside = {(entry["at"], entry["of"], reading) for entry in merged.conflicts for reading in entry["aside"]}
    cut = {entry["at"] for entry in merged.conflicts if entry["of"] in ("member", "type")}
    for page, _ in pages:
        kept = final(merged, page.operation)
        for at, of, reading in readings(page):
            if (at, of, reading) in set(readings(kept)) or (at, of, reading) in aside:
                continue
            assert any(at.startswith((place + ".", place + "[")) or at == place for place in cut), (at, of, reading)


def readings(page: OperationPage) -> Iterator[tuple[str, str, str]]:
    """(at, of, reading) of each fact in the words of the trail."""
    for side in ("input", "output"):
        root = getattr(page, side)
        if root is None:
            continue
        for path, node in walk(root):
            at = f"{page.operation}.{side}" + "".join(path)
            if path and path[-1][0] == ".":
                yield at, "member", "told"
            yield at, "type", node.type
            if node.enum:
                yield at, "enum", "|".join(node.enum)
            if "required" not in page.untold:
                for name in node.members:
                    yield f"{at}.{name}", "required", "required" if name in node.required else "optional"
    if "errors" not in page.untold:
        for name, _ in page.errors:
            yield f"{page.operation}.{name}", "error", "told"


def test_a_page_is_a_value_that_the_merge_may_not_touch() -> None:
    pages = seeds_by_hand()
    before = [msgspec.json.encode(page) for page, _ in pages]
    merge(pages)
    assert [msgspec.json.encode(page) for page, _ in pages] == before
