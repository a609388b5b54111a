"""Clients in odd worlds, ours and boto3's: `python -m tests.runtime.odd_settings --runs N --seed S`.

A world is what stands around a client: shared files, an environment, arguments, and the services that hand out keys.
Both clients are made in it. They must find the same settings and the same keys, ask the same of the services, and send
the same, or both must refuse; where they mean to differ, `MEANT` says why. No error may tell a secret of the world.
"""

from __future__ import annotations

import copy
import logging
import os
import random as randoms
import sys
import tempfile
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache, partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from unittest import mock
from urllib.parse import unquote, urlsplit

import botocore.loaders
import click
import msgspec
from botocore.awsrequest import AWSResponse
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, ReadTimeoutError
from botocore.httpsession import URLLib3Session
from botocore.session import Session
from botocore.utils import ContainerMetadataFetcher, get_environ_proxies

from asdoc.runtime.client import BaseClient
from asdoc.runtime.config import Config as OwnConfig
from asdoc.runtime.credentials import container
from asdoc.runtime.credentials.sts import Sts
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import ConfigurationError, ConnectTimeout, ReadTimeout
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import Service
from asdoc.runtime.settings import Settings
from asdoc.runtime.transports import pool, proxies

from .odd_worlds import World, drawn
from .tables import table

_CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "appconfig": ("ListApplications", {}),
    "s3": ("ListObjectsV2", {}),
    "sts": ("GetCallerIdentity", {}),
    "dynamodb": ("ListTables", {}),
    "iam": ("ListUsers", {}),
}
_MEANT_FOR = "x-meant-for"
"""The header that tells who a request is for that goes over sockets."""
_FIXED = {"aws_access_key_id": "AKFIXED", "aws_secret_access_key": "fixed", "aws_session_token": None}


class Difference(NamedTuple):
    what: str
    """settings, keys or sent, and what of it differs; `refused` or `taken` is what we do alone."""
    theirs: Any
    ours: Any


class Meant(NamedTuple):
    reason: str
    what: str
    """What differs, or the beginning of it."""
    told: tuple[str, ...] = ()
    """One of these stands in what one of the clients says; empty where nothing need."""
    odd: str = ""
    """What is odd of such a world, where it must be."""

    def tells(self, found: Difference, world: World) -> bool:
        text = f"{found.theirs}\n{found.ours}"
        return (
            found.what.startswith(self.what)
            and (not self.odd or self.odd in world.odd)
            and (not self.told or any(words in text for words in self.told))
        )


