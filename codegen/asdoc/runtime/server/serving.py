"""A backend on a port: processes of granian's, which speak WSGI to it.

A store in memory is that of one process; several workers take one that they share.
"""

from __future__ import annotations

import errno
import gc
import http.client
import importlib
import logging
import multiprocessing
import multiprocessing.connection
import os
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from importlib import metadata
from typing import Any
from urllib.parse import urlsplit

from ..errors import AsdocError
from ..schema import load_service
from .backend import ServiceBackend
from .clock import Clock, ManualClock, RealClock
from .composite import CompositeBackend
from .limits import HEAD_SECONDS, MAX_HEAD
from .options import Options, apply, check_certificate
from .patience import Patience
from .store import MemoryStore, Store, StoreError
from .stores import MEMORY, open_store
from .threads import SHARED_THREADS, THREADS, Standby
from .wsgi import wsgi_application

log = logging.getLogger("asdoc.server")

ENTRY_POINTS = "asdoc.services"
"""The group in which generated packages announce themselves: the service's name to its package."""

CLOCKS: dict[str, Callable[[], Clock]] = {"real": RealClock, "manual": ManualClock}

_READY_TIMEOUT = 30.0
_STOP_SECONDS = 30
"""Time for requests under way to be answered once the server is told to stop."""
_BEAT = 1.0
"""Seconds between two looks at what time alone has brought about."""

_AT_WORK = {True: 1, False: 2}
"""Threads that answer, by whether the records lie in memory: a database is waited for, and Python meanwhile is free.
They share an interpreter, so that each makes a request dearer (by a fifth with two, by a half with four)."""
_IDLE = 600
"""Seconds after which the server ends a thread that has had nothing to do: the most that it takes."""

_PLAIN = Options()


@cache
def known_services() -> Mapping[str, str]:
    """The services that are installed: name to package. Asked once, as every package that is installed is read."""
    return {point.name: point.value for point in metadata.entry_points(group=ENTRY_POINTS)}


def check_services(names: Sequence[str]) -> None:
    """Raises AsdocError where a service is not installed."""
    known = known_services()
    for name in names:
        if name not in known:
            listed = ", ".join(sorted(known)) or "none"
            raise AsdocError(f"serving {name}: there is no such service here.", hint=f"Services installed: {listed}.")


def build_backend(names: Sequence[str], clock: Clock, store: Store | None = None) -> ServiceBackend | CompositeBackend:
    """The backend of one service, or of several behind one address, on one clock.

    Services that are signed under one name keep their records together: they are sides of one service, as AppConfig
    Data hands out what AppConfig deploys. `store` is an empty one in memory unless given. Raises AsdocError for a
    service that is not installed.
    """
    check_services(names)
    store = store if store is not None else MemoryStore()
    known = known_services()
    backends: list[ServiceBackend] = []
    families: dict[str, Store] = {}
    for name in dict.fromkeys(names):
        module = importlib.import_module(f"{known[name]}.backend")
        family = load_service(known[name]).signing_name
        if family not in families:
            families[family] = store.of(family)
        backend: ServiceBackend = module.Backend(clock=clock, store=families[family])
        backends.append(backend)
    return backends[0] if len(backends) == 1 else CompositeBackend(backends)


def serve(
    names: Sequence[str],
    *,
    host: str = "127.0.0.1",
    port: int = 0,
    clock: str = "real",
    workers: int = 1,
    store: str = MEMORY,
    options: Options = _PLAIN,
    say: Callable[[str], None] | None = None,
) -> None:
    """Serve the services until SIGINT or SIGTERM; port 0 takes a free one, and `store` is as `open_store` takes it.
    Requests that are under way are answered first.

    Once requests are answered, `say` (printing, unless given) gets one line with the address; it runs in a worker.
    Raises AsdocError where a service is unknown, the address or the store cannot be had, or there are more workers than
    can share the store and the clock.
    """
    check_workers(workers, store, clock)
    check_services(names)
    check_certificate(options)
    # Whatever is wrong with the store is told here, and not by every worker; each opens it again for itself.
    open_store(store).close()
    port = free_port(host, port)
    granian = granian_server()
    server = granian(
        address=host,
        port=port,
        workers=workers,
        blocking_threads=THREADS if workers == 1 else SHARED_THREADS,
        blocking_threads_idle_timeout=_IDLE,
        respawn_failed_workers=workers > 1,
        ssl_cert=options.tls_cert,
        ssl_key=options.tls_key,
    )
    left = multiprocessing.Value("i", workers)
    where = address(host, port, options.scheme)
    name = secrets.token_hex(16)
    load = partial(_load, tuple(names), clock, store, where, left, say or _print, options, workers, name)
    try:
        # What is loaded at the start stays; looking for what could go takes a tenth of it.
        gc.disable()
        server.serve(target_loader=load, wrap_loader=False)
    finally:
        gc.enable()


