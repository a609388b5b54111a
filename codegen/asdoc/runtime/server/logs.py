"""One line a request, as text or as JSON.

A line has the method, the path, the operation, the status, the time it took and the request's id. Headers, query and
body are where secrets are, and are never in it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import msgspec

FORMATS = ("text", "json")

_MOST_PATH = 256
"""Characters of a path that are shown."""
_encode = msgspec.json.Encoder().encode


class RequestLog:
    """Writes lines to a file descriptor, each at once, so that the lines of threads and processes do not mix."""

    def __init__(self, form: str, descriptor: int = 2, *, now: Callable[[], float] = time.time) -> None:
        """`form` is one of FORMATS."""
        self._line = _text if form == "text" else _json
        self._descriptor = descriptor
        self._now = now

    def write(
        self, method: str, path: str, service: str, operation: str, status: int, seconds: float, request_id: str
    ) -> None:
        entry = {
            "time": _stamp(self._now()),
            "status": status,
            "method": _clean(method),
            "path": _clean(path),
            "service": service,
            "operation": operation,
            "ms": round(seconds * 1000, 3),
            "request_id": request_id,
        }
        try:
            os.write(self._descriptor, self._line(entry))
        except OSError:
            return  # nobody reads the log any more; requests are still answered


def _clean(text: str) -> str:
    """On one line, and of a bounded length: what a client sends is not to write lines of its own."""
    if len(text) > _MOST_PATH:
        text = text[:_MOST_PATH] + "..."
    if text.isascii() and text.isprintable():
        return text
    return text.encode("unicode_escape").decode("ascii")


def _stamp(now: float) -> str:
    whole = int(now)
    return f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(whole))}.{int((now - whole) * 1000):03}Z"


def _json(entry: dict[str, Any]) -> bytes:
    return _encode(entry) + b"\n"


def _text(entry: dict[str, Any]) -> bytes:
    return (
        f"{entry['time']} {entry['status']} {entry['method']} {entry['path']} "
        f"{entry['service']}.{entry['operation']} {entry['ms']}ms {entry['request_id']}\n"
    ).encode("utf-8", "replace")
