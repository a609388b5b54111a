"""The suite as a function: a target and a service in, a report out."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Generator, Iterable
from typing import Any

from asdoc.runtime.errors import AsdocError

from .cases.lending import apart
from .cases.load import load_suite
from .cases.model import Case, Suite
from .driver import driver_of
from .events import Event
from .hiding import plain_url
from .live import Aftermath, clear_up
from .report.model import Report, gather
from .run import Runner, Settings
from .selection import KINDS, Selection
from .selection import select as selected
from .targets.aws import AwsTarget, aws_target, check_allowed, region_of
from .targets.base import Target
from .targets.described import Described
from .targets.keys import credentials_of
from .targets.open import DEFAULT_TIMEOUT, describe, open_target

_REGION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
"""What a label of a host may be: emulators take names that AWS does not have."""
_ACCOUNT = re.compile(r"[0-9]{12}")

__all__ = ["KINDS", "Report", "Selection", "Settings", "select", "verify", "verify_events"]


def verify(
    target: str | Described | Any,
    *,
    service: str,
    pattern: str = "",
    kinds: Collection[str] = KINDS[:1],
    selection: Selection | None = None,
    settings: Settings = Settings(),  # noqa: B008  a frozen value
    timeout: float = DEFAULT_TIMEOUT,
    suite: Suite | None = None,
) -> Report:
    """Run a service's cases against a target, and report.

    `target` is `reference`, `http(s)://…`, `cmd:…`, `inproc:module:attribute`, `moto`, `@name`, a description, or a
    handler, WSGI application, backend, or something that makes one. `pattern` and `kinds` select cases, and
    `selection`, where it is given, in their place. `timeout` is the longest wait for one answer, in seconds. `suite`
    stands in for the installed one. Raises AsdocError where the run cannot be made.
    """
    return gather(
        verify_events(
            target,
            service=service,
            pattern=pattern,
            kinds=kinds,
            selection=selection,
            settings=settings,
            timeout=timeout,
            suite=suite,
        )
    )


def verify_events(
    target: str | Described | Any,
    *,
    service: str,
    pattern: str = "",
    kinds: Collection[str] = KINDS[:1],
    selection: Selection | None = None,
    settings: Settings = Settings(),  # noqa: B008  a frozen value
    timeout: float = DEFAULT_TIMEOUT,
    suite: Suite | None = None,
    told: Callable[[Aftermath], None] | None = None,
) -> Generator[Event, None, None]:
    """`verify`, event by event as the run goes on. `told` is given what a run against a live account left."""
    driver_of(settings.driver)
    suite = suite or load_suite(service)
    beside = suite.file.borrows
    cases = selected(suite.file.cases, selection or Selection(pattern=pattern, kinds=tuple(kinds)))
    if isinstance(target, str):
        target = describe(target)
    if isinstance(target, Described):
        settings = fitted(settings, target)
    if isinstance(target, Described) and target.address == "aws":
        suite = apart(suite)
        settings = settings._replace(account=check_allowed(flag=settings.live, environ=os.environ))
        cloud = aws_target(
            suite,
            region=settings.region,
            timeout=target.timeout or timeout,
            rate=target.rate,
            credentials=settings.credentials,
            flag=settings.live,
            ca_bundle=target.ca_bundle,
        )
        settings = settings._replace(credentials=cloud.renewed())
        opened: Target = cloud
    else:
        opened = open_target(target, service, timeout=timeout, beside=beside)
    try:
        # What is in this process and of one worker alone can be made once more for each of them.
        same: Callable[[], Target] = lambda: open_target(target, service, timeout=timeout, beside=beside)  # noqa: E731
        another = same if getattr(opened, "private", False) else None
        runner = Runner(suite, opened, settings)
        try:
            yield from runner.run(cases, another)
        finally:
            if isinstance(opened, AwsTarget):
                aftermath = clear_up(runner.driver, opened.ledger)
                if told is not None:
                    told(aftermath)
    finally:
        opened.close()


def fitted(settings: Settings, target: Described) -> Settings:
    """The settings, with what the target's description says in place of what a user left as it was.

    Raises AsdocError where region or account are none.
    """
    untouched = Settings()
    if target.region and settings.region == untouched.region:
        settings = settings._replace(region=target.region)
    if target.account and settings.account == untouched.account:
        settings = settings._replace(account=target.account)
    if target.address == "aws" and settings.region == untouched.region:
        settings = settings._replace(region=region_of(os.environ) or settings.region)
    if target.credentials is not None and settings.credentials is None:
        settings = settings._replace(credentials=credentials_of(target.credentials, target.name))
    if not _REGION.fullmatch(settings.region):
        raise AsdocError(
            f"verifying {plain_url(target.name)}: the region {settings.region!r} is no name of one.",
            hint="One is us-east-1: it stands in ARNs, in signatures and in names of hosts.",
        )
    if not _ACCOUNT.fullmatch(settings.account):
        raise AsdocError(
            f"verifying {plain_url(target.name)}: the account {settings.account!r} is none.",
            hint="One is 123456789012: 12 digits.",
        )
    return settings


def select(cases: Iterable[Case], pattern: str, kinds: Collection[str] = KINDS) -> list[Case]:
    """The cases of these kinds whose id has the pattern in it, or matches it where it has `*` or `?`.

    Raises AsdocError where there is none.
    """
    return selected(cases, Selection(pattern=pattern, kinds=tuple(kinds)))
