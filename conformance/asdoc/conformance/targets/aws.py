"""The service itself. Opened only where it was allowed twice, and left as it was found, or with what is left told.

A flag alone is typed by habit, and an environment variable alone is inherited; so both are asked for, and the variable
holds the account, which is held against the one that the keys are of before anything else is sent.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from asdoc.runtime.config import Config
from asdoc.runtime.credentials import Credentials, Source
from asdoc.runtime.endpoint import configured, regional
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import CredentialsError, NoCredentialsError, TransportError
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.partitions import partition_of
from asdoc.runtime.schema import Service
from asdoc.runtime.settings import Settings
from asdoc.runtime.sigv4 import sign

from ..cases.model import Suite
from ..hiding import plain_url
from .http import HttpTarget
from .ledger import Ledger

ALLOWED = "ASDOC_ALLOW_AWS"
"""The environment variable that holds the account which may be used."""
DEFAULT_RATE = 5.0
"""Requests in a second: control planes throttle soon, and an account has other users."""


def check_allowed(*, flag: bool, environ: Mapping[str, str]) -> str:
    """The account that may be used. Raises AsdocError unless it was allowed by the flag and by the environment."""
    account = environ.get(ALLOWED, "")
    missing = [
        told
        for there, told in (
            (flag, "--live"),
            (len(account) == 12 and account.isascii() and account.isdigit(), f"{ALLOWED}=<the account's 12 digits>"),
        )
        if not there
    ]
    if missing:
        raise AsdocError(
            f"verifying aws: a real account is asked for twice; missing: {', '.join(missing)}.",
            hint="Look at what it would do first: asdoc verify aws --service NAME --plan",
        )
    return account


class AwsTarget(HttpTarget):
    """A service of AWS, at a pace that leaves room for others."""

    def __init__(
        self,
        endpoint: str,
        *,
        ledger: Ledger,
        timeout: float,
        rate: float = 0.0,
        ca_bundle: str = "",
        renewed: Callable[[], Credentials],
    ) -> None:
        """`renewed` gives the keys that hold now."""
        super().__init__(endpoint, timeout=timeout, name="aws", rate=rate or DEFAULT_RATE, ca_bundle=ca_bundle)
        self.ledger = ledger
        self.renewed = renewed


def sts_endpoint(region: str) -> str:
    """Where STS is in a region."""
    return f"https://sts.{region}.{partition_of(region).dnsSuffix}"


def check_account(target: HttpTarget, credentials: Credentials, *, region: str, account: str) -> None:
    """Hold the account of the keys against the allowed one. Raises AsdocError where they differ or nobody tells."""
    doing = "asking STS whose the keys are"
    scheme, _, host = sts_endpoint(region).partition("://")
    request = HttpRequest(
        method="POST",
        scheme=scheme,
        host=host,
        headers={"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
        body=b"Action=GetCallerIdentity&Version=2011-06-15",
    )
    try:
        response = target.send(sign(request, credentials, region=region, signing_name="sts", now=datetime.now(UTC)))
    except TransportError as error:
        raise AsdocError(f"{doing}: {error.message}", hint=error.hint) from error
    found = re.search(rb"<Account>(\d{12})</Account>", response.body)
    if response.status != 200 or found is None:
        raise AsdocError(f"{doing}: it answered {response.status}.", hint="Are the keys valid, and not expired?")
    if found[1].decode() != account:
        raise AsdocError(
            f"verifying aws: the keys are of the account {found[1].decode()}, and {ALLOWED} allows {account}.",
            hint="Nothing was sent to the service.",
        )


def region_of(environ: Mapping[str, str]) -> str:
    """The region that AWS's own tools would use; empty where none is told."""
    return Settings(environ).region


def keys_of(environ: Mapping[str, str], ca_bundle: str = "") -> Source:
    """The keys that AWS's own tools would use: of the environment, a profile, a session of SSO, a role.

    Raises AsdocError where there are none, or where they cannot be had.
    """
    source = Settings(environ, Config(verify=ca_bundle or None)).credentials()
    try:
        source.current()
    except NoCredentialsError as error:
        raise AsdocError(
            "verifying aws: there are no keys to sign with.",
            hint="Set AWS_PROFILE, after `aws sso login` where it needs one; or AWS_ACCESS_KEY_ID and "
            "AWS_SECRET_ACCESS_KEY, and AWS_SESSION_TOKEN where there is one.",
        ) from error
    except CredentialsError as error:
        raise AsdocError(f"verifying aws: {error.message}", hint=error.hint) from error
    return source


def check_endpoint(service: Service, environ: Mapping[str, str]) -> None:
    """Raise AsdocError where the environment sends the service elsewhere: which of the two is meant, nobody knows."""
    elsewhere = configured(service.service_id, Settings(environ))
    if elsewhere:
        raise AsdocError(
            f"verifying aws: environment or profile lead {service.service} to {plain_url(elsewhere)}, "
            "which is not AWS.",
            hint="Name that address as the target; or set AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true to mean AWS itself.",
        )


def aws_target(
    suite: Suite,
    *,
    region: str,
    timeout: float,
    rate: float,
    credentials: Credentials | None,
    flag: bool,
    ca_bundle: str = "",
    environ: Mapping[str, str] | None = None,
) -> AwsTarget:
    """The service in a region, once both permissions are there and the keys are of the allowed account.

    Without `credentials` they are looked for where AWS's own tools do. `ca_bundle` stands in place of AWS_CA_BUNDLE.
    Raises AsdocError, before anything is sent to the service, where one of them is not.
    """
    environ = os.environ if environ is None else environ
    account = check_allowed(flag=flag, environ=environ)
    check_endpoint(suite.service, environ)
    source = keys_of(environ, ca_bundle) if credentials is None else Source.of(credentials)
    target = AwsTarget(
        regional(suite.service, region),
        ledger=Ledger(suite.service, suite.file.resources),
        timeout=timeout,
        rate=rate,
        ca_bundle=ca_bundle or Settings(environ).told("ca_bundle"),
        renewed=source.current,
    )
    try:
        check_account(target, source.current(), region=region, account=account)
    except BaseException:
        target.close()
        raise
    return target
