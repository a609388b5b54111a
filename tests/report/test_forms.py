"""JUnit, CTRF, SARIF, GitHub, badge: each by its own format's rules, whatever the run says."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from asdoc.conformance.events import VERDICTS, Check
from asdoc.conformance.report.as_badge import as_badge
from asdoc.conformance.report.as_ctrf import as_ctrf
from asdoc.conformance.report.as_html import as_html, embedded
from asdoc.conformance.report.as_junit import as_junit
from asdoc.conformance.report.as_sarif import as_sarif
from asdoc.conformance.report.formats import FORMATS
from asdoc.conformance.report.github import as_annotations, as_summary
from asdoc.conformance.report.model import Report, Share
from asdoc.conformance.report.words import percent, place_of, value_text
from tests.report.runs import ATTACKS, case, hostile, one_of_each, report


def xml(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314  our own text


# ---- JUnit: the members that the XSD of Jenkins requires, and their sums ----


def test_junit_counts_what_it_holds() -> None:
    root = xml(as_junit(one_of_each()))
    assert root.tag == "testsuites"
    (suite,) = root.findall("testsuite")
    counts = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    for attribute, element in counts.items():
        assert int(suite.get(attribute, "-1")) == len(list(suite.iter(element)))
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("skipped")) == (
        "6",
        "1",
        "1",
        "3",
    )
    assert suite[0].tag == "properties"
    for each in suite.findall("testcase"):
        assert {"name", "classname", "time"} == set(each.keys())
        assert len(each) <= 1


def test_junit_has_a_suite_a_kind_and_a_class_an_operation() -> None:
    root = xml(as_junit(report(case("A"), case("B", kind="statement"))))
    assert [suite.get("name") for suite in root.findall("testsuite")] == ["library.example", "library.statement"]
    assert [each.get("classname") for each in root.iter("testcase")] == ["library.A", "library.B"]
    assert [each.get("name") for each in root.iter("testcase")] == ["library.example.A.1", "library.statement.B.1"]


def test_junit_tells_a_failure_with_its_page() -> None:
    (failure,) = xml(as_junit(report(case("A", "fail")))).iter("failure")
    assert failure.get("message") == "status: documented 201, found 200"
    assert "library/client/a.rst:12" in (failure.text or "")


def test_junit_is_xml_whatever_a_target_says() -> None:
    root = xml(as_junit(hostile()))
    assert len(list(root.iter("testcase"))) == len(ATTACKS)
    assert root.find(".//script") is None


# ---- CTRF: the members that its schema requires, and its statuses ----


def test_ctrf_has_what_its_schema_requires() -> None:
    document = json.loads(as_ctrf(one_of_each()))
    assert (document["reportFormat"], document["specVersion"]) == ("CTRF", "0.0.0")
    results = document["results"]
    assert results["tool"]["name"] == "asdoc"
    summary = results["summary"]
    assert set(summary) == {"tests", "passed", "failed", "skipped", "pending", "other", "start", "stop"}
    assert all(isinstance(number, int) for number in summary.values())
    statuses = [test["status"] for test in results["tests"]]
    for status in ("passed", "failed", "skipped", "pending", "other"):
        assert summary[status] == statuses.count(status)
    assert summary["tests"] == len(statuses) == 6
    assert summary["start"] == 1767323045000  # 2026-01-02T03:04:05Z
    assert summary["stop"] - summary["start"] == 1500
    for test in results["tests"]:
        assert isinstance(test["name"], str)
        assert isinstance(test["duration"], int)


def test_ctrf_has_no_member_that_its_schema_does_not_know() -> None:
    """Every object of CTRF is closed but for `extra`."""
    known = {
        "results": {"tool", "summary", "tests", "environment", "extra"},
        "tool": {"name", "version", "extra"},
        "environment": {"appName", "testEnvironment", "extra"},
        "test": {"name", "status", "duration", "rawStatus", "suite", "tags", "type", "filePath", "line", "message",
                 "trace"},
    }  # fmt: skip
    for shown in (one_of_each(), hostile(), report()):
        document = json.loads(as_ctrf(shown))
        assert set(document) == {"reportFormat", "specVersion", "generatedBy", "results"}
        results = document["results"]
        assert set(results) <= known["results"]
        assert set(results["tool"]) <= known["tool"]
        assert set(results["environment"]) <= known["environment"]
        for test in results["tests"]:
            assert set(test) <= known["test"]
            assert test["name"]
            assert all(isinstance(part, str) for part in (*test["suite"], *test["tags"]))


def test_ctrf_points_at_the_page_and_keeps_the_verdict() -> None:
    (test,) = json.loads(as_ctrf(report(case("A", "unsupported"))))["results"]["tests"]
    assert (test["status"], test["rawStatus"]) == ("skipped", "unsupported")
    assert (test["filePath"], test["line"]) == ("library/client/a.rst", 12)


# ---- SARIF 2.1.0: the members and values that its schema requires ----

KIND_AND_LEVEL = {
    "fail": ("fail", "error"), "harness-error": ("fail", "error"), "unsupported": ("notApplicable", "none"),
    "blocked": ("review", "none"), "pending": ("review", "none"),
}  # fmt: skip


def sarif(shown: Report) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(as_sarif(shown))
    return document


def test_sarif_has_what_its_schema_requires() -> None:
    for shown in (one_of_each(), hostile(), report()):
        document = sarif(shown)
        assert document["version"] == "2.1.0"
        (log,) = document["runs"]
        rules = log["tool"]["driver"]["rules"]
        assert log["tool"]["driver"]["name"] == "asdoc"
        assert len({rule["id"] for rule in rules}) == len(rules)
        for result in log["results"]:
            assert result["message"]["text"]
            assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
            assert KIND_AND_LEVEL[result["properties"]["verdict"]] == (result["kind"], result["level"])
            for location in [*result.get("locations", []), *result.get("relatedLocations", [])]:
                physical = location["physicalLocation"]
                assert re.fullmatch(r"[!-~]+", physical["artifactLocation"]["uri"]), "a URI reference"
                assert physical["artifactLocation"]["uriBaseId"] in log["originalUriBaseIds"]
                assert physical["region"]["startLine"] >= 1


@pytest.mark.parametrize("shown", [one_of_each(), hostile(), report(case("A", "fail", source=()))])
def test_sarif_has_what_code_scanning_on_github_requires(shown: Report) -> None:
    """Beyond the schema: texts of each rule, and of each result a place without a scheme and the one known hash."""
    (log,) = sarif(shown)["runs"]
    for rule in log["tool"]["driver"]["rules"]:
        assert all(rule[name]["text"] for name in ("shortDescription", "fullDescription", "help"))
    assert log["results"]
    hashes = [result["partialFingerprints"]["primaryLocationLineHash"] for result in log["results"]]
    assert len(set(hashes)) == len(hashes)
    for result in log["results"]:
        (location,) = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert "://" not in uri
        assert not uri.startswith("/")
        assert location["physicalLocation"]["region"]["startLine"] >= 1


def test_the_page_of_an_operation_is_named_as_boto3_names_it() -> None:
    names = {"CreateApplication": "create_application", "DescribeDBInstances": "describe_db_instances"}
    for operation, page in names.items():
        (result,) = sarif(report(case(operation, "fail", source=())))["runs"][0]["results"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == f"library/client/{page}.rst"


def test_sarif_points_at_the_line_of_the_page() -> None:
    (result,) = sarif(report(case("A", "fail")))["runs"][0]["results"]
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "library/client/a.rst", "uriBaseId": "PAGES"}
    assert place["region"] == {"startLine": 12}
    assert result["message"]["text"] == "A, status: documented 201, found 200"


def test_a_case_of_no_single_line_points_at_the_page_and_names_the_reference_of_its_operation() -> None:
    address = "https://docs.aws.amazon.com/goto/WebAPI/appconfig-2019-10-09/CreateApplication"
    shown = report(case("CreateApplication", "fail", source=(address,)))
    (result,) = sarif(shown)["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "library/client/create_application.rst", "uriBaseId": "PAGES"},
        "region": {"startLine": 1},
    }
    assert result["properties"]["references"] == [address]
    assert address in as_summary(shown)
    assert place_of(address).address == address
    assert place_of(address + "?x=1").address == ""


def test_what_follows_from_the_pages_is_never_in_one_score_with_what_they_say() -> None:
    shown = report(case("A"), case("B", "fail", basis="derived"), case("C", "blocked", basis="derived"))
    assert shown.bases == {
        "documented": (Share(1, 1), Share(1, 1)),
        "derived": (Share(0, 1), Share(1, 2)),
    }
    for text in (as_summary(shown), as_html(shown).replace("\N{NO-BREAK SPACE}", " ")):
        assert "1 of 1 (100 %)" in text
        assert "0 of 1 (0 %)" in text


def test_sarif_has_a_result_a_failed_check_and_none_for_what_passes() -> None:
    checks = (
        Check(id="status", outcome="pass", documented=200, found=200),
        Check(id="value:/A", outcome="fail", documented=1, found=2),
        Check(id="value:/B", outcome="fail", documented=1, found=2),
        Check(id="content-type", outcome="fail", basis="derived", documented="a", found="b"),
    )
    results = sarif(report(case("A", "fail", checks=checks), case("B")))["runs"][0]["results"]
    assert [result["ruleId"] for result in results] == ["value", "value"]
    assert len({result["partialFingerprints"]["case/v1"] for result in results}) == 2


def test_a_fault_keeps_its_fingerprint_when_what_was_found_changes() -> None:
    def fingerprint(found: int) -> str:
        check = Check(id="status", outcome="fail", documented=201, found=found)
        (result,) = sarif(report(case("A", "fail", checks=(check,))))["runs"][0]["results"]
        text: str = result["partialFingerprints"]["case/v1"]
        return text

    assert fingerprint(200) == fingerprint(500)


# ---- GitHub ----


def test_the_summary_tells_both_numbers_and_each_failure_with_its_page() -> None:
    text = as_summary(one_of_each())
    assert "**Correctness**: 1 of 2 (50 %)" in text
    assert "**Coverage**: 2 of 6 (33 %)" in text
    assert "reference/services/library/client/verbfail.html" in text
    assert "VerbHarnessError" in text
    assert "VerbBlocked" not in text


def test_the_summary_of_many_failures_stays_below_the_limit_of_github() -> None:
    long = Check(id="x" * 5000, outcome="fail", documented="y" * 5000, found="<" * 5000)
    many = report(*(case(f"A{number}", "fail", checks=(long,)) for number in range(3000)))
    assert len(as_summary(many).encode()) < 1 << 20
    assert "and 2950 more" in as_summary(many)


def test_nothing_of_a_target_is_markup_in_the_summary() -> None:
    lines = as_summary(hostile()).splitlines()
    rows = [line for line in lines if line.startswith("| ✗")]
    assert len(rows) == len(ATTACKS)
    for row in rows:
        assert row.count("|") == 5
        inner = row.replace("| ✗ fail |", "", 1)
        assert not re.search(r"[<>`*@]", inner)
        assert not re.search(r"\]\((?!https://boto3\.amazonaws\.com/)", inner)


def test_annotations_are_workflow_commands_that_nothing_can_break_out_of() -> None:
    lines = list(as_annotations(hostile()))
    assert len(lines) == len(ATTACKS)
    for line in lines:
        found = re.fullmatch(r"::error title=([^:,\n\r]*)::([^\n\r]*)", line)
        assert found, line


def test_annotations_tell_that_there_are_more_than_github_shows() -> None:
    many = report(*(case(f"A{number}", "fail") for number in range(25)))
    lines = list(as_annotations(many))
    assert len(lines) == 10
    assert "16 more cases" in lines[-1]
    assert len(list(as_annotations(report(*many.cases[:10])))) == 10


# ---- the badge ----


def test_the_badge_tells_passed_of_judged_and_in_its_title_what_was_not_judged() -> None:
    root = xml(as_badge(one_of_each()))
    texts = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["library as documented", "1 of 2"]
    assert root.get("aria-label") == "library as documented: 1 of 2 judged cases pass, 2 of 6 could be judged"


def test_the_badge_of_nothing_judged_is_not_green() -> None:
    assert "#1a7f37" in as_badge(report(case()))
    for shown in (report(), report(case("A", "blocked")), report(case(), case("B", "fail"))):
        assert "#1a7f37" not in as_badge(shown)


def test_the_badge_is_an_image_whatever_the_service_is_called() -> None:
    root = xml(as_badge(hostile()))
    allowed = {"svg", "title", "clipPath", "g", "rect", "text"}
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == allowed


# ---- the HTML file, as text; test_browser.py opens it ----


@pytest.mark.parametrize("text", [*ATTACKS, "</SCRIPT >", "<!--", "a\ud800b", "&lt;"])
def test_embedded_json_means_the_same_and_holds_no_sign_of_markup(text: str) -> None:
    made = embedded({text: [text]})
    assert not re.search("[<>&\u2028\u2029]", made)
    plain = text.encode("utf-8", "replace").decode()
    assert json.loads(made) == {plain: [plain]}


def test_the_html_file_names_no_other_file() -> None:
    text = as_html(one_of_each())
    assert not re.search(r"(src|href)=[\"'](?!#|data:,)", text.partition("<script type=")[0])
    assert "@import" not in text
    assert "url(" not in text.replace('fill="url(#p-', "")


def test_every_form_is_made_of_every_run() -> None:
    for shown in (one_of_each(), hostile(), report()):
        for name, form in FORMATS.items():
            assert form.write(shown).encode(), name


# ---- what they have in common ----


@pytest.mark.parametrize(
    ("share", "shown"), [((0, 7), 0), ((7, 7), 100), ((999, 1000), 99), ((1, 1000), 1), ((17, 39), 44), ((0, 0), 0)]
)
def test_only_all_is_a_hundred_per_cent_and_only_nothing_is_none(share: tuple[int, int], shown: int) -> None:
    assert percent(Share(*share)) == shown


@pytest.mark.parametrize(
    ("source", "page", "line"),
    [
        ("a/client/b.rst:12#00", "a/client/b.rst", 12), ("a.rst", "a.rst", 0), ("a:b", "a:b", 0), ("", "", 0),
        ("a:٣", "a:٣", 0), ("a:99999999999", "a:99999999999", 0),
    ],
)  # fmt: skip
def test_the_place_of_a_source(source: str, page: str, line: int) -> None:
    assert place_of(source) == (page, line)


@pytest.mark.parametrize(
    "page", ["../x.rst", "a/../b.rst", "http://evil/x.rst", "a/b.rst?x", "a/b c.rst", "javascript:x.rst"]
)
def test_a_page_that_boto3_does_not_write_has_no_address(page: str) -> None:
    assert place_of(f"{page}:1").address == ""


def test_a_value_is_told_on_one_line_that_moves_no_cursor() -> None:
    assert value_text("a\x1b[2J\nb") == "a\ufffd[2J\ufffdb"
    assert value_text({"a": None}) == '{"a": null}'
    assert value_text("") == '""'
    assert len(value_text("x" * 1000, 50)) == 50


def test_verdicts_are_shown_by_a_sign_of_their_own_each() -> None:
    chips = re.findall(r'class="sign" aria-hidden="true">(.)</span>', as_html(one_of_each()))
    assert len(set(chips)) == len(VERDICTS)
