"""`asdoc update`: new documentation in, a tree that follows it out."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.console import Console

from asdoc.codegen.packages import services_in
from asdoc.codegen.update import Folders, Installed, Release, Source, update
from asdoc.codegen.update.tell import as_markdown, print_update
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.files import write_atomic


@click.command("update")
@click.argument("services", nargs=-1)
@click.option(
    "--pages", metavar="PATH", type=click.Path(path_type=Path, exists=True), multiple=True,
    help="Pages to read, in place of those that boto3 writes; wire facts stay. May be repeated.",
)  # fmt: skip
@click.option("--to", "wanted", metavar="botocore==VERSION", help="A release, fetched with pip and kept in the cache.")
@click.option(
    "--specs", type=click.Path(path_type=Path, file_okay=False), default=Path("specs"), show_default=True,
    metavar="DIR", help="Folder of the specs.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), default=Path("generated/asdoc"), show_default=True,
    metavar="DIR", help="Folder of the packages.",
)  # fmt: skip
@click.option("--check", is_flag=True, help="Write nothing; say what would change, and exit with 1 if anything would.")
@click.option(
    "--summary",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write a summary in Markdown, too.",
)
def command(
    services: tuple[str, ...],
    pages: tuple[Path, ...],
    wanted: str | None,
    specs: Path,
    out: Path,
    check: bool,
    summary: Path | None,
) -> None:
    """Follow the documentation of SERVICES (all that have a spec).

    Pages come from the installed boto3, another release, or folders.
    Specs are extracted anew, patches applied again, citations moved to where
    their sentences stand now; packages and cases are generated, and each
    changed service gets an entry in specs/SERVICE/CHANGELOG.md. All of it is
    done, or nothing: a patch that does not apply any more stops the update.

    Last comes what only a maintainer can decide.
    """
    names = list(dict.fromkeys(services)) or services_in(specs)
    if pages and wanted:
        raise AsdocError("updating: --pages and --to are two sources.", hint="Give one of them.")
    source: Source = Folders(pages) if pages else Release(wanted) if wanted else Installed()
    with Console(stderr=True).status("Reading the documentation", spinner="dots") as status:
        if not sys.stderr.isatty():
            status.stop()
        told = update(names, source, specs, out, check=check)
    print_update(told, Console(width=None if sys.stdout.isatty() else 80, highlight=False), check=check)
    if summary is not None:
        write_atomic(summary, as_markdown(told))
    if check and told.contents:
        sys.exit(1)
