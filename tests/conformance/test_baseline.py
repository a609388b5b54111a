"""What is known of a target, and what keeps the gate shut beside it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from asdoc.conformance.baseline import NOT_LOOKED_INTO, Baseline, Known, judge, updated, with_pending
from asdoc.conformance.baseline_file import read_baseline, write_baseline
from asdoc.conformance.events import VERDICTS, CaseFinished, Check, RunFinished, RunStarted
from asdoc.conformance.gate import Beside
from asdoc.runtime.errors import AsdocError

TODAY = date(2026, 11, 21)


def case(name: str, verdict: str = "pass", *failing: str) -> CaseFinished:
    checks = tuple(Check(id=each, outcome="fail", documented=1, found=2) for each in failing)
    return CaseFinished(
        id=name, kind="example", operation="Op", verdict=verdict, basis="documented", source=(), checks=checks
    )


def rules(baseline: Baseline, *cases: CaseFinished, suite: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    ids = suite or tuple(each.id for each in cases)
    return [(problem.rule, problem.case) for problem in judge(cases, baseline, suite=ids, today=TODAY).problems]


KNOWN = Baseline(known=(Known(case="s.a", check="status", reason="answers 200"),), cases={"s.a": "fail", "s.b": "pass"})


def test_what_is_known_to_fail_leaves_the_gate_open() -> None:
    gate = judge([case("s.a", "fail", "status"), case("s.b")], KNOWN, suite=["s.a", "s.b"], today=TODAY)
    assert gate.open
    assert gate.expected == 1


def test_a_new_failure_shuts_it_by_its_check() -> None:
    (problem,) = judge(
        [case("s.a", "fail", "status", "value:/Id"), case("s.b")], KNOWN, suite=["s.a", "s.b"], today=TODAY
    ).problems
    assert (problem.rule, problem.case, problem.check) == ("new-failure", "s.a", "value:/Id")
    assert rules(KNOWN, case("s.a", "fail", "status"), case("s.b", "fail", "status")) == [("new-failure", "s.b")]


def test_an_entry_that_passes_now_shuts_it() -> None:
    assert rules(KNOWN, case("s.a"), case("s.b")) == [("stale", "s.a")]
    both = [("new-failure", "s.a"), ("stale", "s.a")]
    assert rules(KNOWN, case("s.a", "fail", "value:/Id"), case("s.b")) == both


def test_an_entry_whose_day_is_over_shuts_it_and_its_last_day_does_not() -> None:
    for expires, expected in ((date(2026, 11, 20), [("expired", "s.a")]), (TODAY, [])):
        entry = Known(case="s.a", check="status", reason="r", expires=expires)
        baseline = Baseline(known=(entry,), cases={"s.a": "fail"})
        assert rules(baseline, case("s.a", "fail", "status")) == expected


def test_a_case_that_vanished_shuts_it() -> None:
    assert rules(KNOWN, case("s.b")) == [("vanished", "s.a"), ("vanished", "s.a")]
    assert rules(Baseline(cases={"s.gone": "pass"}), case("s.b")) == [("vanished", "s.gone")]


@pytest.mark.parametrize("verdict", ["unsupported", "blocked", "harness-error"])
def test_a_case_that_passed_and_is_judged_no_more_shuts_it(verdict: str) -> None:
    assert rules(KNOWN, case("s.a", "fail", "status"), case("s.b", verdict)) == [("lost", "s.b")]


def test_a_known_failure_that_nobody_can_see_any_more_shuts_it() -> None:
    assert rules(KNOWN, case("s.a", "unsupported"), case("s.b")) == [("lost", "s.a")]


def test_a_new_case_that_fails_is_pending_and_one_that_passes_is_not() -> None:
    new = case("s.new", "fail", "status")
    assert with_pending(new, KNOWN).verdict == "pending"
    assert with_pending(case("s.new"), KNOWN).verdict == "pass"
    assert with_pending(case("s.a", "fail", "status"), KNOWN).verdict == "fail"
    gate = judge([case("s.a", "fail", "status"), case("s.b"), new], KNOWN, suite=["s.a", "s.b", "s.new"], today=TODAY)
    assert gate.open
    assert gate.pending == ("s.new",)


def test_a_part_of_the_suite_leaves_the_rest_alone() -> None:
    assert rules(KNOWN, case("s.b"), suite=("s.a", "s.b")) == []


def test_a_pattern_covers_many_and_is_stale_when_none_is_left() -> None:
    baseline = Baseline(known=(Known(case="s.*", check="value:/Items[?]*", reason="r"),), cases={"s.a": "fail"})
    assert rules(baseline, case("s.a", "fail", "value:/Items[0]/Id")) == []
    assert rules(baseline, case("s.a", "fail", "value:/Items0")) == [("new-failure", "s.a"), ("stale", "s.*")]
    assert rules(baseline, case("s.a")) == [("stale", "s.*")]
    # A part of what it covers says nothing of the rest.
    assert rules(baseline, case("s.a"), suite=("s.a", "s.b")) == []


def test_an_update_keeps_what_was_written_and_takes_out_what_passes() -> None:
    old = Baseline(
        target="mine",
        known=(
            Known(case="s.a", check="status", reason="because", link="https://x", expires=date(2027, 1, 1)),
            Known(case="s.b", check="status", reason="passes now"),
            Known(case="s.c", check="*", reason="did not run"),
        ),
        cases={"s.a": "fail", "s.b": "fail", "s.c": "fail", "s.gone": "pass"},
    )
    ran = [case("s.a", "fail", "status", "value:/Id"), case("s.b"), case("s.d", "fail")]
    new = updated(old, ran, suite=["s.a", "s.b", "s.c", "s.d"], service="s", target="other")
    assert new.target == "mine"
    assert new.known == (
        old.known[0],
        old.known[2],
        Known(case="s.a", check="value:/Id", reason=NOT_LOOKED_INTO),
        Known(case="s.d", check="verdict", reason=NOT_LOOKED_INTO),
    )
    assert new.cases == {"s.a": "fail", "s.b": "pass", "s.c": "fail", "s.d": "fail"}
    assert judge(ran, new, suite=["s.a", "s.b", "s.c", "s.d"], today=TODAY).open


ids = st.from_regex(r"[a-c]\.[a-c]", fullmatch=True)
runs = st.dictionaries(ids, st.tuples(st.sampled_from(VERDICTS), st.sets(st.sampled_from(["status", "value:/A"])))).map(
    lambda found: [
        case(name, verdict, *sorted(checks) if verdict == "fail" else ()) for name, (verdict, checks) in found.items()
    ]
)


@given(before=runs, after=runs)
def test_after_an_update_the_same_run_finds_the_gate_open(
    before: list[CaseFinished], after: list[CaseFinished]
) -> None:
    suite = sorted({each.id for each in after})
    first = updated(Baseline(), before, suite=[each.id for each in before], service="s", target="t")
    second = updated(first, after, suite=suite, service="s", target="t")
    assert judge(after, second, suite=suite, today=TODAY).problems == ()
    assert updated(second, after, suite=suite, service="s", target="t") == second


texts = st.text(min_size=1, max_size=20).filter(lambda text: text.strip() != "" and "\0" not in text)
baselines = st.builds(
    Baseline,
    service=st.just("s"),
    target=texts,
    known=st.lists(
        st.builds(
            Known,
            case=texts,
            check=texts,
            reason=texts,
            link=st.sampled_from(["", "https://x"]),
            expires=st.none() | st.dates(),
        ),
        max_size=3,
        unique_by=lambda entry: (entry.case, entry.check),
    ).map(tuple),
    cases=st.dictionaries(texts, st.sampled_from(VERDICTS), max_size=3),
)


@pytest.mark.parametrize("name", ["b.toml", "b.yaml"])
@given(baseline=baselines)
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, name: str, baseline: Baseline) -> None:
    path = tmp_path_factory.mktemp("baseline") / name
    write_baseline(path, baseline)
    assert read_baseline(path, service="s") == baseline


def test_an_update_keeps_the_comments_of_entries_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "baseline.toml"
    path.write_text("""# of the whole file
