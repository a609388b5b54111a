"""`asdoc extract`: pages to spec."""

from __future__ import annotations

from pathlib import Path

import click

from asdoc.codegen.compose import EMITS, place
from asdoc.codegen.dates import parse
from asdoc.codegen.extract import extract, refusal
from asdoc.codegen.settle import Given

from ._progress import Progress


@click.command("extract")
@click.argument("pages", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--out",
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
@click.option("--service", default="", metavar="NAME", help="Service of pages that have no address to tell it.")
@click.option(
    "--dated",
    multiple=True,
    metavar="[PATTERN=]DATE",
    help="Day of the pages that tell none, or of those called PATTERN, whatever they tell.",
)
def command(pages: tuple[Path, ...], out: Path, emit: str, service: str, dated: tuple[str, ...]) -> None:
    """Read PAGES (folders or files) and write the spec of each service.

    A wire.json and a patches.json that lie in the service's folder already are
    taken in. Pages of several dates and formats give one spec: the newest wins.
    A service of which a page cannot be read is not written; all such pages are
    listed at the end, and the exit code is 2.
    """
    with Progress("Reading pages", None) as progress:
        given = Given(service, parse(dated))
        extraction = extract(pages, out, progress.advance, emit=emit, given=given)
    for name, counts in extraction.services.items():
        numbers = ", ".join(f"{count} {what}" for what, count in counts.items())
        click.echo(f"{name}: {numbers} in {place(out, name, emit)}")
    error = refusal(extraction)
    if error is not None:
        raise error
