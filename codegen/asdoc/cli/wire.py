"""`asdoc wire`: wire facts from the installed botocore's model, into the spec."""

from __future__ import annotations

from pathlib import Path

import click

from asdoc.codegen.spec import files
from asdoc.codegen.wire import import_wire
from asdoc.runtime.files import write_atomic


@click.command("wire")
@click.argument("services", nargs=-1, required=True)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("specs"),
    show_default=True,
    help="Folder of the specs.",
)
def command(services: tuple[str, ...], out: Path) -> None:
    """Import the wire facts of SERVICES: what pages do not tell.

    Written as SERVICE/wire.json, each with the version of botocore and the hash
    of the model that it came from. `asdoc extract` reads it from there.
    """
    imported = {service: import_wire(service) for service in services}
    for service, document in imported.items():
        path = out / service / "wire.json"
        files.check(document, "wire", str(path))
        write_atomic(path, files.dumps(document))
        click.echo(f"{service}: {len(document['operations'])} operations, {len(document['shapes'])} shapes in {path}")
