"""`python -m tests.bench.bare PORT`: an application that does nothing, served as ours is."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from asdoc.runtime.server.serving import granian_server

BODY = b'{"Id":"abcd123","Name":"bench"}'
HEADERS = [("content-type", "application/json"), ("content-length", str(len(BODY)))]


def load() -> Callable[..., list[bytes]]:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        start_response("200 OK", HEADERS)
        return [BODY]

    return application


if __name__ == "__main__":
    server = granian_server()(address="127.0.0.1", port=int(sys.argv[1]), workers=1, blocking_threads=1)
    server.serve(target_loader=load, wrap_loader=False)
