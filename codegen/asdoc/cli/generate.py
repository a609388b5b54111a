"""`asdoc generate`: spec to code."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from asdoc.codegen.generate import render, services_in
from asdoc.codegen.manifest import carry_out, plan


@click.command("generate")
@click.argument("services", nargs=-1)
@click.option(
    "--specs", type=click.Path(path_type=Path, file_okay=False), default=Path("specs"), show_default=True,
    help="Folder of the specs.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("generated/asdoc"), show_default=True,
    help="Folder of the packages.",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Write nothing; name each file that drifts, and exit with 1.")
def command(services: tuple[str, ...], specs: Path, out: Path, check: bool) -> None:
    """Write the packages of SERVICES (all that have a spec, where none is named).

    Files that are no longer made are removed; files that asdoc did not make
    are left alone.
    """
    names = list(dict.fromkeys(services)) or services_in(specs)
    rendered = render(specs, names)
    planned = plan(out, rendered.files, rendered.specs, everything=not services)
    if check:
        for difference in planned.differences:
            click.echo(f"{difference.kind}: {out / difference.path}")
        if planned.differences:
            click.echo(f"{len(planned.differences)} files drift from the specs.")
            click.echo("Run `asdoc generate` and commit the result.")
            sys.exit(1)
    elif planned.differences:
        carry_out(out, planned)
        verbs = {"missing": "new", "differs": "changed", "superfluous": "removed"}
        for difference in planned.differences:
            click.echo(f"{verbs[difference.kind]}: {out / difference.path}")
        click.echo(f"{len(planned.differences)} files changed, {planned.unchanged} were up to date.")
        return
    click.echo(f"{planned.unchanged} of {len(planned.files)} files are up to date.")
