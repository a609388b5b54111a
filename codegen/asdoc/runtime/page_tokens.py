"""The texts by which a walk over pages is gone on with, in the form that botocore gives them.

What is read may come from anybody: whoever shows pages to others hands these texts out, and takes them back.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

from .exceptions import PaginationError

TRUNCATED = "boto_truncate_amount"
"""How many items of the page that the tokens lead to were given before."""
_ENCODED = "boto_encoded_keys"
"""Where bytes stand that were made texts."""


def write_token(token: Mapping[str, Any]) -> str:
    """A token of a service, or several, as one opaque text. Raises PaginationError for what JSON does not know."""
    encoded: list[list[str | int]] = []
    content = _texts(dict(token), [], encoded)
    if encoded:
        content[_ENCODED] = encoded
    try:
        return base64.b64encode(json.dumps(content).encode()).decode()
    except TypeError as error:
        raise PaginationError(
            f"Error during pagination: no text can be made of the token {token}: {error}",
            hint="Leave MaxItems out: without it no token is given to go on with.",
        ) from error


def _texts(value: Any, path: list[str | int], encoded: list[list[str | int]]) -> Any:
    """A value with all bytes in it made texts; `encoded` is told where they stand."""
    if isinstance(value, dict):
        return {key: _texts(held, [*path, key], encoded) for key, held in value.items()}
    if isinstance(value, list):
        return [_texts(held, [*path, index], encoded) for index, held in enumerate(value)]
    if isinstance(value, bytes):
        encoded.append(path)
        return base64.b64encode(value).decode()
    return value


def read_token(text: object, inputs: tuple[str, ...]) -> tuple[dict[str, Any], int]:
    """The tokens of a service, and how many items of the page that they lead to were given before.

    It gives values to the operation's tokens, and to nothing else. Raises PaginationError for what is no token.
    """
    if not isinstance(text, str):
        raise _bad_token(text)
    try:
        content = json.loads(base64.b64decode(text.encode()).decode())
        for path in content.pop(_ENCODED, None) or ():
            *outer, last = path
            held = content
            for step in outer:
                held = held[step]
            held[last] = base64.b64decode(held[last].encode())
        skip = content.pop(TRUNCATED, None) or 0
    except (ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return _read_plain_token(text, inputs)
    if not content.keys() <= set(inputs):
        # which a service has written itself
        return _read_plain_token(text, inputs)
    if not isinstance(skip, int) or skip < 0:
        raise _bad_token(text)
    return content, skip


def _read_plain_token(text: str, inputs: tuple[str, ...]) -> tuple[dict[str, Any], int]:
    """A token as the service itself gave it; several, and the items to skip, have `___` between them."""
    parts = text.split("___")
    skip = 0
    if len(parts) == len(inputs) + 1:
        try:
            skip = int(parts.pop())
        except ValueError:
            parts = [text]
    if len(parts) > len(inputs):
        raise _bad_token(text)
    tokens: list[str | None] = [None if part == "None" else part for part in parts]
    tokens += [None] * (len(inputs) - len(tokens))
    return dict(zip(inputs, tokens, strict=True)), skip


def _bad_token(token: object) -> PaginationError:
    return PaginationError(
        f"Bad starting token: {token}", hint="Give the `resume_token` of an earlier walk, or a token of the service."
    )
