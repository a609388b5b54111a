"""`asdoc generate`: spec to code."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from click.core import ParameterSource

from asdoc.codegen.manifest import carry_out, plan
from asdoc.codegen.packages import folder_of, services_in, stale
from asdoc.runtime.errors import AsdocError


@click.command("generate")
@click.argument("services", nargs=-1)
@click.option(
    "--specs", type=click.Path(path_type=Path, file_okay=False), default=Path("specs"), show_default=True,
    metavar="DIR", help="Folder of the specs.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("generated/asdoc"), show_default=True,
    metavar="DIR", help="Folder of the packages.",
)  # fmt: skip
@click.option(
    "--service", "installed", multiple=True, metavar="NAME",
    help="A service of the installed boto3, whose pages are written and read first. Needs --out; may be repeated.",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Write nothing; name each file that drifts, and exit with 1.")
@click.option("--full", is_flag=True, help="Make packages again that the manifest shows to be up to date.")
def command(
    services: tuple[str, ...], specs: Path, out: Path, installed: tuple[str, ...], check: bool, full: bool
) -> None:
    """Write the packages of SERVICES (all that have a spec, where none is named).

    Files that are no longer made are removed; files that asdoc did not make
    are left alone. A package can be imported as `asdoc.NAME` where the folder
    is one called asdoc, and as NAME where the folder itself is on the path.

    A package is made again where its spec, one of its files or asdoc itself
    has changed since MANIFEST.json was written.
    """
    if installed:
        specs = _specs_of(installed, services)
        services = installed
    names = list(dict.fromkeys(services)) or services_in(specs)
    todo = names if full else stale(specs, out, names)
    files, hashes = _render(specs, todo)
    left = {folder_of(name) for name in names if name not in todo}
    planned = plan(out, files, hashes, everything=not services, left_alone=left)
    if check:
        for difference in planned.differences:
            click.echo(f"{difference.kind}: {out / difference.path}")
        if planned.differences:
            number = len(planned.differences)
            click.echo(f"{number} file{'s drift' if number > 1 else ' drifts'} from the specs.")
            click.echo("Run `asdoc generate` and commit the result.")
            sys.exit(1)
    elif planned.differences:
        carry_out(out, planned)
        verbs = {"missing": "new", "differs": "changed", "superfluous": "removed"}
        for difference in planned.differences:
            click.echo(f"{verbs[difference.kind]}: {out / difference.path}")
        number = len(planned.differences)
        click.echo(f"{number} file{'s' * (number > 1)} changed, {planned.unchanged} up to date before.")
        return
    click.echo(f"{planned.unchanged} of {planned.total} files are up to date.")


def _render(specs: Path, services: list[str]) -> tuple[dict[str, str], dict[str, str]]:
    if not services:
        return {}, {}
    # What renders takes longer to import than an unchanged tree to check.
    from asdoc.codegen.generate import render

    rendered = render(specs, services)
    return rendered.files, rendered.specs


def _specs_of(installed: tuple[str, ...], services: tuple[str, ...]) -> Path:
    context = click.get_current_context()
    given = {name for name in ("specs", "out") if context.get_parameter_source(name) is ParameterSource.COMMANDLINE}
    if services or "specs" in given or "out" not in given:
        raise AsdocError(
            "generating code: --service makes the spec itself, so it goes with --out alone.",
            hint="Say `asdoc generate --service s3 --out DIR`.",
        )
    from asdoc.codegen.on_demand import specs_of

    return specs_of(installed)
