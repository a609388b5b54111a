"""The suite as a function: a target and a service in, a report out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from asdoc.runtime.errors import AsdocError

from .cases.load import load_suite
from .cases.model import Case, Suite
from .events import Event
from .report.model import Report, gather
from .run import Runner, Settings
from .targets.open import DEFAULT_TIMEOUT, open_target

KINDS = (
    "example", "statement", "error", "constraint", "pagination", "idempotency", "ordering", "timestamp",
)  # fmt: skip
"""Kinds of cases; documented examples are what runs unless more is asked for."""

__all__ = ["Report", "Settings", "select", "verify", "verify_events"]


def verify(
    target: str | Any,
    *,
    service: str,
    pattern: str = "",
    kinds: Collection[str] = KINDS[:1],
    settings: Settings = Settings(),  # noqa: B008  a frozen value
    timeout: float = DEFAULT_TIMEOUT,
    suite: Suite | None = None,
) -> Report:
    """Run a service's cases against a target, and report.

    `target` is `reference`, `http(s)://…`, `inproc:module:attribute`, or a handler, WSGI application, backend, or
    something that makes one. `pattern` and `kinds` select cases, as `select` does. `timeout` is the longest wait for
    one answer, in seconds. `suite` stands in for the installed one. Raises AsdocError where the run cannot be made.
    """
    return gather(
        verify_events(
            target, service=service, pattern=pattern, kinds=kinds, settings=settings, timeout=timeout, suite=suite
        )
    )


def verify_events(
    target: str | Any,
    *,
    service: str,
    pattern: str = "",
    kinds: Collection[str] = KINDS[:1],
    settings: Settings = Settings(),  # noqa: B008  a frozen value
    timeout: float = DEFAULT_TIMEOUT,
    suite: Suite | None = None,
) -> Iterator[Event]:
    """`verify`, event by event as the run goes on."""
    suite = suite or load_suite(service)
    cases = select(suite.file.cases, pattern, kinds)
    opened = open_target(target, service, timeout=timeout)
    try:
        yield from Runner(suite, opened, settings).run(cases)
    finally:
        opened.close()


def select(cases: Iterable[Case], pattern: str, kinds: Collection[str] = KINDS) -> list[Case]:
    """The cases of these kinds whose id has the pattern in it, or matches it where it has `*` or `?`.

    Raises AsdocError where there is none.
    """
    cases = [case for case in cases if case.kind in kinds]
    if any(sign in pattern for sign in "*?"):
        selected = [case for case in cases if fnmatchcase(case.id, pattern) or fnmatchcase(case.operation, pattern)]
    else:
        selected = [case for case in cases if pattern.lower() in case.id.lower()]
    if not selected:
        if not pattern:
            raise AsdocError(
                f"selecting cases: nothing documented of this service is of the kind {' or '.join(kinds)}.",
                hint=f"Kinds are {' and '.join(KINDS)}: `asdoc verify … --kind statement`.",
            )
        raise AsdocError(
            f"selecting cases: no case matches {pattern!r}.",
            hint="The ids of cases stand in a report of a whole run.",
        )
    return selected