format = 1

# asked about on Monday
# and again
[[known]]
case = "a.1"
# the port is to blame
reason = "one"

[[known]]  # no comment above
case = "a.2"
check = "status"
reason = '''two
lines'''

# goes with its entry
[[known]]
case = "gone"
reason = "three"

# of the verdicts
[cases]
""")
    read = read_baseline(path, service="s")
    write_baseline(path, msgspec.structs.replace(read, known=tuple(reversed(read.known[:2]))))
    text = path.read_text()
    assert '# asked about on Monday\n# and again\n# the port is to blame\n[[known]]\ncase = "a.1"' in text
    assert text.count("#") - text.partition("format")[0].count("#") == 3
    once = path.read_bytes()
    write_baseline(path, read_baseline(path, service="s"))
    assert path.read_bytes() == once


def test_comments_that_nobody_can_place_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "baseline.toml"
    path.write_text('format = 1\n# x\n[[known]]\ncase = "a"\nreason = """\n[[known]]\n# y\n"""\n')
    read = read_baseline(path, service="s")
    write_baseline(path, read)
    assert read_baseline(path, service="s") == read


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2027-01-31", "2027-01-31"), ("'2027-01-31'", "2027-01-31"), ("2027-01-31T23:59:59", "2027-01-31"),
        ("2027-01-31T23:00:00-05:00", "2027-02-01"), ("2027-01-31T01:00:00+02:00", "2027-01-30"),
    ],
)  # fmt: skip
def test_the_last_day_of_an_entry_is_a_day_of_utc(written: str, day: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.toml"
    path.write_text(f"format = 1\n[[known]]\ncase = 'a'\nreason = 'b'\nexpires = {written}\n")
    assert str(read_baseline(path, service="s").known[0].expires) == day


WRONG = {
    "format = 2": "format 2",
    "": "format",
    "format = 1\nservice = 'other'": "other",
    "format = 1\n[[known]]\ncase = 'x'": "known[0] holds no reason",
    "format = 1\n[[known]]\ncase = 'x'\nreason = ' '": "known[0] holds no reason",
    "format = 1\n[[known]]\nreason = 'x'": "known[0] holds no case",
    "format = 1\n[[known]]\ncase = 'x'\nreason = 'y'\nuntil = 3": "until",
    "format = 1\n[[known]]\ncase = 'x'\nreason = 'y'\nexpires = 'soon'": "expires",
    "format = 1\n[[known]]\ncase = 'x'\nreason = 'y'\nexpires = 3": "expires",
    "format = 1\n[cases]\nx = 'good'": "no verdict",
    "format = 1\ncolour = 3": "colour",
    "format = ": "Invalid value",
    "format = 1\n"
    + 2 * "[[known]]\ncase = 'x'\nreason = 'y'\n": "known[0] and known[1] are of the same case and check",
}


@pytest.mark.parametrize(("text", "told"), WRONG.items())
def test_what_is_no_baseline_is_told_with_its_place(text: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.toml"
    path.write_text(text)
    with pytest.raises(AsdocError) as caught:
        read_baseline(path, service="s")
    assert told in caught.value.message
    assert str(path) in caught.value.message


@pytest.mark.parametrize("text", ["a: [", "!!python/object/apply:os.system ['true']", "- 1", "3"])
def test_yaml_that_is_no_baseline_is_refused_and_never_run(text: str, tmp_path: Path) -> None:
    path = tmp_path / "baseline.yml"
    path.write_text(text)
    with pytest.raises(AsdocError, match="reading the baseline"):
        read_baseline(path, service="s")


def test_a_missing_baseline_is_only_right_where_one_is_to_be_written(tmp_path: Path) -> None:
    with pytest.raises(AsdocError) as caught:
        read_baseline(tmp_path / "none.toml", service="s")
    assert "--update-baseline" in caught.value.hint
    assert read_baseline(tmp_path / "none.toml", service="s", missing_ok=True).known == ()


def test_totals_beside_a_baseline_are_those_that_are_told() -> None:
    started = RunStarted(target="t", service="s", region="r", account="a", spec="", cases=3, clock="real")
    finished = RunFinished(totals={**dict.fromkeys(VERDICTS, 0), "fail": 3})
    cases = [case("s.new", "fail", "x"), case("s.b", "fail", "x"), case("s.a", "fail", "status")]
    beside = Beside(KNOWN)
    *_, last = beside.events(iter([started, *cases, finished]))
    assert isinstance(last, RunFinished)
    assert (last.totals["pending"], last.totals["fail"]) == (1, 2)
    fast = Beside(KNOWN, fail_fast=True)
    told = [
        each.id for each in fast.events(iter([started, *reversed(cases), finished])) if isinstance(each, CaseFinished)
    ]
    assert told == ["s.a", "s.b"]
