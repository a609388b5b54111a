"""`asdoc wire`: wire facts from the installed botocore's model, into the spec."""

from __future__ import annotations

from pathlib import Path

import click

from asdoc.codegen import installed
from asdoc.codegen.wire import write_wire

from ._options import all_option, jobs_option
from ._progress import Progress, resumable


@click.command("wire")
@click.argument("services", nargs=-1)
@all_option
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("specs"),
    show_default=True,
    help="Folder of the specs.",
)
@jobs_option
def command(services: tuple[str, ...], every: bool, out: Path, processes: int) -> None:
    """Import the wire facts of SERVICES: what pages do not tell.

    Written as SERVICE/wire.json, each with the version of botocore and the hash
    of the model that it came from. `asdoc extract` reads it from there.
    """
    wanted = installed.chosen(services, every=every)
    with (
        Progress("Importing wire facts", len(wanted)) as progress,
        resumable(progress, lambda: f"{progress.done} of {len(wanted)} services are written in {out}"),
    ):
        imported = write_wire(wanted, out, progress.advance, processes=processes)
    for service, (operations, shapes) in imported.items():
        click.echo(f"{service}: {operations} operations, {shapes} shapes in {out / service / 'wire.json'}")
