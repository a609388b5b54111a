"""The layout of the API-changes page, and a page as a source: against the page of the seeds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from asdoc.codegen.diff import against, gains, sides
from asdoc.codegen.diff.render import page
from asdoc.codegen.spec.load import Spec
from asdoc.runtime.errors import AsdocError
from tests.seeds import seed

from .editing import SPECS, committed, edited
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


def _held(
    edit: Callable[[Spec], object], folder: Path, change: Callable[[str], str] = lambda text: text
) -> against.Differing:
    """The page of an edit of AppConfig, changed by hand, against that edit."""
    old, new = committed(), edited(edit)
    path = folder / "page.txt"
    path.write_text(change(page.page(old, new, "2026-01-01")), encoding="utf-8")
    return against.compare("ours", against.claims(path), old, new)


def _gain(shape: str, **members: object) -> Callable[[Spec], None]:
    return lambda spec: spec.shapes[shape]["properties"].update(members)


LONG = {"type": "integer", "x-type": "long"}
DOUBLE = {"type": "number", "x-type": "double"}


@pytest.mark.parametrize(
    "edit",
    [
        _gain("Deployment", Bytes=LONG),
        _gain("CreateApplicationRequest", Sizes={"type": "array", "items": LONG}, Share=DOUBLE),
        _gain("CreateApplicationRequest", Anything={"x-type": "document"}),
        _gain("GetApplicationRequest", Name={"type": "string"}),
        _gain("Application", ApplicationId={"type": "string"}),
    ],
    ids=["long", "list of longs", "document", "what the answer has", "what the request has"],
)
def test_a_page_tells_what_was_gained_whatever_it_is(edit: Callable[[Spec], None], tmp_path: Path) -> None:
    found = _held(edit, tmp_path)
    assert found.agrees, found.lines()
    assert found.agreed > 0


def _add_operation(spec: Spec) -> None:
    told = spec.operations["CreateApplication"]
    spec.operations["CreateQuokka"] = {**told, "name": "CreateQuokka", "method": "create_quokka"}


def test_a_page_that_does_not_say_what_is_required_does_not_agree(tmp_path: Path) -> None:
    assert _held(_add_operation, tmp_path).agrees
    found = _held(_add_operation, tmp_path, lambda text: text.replace("[REQUIRED]\n", "", 1))
    assert (found.claimed, found.unclaimed) == ((), ("create_quokka needs Name",))


def test_a_page_of_another_service_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(page.page(committed(), edited(_add_operation)).replace("Amazon AppConfig", "AWS Proton"))
    side = sides.Side("specs", SPECS, ("appconfig",))
    with pytest.raises(AsdocError, match="of 'AWS Proton', and the two sides have appconfig"):
        against.check(path, side, side, ["appconfig"])
