"""`asdoc coverage`: what is documented of a service, and which of it is tried."""

from __future__ import annotations

import json
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import msgspec

from asdoc.codegen.cases import compile_cases
from asdoc.codegen.coverage.listing import EXCLUDED, KINDS, TESTED, UNTESTED, Coverage, Row, coverage
from asdoc.codegen.coverage.sentences import sentences
from asdoc.codegen.spec import load_spec, runtime_table
from asdoc.runtime.errors import AsdocError

_WIDTH = 80


@click.command("coverage")
@click.argument("service")
@click.option(
    "--specs", type=click.Path(path_type=Path, file_okay=False), default=Path("specs"), show_default=True,
    metavar="DIR", help="Folder of the specs; a service that is not in it is read from the installed boto3.",
)  # fmt: skip
@click.option(
    "--pages", metavar="DIR", type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Folder of the pages whose sentences are listed; without it, the installed boto3 writes them.",
)  # fmt: skip
@click.option(
    "--state",
    "states",
    type=click.Choice((TESTED, UNTESTED, EXCLUDED)),
    multiple=True,
    help="Only rows of this state; may be repeated.",
)
@click.option(
    "--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="Only rows of this kind; may be repeated."
)
@click.option("--summary", is_flag=True, help="The totals alone.")
@click.option("--json", "as_json", is_flag=True, help="All rows and the totals as JSON.")
def command(
    service: str,
    specs: Path,
    pages: Path | None,
    states: tuple[str, ...],
    kinds: tuple[str, ...],
    summary: bool,
    as_json: bool,
) -> None:
    """List what is documented of SERVICE: operations, errors, statements, and
    the sentences of its pages; each tested, untested, or excluded and why.
    """
    own = (specs / service / "operations.json").is_file()
    if not own:
        from asdoc.codegen.on_demand import specs_of

        made = specs_of([service])
        click.echo(f"note: {specs} holds no spec of {service}; boto3's pages tell it, without statements", err=True)
        specs = made
    spec = load_spec(specs, service)
    table = runtime_table(spec)
    cases = compile_cases(service, spec.examples, spec.resources, spec.statements, table)["cases"]
    with _pages(service, pages, spec_is_own=own) as folder:
        told = coverage(spec, table, cases, sentences(folder, service))
    rows = [row for row in told.rows if row.state in (states or row.state) and row.kind in (kinds or row.kind)]
    if as_json:
        content = {"service": service, "totals": told.totals, "rows": [msgspec.to_builtins(row) for row in rows]}
        click.echo(json.dumps(content, indent=1))
        return
    for row in () if summary else rows:
        click.echo(_line(row))
    _totals(told)


@contextmanager
def _pages(service: str, given: Path | None, *, spec_is_own: bool) -> Iterator[Path]:
    """The folder of the pages."""
    if given is not None:
        if next(sentences(given, service), None) is None:
            raise AsdocError(
                f"listing the sentences of {service}: {given} has none of its pages, such as {service}.rst.",
                hint=f"`asdoc pages {service} --out {given}` writes them; without --pages boto3 does so itself.",
            )
        yield given
        return
    from asdoc.codegen.boto3_pages import write_pages
    from asdoc.codegen.installed import check_services

    try:
        check_services([service])
    except AsdocError:
        if not spec_is_own:
            raise
        with tempfile.TemporaryDirectory(prefix="asdoc-pages-") as folder:
            click.echo(f"note: the installed boto3 has no pages of {service}; its sentences are not listed", err=True)
            yield Path(folder)
        return
    with tempfile.TemporaryDirectory(prefix="asdoc-pages-") as folder:
        write_pages([service], Path(folder), resources=False)
        yield Path(folder)


def _line(row: Row) -> str:
    told = row.reason or (f"{len(row.cases)} case{'s' * (len(row.cases) != 1)}" if row.cases else "")
    head, *tail = _folded(row.id, _WIDTH - 10)
    line = "\n".join([f"{row.state:9} {head}", *(f"{'':10}{part}" for part in tail)])
    if told and (tail or len(line) + 2 + len(told) > _WIDTH):
        return "\n".join([line, *textwrap.wrap(told, _WIDTH, initial_indent=" " * 10, subsequent_indent=" " * 10)])
    return f"{line}  {told}".rstrip()


def _folded(identity: str, width: int) -> Iterator[str]:
    """An id in lines that fit, broken behind a space, else behind a dot."""
    while len(identity) > width:
        end = identity.rfind(" ", 0, width) + 1 or identity.rfind(".", 0, width) + 1 or width
        yield identity[:end]
        identity = identity[end:]
    yield identity


def _totals(told: Coverage) -> None:
    click.echo(f"\n{'':12}{TESTED:>10}{UNTESTED:>10}{EXCLUDED:>10}")
    for kind, counts in told.totals.items():
        click.echo(f"{kind + 's':12}{counts[TESTED]:10}{counts[UNTESTED]:10}{counts[EXCLUDED]:10}")
