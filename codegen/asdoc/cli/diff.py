"""`asdoc diff`: what differs between two specs, and whom it breaks."""

from __future__ import annotations

import datetime
import sys
import tempfile
import textwrap
from pathlib import Path

import click
from rich.console import Console

from asdoc.codegen.diff import SEVERITIES, Change, accept, against, rule, rules, sides
from asdoc.codegen.diff.change import ordered
from asdoc.codegen.diff.fetch import is_version
from asdoc.codegen.diff.render import FORMATS, page, terminal
from asdoc.codegen.diff.report import Report
from asdoc.runtime.files import write_atomic

from ._options import jobs_option
from ._progress import Progress

_LAYOUT = "api-changes"
_WIDTH = 80


def _explain(context: click.Context, _: click.Parameter, name: str | None) -> None:
    if name is None or context.resilient_parsing:
        return
    found = rule(name)
    click.echo(f"{found.id} ({found.severity})\n")
    click.echo(textwrap.fill(found.why, _WIDTH))
    context.exit()


def _list(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if not wanted or context.resilient_parsing:
        return
    for severity in SEVERITIES:
        for found in rules().values():
            if found.severity == severity:
                click.echo(f"{severity:8}  {found.id}")
    context.exit()


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--service", "services", multiple=True, metavar="NAME", help="Only this service; may be repeated.")
@click.option("--all", "every", is_flag=True, help="All services that the two sides have.")
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, _LAYOUT]),
    default="text",
    show_default=True,
    help="What to print; api-changes is the layout of the API-changes page.",
)
@click.option(
    "--out",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write it there instead of standard output.",
)
@click.option(
    "--fail-on", type=click.Choice(SEVERITIES), help="Exit with 1 where there is a change as bad as that, or worse."
)
@click.option(
    "--accept",
    "accepted",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Changes that may pass (TOML or YAML): [[accepted]] with fingerprint, reason, until.",
)
@click.option(
    "--against",
    "claimed",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="PAGE",
    help="Hold what differs against what an API-changes page says, both ways.",
)
@click.option("--explain", metavar="RULE", callback=_explain, is_eager=True, help="Say what a rule means, and stop.")
@click.option(
    "--rules", is_flag=True, callback=_list, is_eager=True, expose_value=False, help="List the rules, and stop."
)
@jobs_option
def command(
    old: str,
    new: str,
    services: tuple[str, ...],
    every: bool,
    form: str,
    out: Path | None,
    fail_on: str | None,
    accepted: Path | None,
    claimed: Path | None,
    explain: str | None,
    processes: int,
) -> None:
    """Tell what makes OLD become NEW, and whom it breaks.

    \b
    Each side is one of
      specs, specs/appconfig     specs that `asdoc extract` wrote
      pages                      a folder of pages, or one page
      botocore==1.27.28          a version of botocore, fetched once by pip and
                                 kept in $XDG_CACHE_HOME/asdoc, or else in
                                 ~/.cache/asdoc

    \b
    Exit codes: 0 all is well; 1 a change that --fail-on does not let pass, or
    a page that does not say what differs; 2 the command could not do its work.
    """
    del explain
    if not services and not every and any(is_version(side) for side in (old, new)):
        raise click.UsageError("A version of botocore has hundreds of services: say --service NAME, or --all.")
    if claimed is not None and (form != "text" or out is not None):
        raise click.UsageError("--against says where page and sides disagree, and has neither --format nor --out.")
    entries = accept.load(accepted) if accepted is not None else ()
    found: list[Change] = []
    notes: list[str] = []
    with tempfile.TemporaryDirectory(prefix="asdoc-diff.") as temporary, Progress("Comparing", None) as progress:
        before, after = (
            sides.opened(told, services, Path(temporary, name), processes=processes)
            for told, name in ((old, "old"), (new, "new"))
        )

        def done(name: str, outcome: sides.Outcome) -> None:
            found.extend(outcome.changes)
            notes.extend(f"{name}: not compared are {note}" for note in outcome.notes)
            progress.advance(name)

        sides.compare(before, after, done, services=services, processes=processes)
        settled = accept.settle(entries, found, datetime.date.today())
        compared = {*before.services, *after.services}
        report = Report(
            old=old,
            new=new,
            date=after.date,
            services=len(compared),
            changes=ordered(found),
            accepted=settled.accepted,
            notes=(*sorted(notes), *settled.notes),
        )
        disagreeing = None if claimed is None else not _agrees(claimed, before, after, compared)
        text = page.render(before, after, compared) if form == _LAYOUT else ""
    if disagreeing is not None:
        pass  # it has said what there is to say
    elif out is not None:
        write_atomic(out, text or FORMATS[form](report))
    elif form == "text" and sys.stdout.isatty():
        terminal.write(report, Console(highlight=False))
    else:
        click.echo(text or FORMATS[form](report), nl=False)
    if fail_on is not None and (failing := report.failing(fail_on)):
        are = "change is" if len(failing) == 1 else "changes are"
        worse = "" if fail_on == SEVERITIES[0] else " or worse"
        click.echo(f"asdoc diff: {len(failing)} {are} {fail_on}{worse}", err=True)
        sys.exit(1)
    if disagreeing:
        sys.exit(1)


def _agrees(claimed: Path, before: sides.Side, after: sides.Side, services: set[str]) -> bool:
    """Print where a page and the sides disagree; whether they do not."""
    differing = against.check(claimed, before, after, services)
    for line in differing.lines():
        click.echo(line)
    return differing.agrees
