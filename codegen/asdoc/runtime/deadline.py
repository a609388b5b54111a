"""A time by which calls must have ended: for a block of code, and for a call."""

from __future__ import annotations

from contextvars import ContextVar, Token
from time import monotonic

from .exceptions import ConfigurationError

_block: ContextVar[float | None] = ContextVar("asdoc_deadline", default=None)


block = _block.get
"""The monotonic time at which the block of code that is run must have ended; None where it may take for ever."""


class deadline:  # noqa: N801  # reads as a function: `with deadline(2):`
    """`with deadline(2):` ends every call within the block, of any client, two seconds after the block began.

    The time is shared by all that the block calls, their attempts and the waits between them. What is not done by
    then raises DeadlineExceededError. Blocks nest; the earlier end wins. Holds for the thread or task that entered it.
    """

    __slots__ = ("_seconds", "_token")

    def __init__(self, seconds: float) -> None:
        self._seconds = checked(seconds)
        self._token: Token[float | None] | None = None

    def __enter__(self) -> deadline:
        self._token = _block.set(end(self._seconds))
        return self

    def __exit__(self, *exception: object) -> None:
        if self._token is not None:
            _block.reset(self._token)
            self._token = None


def checked(seconds: float) -> float:
    """`seconds`, which must be a number above 0. Raises ConfigurationError."""
    if not isinstance(seconds, int | float) or not seconds > 0:
        raise ConfigurationError(f"setting a deadline: {seconds!r} is not a number of seconds above 0")
    return seconds


def end(seconds: float | None) -> float | None:
    """The monotonic time at which a call that begins now must have ended; None where it may take for ever."""
    block = _block.get()
    if seconds is None:
        return block
    own = monotonic() + seconds
    return own if block is None or own < block else block
