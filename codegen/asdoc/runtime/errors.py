"""The root of every error of asdoc, and what each must say."""

from __future__ import annotations


class AsdocError(Exception):
    """Root of all errors raised on purpose.

    The message says what was being done, what was found and where; `hint` says what to do next. The command
    line prints both without a traceback and exits with 2.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}\n{self.hint}" if self.hint else self.message
