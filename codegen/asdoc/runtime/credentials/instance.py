"""Credentials of the EC2 instance that this process runs on, by its metadata service, with tokens where it has them."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping

import msgspec

from ..endpoint import parse_endpoint
from ..exceptions import ConfigurationError, CredentialRetrievalError, ReadTimeout, TransportError
from ..http import HttpResponse
from ..profiles import Section
from ..settings import truth
from . import web
from .source import ADVISORY
from .values import Credentials, from_document

_IPV4 = "http://169.254.169.254/"
_IPV6 = "http://[fd00:ec2::254]/"
_TOKEN_PATH = "latest/api/token"  # noqa: S105 - a path
_ZONE_PATH = "latest/meta-data/placement/availability-zone/"
_ROLE_PATH = "latest/meta-data/iam/security-credentials/"
_HOURS = "21600"
_DOING = "asking the instance's metadata service"


class Instance(msgspec.Struct, frozen=True):
    """How the metadata service is reached."""

    url: str = _IPV4
    timeout: float = 1.0
    """Seconds for each attempt."""
    attempts: int = 1
    disabled: bool = False
    v1_disabled: bool = False

    @classmethod
    def configured(cls, environ: Mapping[str, str], settings: Section) -> Instance:
        """As the environment tells, or else the profile. Raises ConfigurationError for what cannot be meant."""

        def told(name: str) -> str:
            return environ.get(f"AWS_{name.upper()}") or settings.get(name, "")

        mode = told("ec2_metadata_service_endpoint_mode").lower()
        if mode not in ("", "ipv4", "ipv6"):
            raise ConfigurationError(f"reading AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE: {mode!r} is not IPv4 or IPv6")
        ipv6 = mode == "ipv6" or (not mode and truth(told("imds_use_ipv6")))
        url = told("ec2_metadata_service_endpoint") or (_IPV6 if ipv6 else _IPV4)
        parse_endpoint(url)
        return cls(
            url=url if url.endswith("/") else f"{url}/",
            timeout=float(_count(told("metadata_service_timeout"), "AWS_METADATA_SERVICE_TIMEOUT")),
            attempts=_count(told("metadata_service_num_attempts"), "AWS_METADATA_SERVICE_NUM_ATTEMPTS"),
            disabled=environ.get("AWS_EC2_METADATA_DISABLED", "").lower() == "true",
            v1_disabled=truth(told("ec2_metadata_v1_disabled")),
        )

    def credentials(self, clock: Callable[[], float] = time.time) -> Credentials | None:
        """The keys of the instance's role; None where there is no service, or no role.

        Keys that the service hands out although they have ended, or soon will, are taken for some minutes more: its
        own renewal is late then, and AWS goes on to accept them. Raises ConfigurationError where only the first
        version of the service answers, and that is turned off.
        """
        if self.disabled:
            return None
        try:
            headers = self._headers()
            role = self._get(_ROLE_PATH, headers)
            if role is None:
                return None
            name = role.body.decode(errors="replace").strip()
            held = self._get(_ROLE_PATH + name, headers, json=True)
            if held is None:
                return None
            found = from_document(msgspec.json.decode(held.body), _DOING, "Token")
        except CredentialRetrievalError:
            # an instance whose role may not be assumed says so with status 200
            return None
        now = clock()
        window = ADVISORY + random.randint(120, 600)  # noqa: S311 - spreads the load, guards nothing
        if found.expires is not None and now >= found.expires - window:
            return msgspec.structs.replace(found, expires=now + window)
        return found

    def region(self) -> str:
        """The region that the instance stands in; empty where no service tells it."""
        if self.disabled:
            return ""
        try:
            zone = self._get(_ZONE_PATH, self._headers())
        except (ConfigurationError, CredentialRetrievalError):
            return ""
        # a zone is its region and a letter
        return "" if zone is None else zone.body.decode("latin-1").strip()[:-1]

    def _headers(self) -> dict[str, str]:
        token = self._token()
        if not token and self.v1_disabled:
            raise ConfigurationError(
                f"{_DOING}: it gives no token, and its first version is turned off",
                hint="Unset AWS_EC2_METADATA_V1_DISABLED, or let the instance use tokens.",
            )
        return {"x-aws-ec2-metadata-token": token} if token else {}

    def _token(self) -> str:
        """A session's token; empty where the service knows of none, or does not answer."""
        for _ in range(self.attempts):
            try:
                response = web.send(
                    "PUT",
                    self.url + _TOKEN_PATH,
                    {"x-aws-ec2-metadata-token-ttl-seconds": _HOURS},
                    timeout=self.timeout,
                )
            except ReadTimeout:
                # a hop limit of 1 drops the answer on its way into a container
                return ""
            except TransportError:
                continue
            if response.status == 200:
                return response.body.decode("latin-1").strip()
            if response.status == 400:
                raise CredentialRetrievalError(f"{_DOING}: it refuses the request for a token")
            if response.status in (403, 404, 405):
                return ""
        return ""

    def _get(self, path: str, headers: Mapping[str, str], *, json: bool = False) -> HttpResponse | None:
        for _ in range(self.attempts):
            try:
                response = web.send("GET", self.url + path, headers, timeout=self.timeout)
            except TransportError:
                continue
            if response.status == 200 and response.body and (not json or _is_json(response.body)):
                return response
        return None


def _is_json(body: bytes) -> bool:
    try:
        msgspec.json.decode(body)
    except msgspec.DecodeError:
        return False
    return True


def _count(told: str, name: str) -> int:
    if told and not (told.isascii() and told.isdigit() and int(told) > 0):
        raise ConfigurationError(f"reading {name}: {told!r} is not a number from 1")
    return int(told or 1)
