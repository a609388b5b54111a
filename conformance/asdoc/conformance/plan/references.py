"""Values that stand for something live: which names they speak of, and where in a call the value is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from .leaves import Path, is_special

FROM, SENT, UNKNOWN, TEXT = "$from", "$sent", "$unknown", "$text"
REFERRING = frozenset({FROM, SENT, UNKNOWN, TEXT})
_SLOT = re.compile(r"{([A-Za-z][A-Za-z0-9_.]*)}")
_OWN_SLOTS = frozenset({"region", "account", "n", "unique"})


class Reference(NamedTuple):
    """`Extension.Actions.0.Name`: a step or a resource by its name, and the place in what was sent or answered."""

    name: str
    path: Path


@lru_cache(maxsize=4096)
def parse(text: str) -> Reference:
    name, *parts = text.split(".")
    return Reference(name, tuple(int(part) if part.isdigit() else part for part in parts))


def refers(value: Any) -> bool:
    """Whether a value stands for something live."""
    return isinstance(value, dict) and len(value) == 1 and next(iter(value)) in REFERRING


def is_own_unknown(value: Any) -> bool:
    """Whether a member is to have a value that nothing bears, in place of the one it has otherwise."""
    return is_special(value) and value.get(UNKNOWN) is True


def slots(text: str) -> list[str]:
    """`arn:{region}/{Application.Id}` in pieces: text at even places, what fills it at odd ones."""
    return _SLOT.split(text)


def names(tree: Any) -> list[str]:
    """The steps and resources that a tree of values speaks of, in its order."""
    found: list[str] = []
    _collect(tree, found)
    return found


def _collect(tree: Any, found: list[str]) -> None:
    if isinstance(tree, dict):
        if len(tree) == 1 and (key := next(iter(tree))) in REFERRING:
            value = tree[key]
            if key == TEXT:
                found += [parse(slot).name for slot in slots(value)[1::2] if slot not in _OWN_SLOTS]
            elif value is not True:
                found.append(parse(value).name)
            return
        tree = tree.values()
    elif not isinstance(tree, list):
        return
    for item in tree:
        if isinstance(item, dict | list):
            _collect(item, found)


def altered(value: Any) -> Any:
    """A value of the same form that nothing bears: in the last part of a text, each letter and digit is another."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value + 1000
    head, separator, last = _last_part(str(value))
    return head + separator + "".join(map(_moved, last))


def _last_part(text: str) -> tuple[str, str, str]:
    for separator in ("/", ":"):
        if separator in text:
            return text.rpartition(separator)
    return "", "", text


def _moved(letter: str) -> str:
    if not (letter.isascii() and letter.isalnum()):
        return letter
    # Hexadecimal stays so: a UUID has a form to keep.
    ring = next(ring for ring in ("0123456789", "abcdef", "ghijklmnopqrstuvwxyz", "ABCDEF", "GHIJKLMNOPQRSTUVWXYZ")
                if letter in ring)  # fmt: skip
    return ring[(ring.index(letter) + 1) % len(ring)]
