"""`asdoc`: the group of all commands. A command's module is imported only when the command is asked for."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from importlib import metadata
from typing import Any, NamedTuple

from asdoc.runtime.errors import AsdocError

from ._streams import prepare

try:
    import click
except ModuleNotFoundError:  # a plain install carries the client alone
    sys.exit(
        "asdoc: the command line needs more packages.\n"
        "Install them with: pip install 'asdoc[codegen,conformance,serve]'"
    )


_INTERRUPTED = 130
"""As shells have it: 128 and the number of the signal."""


class Entry(NamedTuple):
    module: str
    """Below asdoc.cli; holds the click command as `command`."""
    extra: str
    """The extra whose packages it needs."""
    summary: str


COMMANDS = {
    "pages": Entry("pages", "codegen", "Have the installed boto3 write its documentation pages."),
    "wire": Entry("wire", "codegen", "Import what pages do not tell from botocore's models."),
    "extract": Entry("extract", "codegen", "Read pages into specs."),
    "generate": Entry("generate", "codegen", "Turn specs into code, or check that it is current."),
    "export": Entry("export", "codegen", "Write a spec as botocore, Smithy, OpenAPI or pydantic has it."),
    "diff": Entry("diff", "codegen", "Tell what differs between two specs, and whom it breaks."),
    "update": Entry("update", "codegen", "Follow new documentation: specs, code and cases, or nothing."),
    "trace": Entry("trace", "codegen", "Show where a fact was read, and where it went."),
    "coverage": Entry("coverage", "codegen", "List what is documented, and which of it is tried."),
    "serve": Entry("serve", "serve", "Serve the reference backend on a socket."),
    "verify": Entry("verify", "conformance", "Replay what is documented against an implementation."),
    "report": Entry("report", "conformance", "Make reports of a run from its events."),
    "matrix": Entry("matrix", "conformance", "Put the runs of several targets side by side."),
    "compare": Entry("compare", "conformance", "Tell what changed from one run to another."),
}


class LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # From the table, so that help is quick, and complete where an extra is missing.
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        entry = COMMANDS[cmd_name]
        try:
            command: click.Command = importlib.import_module(f"asdoc.cli.{entry.module}").command
        except ModuleNotFoundError as error:
            if error.name and error.name.startswith("asdoc"):
                raise
            raise AsdocError(
                f"`asdoc {cmd_name}` needs the package {error.name}, which is not installed.",
                hint=f"Install it with: pip install 'asdoc[{entry.extra}]'",
            ) from error
        return command

    def invoke(self, ctx: click.Context) -> Any:
        # click's own code for it is 1, which here is a verdict
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("\nInterrupted.", err=True)
            ctx.exit(_INTERRUPTED)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(metadata.version("asdoc"), prog_name="asdoc")
def cli() -> None:
    """AWS services as documented: pages to spec, spec to code, code to verdict.

    \b
    Exit codes: 0 all is well, 1 a verdict against (a case failed, a file
    drifted), 2 the command could not do its work, 130 it was interrupted.
    """


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line. Errors raised on purpose are printed without a traceback; the exit code is then 2."""
    prepare()
    try:
        return cli.main(arguments, prog_name="asdoc")
    except AsdocError as error:
        # click knows nothing of either
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        click.secho(f"asdoc: {error.message}", fg=None if plain else "red", err=True)
        if error.hint:
            click.echo(error.hint, err=True)
        sys.exit(2)


def script() -> None:
    """Run the command line as a process of its own, whose exit code is the work's, whenever Ctrl-C comes."""
    try:
        main()
    finally:
        # While the interpreter ends, an interrupt would replace the exit code of work that is done.
        signal.signal(signal.SIGINT, signal.SIG_IGN)


if __name__ == "__main__":
    script()
