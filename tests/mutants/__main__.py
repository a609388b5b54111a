"""`make mutants`: every wrong backend against the whole suite; how many are caught, and which are not."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from rich.console import Console
from rich.progress import track
from rich.table import Table

from asdoc.codegen.workers import usable_cores
from asdoc.conformance import verify
from asdoc.conformance.selection import Selection
from asdoc.conformance.verify import KINDS
from asdoc.runtime.errors import AsdocError

from .catalog import all_mutants
from .mutant import Mutant, Outcome, judge

SURVIVORS: dict[str, str] = {
    "deletes-full-applications": "No page tells whether an application that holds something is deleted or refused.",
    "appconfig-wire:too-large-otherwise": "No page tells the largest size, so no content can be said to be too large.",
    "value:ListExperimentRunEvents": (
        "It is the text of an event's Description that is changed, and no page tells what that says. A walk of the "
        "pages finds that they differ from the whole list, which is another fault than the one made."
    ),
    "item-member:ListDeployments.Type": "The pages name its values, and of none of them when a list tells it.",
    "item-member:ListExperimentRunEvents.AssociatedDeployment": "No page tells which event of a run has one.",
    "item-member:ListExperimentRunEvents.Description": "No page tells which event of a run has one.",
    "item-member:ListExperimentRunEvents.TriggeredBy": "No page tells which event of a run has one.",
    "ignored:CreateExperimentDefinition.Tags": "No page tells the form of an experiment's ARN, which its tags need.",
    "ignored:StartExperimentRun.Tags": "No page tells the form of a run's ARN, by which its tags are asked for.",
    "ignored:StartExperimentRun.DeploymentParameters": "They go to deployments that no documented answer leads to.",
    "ignored:StopExperimentRun.DeploymentParameters": "They go to deployments that no documented answer leads to.",
    "ignored:UpdateExperimentRun.DeploymentParameters": "They go to deployments that no documented answer leads to.",
    "ignored:StartDeployment.DynamicExtensionParameters": (
        "They are passed to what an action calls as a deployment starts, and that stands outside of AppConfig."
    ),
}
"""Those that cannot be told from a right one by what is documented, with the reason."""

GOAL = 0.98

_TELLING = ("example", "statement")
"""The kinds of cases that tell most; where every answer is wrong, they are enough."""


def run(name: str) -> Outcome:
    """The outcome of one mutant.

    The cases that could name its fault are tried first, and all there are where none of those does.
    """
    mutant = all_mutants()[name]
    if mutant.caught_by or mutant.operation:
        case = mutant.caught_by[0] if mutant.caught_by else ""
        operations = (mutant.operation,) if mutant.operation else ()
        outcome = _tried(mutant, Selection(pattern=case, operations=operations, kinds=KINDS))
        if outcome.named is not None:
            return outcome
    elif not mutant.nothing_passes:
        outcome = _tried(mutant, Selection(kinds=_TELLING))
        if outcome.named is not None:
            return outcome
    return _tried(mutant, Selection(kinds=KINDS))


def _tried(mutant: Mutant, selection: Selection) -> Outcome:
    try:
        report = verify(mutant.make(), service=mutant.service, selection=selection)
    except AsdocError as error:  # what answers nothing that AWS would is not judged at all
        return Outcome(mutant.name, True, ("", error.message) if mutant.nothing_passes else None, 0)
    return judge(mutant, list(report.cases))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
    parser.add_argument("-k", dest="pattern", default="", help="only mutants with this in their names")
    parser.add_argument("-j", dest="processes", type=int, default=usable_cores())
    chosen = parser.parse_args()
    names = [name for name in all_mutants() if chosen.pattern in name]
    console = Console(width=None if sys.stdout.isatty() else 100)
    with ProcessPoolExecutor(chosen.processes) as pool:
        outcomes = list(
            track(
                pool.map(run, names),
                "Running mutants",
                total=len(names),
                console=Console(stderr=True),
                disable=not sys.stderr.isatty(),
            )
        )
    return _tell(outcomes, console)


def _tell(outcomes: list[Outcome], console: Console) -> int:
    made: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    for outcome in outcomes:
        kind = outcome.name.partition(":")[0] if ":" in outcome.name else "written by hand"
        made[kind] += 1
        caught[kind] += outcome.named is not None
    table = Table(title="Mutants")
    table.add_column("fault")
    table.add_column("made", justify="right")
    table.add_column("caught", justify="right")
    for kind in sorted(made):
        table.add_row(kind, str(made[kind]), str(caught[kind]))
    console.print(table)
    left = [outcome for outcome in outcomes if outcome.named is None]
    for outcome in left:
        how = f"{outcome.failed} cases fail, none names it" if outcome.killed else "nothing fails"
        console.print(f"  {outcome.name}: {how}. {SURVIVORS.get(outcome.name, '')}".rstrip(), soft_wrap=True)
    killed = len(outcomes) - len(left)
    share = killed / len(outcomes)
    console.print(f"{killed} of {len(outcomes)} caught by a case that names the fault: {share:.1%} (goal {GOAL:.0%}).")
    return 0 if share >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
