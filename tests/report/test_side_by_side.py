"""`asdoc matrix` and `asdoc compare`: several runs of the same cases."""

from __future__ import annotations

from collections import Counter

import pytest

from asdoc.conformance.events import VERDICTS, Check, Exchange, Message
from asdoc.conformance.report.compare import Change, compare
from asdoc.conformance.report.matrix import as_markdown, as_matrix_html, cell_text, column_names, matrix, summary_rows
from asdoc.conformance.report.model import Report
from asdoc.runtime.errors import AsdocError
from tests.report.runs import case, hostile, one_of_each, report


def changes(old: Report, new: Report) -> list[tuple[str, str, bool]]:
    return [(change.id.split(".")[2], change.change, change.regression) for change in compare(old, new)]


@pytest.mark.parametrize("after", VERDICTS)
@pytest.mark.parametrize("before", VERDICTS)
def test_a_case_that_passed_and_one_that_newly_fails_are_regressions(before: str, after: str) -> None:
    found = compare(report(case(verdict=before)), report(case(verdict=after)))
    if before == after:
        assert found == []
        return
    (change,) = found
    assert change.regression == (before == "pass" or after == "fail")
    assert (change.change == "better") == (after == "pass" or (before == "fail" and after != "fail"))


def test_a_case_that_is_gone_is_a_regression_and_a_new_one_only_where_it_fails() -> None:
    old = report(case("Gone"), case("Stays"))
    new = report(case("Stays"), case("New"), case("NewFails", "fail"), case("NewBlocked", "blocked"))
    assert changes(old, new) == [
        ("Gone", "gone", True),
        ("New", "added", False),
        ("NewBlocked", "added", False),
        ("NewFails", "added", True),
    ]


def failing(*checks: tuple[str, object, object], here: object = None) -> Report:
    made = tuple(
        Check(id=name, outcome="fail", documented=documented, found=found, here=here)
        for name, documented, found in checks
    )
    return report(case(verdict="fail", checks=made))


def test_another_failure_of_the_same_case_is_told_and_is_no_regression() -> None:
    assert changes(failing(("status", 201, 200)), failing(("status", 201, 500))) == [("GetShelf", "other", False)]
    assert changes(failing(("status", 201, 200)), failing(("status", 201, 200))) == []


def test_the_same_failure_with_other_live_values_is_the_same() -> None:
    """An id is another in each run."""
    one, other = failing(("value:/Id", "abc", "x1"), here="x0"), failing(("value:/Id", "abc", "y1"), here="y0")
    assert changes(one, other) == []


def refused(found: str, url: str, *, sent: str = "", answer: str = "") -> Report:
    """A run whose only case fails with that, after a request of that kind."""
    exchange = Exchange(
        operation="GetShelf",
        own=True,
        method="GET",
        url=url,
        sent=Message(body=sent),
        status=404,
        received=Message(body=answer),
    )
    check = Check(id="status", outcome="fail", documented=200, found=found)
    return report(case(verdict="fail", checks=(check,), exchanges=(exchange,)))


def test_the_same_failure_that_tells_a_live_id_is_the_same() -> None:
    one = refused("404 (no shelf f3k9qa2)", "http://h/shelves/f3k9qa2?max=500")
    other = refused("404 (no shelf 0zk21bb)", "http://h/shelves/0zk21bb?max=500")
    assert changes(one, other) == []
    given = (
        refused('["b-1"]', "http://h/", answer='{"Id":"b-1"}'),
        refused('["b-2"]', "http://h/", answer='{"Id":"b-2"}'),
    )
    assert changes(*given) == []
    named = refused("409 (asdoc-11 is taken)", "http://h/", sent='{"Name":"asdoc-11"}')
    again = refused("409 (asdoc-22 is taken)", "http://h/", sent='{"Name":"asdoc-22"}')
    assert changes(named, again) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2026-11-21T10:00:00Z", "2026-11-22T11:30:05.5+01:00", True),
        ("1795255200.25", "1795259999", True),
        ("1795255200", "179525520", False),
        ("404", "500", False),
        ("an f3k9qa2", "a 0zk21bb", False),
    ],
)
def test_times_of_a_run_are_its_own_and_numbers_are_not(one: str, other: str, same: bool) -> None:
    before, after = refused(one, "http://h/f3k9qa2"), refused(other, "http://h/0zk21bb")
    assert (changes(before, after) == []) is same


