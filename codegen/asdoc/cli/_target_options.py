"""The options that describe a target: each stands in place of what its description says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from asdoc.conformance.targets.described import Clock, Described, Ready, Reset
from asdoc.runtime.errors import AsdocError

_Command = TypeVar("_Command", bound=Callable[..., Any])

_MOST = 1e8
"""No number of seconds, or of requests in one, is greater: it is three years."""
_NOT_STARTED = 10.0
"""Longest wait, in seconds, for a target that somebody else starts."""


class Finite(click.FloatRange):
    """A number of a range, which is one: `nan` and `inf` read as numbers, and nothing can be waited for that long."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        found = float(super().convert(value, param, ctx))
        if not abs(found) < _MOST:
            self.fail(f"{value} is not below {_MOST:g}.", param, ctx)
        return found


_existing = click.Path(path_type=Path, dir_okay=False)
_OPTIONS = (
    click.option("--targets", "targets_path", type=_existing, help="The file that @NAME is looked for in."),
    click.option(
        "--url", metavar="URL", default="", help="Where the target is already running: its command is not started."
    ),
    click.option("--ready", default="", metavar="URL", help="What answers once the target is ready: /health."),
    click.option(
        "--ready-timeout",
        metavar="SECONDS",
        type=Finite(min=0, min_open=True),
        help="Longest wait for that. [default: 60 for a command, else 10]",
    ),
    click.option(
        "--reset", default="", metavar="[METHOD ]URL", help="Makes the target forget everything: POST /reset."
    ),
    click.option(
        "--reset-when",
        type=click.Choice(("start", "case")),
        default="start",
        show_default=True,
        help="Before the first case, or before each.",
    ),
    click.option(
        "--header", "headers", multiple=True, metavar="NAME: VALUE", help="Goes with every request; may be repeated."
    ),
    click.option("--ca-bundle", default="", metavar="FILE", help="The authorities that an HTTPS target is trusted by."),
    click.option(
        "--rate",
        metavar="NUMBER",
        type=Finite(min=0),
        default=0.0,
        help="Most requests in a second. [default: all]",
    ),
    click.option(
        "--speed",
        metavar="NUMBER",
        type=Finite(min=0, min_open=True),
        help="Seconds there in one second here.",
    ),
)
TARGET_OPTIONS = (
    "targets_path", "url", "ready", "ready_timeout", "reset", "reset_when", "headers", "ca_bundle", "rate", "speed",
)  # fmt: skip
"""Their names."""


def target_options(command: _Command) -> _Command:
    """Options `--targets`, `--url`, ... of a command; all but the first are for `with_options`."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def with_options(
    target: Described,
    *,
    url: str,
    ready: str,
    ready_timeout: float | None,
    reset: str,
    reset_when: str,
    headers: tuple[str, ...],
    ca_bundle: str,
    rate: float,
    speed: float | None,
) -> Described:
    """The target, with what was said on the command line in place of what its description says."""
    changes: dict[str, Any] = {}
    if url:
        if not url.startswith(("http://", "https://")):
            raise AsdocError(f"reading --url {url}: it is no URL.", hint="One is http://127.0.0.1:5000.")
        changes |= {"address": url, "command": ()}
    started = bool(target.command) and not url
    if ready or target.ready is not None or started:
        known = target.ready or Ready()
        changes["ready"] = Ready(
            url=_hook_url(ready, "--ready") if ready else known.url,
            # What is not started here should be there already, or nearly so.
            timeout=ready_timeout or (known.timeout if started else min(known.timeout, _NOT_STARTED)),
        )
    if reset:
        method, _, path = reset.rpartition(" ")
        method = method.strip().upper() or "POST"
        if method not in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            raise AsdocError(f"reading --reset {reset!r}: {method} is no method.", hint="One is 'POST /reset'.")
        changes["reset"] = Reset(method=method, url=_hook_url(path, "--reset"), when=reset_when)
    if headers:
        changes["headers"] = {**target.headers, **dict(_header(each) for each in headers)}
    if ca_bundle:
        changes["ca_bundle"] = ca_bundle
    if rate:
        changes["rate"] = rate
    if speed:
        changes["clock"] = Clock(advance=target.clock.advance, speed=speed)
    return msgspec.structs.replace(target, **changes)


def _hook_url(text: str, option: str) -> str:
    if not text.startswith(("/", "http://", "https://")) or any(sign.isspace() for sign in text):
        raise AsdocError(f"reading {option} {text!r}: it is neither a path nor a URL.", hint="One is /health.")
    return text


def _header(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip() or any(sign in text for sign in "\r\n\0") or any(map(str.isspace, name.strip())):
        # The value may be a secret, and is not told.
        raise AsdocError("reading --header: it is not of the form 'NAME: VALUE'.")
    return name.strip(), value.strip()
