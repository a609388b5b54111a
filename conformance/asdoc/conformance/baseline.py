"""What is known of a target: the verdict of each case, and why the failing ones fail. And what differs from that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fnmatch import fnmatchcase

import msgspec

from .events import CaseFinished

FORMAT = 1
NOT_LOOKED_INTO = "not looked into yet"
"""The reason that an entry has until somebody writes one."""


class Known(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A failure that is known, with the reason why it is let be."""

    case: str
    """Id of a case; `*` and `?` match."""
    check: str = "*"
    """Id of a check in it; `*` and `?` match."""
    reason: str
    link: str = ""
    expires: date | None = None
    """The last day on which it holds."""

    def covers(self, case: str, check: str) -> bool:
        return _matches(case, self.case) and _matches(check, self.check)


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    service: str = ""
    target: str = ""
    """What it was written of, for people."""
    known: tuple[Known, ...] = ()
    cases: Mapping[str, str] = {}
    """Id of every case of the suite when this was written -> its verdict then."""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing for which the gate stays shut."""

    rule: str
    """new-failure, stale, expired, vanished or lost"""
    case: str
    check: str = ""
    told: str


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is worth beside its baseline."""

    problems: tuple[Problem, ...] = ()
    pending: tuple[str, ...] = ()
    """Failing cases that the baseline has never seen: they wait to be looked into."""
    expected: int = 0
    """Failing cases of which everything is known."""

    @property
    def open(self) -> bool:
        return not self.problems


def failures(case: CaseFinished) -> list[str]:
    """The ids of the checks for which a case failed; a case without any stands for itself."""
    if case.verdict != "fail":
        return []
    return [check.id for check in case.checks if check.counts_against] or ["verdict"]


def with_pending(case: CaseFinished, baseline: Baseline) -> CaseFinished:
    """A case as it is told beside a baseline: one that fails and has never been seen is pending."""
    if case.verdict != "fail" or case.id in baseline.cases or all(_covered(case, baseline)):
        return case
    return msgspec.structs.replace(case, verdict="pending", reason="new in this suite, and failing")


def judge(cases: Iterable[CaseFinished], baseline: Baseline, *, suite: Iterable[str], today: date) -> Gate:
    """What differs between a run and its baseline.

    `cases` are those that ran, with the verdicts that they had before `with_pending`; `suite` the ids of all that there
    are. An entry is only called stale where all that it covers ran.
    """
    ran = {case.id: case for case in cases}
    problems: list[Problem] = []
    pending: list[str] = []
    expected = 0
    for case in ran.values():
        if case.verdict == "fail":
            covered = _covered(case, baseline)
            if all(covered):
                expected += 1
            elif case.id not in baseline.cases:
                pending.append(case.id)
            else:
                problems += _new_failures(case, covered, baseline)
        elif baseline.cases.get(case.id) == "pass" and case.verdict != "pass":
            problems.append(
                Problem(rule="lost", case=case.id, told=f"passed before, and is {case.verdict} now: {case.reason}")
            )
    ids = list(suite)
    there = frozenset(ids)
    for entry in baseline.known:
        problems += _entry(entry, ran, ids, there, today=today)
    problems += [
        Problem(rule="vanished", case=case, told="the baseline has it, and the suite has it no more")
        for case in baseline.cases
        if case not in there
    ]
    return Gate(problems=tuple(problems), pending=tuple(pending), expected=expected)


def judge_one(case: CaseFinished, baseline: Baseline, *, suite: Iterable[str], today: date) -> Gate:
    """`judge` for one case, by what the baseline says of it alone. `suite` has the ids of all cases that there are."""
    of_it = msgspec.structs.replace(
        baseline,
        known=tuple(entry for entry in baseline.known if _matches(case.id, entry.case)),
        cases={name: verdict for name, verdict in baseline.cases.items() if name == case.id},
    )
    return judge([case], of_it, suite=suite, today=today)


def reasons(case: CaseFinished, baseline: Baseline) -> list[str]:
    """Why the failures of a case are let be, each reason once."""
    found = [
        next((entry.reason for entry in baseline.known if entry.covers(case.id, check)), "") for check in failures(case)
    ]
    return [reason for reason in dict.fromkeys(found) if reason]


