"""The access keys that a server knows, and how its owner tells them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from ..errors import AsdocError
from .scopes import DEFAULT_SCOPE

_KEY = re.compile(r"[!-.0-9;-~]{1,128}")
_ACCOUNT = re.compile(r"[0-9]{12}")


class Key:
    """One access key: its secret, and the account whose records it opens."""

    __slots__ = ("account", "identifier", "secret")

    def __init__(self, identifier: str, secret: str, account: str = "") -> None:
        """Without an account it is the key itself, where that is twelve digits, else the one of unsigned calls."""
        own = identifier if _ACCOUNT.fullmatch(identifier) else DEFAULT_SCOPE.account
        self.identifier = identifier
        self.secret = secret
        self.account = account or own

    def __repr__(self) -> str:
        return f"Key({self.identifier!r}, account={self.account!r})"


def read_keys(given: Iterable[str]) -> dict[str, Key]:
    """The keys of `KEY:SECRET[:ACCOUNT]` texts, or of a file with one a line (`@path`; `#` begins a comment).

    Raises AsdocError, which never shows the text itself: it may hold a secret.
    """
    keys: dict[str, Key] = {}
    for number, text in enumerate(given, 1):
        if text.startswith("@"):
            for line, place in _lines(text[1:]):
                _add(keys, line, place)
        else:
            _add(keys, text, f"--auth number {number}")
    return keys


def _lines(path: str) -> list[tuple[str, str]]:
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise AsdocError(f"reading access keys from {path}: {why}.", hint="One KEY:SECRET[:ACCOUNT] a line.") from None
    stripped = ((line.strip(), f"{path}:{number}") for number, line in enumerate(lines, 1))
    keys = [(line, place) for line, place in stripped if line and not line.startswith("#")]
    if not keys:
        # without a key nothing would be verified, which is the opposite of what was asked for
        raise AsdocError(f"reading access keys from {path}: it holds none.", hint="One KEY:SECRET[:ACCOUNT] a line.")
    return keys


def _add(keys: dict[str, Key], text: str, place: str) -> None:
    identifier, *rest = text.split(":")
    good = (
        _KEY.fullmatch(identifier)
        and len(rest) in (1, 2)
        and _KEY.fullmatch(rest[0].replace("/", ""))
        and (len(rest) == 1 or _ACCOUNT.fullmatch(rest[1]))
    )
    if not good:
        hint = "Write KEY:SECRET or KEY:SECRET:ACCOUNT; the account has twelve digits."
        raise AsdocError(f"{place} is not an access key.", hint=hint)
    if identifier in keys:
        raise AsdocError(f"{place} gives the access key {identifier} a second time.", hint="Give each key once.")
    keys[identifier] = Key(*text.split(":"))
