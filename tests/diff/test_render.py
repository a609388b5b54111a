"""Each format shows every change, and nothing that was read becomes markup, a command or a control sequence."""

from __future__ import annotations

import json

import msgspec
import pytest

from asdoc.codegen.diff import Change, changes, rules
from asdoc.codegen.diff.accept import Accepted
from asdoc.codegen.diff.render import FORMATS
from asdoc.codegen.diff.report import Report, worst
from asdoc.codegen.spec import files
from asdoc.codegen.spec.load import Spec

from .editing import committed, edited

EVIL = "<script>alert(1)</script>\n::error::x[bold]\x1b[31m|`*_ https://evil.example \u202ewww.evil.example"


def _edit(spec: Spec) -> None:
    spec.shapes["GrowthType"]["enum"].append(EVIL)
    del spec.shapes["Deployment"]["properties"]["State"]
    spec.operations["StopDeployment"]["deprecated"] = True


@pytest.fixture(scope="module")
def report() -> Report:
    found = changes(committed(), edited(_edit))
    (removed,) = [change for change in found if change.rule == "output-member-removed"]
    entry = Accepted(removed.fingerprint, "Nobody reads <it>.", "2099-01-01")
    return Report(
        old="a", new=f"b{EVIL}", services=1, changes=found, accepted={removed.fingerprint: entry}, notes=(EVIL,)
    )


@pytest.mark.parametrize("form", [*FORMATS])
def test_every_change_is_shown(report: Report, form: str) -> None:
    text = FORMATS[form](report)
    for change in report.changes:
        if form == "github" and change.fingerprint in report.accepted:
            continue  # nobody needs to look at it
        assert change.fingerprint in text


def test_what_was_read_is_no_markup_in_html(report: Report) -> None:
    text = FORMATS["html"](report)
    assert "<script" not in text
    assert "Nobody reads &lt;it&gt;." in text
    assert "href" not in text
    assert " src=" not in text
    assert "\u202e" not in text


def test_the_page_shows_what_stood_there_before(report: Report) -> None:
    (moved,) = [change for change in report.changes if change.severity == "risky"]
    text = FORMATS["html"](msgspec.structs.replace(report, changes=(_told(moved, before="<a>", after=""),)))
    assert "<p>Before: <code>&lt;a&gt;</code></p>" in text
    assert "<p>After:" not in text


def _told(change: Change, *, before: str, after: str) -> Change:
    return msgspec.structs.replace(change, before=before, after=after)


def test_what_was_read_is_no_command_to_github(report: Report) -> None:
    lines = FORMATS["github"](report).splitlines()
    assert all(line.startswith(("::error title=", "::warning title=", "::notice title=")) for line in lines)
    assert len(lines) == len(report.open()) + 2
    assert "\x1b" not in "".join(lines)


def test_what_was_read_is_no_markup_in_markdown(report: Report) -> None:
    text = FORMATS["markdown"](report)
    assert "<script" not in text
    assert "\n::error" not in text
    assert "\x1b" not in text
    assert "[bold]" not in text
    assert "://" not in text.replace("\\://", "")
    assert "www." not in text
    assert "\u202e" not in text


def test_what_was_read_does_not_command_the_terminal_and_80_columns_are_kept(report: Report) -> None:
    text = FORMATS["text"](report)
    assert "\x1b" not in text
    assert "[bold]" in text  # as text
    assert max(map(len, text.splitlines())) <= 80


def test_json_holds_to_its_published_schema(report: Report) -> None:
    document = json.loads(FORMATS["json"](report))
    files.check(document, "diff", "report")
    assert document["counts"] == {"breaking": 0, "risky": 1, "safe": 1, "docs": 1}
    (accepted,) = [change for change in document["changes"] if "accepted" in change]
    assert accepted["accepted"] == {"reason": "Nobody reads <it>.", "until": "2099-01-01"}


def test_the_worst_changes_are_those_that_break_most_operations() -> None:
    def edit(spec: Spec) -> None:
        spec.shapes["GrowthType"]["enum"].remove("LINEAR")
        del spec.operations["StopDeployment"]
        del spec.shapes["Deployment"]["properties"]["ApplicationId"]

    found = worst(changes(committed(), edited(edit)), 3)
    assert [(change.rule, len(change.operations)) for change in found] == [
        ("input-enum-value-removed", 2),
        ("output-member-removed", 2),
        ("operation-removed", 1),
    ]


def test_every_rule_explains_itself() -> None:
    assert len(rules()) > 100
    for name, rule in rules().items():
        assert len(rule.why) > 15, name
        assert rule.says.format(subject="S", before="B", after="A")
