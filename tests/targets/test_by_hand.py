"""The record of what was checked by hand names cases and pages that there are; this needs no target."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from asdoc.conformance.cases.load import load_suite
from tests.targets.catalog import OPTIONAL, ROOT, TARGETS
from tests.targets.repeat import UntoldError, repetitions, sent_body
from tests.targets.tables import entries, finding, title

PAGE = re.compile(r"([a-z_]+\.rst):[1-9][0-9]*")
CITED = re.compile(r"([a-z_]+\.rst)?:(\d+(?:, \d+)*)(?: (\w+Exception|\[REQUIRED\]))?")
BOUNDS = re.compile(r"is (\d+) to (\d+) (?:characters|items|entries)")


def test_each_entry_is_of_a_case_that_there_is_and_tells_what_was_held_sent_and_found() -> None:
    cases = {case.id.partition(".")[2] for case in load_suite("appconfig").file.cases}
    targets = {title(name) for name in (*TARGETS, *OPTIONAL)}
    for case, entry in entries().items():
        assert case in cases
        assert set(entry) == {"held", "sent", "back", "is"}
        assert entry["back"].keys() <= targets
        assert all([entry["held"], entry["sent"], entry["is"], *entry["back"].values()])


def test_each_entry_is_held_to_a_line_of_a_page_that_was_read() -> None:
    pages = json.loads((ROOT / "specs" / "appconfig" / "sources.json").read_text())["pages"]
    read = {page["path"].rpartition("/")[2] for page in pages}
    for case, entry in entries().items():
        named = PAGE.findall(entry["held"])
        assert named, case
        assert set(named) <= read


def test_each_line_that_an_entry_names_says_something_and_the_error_that_it_is_named_for(pages_dir: Path) -> None:
    for case, entry in entries().items():
        lines: list[str] = []
        for page, numbers, word in CITED.findall(entry["held"]):
            if page:
                lines = (pages_dir / "appconfig" / "client" / page).read_text().splitlines()
            said = [lines[int(number) - 1].strip() for number in numbers.split(", ")]
            assert all(said), f"{case} is held to an empty line"
            assert word in said[-1], f"{case}: {word} is not what {said[-1]} says"


def test_each_bound_that_an_entry_tells_is_the_service_models() -> None:
    model = botocore.session.get_session().get_service_model("appconfig")
    told = 0
    for case, entry in entries().items():
        _, operation, *members = case.split(".")
        if bounds := BOUNDS.search(entry["held"]):
            shape: Any = model.operation_model(operation).input_shape
            for name in members[:-1]:
                shape = getattr(shape, {"item": "member"}.get(name, name)) if name.islower() else shape.members[name]
            assert (shape.metadata.get("min", 0), shape.metadata["max"]) == (int(bounds[1]), int(bounds[2])), case
            told += 1
    assert told > 100


@pytest.mark.parametrize(
    ("check", "told"),
    [
        ({"id": "status", "found": "500 text/html"}, "status 500"),
        ({"id": "value:/State@first", "found": "COMPLETE"}, "/State@first COMPLETE"),
        ({"id": "value:/Items@3", "found": [{"Id": "f2f3a5c"}]}, "/Items@3 other items"),
        ({"id": "value:/Width", "found": 0.0}, "/Width 0.0"),
    ],
)
def test_what_is_found_is_told_without_what_differs_from_run_to_run(check: dict[str, Any], told: str) -> None:
    derived = {"id": "content-type", "outcome": "fail", "basis": "derived", "found": "text/html"}
    failed = {**check, "outcome": "fail", "basis": "documented"}
    assert finding({"checks": [derived, failed]}) == told


WHOLE = '{"Name":"a]{","Validators":[{"Type":"x","Content":"' + "ab" * 500 + '"}]}'


def test_a_body_of_which_the_events_hold_the_beginning_is_made_again_as_it_was() -> None:
    (run,) = repetitions({"steps": [{"params": {"Content": {"$repeat": ["ab", 500]}}}]})
    cut = WHOLE[: WHOLE.index("abab") + 400]
    assert sent_body({"body": cut, "size": len(WHOLE), "shown": len(cut)}, [run]) == WHOLE.encode()


def test_a_body_that_the_case_does_not_tell_is_not_guessed() -> None:
    sent = {"body": WHOLE[:700], "size": len(WHOLE), "shown": 700}
    for runs in ([], [("ab", 499)], [("b", 500)]):
        with pytest.raises(UntoldError):
            sent_body(sent, runs)
    with pytest.raises(UntoldError, match="secrets"):
        sent_body({"body": "{}", "size": 2, "shown": 2, "altered": True}, [])
