"""What a program may see and change of each call: hooks before sending and after receiving."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from .exceptions import ConfigurationError
from .http import HttpRequest, HttpResponse


class Sending(msgspec.Struct, kw_only=True):
    """One attempt of a call, about to be signed and sent."""

    service: str
    operation_name: str
    attempt: int
    """1 for the first."""
    arguments: Mapping[str, Any]
    """As the caller gave them, without those that are None."""
    request: HttpRequest
    """Not yet signed. Its `headers` may be changed, and it may be replaced; either holds for this attempt alone."""

    def __repr__(self) -> str:
        return f"<Sending {self.service} {self.operation_name}, attempt {self.attempt}>"


class Received(msgspec.Struct, kw_only=True):
    """How one attempt of a call ended."""

    service: str
    operation_name: str
    attempt: int
    arguments: Mapping[str, Any]
    request: HttpRequest
    """As it was sent, signed."""
    response: HttpResponse | None
    """None where no answer came."""
    result: Any
    """What the call gives; None where it fails."""
    error: Exception | None
    """What the attempt failed with: a ServiceError, a TransportError, a ResponseParseError."""
    seconds: float
    """From sending to the end of the answer."""
    wait: float | None
    """Seconds until the next attempt; None where there is none, and the call ends so."""

    def __repr__(self) -> str:
        ended = "a result" if self.error is None else type(self.error).__name__
        return f"<Received {self.service} {self.operation_name}, attempt {self.attempt}: {ended}>"


BeforeSending = Callable[[Sending], None]
AfterReceiving = Callable[[Received], None]


class Hooks:
    """The hooks of one client, called in the order in which they were added, in the thread of the call.

    What a hook raises is raised to the caller: nothing more is sent then. Hooks are plain functions for async clients,
    too: nothing awaits what one gives back.
    """

    __slots__ = ("after", "before")

    def __init__(self) -> None:
        self.before: tuple[BeforeSending, ...] = ()
        self.after: tuple[AfterReceiving, ...] = ()

    def before_sending(self, hook: BeforeSending) -> BeforeSending:
        """Call `hook` before each attempt is signed. Gives it back, so that it may stand as a decorator.

        Raises ConfigurationError where it cannot be called so, as what has to be awaited.
        """
        _refuse_awaited(hook)
        self.before = (*self.before, hook)
        return hook

    def after_receiving(self, hook: AfterReceiving) -> AfterReceiving:
        """Call `hook` when each attempt has ended. Gives it back. Raises as `before_sending` does."""
        _refuse_awaited(hook)
        self.after = (*self.after, hook)
        return hook

    def remove(self, hook: BeforeSending | AfterReceiving) -> None:
        """Take a hook out again, in whichever place it stands; one that is in none is passed over."""
        # the method of an object is another value each time that it is asked for, and equal
        self.before = tuple(kept for kept in self.before if kept != hook)
        self.after = tuple(kept for kept in self.after if kept != hook)

    def __bool__(self) -> bool:
        return bool(self.before or self.after)

    def __repr__(self) -> str:
        return f"<Hooks: {len(self.before)} before sending, {len(self.after)} after receiving>"


_AWAITED = 0x80 | 0x200
"""What marks the code of a function that has to be awaited; `inspect`, which has names for it, costs many calls."""


def _refuse_awaited(hook: object) -> None:
    """Raise ConfigurationError for what would be called in vain."""
    called: Any = hook
    while hasattr(called, "func"):  # functools.partial
        called = called.func
    if not hasattr(called, "__code__"):
        called = getattr(called, "__call__", None)  # noqa: B004  # asks for its code
    if callable(hook) and not getattr(getattr(called, "__code__", None), "co_flags", 0) & _AWAITED:
        return
    what = "has to be awaited" if callable(hook) else "cannot be called"
    raise ConfigurationError(
        f"adding a hook: {hook!r} {what}", hint="Give a function of one argument, which returns when it is done."
    )
