"""`asdoc export`: a spec in the format of another tool."""

from __future__ import annotations

from pathlib import Path

import click

from asdoc.codegen.export import FORMATS, export, write


@click.command("export")
@click.argument("service")
@click.option("--format", "kind", type=click.Choice(list(FORMATS)), required=True, help="What to write.")
@click.option(
    "--specs", type=click.Path(path_type=Path, file_okay=False), default=Path("specs"), show_default=True,
    metavar="DIR", help="Folder of the specs.",
)  # fmt: skip
@click.option(
    "--out", metavar="PATH", type=click.Path(path_type=Path),
    help="The file, or for botocore the folder, to write; a single file goes to standard output without it.",
)  # fmt: skip
def command(service: str, kind: str, specs: Path, out: Path | None) -> None:
    """Write the spec of SERVICE as another tool reads it.

    \b
    Formats:
      botocore  a data folder; with AWS_DATA_PATH=FOLDER boto3 loads it
      smithy    a model of Smithy 2.0, as a JSON AST
      openapi   a description of OpenAPI 3.1, of rest-json and json services
      pydantic  a module of pydantic models, a class a structure

    No sentence of a page is in them, for a spec holds none.
    """
    if out is None and FORMATS[kind].folder:
        raise click.UsageError(f"{kind} is a folder of files: name it with --out.")
    exported = export(specs, service, kind)
    for note in exported.notes:
        click.echo(f"left out: {note}", err=True)
    if out is None:
        (text,) = exported.files.values()
        click.echo(text, nl=False)
        return
    for path in write(exported.files, kind, out):
        click.echo(str(path))
