"""`asdoc pages`: boto3's own documentation pages, written offline."""

from __future__ import annotations

from pathlib import Path

import click

from asdoc.codegen import installed
from asdoc.codegen.boto3_pages import unfinished, write_pages
from asdoc.codegen.dates import check

from ._options import all_option, fresh_option, jobs_option
from ._progress import Progress, resumable


@click.command("pages")
@click.argument("services", nargs=-1)
@all_option
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder to write them to.",
)
@click.option("--dated", metavar="DATE", help="Day of the installed boto3, as 2024-02-13, for the manifest.")
@jobs_option
@fresh_option
def command(services: tuple[str, ...], every: bool, out: Path, dated: str | None, processes: int, fresh: bool) -> None:
    """Have the installed boto3 write its pages of SERVICES.

    The network is not used. Beside the pages lies a manifest.json with the
    versions of boto3 and botocore and the hash of each page. By it a service
    whose pages are there already, of the same versions, is left as it is: so a
    run that was interrupted goes on where it was.
    """
    wanted = installed.chosen(services, every=every)
    day = check(dated) if dated is not None else ""
    with (
        Progress("Writing pages", len(wanted)) as progress,
        resumable(progress, lambda: f"{progress.done} of {len(wanted)} services are whole in {out}"),
    ):
        todo = wanted if fresh else unfinished(wanted, out, dated=day)
        progress.skip(len(wanted) - len(todo))
        counts = write_pages(todo, out, lambda service, _: progress.advance(service), dated=day, processes=processes)
    for service, count in counts.items():
        click.echo(f"{service}: {count} pages in {out}")
    if len(wanted) > 1 or not todo:
        click.echo(f"{len(wanted)} services: {len(todo)} written, {len(wanted) - len(todo)} there already")