MEANT = (
    Meant("A variable that is empty tells nothing, as in AWS's other SDKs.", "", odd="empty variable"),
    Meant("A setting that is empty tells nothing.", "", odd="empty in a file"),
    Meant("Keys of which one is empty sign nothing.", "keys: refused", ("Error(\"finding credentials: ",), odd="empty"),
    Meant("Of services that stand in one place, meta tells the region that was asked for.", "settings region",
          ("-global\n", "us-east-1\naws-global")),
    Meant("A setting is looked at by who needs it.", "",
          ("InvalidSTSRegionalEndpointsConfigError", "InvalidIMDSEndpointModeError", "int() with base 10",
           "InvalidEndpointDiscoveryConfigurationError", "InvalidIMDSEndpointError",
           "for 'account_id_endpoint_mode' is invalid")),
    Meant("What is never compressed has no size from which on it is.", "settings: taken", ("'compress': None",)),
    Meant("What is never compressed has no size from which on it is.", "keys: taken",
          ("for request_min_compression_size_bytes. Value must be",)),
    Meant("Where a program tells no end of its keys, they have none.", "keys: taken", ("not contain a date: %s', ''",)),
    Meant("An endpoint is a place; what else a URL holds would be lost, or sent in the clear.", "",
          ("it holds a user name or password", "it has a query or a fragment")),
    Meant("However it is written when they end, the keys of an instance are used some minutes more.", "keys: taken",
          ("refreshed credentials are still expired",)),
    Meant("A section of nothing is one, and no traceback.", "", ("'str' object",)),
    Meant("An endpoint without a region is refused when the client is made, not by its calls.", "",
          ("no region was given",)),
    Meant("Of a region that begins with fips, botocore makes a config, in which the mode's timeout is gone.",
          "settings connect"),
    Meant("A client that is given FIPS or dual stack asks such an STS, too.", "asked", ("sts-fips.", "api.aws")),
    Meant("There is no such host, whatever it is signed for.", "asked", ("sts.aws-global.",)),
    Meant("There is no such host, whatever it is signed for.", "sent scope", ("'aws-global', 'sts'",)),
    Meant("What a role may be assumed with is for STS to say.", "", ("Invalid length for parameter",)),
    Meant("A duration that is no number is not sent.", "keys: refused", ("reading duration_seconds",)),
    Meant("AWS documents sizes from 0.", "", ('Invalid value "0" for request_min_compression_size_bytes',)),
    Meant("A profile may say it beside its section `s3`, as AWS documents it.", "",
          ("DisableMultiRegionAccessPoints True",)),
    Meant("The name of a host is written in lower case.", "asked", ("//LOCALHOST/",)),
    Meant("An address has no names below it.", "settings: refused", (".[::1]",)),
    Meant("Both kinds of signatures are made here.", "sent: taken", ("Missing Dependency",)),
    Meant("A metadata service that tells the account is believed.", "keys account", ("555555555555",)),
    Meant("A metadata service that tells the account is believed.", "sent url", ("555555555555.ddb",)),
)  # fmt: skip
"""Where the clients mean to differ, and why."""


class _Seen(Exception):  # noqa: N818  # it carries what was to be seen
    def __init__(self, request: Any) -> None:
        self.request = request


class _Client(BaseClient):
    """A client of any service, from botocore's own description of it."""

    def _service(self) -> Service:
        return table(self._package.rpartition(" ")[2], resolved=True)


@cache
def _kind(service: str) -> type[_Client]:
    package = f"odd {service}"
    for module in (package, f"{package}.models", f"{package}.errors"):
        sys.modules[module] = ModuleType(module)
    return type("Client", (_Client,), {"_package": package})


def _call(world: World) -> tuple[str, dict[str, Any]]:
    operation, arguments = _CALLS[world.service]
    return operation, arguments | ({"Bucket": world.bucket} if world.service == "s3" else {})


def _config(world: World) -> Any:
    # it is written over by who reads it
    return None if world.options is None else Config(**copy.deepcopy(world.options))


def _own_config(world: World) -> Any:
    # no time at all is told by None to botocore alone
    if world.options is not None and world.own and None not in world.options.values():
        return OwnConfig(**world.options)
    try:
        return _config(world)
    except BotoCoreError as error:
        raise ConfigurationError("making a config of botocore's") from error


_loader = botocore.loaders.Loader()


_Outcome = dict[str, Any] | Exception


def _outcome(work: Callable[[], dict[str, Any]]) -> _Outcome:
    try:
        return work()
    except Exception as error:  # noqa: BLE001  # which are looked at
        return error


