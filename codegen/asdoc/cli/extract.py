"""`asdoc extract`: pages to spec."""

from __future__ import annotations

from pathlib import Path

import click

from asdoc.codegen.compose import EMITS, place
from asdoc.codegen.dates import parse
from asdoc.codegen.extract import attempt, refusal
from asdoc.codegen.settle import Given

from ._options import fresh_option, jobs_option
from ._progress import Progress, resumable


@click.command("extract")
@click.argument("pages", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--model",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="In place of pages: a folder of botocore data (service-2.json and its neighbours).",
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("specs"),
    show_default=True,
    help="Folder of the specs.",
)
@click.option(
    "--emit",
    type=click.Choice(EMITS),
    default="spec",
    show_default=True,
    help="The spec, or the facts of the pages alone, a file a service.",
)
@click.option(
    "--service", default="", metavar="NAME", help="Service of what does not tell it: pages without address, DIR."
)
@click.option(
    "--dated",
    multiple=True,
    metavar="[PATTERN=]DATE",
    help="Day of the pages that tell none, or of those called PATTERN, whatever they tell.",
)
@jobs_option
@fresh_option
def command(
    pages: tuple[Path, ...],
    model: Path | None,
    out: Path,
    emit: str,
    service: str,
    dated: tuple[str, ...],
    processes: int,
    fresh: bool,
) -> None:
    """Read PAGES (folders or files) and write the spec of each service.

    A wire.json and a patches.json that lie in the service's folder already are
    taken in. Pages of several dates and formats give one spec: the newest wins.
    Pages that cannot be read are listed at the end, and the exit code is 2. Their
    services are written from the other pages, unless they were written before:
    then they are left as they are.

    A service that was written before, from the same pages, files and options,
    is left as it is: so a run that was interrupted goes on where it was. What
    was done stands in .extracted beside the specs.
    """
    if model is not None:
        _extract_model(model, pages, out, emit, service, processes)
        return
    if not pages:
        raise click.UsageError("Missing argument 'PAGES...', or --model DIR.")

    def advance(name: str, total: int) -> None:
        progress.total(total)
        progress.advance(name)

    with (
        Progress("Reading pages", None) as progress,
        resumable(progress, lambda: f"{progress.done} services are done in {out}"),
    ):
        given = Given(service, parse(dated))
        extraction = attempt(pages, out, advance, emit=emit, given=given, processes=processes, fresh=fresh)
    for name, counts in extraction.services.items():
        if name not in extraction.unchanged:
            numbers = ", ".join(f"{count} {what}" for what, count in counts.items())
            click.echo(f"{name}: {numbers} in {place(out, name, emit)}")
    if len(extraction.services) > 1 or extraction.unchanged:
        click.echo(f"{len(extraction.services)} services, {len(extraction.unchanged)} unchanged")
    error = refusal(extraction)
    if error is not None:
        raise error


def _extract_model(model: Path, pages: tuple[Path, ...], out: Path, emit: str, service: str, processes: int) -> None:
    if pages or emit != "spec":
        raise click.UsageError("--model DIR is the whole source of a spec: it goes without PAGES and without --emit.")
    from asdoc.codegen.data_folder import extract_models, remarks

    for name, counts in extract_models(model, out, service=service, processes=processes).items():
        numbers = ", ".join(f"{count} {what}" for what, count in counts.items())
        click.echo(f"{name}: {numbers} in {place(out, name, emit)}")
    for remark in remarks(model, service):
        click.echo(f"note: {remark}", err=True)
