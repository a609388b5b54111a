"""`asdoc verify`: documented cases against an implementation."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
import msgspec
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, SpinnerColumn, TextColumn
from rich.table import Column

from asdoc.conformance.baseline_file import read_baseline, write_baseline
from asdoc.conformance.events import CaseFinished, Event, RunStarted
from asdoc.conformance.gate import Beside
from asdoc.conformance.live import Aftermath, planned
from asdoc.conformance.report.model import gather
from asdoc.conformance.report.stream import written
from asdoc.conformance.report.terminal import STYLES, print_report
from asdoc.conformance.selection import Selection, read_shard, select
from asdoc.conformance.targets.aws import ALLOWED
from asdoc.conformance.targets.described import Clock, Described, Ready, Reset
from asdoc.conformance.targets.open import describe
from asdoc.conformance.verify import KINDS, Settings, fitted, verify_events
from asdoc.runtime.credentials import from_arguments
from asdoc.runtime.errors import AsdocError

from ._gate import aftermath_lines, gate_lines, plan_lines
from ._outputs import output_options, outputs_of
from ._suites import suite_of


def _account(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not (value.isascii() and value.isdigit() and len(value) == 12):
        raise click.BadParameter("an account is 12 digits")
    return value


_NOT_STARTED = 10.0
"""Longest wait, in seconds, for a target that somebody else starts."""

_existing = click.Path(path_type=Path, dir_okay=False)


@click.command("verify")
@click.argument("target")
@click.option("--service", required=True, help="As boto3 names it: appconfig.")
@output_options
@click.option(
    "--events", "events_path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
    help="Write the events there as they happen (NDJSON), for `asdoc report`, `matrix` and `compare`.",
)  # fmt: skip
@click.option(
    "--cases", "cases_path", type=click.Path(path_type=Path, dir_okay=False),
    help="Run the cases of this file, such as a recorded run, in place of the service's own.",
)  # fmt: skip
@click.option("-k", "pattern", default="", metavar="PATTERN", help="Only cases with this in their id; * and ? match.")
@click.option(
    "--kind", "kinds", metavar="KIND", multiple=True, default=KINDS[:1], show_default=True,
    help="Kind of cases to run; may be given more than once; all is every kind.",
)  # fmt: skip
@click.option("--operation", "operations", multiple=True, metavar="NAME", help="Only cases of it; * and ? match.")
@click.option("--shard", default="1/1", metavar="PART/WHOLE", help="Only this part of the cases: 2/5.")
@click.option("--seed", type=int, default=None, help="Run the cases in an order of chance, the same for a seed.")
@click.option(
    "-j", "--jobs", type=click.IntRange(min=1, max=64), default=1, show_default=True, help="Cases to try at a time."
)
@click.option("--fail-fast", is_flag=True, help="End with the first case that fails and is not known to.")
@click.option("--region", default="us-east-1", show_default=True, help="Stands in ARNs and signatures.")
@click.option(
    "--account", default="123456789012", show_default=True, callback=_account,
    help="Account of the target; stands in ARNs.",
)  # fmt: skip
@click.option(
    "--max-wait", type=click.FloatRange(min=0), default=0.0, show_default=True,
    help="Longest wait, in seconds, for a documented state where the target's clock cannot be moved.",
)  # fmt: skip
@click.option(
    "--timeout", type=click.FloatRange(min=0, min_open=True), default=30.0, show_default=True,
    help="Longest wait for one answer, in seconds.",
)  # fmt: skip
@click.option(
    "--driver", type=click.Choice(("asdoc", "boto3")), default="asdoc", show_default=True, help="Whose client calls."
)
@click.option("--targets", "targets_path", type=_existing, help="The file that @NAME is looked for in.")
@click.option("--url", default="", help="Where the target is already running: its command is not started.")
@click.option("--ready", default="", metavar="URL", help="What answers once the target is ready: /health.")
@click.option(
    "--ready-timeout", type=click.FloatRange(min=0, min_open=True),
    help="Longest wait for that, in seconds. [default: 60 for a command, else 10]",
)  # fmt: skip
@click.option("--reset", default="", metavar="[METHOD ]URL", help="Makes the target forget everything: POST /reset.")
@click.option(
    "--reset-when", type=click.Choice(("start", "case")), default="start", show_default=True,
    help="Before the first case, or before each.",
)  # fmt: skip
@click.option("--header", "headers", multiple=True, metavar="NAME: VALUE", help="Goes with every request.")
@click.option("--ca-bundle", default="", metavar="FILE", help="The authorities that an HTTPS target is trusted by.")
@click.option("--rate", type=click.FloatRange(min=0), default=0.0, help="Most requests in a second. [default: all]")
@click.option("--speed", type=click.FloatRange(min=0, min_open=True), help="Seconds there in one second here.")
@click.option("--baseline", "baseline_path", type=_existing, help="What is known to fail (TOML or YAML).")
@click.option("--update-baseline", is_flag=True, help="Write --baseline anew; reasons are kept.")
@click.option("--plan", "only_plan", is_flag=True, help="Say what would be called and made, and stop.")
@click.option("--live", is_flag=True, help="With aws: use the real account that ASDOC_ALLOW_AWS names.")
def command(
    target: str,
    service: str,
    events_path: Path | None,
    cases_path: Path | None,
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
      inproc:MODULE:ATTRIBUTE   a handler, WSGI application or backend
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
        kinds=() if "all" in kinds else kinds,
        operations=operations,
        shard=read_shard(shard),
        seed=seed,
    )
    # A module of `inproc:` may lie in the current folder, where a console script does not look by itself.
    sys.path.insert(0, str(Path.cwd()))
    target_described = _with_options(describe(target, targets_path), **options)
    suite = suite_of(service, cases=cases_path)
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
    events = verify_events(
        target_described,
        service=service,
        selection=selection,
        settings=settings,
        timeout=timeout,
        suite=suite,
        told=aftermaths.append,
    )
    if beside is not None:
        events = beside.events(events)
    if events_path is not None:
        events = written(events, events_path)
    try:
        with _progress() as progress:
            report = gather(_watched(events, progress))
    finally:
        for aftermath in aftermaths:
            console.print("\n".join(aftermath_lines(aftermath)), markup=False)
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
            console.print("\n".join(gate_lines(gate, baseline_path)), markup=False)
            exit_code = 1 if gate.problems else 2 if report.totals["harness-error"] else 0
    sys.exit(exit_code)


def _with_options(
    target: Described,
    *,
    url: str,
    ready: str,
    ready_timeout: float | None,
    reset: str,
    reset_when: str,
    headers: tuple[str, ...],
    ca_bundle: str,
    rate: float,
    speed: float | None,
) -> Described:
    """The target, with what was said on the command line in place of what its description says."""
    changes: dict[str, Any] = {}
    if url:
        if not url.startswith(("http://", "https://")):
            raise AsdocError(f"reading --url {url}: it is no URL.", hint="One is http://127.0.0.1:5000.")
        changes |= {"address": url, "command": ()}
    started = bool(target.command) and not url
    if ready or target.ready is not None or started:
        known = target.ready or Ready()
        changes["ready"] = Ready(
            url=_hook_url(ready, "--ready") if ready else known.url,
            # What is not started here should be there already, or nearly so.
            timeout=ready_timeout or (known.timeout if started else min(known.timeout, _NOT_STARTED)),
        )
    if reset:
        method, _, path = reset.rpartition(" ")
        method = method.strip().upper() or "POST"
        if method not in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            raise AsdocError(f"reading --reset {reset!r}: {method} is no method.", hint="One is 'POST /reset'.")
        changes["reset"] = Reset(method=method, url=_hook_url(path, "--reset"), when=reset_when)
    if headers:
        changes["headers"] = {**target.headers, **dict(_header(each) for each in headers)}
    if ca_bundle:
        changes["ca_bundle"] = ca_bundle
    if rate:
        changes["rate"] = rate
    if speed:
        changes["clock"] = Clock(advance=target.clock.advance, speed=speed)
    return msgspec.structs.replace(target, **changes)


def _hook_url(text: str, option: str) -> str:
    if not text.startswith(("/", "http://", "https://")) or any(sign.isspace() for sign in text):
        raise AsdocError(f"reading {option} {text!r}: it is neither a path nor a URL.", hint="One is /health.")
    return text


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or any(sign in text for sign in "\r\n\0") or any(map(str.isspace, name.strip())):
        # The value may be a secret, and is not told.
        raise AsdocError("reading --header: it is not of the form 'NAME: VALUE'.")
    return name.strip(), value.strip()


@contextmanager
def _progress() -> Iterator[Progress]:
    """A line that says which case is running, on a terminal alone."""
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", table_column=Column(no_wrap=True, overflow="ellipsis")),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        yield progress


def _watched(events: Iterator[Event], progress: Progress) -> Iterator[Event]:
    task = progress.add_task("reaching the target")
    tally: Counter[str] = Counter()
    total = 0
    for event in events:
        if isinstance(event, RunStarted):
            total = event.cases
        elif isinstance(event, CaseFinished):
            tally[event.verdict] += 1
            told = "  ".join(f"[{STYLES[verdict]}]{number} {verdict}[/]" for verdict, number in tally.items())
            progress.update(task, description=f"{tally.total()} of {total}  {told}  {escape(event.id)}")
        yield event
