"""`asdoc`: the group of all commands. A command's module is imported only when the command is asked for."""

from __future__ import annotations

import importlib
import sys
from importlib import metadata
from typing import Any

from asdoc.runtime.errors import AsdocError

try:
    import click
except ModuleNotFoundError:  # a plain install carries the client alone
    sys.exit("asdoc: the command line needs more packages.\nInstall them with: pip install 'asdoc[codegen,conformance,serve]'")

# name -> (module below asdoc.cli, the extra that it needs)
COMMANDS = {
    "pages": ("pages", "codegen"),
    "wire": ("wire", "codegen"),
    "extract": ("extract", "codegen"),
    "generate": ("generate", "codegen"),
    "serve": ("serve", "serve"),
    "verify": ("verify", "conformance"),
}


class LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, extra = COMMANDS[cmd_name]
        try:
            command: click.Command = importlib.import_module(f"asdoc.cli.{module}").command
        except ModuleNotFoundError as error:
            if error.name and error.name.startswith("asdoc"):
                raise
            raise AsdocError(
                f"`asdoc {cmd_name}` needs the package {error.name}, which is not installed.",
                hint=f"Install it with: pip install 'asdoc[{extra}]'",
            ) from error
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(metadata.version("asdoc"), prog_name="asdoc")
def cli() -> None:
    """AWS services as documented: pages to spec, spec to code, code to verdict.

    \b
    Exit codes: 0 all is well, 1 a verdict against (a case failed, a file
    drifted), 2 the command could not do its work.
    """


def main(arguments: list[str] | None = None) -> Any:
    """Run the command line. Errors raised on purpose are printed without a traceback; the exit code is then 2."""
    try:
        return cli.main(arguments, prog_name="asdoc")
    except AsdocError as error:
        click.secho(f"asdoc: {error.message}", fg="red", err=True)
        if error.hint:
            click.echo(error.hint, err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