class _Theirs:
    def __init__(self, world: World) -> None:
        self.world = world

    def _session(self) -> Any:
        session: Any = Session(profile=self.world.profile)
        session.register_component("data_loader", _loader)
        return session

    def settings(self) -> dict[str, Any]:
        session, world = self._session(), self.world
        client = session.create_client(world.service, config=_config(world), **world.arguments | _FIXED)
        operation, arguments = _call(world)
        described = client.meta.service_model.operation_model(operation)
        endpoint = client._ruleset_resolver.construct_endpoint(described, dict(arguments), {})
        http, config = client._endpoint.http_session, client.meta.config
        if "proxies" not in (world.options or {}):
            # botocore asks once, for the host without what rules and buckets put before it; we ask for the host itself
            http._proxy_config._proxies = get_environ_proxies(endpoint.url)
        proxy = http._proxy_config.proxy_url_for(endpoint.url)
        return {
            "region": client.meta.region_name,
            "url": _lowered(endpoint.url).rstrip("/"),
            "attempts": config.retries.get("total_max_attempts"),
            "mode": config.retries["mode"],
            "verify": http._verify,
            "proxy": _proxy_of(proxy) if proxy else None,
            "sums": config.request_checksum_calculation == "when_supported",
            "checks": config.response_checksum_validation == "when_supported",
            "prefix": config.inject_host_prefix,
            "compress": None if config.disable_request_compression else config.request_min_compression_size_bytes,
            "connect": config.connect_timeout,
        }

    def keys(self) -> dict[str, Any]:
        client = self._client()
        found = client._request_signer._credentials
        return _none() if found is None else _frozen(found.get_frozen_credentials())

    def _client(self) -> Any:
        session = self._session()

        def prompt(_: str) -> str:
            raise EOFError("nobody is there to ask")

        with mock.patch("botocore.credentials.AssumeRoleProvider.__init__.__defaults__", (prompt, None, None)):
            return session.create_client(self.world.service, config=_config(self.world), **self.world.arguments)

    def sent(self) -> dict[str, Any]:
        operation, arguments = _call(self.world)
        try:
            self._client()._make_api_call(operation, dict(arguments))
        except _Seen as seen:
            request = seen.request
            return _told(request.url, dict(request.headers.items()))
        raise AssertionError("nothing was sent")


class _Ours:
    def __init__(self, world: World) -> None:
        self.world = world

    def _client(self, **more: Any) -> _Client:
        given: dict[str, Any] = {"config": _own_config(self.world), **self.world.arguments, **more}
        client: _Client = _kind(self.world.service)(profile_name=self.world.profile, **given)
        return client

    def settings(self) -> dict[str, Any]:
        client = self._client(**_FIXED)
        told = client._settings
        caller = client._start()
        operation, arguments = _call(self.world)
        endpoint = caller.target(operation, arguments).endpoint
        options = told.pool()
        found = proxies.find(endpoint.scheme, endpoint.host, options["proxies"], options["environ"])
        chosen = told.choices()
        return {
            "region": client.meta.region_name,
            "url": f"{endpoint.scheme}://{endpoint.host}{endpoint.path}".rstrip("/"),
            "attempts": told.max_attempts,
            "mode": told.retry_mode,
            "verify": True if told.verify is None else told.verify,
            "proxy": None if found is None else (found.host, found.port, found.authorization),
            "sums": chosen.sums,
            "checks": chosen.checks,
            "prefix": chosen.host_prefix,
            "compress": chosen.compress_from,
            "connect": told.connect_timeout,
        }

    def keys(self) -> dict[str, Any]:
        client = self._client()
        source = client._start().credentials
        found = source.current()
        self.world.shown += [repr(shown) for shown in (client, found, client.meta, source, client._settings)]
        return _frozen(found)

    def sent(self) -> dict[str, Any]:
        client = self._client()
        operation, arguments = _call(self.world)
        request = client._start().call(operation, dict(arguments)).request()
        return _told(request.url, request.headers)