def test_what_both_runs_sent_is_no_live_value() -> None:
    """Else the wrong one of two names would be as good as the other."""
    one = refused("first", "http://h/", sent='{"a":"first","b":"second"}')
    other = refused("second", "http://h/", sent='{"a":"first","b":"second"}')
    assert changes(one, other) == [("GetShelf", "other", False)]


def test_cases_are_found_again_in_any_order() -> None:
    one = report(case("A"), case("B", "fail"))
    assert compare(one, report(*reversed(one.cases))) == []


def test_what_got_worse_comes_first() -> None:
    old = report(case("A", "fail"), case("B"), case("C"))
    new = report(case("A"), case("B"), case("C", "fail"))
    assert [change.change for change in compare(old, new)] == ["worse", "better"]
    assert compare(old, new)[0] == Change(
        "library.example.C.1", "worse", "pass", "fail", "status: documented 201, found 200"
    )


def test_a_matrix_has_a_column_a_target_and_a_row_an_operation() -> None:
    one = report(case("A"), case("A", "fail", id="library.example.A.2"), case("B"))
    other = report(case("B", "unsupported"), case("C"), target="reference")
    table = matrix([[one], [other]], ["one", "other"], "operation")
    assert [(row.name, *row.cells) for row in table.rows] == [
        ("A", Counter({"pass": 1, "fail": 1}), None),
        ("B", Counter({"pass": 1}), Counter({"unsupported": 1})),
        ("C", None, Counter({"pass": 1})),
    ]
    assert cell_text(table.rows[0].cells[0]) == "✗ 1 fail, ✓ 1 pass"
    assert not any(row.same for row in table.rows)


def test_correctness_and_coverage_stay_two_numbers_of_each_target() -> None:
    table = matrix([[one_of_each()], [report(case())]], ["one", "other"], "case")
    rows = dict(summary_rows(table))
    assert rows["cases"] == ("6", "1")
    assert rows["correctness"] == ("1 of 2 (50 %)", "1 of 1 (100 %)")
    assert rows["coverage"] == ("2 of 6 (33 %)", "1 of 1 (100 %)")


def test_a_matrix_of_several_services_has_a_row_each() -> None:
    shelf, other = report(case()), report(case("Put", id="shop.example.Put.1"), service="shop")
    table = matrix([[shelf, other], [shelf]], ["one", "other"], "service")
    assert [row.name for row in table.rows] == ["library", "shop"]
    assert table.rows[1].cells == (Counter({"pass": 1}), None)
    assert [row.name for row in matrix([[shelf, other]], ["one"], "operation").rows] == ["library GetShelf", "shop Put"]


def test_two_runs_of_a_service_in_one_file_are_refused() -> None:
    with pytest.raises(AsdocError, match="2 runs of library"):
        matrix([[report(case()), report(case())]], ["one"], "case")


def test_targets_of_one_name_are_told_apart_by_their_files() -> None:
    runs = [[report(case())], [report(case())], [report(case(), target="reference")]]
    assert column_names(runs, ["old.ndjson", "new.ndjson", "r.ndjson"]) == [
        "http://127.0.0.1:5000 (old.ndjson)", "http://127.0.0.1:5000 (new.ndjson)", "reference",
    ]  # fmt: skip


def test_markdown_keeps_its_columns_whatever_a_target_is_called() -> None:
    table = matrix([[hostile()], [one_of_each()]], ["a|b\n<b>", "x"], "case")
    lines = as_markdown(table).splitlines()
    assert {line.count("|") for line in lines} == {4}
    assert not any(sign in line for line in lines for sign in "<>`")


def test_the_html_matrix_puts_what_differs_first() -> None:
    one = report(case("Alike"), case("Differs"))
    other = report(case("Alike"), case("Differs", "fail"), target="reference")
    text = as_matrix_html(matrix([[one], [other]], ["one", "other"], "operation"))
    assert (
        text.index("Where they differ")
        < text.index(">Differs<")
        < text.index("Where they do not")
        < text.index(">Alike<")
    )
