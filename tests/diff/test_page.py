"""The layout of the API-changes page, and a page as a source: against the page of the seeds."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from asdoc.codegen.diff import against, gains
from asdoc.codegen.diff.render import page
from asdoc.codegen.spec.load import Spec
from tests.seeds import seed

from .test_models import specs  # noqa: F401 - a fixture

_FACT = re.compile(r"client\..*|\{.*|(\w+ )?\(\w+\) --( \[REQUIRED\])?|\[REQUIRED\]|string|integer|dict|None|.* Syntax")


@pytest.mark.seeds
def test_the_seed_page_and_the_two_models_say_the_same_both_ways(specs: dict[str, Spec]) -> None:  # noqa: F811
    path = seed("003")
    found = against.compare(str(path), against.claims(path), specs["1.27.28"], specs["1.27.29"])
    assert (found.agreed, found.claimed, found.unclaimed) == (13, (), ())


@pytest.mark.seeds
def test_the_layout_has_every_line_of_the_seed_page_but_its_sentences(specs: dict[str, Spec]) -> None:  # noqa: F811
    ours = page.page(specs["1.27.28"], specs["1.27.29"], "2022-07-13").splitlines()
    theirs = seed("003").read_text(encoding="utf-8").splitlines()
    assert ours[0] == theirs[0]
    only_ours, only_theirs = Counter(ours) - Counter(theirs), Counter(theirs) - Counter(ours)
    # The first difference: the sentence of the day is our own. The second: the page's sentences are not there.
    assert list(only_ours) == ["Changes 10 operations are new, 3 take or answer more than before."]
    assert [line for line in only_theirs if _FACT.fullmatch(line)] == []
    assert sum(only_theirs.values()) > 200
    # The third: new operations stand in the order of names, and there in none.
    calls = [[line for line in lines if line.startswith("client.")] for lines in (ours, theirs)]
    assert calls[0] == sorted(calls[1][:10]) + calls[1][10:]


def test_a_page_of_our_own_is_read_again_and_agrees(specs: dict[str, Spec], tmp_path: Path) -> None:  # noqa: F811
    old, new = specs["1.27.28"], specs["installed"]
    path = tmp_path / "page.txt"
    path.write_text(page.page(old, new, "2026-01-01"), encoding="utf-8")
    found = against.compare("ours", against.claims(path), old, new)
    assert found.agrees, found.lines()
    assert found.agreed == len(gains.operations(old, new))


def test_what_a_page_claims_and_what_it_leaves_out_are_told_apart(specs: dict[str, Spec], tmp_path: Path) -> None:  # noqa: F811
    old, new = specs["1.27.28"], specs["1.27.29"]
    path = tmp_path / "page.txt"
    text = page.page(old, new, "2022-07-13")
    path.write_text(text.replace("'InvocationId': 'string'", "'InvocationKey': 'string'"), encoding="utf-8")
    path.write_text(path.read_text().replace("InvocationId (string)", "InvocationKey (string)"), encoding="utf-8")
    found = against.compare("ours", against.claims(path), old, new)
    assert not found.agrees
    assert "get_deployment answers EventLog[].ActionInvocations[].InvocationKey: string" in found.claimed
    assert "get_deployment answers EventLog[].ActionInvocations[].InvocationId: string" in found.unclaimed
