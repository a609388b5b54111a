from __future__ import annotations

import json
from typing import Any

import pytest

from asdoc.appconfig.backend import Backend
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.server.clock import ManualClock

SCOPE = "AWS4-HMAC-SHA256 Credential={key}/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"


def authorization(key: str = "111122223333", region: str = "us-east-1", service: str = "appconfig") -> str:
    return SCOPE.format(key=key, region=region, service=service)


class Wire:
    """Sends requests by hand, so that they may be wrong."""

    def __init__(self, backend: Any) -> None:
        self.backend = backend

    def send(self, method: str, target: str, body: Any = b"", **headers: str) -> HttpResponse:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        response: HttpResponse = self.backend.handle(
            HttpRequest(method=method, target=target, headers=named, body=content)
        )
        return response

    def json(self, method: str, target: str, body: Any = b"", **headers: str) -> Any:
        return json.loads(self.send(method, target, body, **headers).body)

    def refused(self, response: HttpResponse, status: int, code: str) -> str:
        """Check that a response is this error of the REST protocol, and give its message."""
        assert (response.status, response.headers.get("x-amzn-errortype")) == (status, code), response
        assert response.headers["content-type"] == "application/json"
        assert response.headers["x-amzn-requestid"]
        body = json.loads(response.body)
        message: str = body.get("Message") or body["message"]
        assert "Traceback" not in message
        assert 'File "' not in message
        return message


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def wire(clock: ManualClock) -> Wire:
    return Wire(Backend(clock=clock))
