"""From what a user names to a target."""

from __future__ import annotations

import re
from typing import Any

from asdoc.runtime.errors import AsdocError

from .base import Target
from .inproc import HandlerTarget, handler_of, load_object
from .reference import reference_target

DEFAULT_TIMEOUT = 30.0


def open_target(target: str | Any, service: str, *, timeout: float = DEFAULT_TIMEOUT) -> Target:
    """`reference`, `http(s)://…`, `inproc:module:attribute`, or an object that `handler_of` takes.

    `timeout` is the longest wait for one answer, in seconds. Raises AsdocError where it is none of these.
    """
    if not isinstance(target, str):
        return HandlerTarget(handler_of(target, repr(target)), getattr(target, "__name__", type(target).__name__))
    if target == "reference":
        return reference_target(service)
    if target.startswith("inproc:"):
        return HandlerTarget(handler_of(load_object(target.removeprefix("inproc:")), target), target)
    if re.match(r"https?://[^/\s]+", target):
        # A run inside the process must not pay for a pool of connections.
        from .http import HttpTarget

        return HttpTarget(target, timeout=timeout)
    raise AsdocError(
        f"reading the target {target!r}: it is none of reference, http(s)://…, inproc:module:attribute.",
        hint="A server on this machine is named like http://127.0.0.1:5000.",
    )
