"""`asdoc serve`: the reference backend on a port."""

from __future__ import annotations

from pathlib import Path

import click

from asdoc.runtime.server.access_keys import read_keys
from asdoc.runtime.server.logs import FORMATS
from asdoc.runtime.server.options import Options, read_actions
from asdoc.runtime.server.serving import CLOCKS, serve

_LOOPBACK = ("localhost", "::1")


@click.command("serve")
@click.argument("services", nargs=-1, required=True)
@click.option("--port", metavar="NUMBER", type=int, default=4570, show_default=True, help="0 takes a free one.")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--clock",
    type=click.Choice(list(CLOCKS)),
    default="real",
    show_default=True,
    help="A manual clock stands still until it is moved.",
)
@click.option(
    "--workers",
    metavar="NUMBER",
    type=int,
    default=1,
    show_default=True,
    help="Processes; more than 1 need a store to share, which is not memory.",
)
@click.option(
    "--store",
    metavar="STORE",
    default="memory",
    show_default=True,
    help="memory, sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DB.",
)
@click.option(
    "--auth",
    multiple=True,
    metavar="KEY:SECRET[:ACCOUNT]",
    help="Verify signatures; @FILE has one key a line. May be repeated.",
)
@click.option(
    "--region",
    metavar="NAME",
    multiple=True,
    help="With --auth: a region that is served; may be repeated. [default: all]",
)
@click.option(
    "--control/--no-control",
    default=None,
    help="Answer below /_asdoc/: clock, faults, reset, … [default: not with --auth on a --host that others reach]",
)
@click.option("--log", type=click.Choice(list(FORMATS)), default=None, help="A line a request, on standard error.")
@click.option(
    "--action",
    multiple=True,
    metavar="ARN=URL",
    help="What stands for an action of an AppConfig extension; may be repeated.",
)
@click.option(
    "--tls-cert", metavar="FILE", type=click.Path(path_type=Path), help="A certificate, and those behind it (PEM)."
)
@click.option("--tls-key", metavar="FILE", type=click.Path(path_type=Path), help="Its key (PEM).")
def command(
    services: tuple[str, ...],
    port: int,
    host: str,
    clock: str,
    workers: int,
    store: str,
    auth: tuple[str, ...],
    region: tuple[str, ...],
    control: bool | None,
    log: str | None,
    action: tuple[str, ...],
    tls_cert: Path | None,
    tls_key: Path | None,
) -> None:
    """Serve SERVICES as they are documented, until interrupted.

    A manual clock is moved by POST /_asdoc/clock with {"advance": seconds}.
    """
    if control is None:
        control = not auth or host in _LOOPBACK or host.startswith("127.")
    options = Options(
        keys=read_keys(auth),
        regions=region,
        control=control,
        log=log or "",
        actions=read_actions(action),
        tls_cert=tls_cert,
        tls_key=tls_key,
    )
    serve(services, host=host, port=port, clock=clock, workers=workers, store=store, options=options)
