"""`asdoc pages`: boto3's own documentation pages, written offline."""

from __future__ import annotations

from pathlib import Path

import click

from asdoc.codegen.boto3_pages import write_pages
from asdoc.codegen.dates import check

from ._progress import Progress


@click.command("pages")
@click.argument("services", nargs=-1, required=True)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write them to.")
@click.option("--dated", metavar="DATE", help="Day of the installed boto3, as 2024-02-13, for the manifest.")
def command(services: tuple[str, ...], out: Path, dated: str | None) -> None:
    """Have the installed boto3 write its pages of SERVICES.

    The network is not used. Beside the pages lies a manifest.json with the
    versions of boto3 and botocore and the hash of each page.
    """
    with Progress("Writing pages", len(services)) as progress:
        day = check(dated) if dated is not None else ""
        counts = write_pages(services, out, lambda service, _: progress.advance(service), dated=day)
    for service, count in counts.items():
        click.echo(f"{service}: {count} pages in {out}")