def _lowered(url: str) -> str:
    """A URL whose scheme and host are in lower case."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.lower()).geturl()


def _frozen(found: Any) -> dict[str, Any]:
    return {
        "access_key": found.access_key,
        "secret_key": found.secret_key,
        "token": found.token or "",
        "account": found.account_id or "",
    }


def _none() -> dict[str, Any]:
    raise BotoCoreError()


def _proxy_of(url: str) -> tuple[str, int, str]:
    parts = urlsplit(url)
    session: Any = URLLib3Session()
    header = session._proxy_config.proxy_headers_for(url).get("Proxy-Authorization", "")
    return unquote(parts.hostname or ""), parts.port or 80, header


def _told(url: str, headers: dict[str, Any]) -> dict[str, Any]:
    held = {name.lower(): value.decode() if isinstance(value, bytes) else str(value) for name, value in headers.items()}
    scope = held.get("authorization", "").partition("Credential=")[2].partition(",")[0].split("/")
    return {
        "url": _lowered(url.partition("?")[0]),
        "scope": [scope[0], *scope[2:]],
        "token": held.get("x-amz-security-token", ""),
    }


def _answered_theirs(world: World, wire: str) -> Callable[..., AWSResponse]:
    over_sockets = URLLib3Session.send

    def send(self: URLLib3Session, request: Any) -> AWSResponse:
        body = request.body or b""
        body = body.encode() if isinstance(body, str) else body
        if wire and world.around(request.url, body):
            request.headers[_MEANT_FOR] = request.url
            request.url = wire
            return over_sockets(self, request)
        headers = {
            name.lower(): held.decode() if isinstance(held, bytes) else str(held)
            for name, held in request.headers.items()
        }
        found = world.answer(request.method, request.url, headers, body)
        if found is None:
            raise _Seen(request)
        if isinstance(found, str):
            kind = ConnectTimeoutError if found == "connect" else ReadTimeoutError
            raise kind(endpoint_url=request.url, error=TimeoutError())
        made: Any = AWSResponse
        response: AWSResponse = made(request.url, found[0], {}, None)
        vars(response)["_content"] = found[1]
        return response

    return send


def _answered_ours(world: World, wire: str) -> Callable[..., HttpResponse]:
    over_sockets = pool.PoolTransport.send

    def send(self: pool.PoolTransport, request: HttpRequest, **limits: Any) -> HttpResponse:
        if wire and world.around(request.url, request.body):
            headers = {**request.headers, _MEANT_FOR: request.url}
            host = urlsplit(wire).netloc
            there = msgspec.structs.replace(request, scheme="http", host=host, target="/", headers=headers)
            return over_sockets(self, there, **limits)
        found = world.answer(request.method, request.url, request.headers, request.body)
        if found is None:
            raise _Seen(request)
        if isinstance(found, str):
            raise (ConnectTimeout if found == "connect" else ReadTimeout)(f"asking {request.host}")
        return HttpResponse(status=found[0], body=found[1])

    return send


@contextmanager
def _wire(world: World) -> Iterator[str]:
    """Where the services around a world listen; empty where they do not."""
    if not world.wire:
        yield ""
        return

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            found = world.answer(self.command, headers[_MEANT_FOR], headers, body)
            if found is None or isinstance(found, str):
                self.close_connection = True
                return
            self.send_response(found[0])
            self.send_header("content-length", str(len(found[1])))
            self.end_headers()
            self.wfile.write(found[1])

        do_GET = do_PUT = do_POST = _serve  # noqa: N815 - the names that the base class looks for

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Heard(logging.Handler):
    """Keeps what our loggers say."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self._world = world

    def emit(self, record: logging.LogRecord) -> None:
        self._world.shown.append(f"{self.format(record)} {vars(record)}")


@contextmanager
def _within(world: World, environ: dict[str, str]) -> Iterator[None]:
    """Within, this process stands in a world, and nobody sleeps."""
    unhurried = Settings._sts

    def sts(self: Settings) -> Sts:
        return msgspec.structs.replace(unhurried(self), sleep=lambda _: None)

    asked = container.credentials
    log, heard = logging.getLogger("asdoc"), _Heard(world)
    with ExitStack() as stack:
        wire = stack.enter_context(_wire(world))
        log.addHandler(heard)
        stack.callback(log.removeHandler, heard)
        stack.callback(log.setLevel, log.level)
        log.setLevel(logging.DEBUG)
        for patch in (
            mock.patch.dict(os.environ, environ, clear=True),
            mock.patch.object(URLLib3Session, "send", _answered_theirs(world, wire)),
            mock.patch.object(pool.PoolTransport, "send", _answered_ours(world, wire)),
            mock.patch.object(ContainerMetadataFetcher, "SLEEP_TIME", 0),
            mock.patch("botocore.endpoint.time.sleep"),
            mock.patch.object(Settings, "_sts", sts),
            mock.patch.object(container, "credentials", partial(asked, sleep=lambda _: None)),
        ):
            stack.enter_context(patch)
        yield


