"""`asdoc extract`: pages to spec."""

from __future__ import annotations

from pathlib import Path

import click

from asdoc.codegen.extract import extract, refusal

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
def command(pages: tuple[Path, ...], out: Path) -> None:
    """Read PAGES (folders or files) and write the spec of each service.

    A wire.json and a patches.json that lie in the service's folder already are
    taken in. A service of which a page cannot be read is not written; all such
    pages are listed at the end, and the exit code is 2.
    """
    with Progress("Reading pages", None) as progress:
        extraction = extract(pages, out, progress.advance)
    for service, counts in extraction.services.items():
        numbers = ", ".join(f"{count} {what}" for what, count in counts.items())
        click.echo(f"{service}: {numbers} in {out / service}")
    error = refusal(extraction)
    if error is not None:
        raise error
