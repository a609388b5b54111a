"""`asdoc serve`: the reference backend on a port."""

from __future__ import annotations

import click

from asdoc.runtime.server.serving import CLOCKS, serve


@click.command("serve")
@click.argument("services", nargs=-1, required=True)
@click.option("--port", type=int, default=4570, show_default=True, help="0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--clock", type=click.Choice(list(CLOCKS)), default="real", show_default=True, help="manual stands still."
)
@click.option("--workers", type=int, default=1, show_default=True, help="Processes; more than 1 need a store to share.")
@click.option(
    "--store", default="memory", show_default=True, help="memory, sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DB."
)
def command(services: tuple[str, ...], port: int, host: str, clock: str, workers: int, store: str) -> None:
    """Serve SERVICES as they are documented, until interrupted.

    A manual clock is moved by POST /_asdoc/clock with {"advance": seconds}.
    """
    serve(services, host=host, port=port, clock=clock, workers=workers, store=store)
