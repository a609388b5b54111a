"""`asdoc verify`: documented cases against an implementation."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from asdoc.conformance.events import CaseFinished, Event, RunStarted
from asdoc.conformance.report.as_json import as_json
from asdoc.conformance.report.model import gather
from asdoc.conformance.report.terminal import print_report
from asdoc.conformance.verify import KINDS, Settings, verify_events
from asdoc.runtime.credentials import from_arguments
from asdoc.runtime.files import write_atomic

from ._suites import suite_of


def _account(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if not (value.isascii() and value.isdigit() and len(value) == 12):
        raise click.BadParameter("an account is 12 digits")
    return value


@click.command("verify")
@click.argument("target")
@click.option("--service", required=True, help="As boto3 names it: appconfig.")
@click.option(
    "--json", "json_path", type=click.Path(path_type=Path, dir_okay=False), help="Write the report there, too."
)
@click.option(
    "--cases", "cases_path", type=click.Path(path_type=Path, dir_okay=False),
    help="Run the cases of this file, such as a recorded run, in place of the service's own.",
)  # fmt: skip
@click.option("-k", "pattern", default="", metavar="PATTERN", help="Only cases with this in their id; * and ? match.")
@click.option(
    "--kind", "kinds", type=click.Choice(KINDS), multiple=True, default=KINDS[:1], show_default=True,
    help="Kind of cases to run; may be given more than once.",
)  # fmt: skip
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
def command(
    target: str,
    service: str,
    json_path: Path | None,
    cases_path: Path | None,
    pattern: str,
    kinds: tuple[str, ...],
    region: str,
    account: str,
    max_wait: float,
    timeout: float,
) -> None:
    """Replay the documented cases of a service against TARGET.

    TARGET is reference (the embedded backend), http://HOST:PORT, or
    inproc:MODULE:ATTRIBUTE (a handler, WSGI application or backend).

    \b
    Verdicts:
      pass           everything that was checked is as documented
      fail           something is not
      unsupported    the target lacks the operation, as a probe showed
      blocked        what the case needs could not be brought about
      harness-error  our own request was not as documented

    \b
    Exit codes:
      0  no case failed; unsupported and blocked ones are counted apart
      1  at least one case failed
      2  no case failed but there was a harness-error, or there was no
         run: no such target or service, no AWS-like answer

    Requests are signed with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY
    where both are set, else with made-up keys.
    """
    environment = os.environ
    credentials = from_arguments(
        environment.get("AWS_ACCESS_KEY_ID"),
        environment.get("AWS_SECRET_ACCESS_KEY"),
        environment.get("AWS_SESSION_TOKEN"),
    )
    settings = Settings(region=region, account=account, max_wait=max_wait, credentials=credentials)
    # A module of `inproc:` may lie in the current folder, where a console script does not look by itself.
    sys.path.insert(0, str(Path.cwd()))
    suite = suite_of(service, cases=cases_path)
    events = verify_events(
        target, service=service, pattern=pattern, kinds=kinds, settings=settings, timeout=timeout, suite=suite
    )
    with _progress() as progress:
        report = gather(_watched(events, progress))
    print_report(report, Console(width=None if sys.stdout.isatty() else 80, highlight=False))
    if json_path:
        write_atomic(json_path, as_json(report))
    sys.exit(report.exit_code)


@contextmanager
def _progress() -> Iterator[Progress]:
    """A line that says which case is running, on a terminal alone."""
    console = Console(stderr=True)
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as progress:
        yield progress


def _watched(events: Iterator[Event], progress: Progress) -> Iterator[Event]:
    task = progress.add_task("reaching the target")
    done = total = 0
    for event in events:
        if isinstance(event, RunStarted):
            total = event.cases
        elif isinstance(event, CaseFinished):
            done += 1
            progress.update(task, description=f"{done} of {total}  {event.id}")
        yield event
