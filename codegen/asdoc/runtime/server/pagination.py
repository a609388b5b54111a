"""Opaque tokens, and the pages of a list.

A token says where the last page ended and carries a keyed hash over that place, the operation, the scope and the
filters of the call. So a token that was cut, made up, or got from another list is told apart and refused. The key is
the store's: a token holds for every worker on it, and after a restart where the store outlives one.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from typing import Any

from .call import Call
from .store import Entry

DEFAULT_PAGE = 50
"""Items of a page where the caller names no number (documented for ListHostedConfigurationVersions)."""

_NAMES = ("MaxResults", "NextToken")
_DIGEST = 12


def make_token(binding: str, place: int, key: bytes) -> str:
    """The token that continues after `place` in the list that `binding` names.

    It is hexadecimal: Proton's tokens, for one, may have no `-` and no `_`.
    """
    position = place.to_bytes(8, "big")
    return (position + _mac(binding, position, key)).hex()


def read_token(binding: str, token: str, key: bytes) -> int:
    """The place a token stands for. Raises ValueError where it is not a token of this list."""
    try:
        raw = bytes.fromhex(token)
    except ValueError as error:
        raise ValueError("the token is not one that a list operation returned") from error
    position, mac = raw[:8], raw[8:]
    # A re-encoding must give the token again: two spellings of one token would be one too many.
    known = len(raw) == 8 + _DIGEST and raw.hex() == token
    if not known or not hmac.compare_digest(mac, _mac(binding, position, key)):
        raise ValueError("the token does not belong to this list")
    return int.from_bytes(position, "big")


def _mac(binding: str, position: bytes, key: bytes) -> bytes:
    return hashlib.blake2b(position + binding.encode(), digest_size=_DIGEST, key=key).digest()


def page(
    call: Call,
    kind: str,
    parent: str = "",
    *,
    newest_first: bool = False,
    where: Callable[[Any], bool] | None = None,
    filters: tuple[str, ...] = (),
    source: Callable[[int | None, int], list[Entry]] | None = None,
) -> tuple[list[Any], str | None]:
    """One page of a list operation: its records, and the token of the next page, None on the last.

    Reads MaxResults and NextToken, or what the service calls them, from the call. `filters` are the values of the
    filters that `where` applies: a token holds for these alone. `source(after, limit)` stands in for the store where a
    list has more than its records.
    Raises the operation's documented error for a token that is not of this list.
    """
    params = call.params
    names = call.operation.pagination
    limit_name, token_name = (names.limit_key, names.input_token[0]) if names is not None else _NAMES
    limit = params.get(limit_name, DEFAULT_PAGE)
    binding = "\0".join((call.operation.name, *call.scope, kind, parent, *filters))
    after = None
    token = params.get(token_name)
    if token is not None:
        try:
            after = read_token(binding, token, call.store.token_key)
        except ValueError as error:
            raise call.invalid(f"{token_name}: {error}.") from error
    if source is not None:
        entries = source(after, limit + 1)
    else:
        entries = call.store.page(
            call.scope, kind, parent, after=after, limit=limit + 1, newest_first=newest_first, where=where
        )
    following = None
    if len(entries) > limit:
        following = make_token(binding, entries[limit - 1][0], call.store.token_key)
    return [record for _, record in entries[:limit]], following
