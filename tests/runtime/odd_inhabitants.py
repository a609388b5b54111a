"""A client in a world, boto3's and ours: what settings it finds, what keys, and what it sends."""

from __future__ import annotations

import copy
import sys
from functools import cache
from types import ModuleType
from typing import Any
from unittest import mock
from urllib.parse import unquote, urlsplit

import botocore.loaders
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session
from botocore.session import Session
from botocore.utils import get_environ_proxies

from asdoc.runtime.client import BaseClient
from asdoc.runtime.config import Config as OwnConfig
from asdoc.runtime.exceptions import ConfigurationError
from asdoc.runtime.schema import Service
from asdoc.runtime.transports import proxies

from .odd_surroundings import Seen
from .odd_worlds import World
from .tables import table

_CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "appconfig": ("ListApplications", {}),
    "s3": ("ListObjectsV2", {}),
    "sts": ("GetCallerIdentity", {}),
    "dynamodb": ("ListTables", {}),
    "iam": ("ListUsers", {}),
}
_FIXED = {"aws_access_key_id": "AKFIXED", "aws_secret_access_key": "fixed", "aws_session_token": None}


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


class Theirs:
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
        except Seen as seen:
            request = seen.request
            return _told(request.url, dict(request.headers.items()))
        raise AssertionError("nothing was sent")


class Ours:
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
