"""A transport that plays a list of answers, and the fake service's client upon it."""

from __future__ import annotations

import json
from typing import Any

from asdoc.runtime.exceptions import TransportError
from asdoc.runtime.http import HttpRequest, HttpResponse

from .fake import Client


class Plays:
    """A transport that answers from a list, and keeps what it was sent."""

    def __init__(self, *acts: HttpResponse | TransportError) -> None:
        self.acts: list[HttpResponse | TransportError] = list(acts)
        self.sent: list[HttpRequest] = []
        self.closed = False

    def send(
        self, request: HttpRequest, *, connect_timeout: float, read_timeout: float, deadline: float | None = None
    ) -> HttpResponse:
        self.sent.append(request)
        act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        if isinstance(act, TransportError):
            raise act
        return act

    def close(self) -> None:
        self.closed = True


def answer(status: int = 200, body: object = None, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(
        status=status, headers=named, body=body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    )


def client(*acts: HttpResponse | TransportError, **settings: Any) -> tuple[Client, Plays]:
    transport = Plays(*acts)
    return Client(
        "eu-west-1", aws_access_key_id="AKID", aws_secret_access_key="secret", transport=transport, **settings
    ), transport
