"""`asdoc trace`: where a fact was read, and where it went."""

from __future__ import annotations

import sys
from pathlib import Path

import click
import msgspec
from rich.console import Console

from asdoc.codegen.trace import Tracer, changed, write
from asdoc.runtime.errors import AsdocError

_GENERATED = Path("generated/asdoc")


@click.command("trace")
@click.argument("service")
@click.argument("fact")
@click.option(
    "--specs", type=click.Path(path_type=Path, file_okay=False), default=Path("specs"), show_default=True,
    metavar="DIR", help="Folder of the specs.",
)  # fmt: skip
@click.option(
    "--generated", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), default=None,
    show_default=f"{_GENERATED}, or else the installed packages", help="Folder of the packages.",
)  # fmt: skip
@click.option(
    "--pages", metavar="DIR", type=click.Path(path_type=Path, file_okay=False), default=None,
    help="Folder of the pages; with it the sentences are shown.",
)  # fmt: skip
@click.option(
    "--format", "kind", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to print."
)
def command(service: str, fact: str, specs: Path, generated: Path | None, pages: Path | None, kind: str) -> None:
    """Print what FACT of SERVICE rests on, and where it went.

    \b
    FACT is one of
      StopDeployment                          an operation
      StopDeployment.AllowRevert              a member, at any depth
      StopDeployment.output.State             a member of one side
      StopDeployment.State=REVERTED           an allowed value
      StopDeployment.errors.ConflictException an error
      StopDeployment.1                        an example
      Deployment, Deployment.State            a shape, a member of one
      deployment.stop.in-progress             a statement
      shapes.json#/$defs/Deployment           a JSON pointer into the spec

    A page that has changed since it was read is told, and the exit code is 2.
    """
    if generated is None and _GENERATED.is_dir():
        generated = _GENERATED
    told = Tracer(specs, service, generated=generated, pages=pages).trace(fact)
    if kind == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(told), indent=1).decode())
    else:
        write(told, Console(width=None if sys.stdout.isatty() else 80, highlight=False))
    if stale := changed(told):
        raise AsdocError(
            f"tracing {told.fact}: {len(stale)} of {len(told.readings)} lines have changed since they were read, "
            f"such as {stale[0]}",
            hint=f"Read the pages again: asdoc extract {pages} --out {specs}",
        )
