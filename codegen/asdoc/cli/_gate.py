"""What `asdoc verify` says beside its report: of the gate, of a plan, and of what a live account is left with."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from asdoc.conformance.baseline import Gate
from asdoc.conformance.live import PRICES_SOURCE, Aftermath, Planned
from asdoc.conformance.report.words import counted
from asdoc.conformance.verify import Settings

_RULES = {
    "new-failure": "fails, and did not before",
    "lost": "cannot be judged any more",
    "stale": "is known to fail, and passes",
    "expired": "was let be until a day that is over",
    "vanished": "is in the baseline, and not in the suite",
}
"""Rule of the gate -> what it means, in the order in which they are told."""
_SHOWN = 50


def gate_lines(gate: Gate, baseline: Path) -> list[str]:
    """Whether the gate opens, and what keeps it shut."""
    lines = ["", f"beside {baseline}: {gate.expected} known to fail, {len(gate.pending)} pending"]
    order = list(_RULES)
    problems = sorted(gate.problems, key=lambda problem: (order.index(problem.rule), problem.case, problem.check))
    for rule, group in groupby(problems[:_SHOWN], key=lambda problem: problem.rule):
        lines.append(f"  {rule}: {_RULES[rule]}")
        for problem in group:
            lines.append(f"    {problem.case}" + (f"  {problem.check}" if problem.check else ""))
            lines.append(f"      {_clean(problem.told)}")
    if len(problems) > _SHOWN:
        lines.append(f"  … and {len(problems) - _SHOWN} more")
    lines.append("the gate is shut" if problems else "the gate is open")
    return lines


def plan_lines(plan: Planned, target: str, service: str, settings: Settings) -> list[str]:
    """What a run would do."""
    where = f"{service} at {target}, in {settings.region}, account {settings.account}"
    lines = [
        f"plan: {counted(plan.cases, 'case')} of {where}",
        f"  calls   {sum(plan.calls.values())}, with those that clear up; probes are made beside them",
        *_hanging("  makes   ", _counted(plan.made.items()) or "nothing"),
        f"  waits   {len(plan.waits)}, each at most {settings.max_wait:g} s where the clock cannot be moved",
        *_hanging("  price   ", _dollars(plan.dollars)),
    ]
    if plan.unplanned:
        have = "case has" if len(plan.unplanned) == 1 else "cases have"
        lines.append(f"  {len(plan.unplanned)} {have} no plan: {', '.join(plan.unplanned[:5])}")
    return lines


def aftermath_lines(aftermath: Aftermath) -> list[str]:
    """What a run did to a live account."""
    lines = [
        f"\nlive run {aftermath.run}: {sum(aftermath.calls.values())} calls, {_dollars(aftermath.dollars)}",
    ]
    if aftermath.interrupted:
        lines.append("  the clearing up was interrupted")
    if aftermath.leaks:
        lines.append(f"  {len(aftermath.leaks)} could not be deleted; delete them by hand:")
        for leak, command in zip(aftermath.leaks, aftermath.commands, strict=True):
            lines += [f"    {_clean(leak)}", f"      {_clean(command) or 'nothing deletes it'}"]
    else:
        lines.append(f"  all that {'is known to have been' if aftermath.unsure else 'was'} made has been deleted")
    if aftermath.unsure:
        lines.append(f"  {len(aftermath.unsure)} may have made something, and did not say so:")
        lines += [f"    {_clean(each)}" for each in aftermath.unsure]
    if aftermath.leaks or aftermath.unsure:
        lines += ["  all that carries the tag of this run:", f"    {aftermath.search}"]
    return lines


def _counted(counts: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{count} ×\N{NO-BREAK SPACE}{name}" for name, count in counts)  # noqa: RUF001  a multiplication


def _hanging(head: str, text: str) -> list[str]:
    """A list or a sentence below a head, its further lines under its first."""
    return textwrap.wrap(
        text, 80, initial_indent=head, subsequent_indent=" " * len(head), break_long_words=False, break_on_hyphens=False
    )


def _dollars(amount: float | None) -> str:
    if amount is None:
        return "not known here"
    return f"{amount:.6f} US dollars at most ({PRICES_SOURCE})"


def _clean(text: str) -> str:
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)[:300]