def vanished(baseline: Baseline, *, suite: Iterable[str]) -> list[Problem]:
    """What the baseline has and the suite does not."""
    problems = judge((), baseline, suite=suite, today=date.min).problems
    return [problem for problem in problems if problem.rule == "vanished"]


def _covered(case: CaseFinished, baseline: Baseline) -> list[bool]:
    entries = [entry for entry in baseline.known if _matches(case.id, entry.case)]
    return [any(_matches(check, entry.check) for entry in entries) for check in failures(case)]


def _new_failures(case: CaseFinished, covered: list[bool], baseline: Baseline) -> list[Problem]:
    before = baseline.cases[case.id]
    found = {check.id: check for check in case.checks}
    problems = []
    for name, known in zip(failures(case), covered, strict=True):
        if not known:
            check = found.get(name)
            told = f"documented {check.documented!r}, found {check.found!r}" if check else "it fails"
            problems.append(
                Problem(rule="new-failure", case=case.id, check=name, told=f"{told}; the case was {before} before")
            )
    return problems


def _entry(
    entry: Known, ran: Mapping[str, CaseFinished], ids: list[str], there: frozenset[str], *, today: date
) -> list[Problem]:
    """What is wrong with one entry: that it has expired, that its case is gone, or that nothing fails for it."""
    place = {"case": entry.case, "check": "" if entry.check == "*" else entry.check}
    problems = []
    if entry.expires is not None and entry.expires < today:
        problems.append(
            Problem(rule="expired", **place, told=f"held until {entry.expires.isoformat()}; its reason: {entry.reason}")
        )
    meant = [entry.case] if entry.case in there else [case for case in ids if _matches(case, entry.case)]
    if not meant:
        problems.append(Problem(rule="vanished", **place, told="the suite has no such case"))
        return problems
    seen = [ran[case] for case in meant if case in ran]
    if len(seen) < len(meant):
        return problems
    if any(_matches(check, entry.check) for case in seen for check in failures(case)):
        return problems
    unjudged = sorted({case.verdict for case in seen if case.verdict not in ("pass", "fail")})
    if unjudged:
        told = f"is {' and '.join(unjudged)} now, so that nobody can tell whether it still fails"
        problems.append(Problem(rule="lost", **place, told=told))
    else:
        problems.append(Problem(rule="stale", **place, told="passes now: take the entry out, or --update-baseline"))
    return problems


def updated(
    baseline: Baseline, cases: Iterable[CaseFinished], *, suite: Iterable[str], service: str, target: str
) -> Baseline:
    """The baseline of a run. Reasons, links and days of what still fails are kept; of what did not run, everything.

    `cases` have the verdicts that they had before `with_pending`.
    """
    ran = {case.id: case for case in cases}
    ids = list(suite)
    there = frozenset(ids)
    kept = []
    for entry in baseline.known:
        meant = [entry.case] if entry.case in there else [case for case in ids if _matches(case, entry.case)]
        if any(case not in ran for case in meant) or any(
            _matches(check, entry.check) for case in meant for check in failures(ran[case])
        ):
            kept.append(entry)
    new = [
        Known(case=case.id, check=check, reason=NOT_LOOKED_INTO)
        for case in ran.values()
        for check in failures(case)
        if not any(entry.covers(case.id, check) for entry in kept)
    ]
    verdicts = {case: verdict for case, verdict in baseline.cases.items() if case in there}
    verdicts |= {case.id: case.verdict for case in ran.values()}
    return Baseline(
        service=service,
        target=baseline.target or target,
        known=(*kept, *sorted(new, key=lambda entry: (entry.case, entry.check))),
        cases=dict(sorted(verdicts.items())),
    )


def _matches(text: str, pattern: str) -> bool:
    # The ids of checks hold brackets of lists, which are no pattern here.
    return text == pattern or (any(sign in pattern for sign in "*?") and fnmatchcase(text, pattern.replace("[", "[[]")))