def differences(world: World, home: Path, counts: Counter[str]) -> Iterator[Difference]:
    """Where the clients differ in a world; `counts` is told what came of each."""
    with world.laid(home) as environ, _within(world, environ):
        both = _Theirs(world), _Ours(world)
        refused = False
        for part in ("settings", "keys", "sent"):
            if part == "sent" and refused:
                return
            outcomes, asked = [], []
            for client in both:
                world.requests = []
                outcomes.append(_outcome(getattr(client, part)))
                asked.append(list({repr(request): request for request in world.requests}.values()))
            expected, found = outcomes
            refused = refused or isinstance(expected, Exception) or isinstance(found, Exception)
            yield from _compared(part, expected, found, counts)
            if not refused and part == "keys" and asked[0] != asked[1]:
                yield Difference("asked", *asked)
            for text in [*_said(found), *world.shown]:
                for secret in world.secrets:
                    if secret in text:
                        yield Difference(f"{part} tells a secret", secret, text)
            world.shown = []


def _said(found: _Outcome) -> Iterator[str]:
    """All that an error says, to whoever prints it and to what collects errors."""
    error: BaseException | None = found if isinstance(found, Exception) else None
    while error is not None:
        yield f"{error} {error!r} {vars(error)}"
        yield "".join(traceback.format_exception(error))
        error = error.__cause__


def meant_by(found: Difference, world: World) -> Meant | None:
    """Why the clients are meant to differ so; None where they are not."""
    return next((known for known in MEANT if known.tells(found, world)), None)


def _compared(part: str, theirs: _Outcome, ours: _Outcome, counts: Counter[str]) -> Iterator[Difference]:
    kinds = ["refused" if isinstance(told, Exception) else "taken" for told in (theirs, ours)]
    counts[f"{part}: {kinds[0]} by botocore, {kinds[1]} by us"] += 1
    if isinstance(ours, Exception) and not isinstance(ours, AsdocError):
        yield Difference(f"{part}: crash", theirs, repr(ours))
    elif kinds[0] != kinds[1]:
        yield Difference(f"{part}: {kinds[1]}", repr(theirs), repr(ours))
    elif isinstance(theirs, dict) and isinstance(ours, dict):
        yield from (
            Difference(f"{part} {name}", told, ours[name]) for name, told in theirs.items() if told != ours[name]
        )
    elif not isinstance(theirs, BotoCoreError | ClientError):
        counts[f"{part}: {type(theirs).__name__} of botocore's is a typed error of ours"] += 1


@click.command()
@click.option("--runs", default=2000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--meant", "show_meant", is_flag=True, help="Tell what is meant as well.")
@click.option("--only", default="", help="Tell of differences that begin so.")
def main(runs: int, seed: int, show_meant: bool, only: str) -> None:
    """Hold our clients against boto3's in RUNS odd worlds. The exit code is 1 where something differs that is not
    meant."""
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    unmeant = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(runs):
            world = drawn(randoms.Random(seed * 1_000_003 + number))  # noqa: S311  # what is drawn again is wanted
            for found in differences(world, Path(folder), counts):
                meant = meant_by(found, world)
                reasons[meant.reason if meant else f"not meant: {found.what}"] += 1
                unmeant += meant is None
                if (meant is None or show_meant) and found.what.startswith(only):
                    click.echo(f"{number} {world.service}: {found.what}")
                    click.echo(f"  boto3  {str(found.theirs)[:500]}\n  ours   {str(found.ours)[:500]}")
    for counted in (counts, reasons):
        for what, count in counted.most_common():
            click.echo(f"{count:8} {what}")
    if unmeant:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
