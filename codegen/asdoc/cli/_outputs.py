"""The options of commands that write reports: a file a format, and what GitHub shows."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from asdoc.conformance.report.formats import FORMATS
from asdoc.conformance.report.github import as_annotations, as_summary
from asdoc.conformance.report.model import Report
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.files import check_place, write_atomic

_Command = TypeVar("_Command", bound=Callable[..., Any])


class Outputs(NamedTuple):
    """What a user wants written."""

    files: Mapping[str, Path]
    """Path by format."""
    github: bool

    def write(self, report: Report) -> None:
        """Every report that is wanted. Raises AsdocError where one cannot be written."""
        for name, path in self.files.items():
            write_atomic(path, FORMATS[name].write(report))
        if self.github:
            _tell_github(report)


def output_options(command: _Command) -> _Command:
    """Options `--json FILE`, `--junit FILE`, ... and `--github`; `outputs_of` reads them."""
    command = click.option(
        "--github", is_flag=True, help="Add to the step's summary on GitHub, and print annotations."
    )(command)
    for name in reversed(FORMATS):
        command = click.option(
            f"--{name}", f"{name}_path", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False),
            help=f"Write the report there: {FORMATS[name].summary}.",
        )(command)  # fmt: skip
    return command


def outputs_of(options: dict[str, Any]) -> Outputs:
    """The outputs among a command's options, out of which they are taken.

    Raises AsdocError where one cannot be written: better before a long run than behind it.
    """
    given = {name: options.pop(f"{name}_path") for name in FORMATS}
    files = {name: path for name, path in given.items() if path}
    for path in files.values():
        check_place(path)
    return Outputs(files, github=bool(options.pop("github")))


@contextmanager
def nothing_but_text() -> Iterator[None]:
    """A block whose output is no command to a runner of GitHub, whatever a target has put into it.

    A runner takes any line that begins with two colons for a command, and some signs anywhere in it.
    """
    if os.environ.get("GITHUB_ACTIONS") != "true":
        yield
        return
    token = secrets.token_hex(16)
    click.echo(f"::stop-commands::{token}")
    try:
        yield
    finally:
        click.echo(f"::{token}::")


def _tell_github(report: Report) -> None:
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if summary:
        try:
            with Path(summary).open("a", encoding="utf-8") as file:
                file.write(as_summary(report))
        except OSError as error:
            raise AsdocError(
                f"writing the step's summary to {summary}: {error.strerror or error}",
                hint="GitHub sets GITHUB_STEP_SUMMARY; leave it as it is.",
            ) from error
    for line in as_annotations(report):
        click.echo(line)