def check_workers(workers: int, store: str, clock: str) -> None:
    """Raises AsdocError where so many workers cannot serve as one."""
    what = f"serving with {workers} workers"
    if workers < 1:
        raise AsdocError(f"{what}: there must be one at least.", hint="Leave --workers at 1.")
    if workers > 1 and store == MEMORY:
        raise AsdocError(
            f"{what}: they would not share their records, which lie in memory.",
            hint="Leave --workers at 1, or take --store postgresql://… or sqlite:///….",
        )
    if workers > 1 and clock != "real":
        raise AsdocError(
            f"{what}: each would have a {clock} clock of its own.", hint="Leave --workers at 1, or take --clock real."
        )


def _print(line: str) -> None:
    print(line, flush=True)


def granian_server() -> Callable[..., Any]:
    """What makes a server: granian, with what never varies."""
    try:
        from granian.constants import HTTPModes, Interfaces, SSLProtocols
        from granian.http import HTTP1Settings
        from granian.server import Server
    except ModuleNotFoundError as error:
        raise AsdocError("serving needs granian, which is not installed.", hint="pip install 'asdoc[serve]'") from error
    return partial(
        Server,
        "asdoc",
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,  # what AWS's clients speak; its limits are those below
        http1_settings=HTTP1Settings(header_read_timeout=int(HEAD_SECONDS * 1000), max_buffer_size=MAX_HEAD),
        ssl_protocol_min=SSLProtocols.tls12,
        log_enabled=False,
        workers_kill_timeout=_STOP_SECONDS,
    )


def _load(
    names: tuple[str, ...],
    clock: str,
    store: str,
    where: str,
    left: Any,
    say: Callable[[str], None],
    options: Options,
    workers: int,
    name: str,
) -> Any:
    """Runs in each worker: builds the application. The last of them tells when it answers; `left` counts them."""
    backend = build_backend(names, CLOCKS[clock](), open_store(store))
    apply(options, backend, workers=workers)
    threading.Thread(target=_beat, args=(backend,), daemon=True).start()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with left.get_lock():
        left.value -= 1
        last = left.value == 0
    line = f"serving {', '.join(dict.fromkeys(names))} on {where}"
    patience = Patience(urlsplit(where).port or 0)
    patience.start()
    application = wsgi_application(backend, patience)
    gc.freeze()  # what is there now stays: the collector need not look at it again
    gc.enable()
    threads, at_work = (THREADS, _AT_WORK[store == MEMORY]) if workers == 1 else (SHARED_THREADS, SHARED_THREADS)
    standby = Standby(application, where, name, threads=threads, at_work=at_work)
    ready = [partial(say, line), standby.start] if last else [standby.start]
    threading.Thread(target=_when_ready, args=(where, ready), daemon=True).start()
    return standby


def _end_with_parent() -> None:
    """A worker whose parent was killed would go on for ever, and keep the port."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        multiprocessing.connection.wait([parent.sentinel])
        os._exit(1)


def _beat(backend: ServiceBackend | CompositeBackend) -> None:
    """Time goes on where nobody asks."""
    while True:
        time.sleep(_BEAT)
        try:
            backend.tick()
        except StoreError as error:
            log.error("what time brings about could not be done: %s", error.message)  # noqa: TRY400 - it says all
        except Exception:
            log.exception("what time brings about could not be done")


def _when_ready(where: str, then: Sequence[Callable[[], None]]) -> None:
    """Call these once the server answers."""
    url = urlsplit(where)
    deadline = time.monotonic() + _READY_TIMEOUT
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(str(url.hostname), url.port, timeout=1)
        if url.scheme == "https":
            # Whether it answers is asked here, not who it is: the certificate is the one that was given.
            unverified = ssl._create_unverified_context()  # noqa: S323
            connection = http.client.HTTPSConnection(str(url.hostname), url.port, timeout=1, context=unverified)
        try:
            connection.request("GET", "/_asdoc/health", headers={"host": "localhost"})
            if connection.getresponse().status == 200:
                break
        except (OSError, http.client.HTTPException):
            time.sleep(0.005)
        finally:
            connection.close()
    else:
        return
    for call in then:
        call()


def address(host: str, port: int, scheme: str = "http") -> str:
    """The URL under which a host and port are reached."""
    name = _reachable(host)
    return f"{scheme}://[{name}]:{port}" if ":" in name else f"{scheme}://{name}:{port}"


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound


def free_port(host: str, port: int) -> int:
    """The port to serve on: `port` itself where it can be had, a free one for 0. Raises AsdocError where it cannot.

    The server shares ports (SO_REUSEPORT), and would silently take part in another's; so this is asked first.
    """
    if not 0 <= port <= 65535:
        raise AsdocError(f"serving on port {port}: ports go from 0 to 65535.", hint="0 takes a free one.")
    what = f"serving on {host}:{port}"
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
            found: int = probe.getsockname()[1]
            return found
    except socket.gaierror as error:
        raise AsdocError(f"{what}: the host is not known ({error.strerror}).", hint="Try --host 127.0.0.1.") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise AsdocError(
                f"{what}: the port is in use.", hint="Stop what serves there, or take --port 0 for a free one."
            ) from error
        raise AsdocError(f"{what}: {error.strerror}.", hint="Choose another --host or --port.") from error
