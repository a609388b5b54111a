"""`asdoc verify`: documented cases against an implementation."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from asdoc.conformance.baseline_file import read_baseline, write_baseline
from asdoc.conformance.events import Event
from asdoc.conformance.gate import Beside
from asdoc.conformance.live import Aftermath, planned
from asdoc.conformance.report.formats import FORMATS
from asdoc.conformance.report.model import gather
from asdoc.conformance.report.stream import written
from asdoc.conformance.report.terminal import print_report
from asdoc.conformance.selection import KINDS, Selection, read_kinds, read_shard, select
from asdoc.conformance.targets.aws import ALLOWED
from asdoc.conformance.targets.ending import ended_in_order
from asdoc.conformance.targets.open import describe
from asdoc.conformance.verify import Settings, fitted, verify_events
from asdoc.runtime.credentials import from_arguments

from ._gate import aftermath_lines, gate_lines, plan_lines
from ._outputs import nothing_but_text, output_options, outputs_of
from ._sections import Sectioned
from ._suites import suite_of
from ._target_options import TARGET_OPTIONS, Finite, target_options, with_options
from ._watching import progress_line, watched


def _account(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not (value.isascii() and value.isdigit() and len(value) == 12):
        raise click.BadParameter("an account is 12 digits")
    return value


_existing = click.Path(path_type=Path, dir_okay=False)


_SECTIONS = {
    "Cases": ("service", "kinds", "pattern", "operations", "shard", "seed", "cases_path", "specs"),
    "Run": ("jobs", "fail_fast", "driver", "region", "account", "max_wait", "timeout", "only_plan", "live"),
    "Target": TARGET_OPTIONS,
    "Baseline": ("baseline_path", "update_baseline"),
    "Reports": (*(f"{name}_path" for name in FORMATS), "events_path", "github"),
}


@click.command("verify", cls=Sectioned, sections=_SECTIONS)
@click.argument("target")
@click.option("--service", required=True, metavar="NAME", help="As boto3 names it: appconfig.")
@output_options
@click.option(
    "--events", "events_path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Write the events there as they happen (NDJSON), for `asdoc report`, `matrix` and `compare`.",
)  # fmt: skip
@click.option(
    "--cases", "cases_path", type=click.Path(path_type=Path, dir_okay=False),
    help="Run the cases of this file, such as a recorded run, in place of the service's own.",
)  # fmt: skip
@click.option(
    "--specs", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Try what the specs in this folder tell, such as those of a service of your own.",
)  # fmt: skip
@click.option("-k", "pattern", default="", metavar="PATTERN", help="Only cases with this in their id; * and ? match.")
@click.option(
    "--kind", "kinds", metavar="KIND", multiple=True, default=KINDS[:1], show_default=True,
    help=f"{', '.join(KINDS)}, or all; may be repeated.",
)  # fmt: skip
@click.option(
    "--operation",
    "operations",
    multiple=True,
    metavar="NAME",
    help="Only cases of this operation; * and ? match. May be repeated.",
)
@click.option("--shard", default="1/1", metavar="PART/WHOLE", help="Only this part of the cases: 2/5.")
@click.option(
    "--seed", type=int, default=None, metavar="NUMBER", help="Run the cases in an order of chance, the same for a seed."
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1, max=64),
    metavar="NUMBER",
    default=1,
    show_default=True,
    help="Cases to try at a time.",
)
@click.option("--fail-fast", is_flag=True, help="End with the first case that fails and is not known to.")
@click.option("--region", metavar="NAME", default="us-east-1", show_default=True, help="Stands in ARNs and signatures.")
@click.option(
    "--account", metavar="NUMBER", default="123456789012", show_default=True, callback=_account,
    help="Account of the target; stands in ARNs.",
)  # fmt: skip
@click.option(
    "--max-wait", metavar="SECONDS", type=Finite(min=0), default=0.0, show_default=True,
    help="Longest wait for a documented state where the target's clock cannot be moved.",
)  # fmt: skip
@click.option(
    "--timeout", metavar="SECONDS", type=Finite(min=0, min_open=True), default=30.0, show_default=True,
    help="Longest wait for one answer.",
)  # fmt: skip
@click.option(
    "--driver", type=click.Choice(("asdoc", "boto3")), default="asdoc", show_default=True, help="Whose client calls."
)
@target_options
@click.option("--baseline", "baseline_path", type=_existing, help="What is known to fail (TOML or YAML).")
@click.option("--update-baseline", is_flag=True, help="Write --baseline anew; reasons are kept.")
@click.option("--plan", "only_plan", is_flag=True, help="Say what would be called and made, and stop.")
@click.option("--live", is_flag=True, help="With aws: use the real account that ASDOC_ALLOW_AWS names.")
def command(
    target: str,
    service: str,
    events_path: Path | None,
    cases_path: Path | None,
    specs: Path | None,
    pattern: str,
    kinds: tuple[str, ...],
    operations: tuple[str, ...],
    shard: str,
    seed: int | None,
    jobs: int,
    fail_fast: bool,
    region: str,
    account: str,
    max_wait: float,
    timeout: float,
    driver: str,
    targets_path: Path | None,
    baseline_path: Path | None,
    update_baseline: bool,
    only_plan: bool,
    live: bool,
    **options: Any,
) -> None:
    """Replay the documented cases of a service against TARGET.

    \b
    TARGET is
      reference                 the embedded backend
      http://HOST:PORT          a server that is running; https:// as well
      'cmd:COMMAND {port}'      started, waited for, and stopped again
      inproc:MODULE:ATTRIBUTE   a handler, a WSGI or ASGI application
      moto                      moto, inside this process
      @NAME                     of asdoc-targets.toml or --targets, or a
                                preset: @moto, @ministack, @localstack,
                                @floci, @fakecloud, @aws-emulator, @asdoc
      aws                       the service itself; asked for twice

    \b
    Verdicts:
      pass           everything that was checked is as documented
      fail           something is not
      unsupported    the target lacks the operation, as a probe showed
      blocked        what the case needs could not be brought about
      pending        fails, and is new to the baseline
      harness-error  our own request was not as documented

    \b
    Exit codes:
      0  no case failed; unsupported and blocked ones are counted apart.
         With --baseline: nothing differs from it
      1  at least one case failed. With --baseline: a new failure, an
         entry that is stale, expired or without its case, or a case
         that passed before and can be judged no more
      2  no case failed but there was a harness-error, or there was no
         run: no such target or service, no AWS-like answer

    Requests are signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
    where both are set, else with made-up keys.
    """
    if update_baseline and baseline_path is None:
        raise click.UsageError("--update-baseline needs --baseline: which file is to be written?")
    outputs = outputs_of(options)
    environment = os.environ
    credentials = from_arguments(
        environment.get("AWS_ACCESS_KEY_ID"),
        environment.get("AWS_SECRET_ACCESS_KEY"),
        environment.get("AWS_SESSION_TOKEN"),
    )
    settings = Settings(
        region=region,
        account=account,
        max_wait=max_wait,
        credentials=credentials,
        driver=driver,
        jobs=jobs,
        live=live,
        fail_fast=fail_fast and baseline_path is None,
    )
    selection = Selection(
        pattern=pattern,
        kinds=read_kinds(kinds),
        operations=operations,
        shard=read_shard(shard),
        seed=seed,
    )
    # A module of `inproc:` may lie in the current folder, where a console script does not look by itself.
    sys.path.insert(0, str(Path.cwd()))
    target_described = with_options(describe(target, targets_path), **options)
    suite = suite_of(service, cases=cases_path, specs=specs)
    console = Console(width=None if sys.stdout.isatty() else 80, highlight=False)
    if only_plan or target_described.address == "aws":
        plan = planned(suite, select(suite.file.cases, selection))
        shown = fitted(settings, target_described)
        if target_described.address == "aws":
            shown = shown._replace(account=os.environ.get(ALLOWED) or "not allowed yet")
        console.print("\n".join(plan_lines(plan, target_described.name, service, shown)), markup=False)
        if only_plan:
            sys.exit(0)
    baseline = None
    if baseline_path is not None:
        baseline = read_baseline(baseline_path, service=service, missing_ok=update_baseline)
    beside = Beside(baseline, fail_fast=fail_fast) if baseline is not None else None
    aftermaths: list[Aftermath] = []
    running = verify_events(
        target_described,
        service=service,
        selection=selection,
        settings=settings,
        timeout=timeout,
        suite=suite,
        told=aftermaths.append,
    )
    events: Iterator[Event] = running
    if beside is not None:
        events = beside.events(events)
    if events_path is not None:
        events = written(events, events_path)
    try:
        with ended_in_order(), closing(running), progress_line() as progress:
            report = gather(watched(events, progress))
    finally:
        for aftermath in aftermaths:
            with nothing_but_text():
                console.print("\n".join(aftermath_lines(aftermath)), markup=False, soft_wrap=True)
    with nothing_but_text():
        print_report(report, console)
    outputs.write(report)
    exit_code = report.exit_code
    if beside is not None and baseline_path is not None:
        ids = [case.id for case in suite.file.cases]
        if update_baseline:
            write_baseline(baseline_path, beside.updated(ids))
            console.print(f"\nwrote {baseline_path}", markup=False)
            exit_code = 2 if report.totals["harness-error"] else 0
        else:
            gate = beside.gate(ids, today=datetime.now(UTC).date())
            with nothing_but_text():
                console.print("\n".join(gate_lines(gate, baseline_path)), markup=False)
            exit_code = 1 if gate.problems else 2 if report.totals["harness-error"] else 0
    sys.exit(exit_code)
