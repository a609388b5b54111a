"""What an update did, or would do, for people: on a terminal, and as the text of a pull request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from asdoc.codegen.diff import SEVERITIES
from asdoc.codegen.diff.render.markdown import escaped

from .journal import release
from .run import ServiceUpdate, Update


def print_update(update: Update, console: Console, *, check: bool) -> None:
    """A table of services, what a maintainer must decide, and what was written."""
    if update.recovered:
        console.print(f"An update that was interrupted is finished: {update.recovered} files.")
    changed = [told for told in update.services if told.changes or told.cases or told.decisions]
    if changed:
        console.print(_table(changed))
    for told in changed:
        if told.decisions:
            console.print(f"\n[bold]To decide by hand[/bold], {escape(told.service)}:")
            for decision in told.decisions:
                console.print(f"  [yellow]•[/yellow] {escape(decision.where)}", soft_wrap=True)
                console.print(f"    {escape(decision.what)}", soft_wrap=True)
    if not update.contents:
        console.print(f"Nothing changes: {len(update.services)} services follow their documentation.")
        return
    base = Path.cwd()
    for path, content in sorted(update.contents.items()):
        verb = "remove" if content is None else "write"
        shown = path.relative_to(base) if path.is_relative_to(base) else path
        console.print(f"{f'would {verb}' if check else verb}: {escape(str(shown))}", soft_wrap=True, highlight=False)
    console.print(f"{len(update.contents)} files {'would change' if check else 'changed'}.")


def _table(services: list[ServiceUpdate]) -> Table:
    table = Table(title="What the documentation changed", title_justify="left")
    table.add_column("service")
    table.add_column("release", overflow="fold")
    for severity in SEVERITIES:
        table.add_column(severity, justify="right")
    table.add_column("cases", justify="right")
    for told in services:
        counts = Counter(change.severity for change in told.changes)
        before, after = release(told.before), release(told.after)
        table.add_row(
            escape(told.service),
            escape(after if before in ("", after) else f"{before} → {after}"),
            *(str(counts[severity]) for severity in SEVERITIES),
            f"+{len(told.cases.new)} ~{len(told.cases.changed)} -{len(told.cases.gone)}" if told.cases else "0",
        )
    return table


def as_markdown(update: Update) -> str:
    """The text of a pull request."""
    return "\n".join(_markdown(update)) + "\n"


def _markdown(update: Update) -> Iterator[str]:
    changed = [told for told in update.services if told.changes or told.cases or told.decisions]
    if not changed:
        yield "The documentation of no service has changed."
        return
    yield "| service | " + " | ".join(SEVERITIES) + " | new cases | changed | gone |"
    yield "|---|" + "---:|" * (len(SEVERITIES) + 3)
    for told in changed:
        counts = Counter(change.severity for change in told.changes)
        numbers = [counts[severity] for severity in SEVERITIES]
        numbers += [len(ids) for ids in (told.cases.new, told.cases.changed, told.cases.gone)]
        yield f"| {told.service} | " + " | ".join(map(str, numbers)) + " |"
    for told in changed:
        if told.decisions:
            yield from ("", f"## To decide by hand: {told.service}", "")
            yield from (f"- [ ] {escaped(decision.where)}: {escaped(decision.what)}" for decision in told.decisions)
        if told.changes:
            yield from ("", f"## Changes: {told.service}", "")
            yield from (
                f"- **{change.severity}** {escaped(change.message)} (`{change.rule}`)" for change in told.changes
            )
