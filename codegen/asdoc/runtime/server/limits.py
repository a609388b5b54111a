"""The bounds of what a server takes from a client. The pages name none of these; they are ours."""

from __future__ import annotations

from typing import Any

MAX_BODY = 8 * 1024 * 1024
"""Bytes of a request body."""
MAX_HEAD = 64 * 1024
"""Bytes of a request's line and headers that the HTTP server buffers; it answers with 431 where they are more."""
MAX_DEPTH = 64
"""Levels of lists and objects in a JSON body. The deepest documented request has a dozen."""
HEAD_SECONDS = 10.0
"""Time for the request's line and headers to come, and for a connection to be idle between requests."""


def is_deep(body: bytes, value: Any) -> bool:
    """Whether a JSON value nests deeper than MAX_DEPTH; `body` is its text, which mostly tells without a look."""
    if body.count(b"[") + body.count(b"{") <= MAX_DEPTH:
        return False
    level = [value]
    for _ in range(MAX_DEPTH):
        inner: list[Any] = []
        for held in level:
            if held.__class__ is dict:
                inner.extend(held.values())
            elif held.__class__ is list:
                inner.extend(held)
        if not inner:
            return False
        level = inner
    return any(held.__class__ is dict or held.__class__ is list for held in level)
