"""Credentials that a program hands out itself, and what a call waits for them."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any

import botocore.credentials
import pytest

from asdoc.appconfig import Client
from asdoc.appconfig.async_client import AsyncClient
from asdoc.runtime.config import Config
from asdoc.runtime.credentials import Credentials
from asdoc.runtime.exceptions import ConfigurationError, CredentialRetrievalError, DeadlineExceededError
from asdoc.runtime.http import HttpRequest, HttpResponse

_KEYS = Credentials("AKIDGIVEN", "secret", "token")


class _Wire:
    """A transport that keeps what it was asked to send."""

    def __init__(self) -> None:
        self.seen: list[HttpRequest] = []

    def send(self, request: HttpRequest, **limits: Any) -> HttpResponse:
        self.seen.append(request)
        return HttpResponse(status=200, body=b'{"Items":[]}')

    def close(self) -> None:
        return None


class _Given:
    def get(self) -> Credentials:
        return _KEYS


def _frozen() -> Any:
    return botocore.credentials.Credentials("AKIDGIVEN", "secret", "token")


@pytest.mark.parametrize("given", [_KEYS, _Given(), lambda: _KEYS, _frozen()], ids=["keys", "get", "call", "botocore"])
def test_what_gives_credentials_signs_the_calls(given: Any) -> None:
    wire = _Wire()
    Client("eu-west-1", credentials=given, transport=wire).list_applications()
    assert "Credential=AKIDGIVEN/" in wire.seen[0].headers["authorization"]
    assert wire.seen[0].headers["x-amz-security-token"] == "token"


def test_a_provider_is_asked_again_ahead_of_the_end_of_what_it_gave() -> None:
    asked: list[Credentials] = []

    def give() -> Credentials:
        asked.append(Credentials(f"AKID{len(asked)}", "secret", "token", time.time() + 0.2))
        return asked[-1]

    wire = _Wire()
    client = Client("eu-west-1", credentials=give, transport=wire)
    client.list_applications()
    client.list_applications()
    time.sleep(0.2)
    client.list_applications()
    assert [request.headers["authorization"].partition("AKID")[2][0] for request in wire.seen] == ["0", "0", "1"]


def test_keys_and_a_provider_are_not_given_together() -> None:
    client = Client("eu-west-1", aws_access_key_id="a", aws_secret_access_key="b", credentials=_KEYS, transport=_Wire())
    with pytest.raises(ConfigurationError, match="not both"):
        client.list_applications()


@pytest.mark.parametrize("given", [5, "AKID", object()])
def test_what_gives_no_credentials_is_refused(given: Any) -> None:
    with pytest.raises(ConfigurationError, match="gives none"):
        Client("eu-west-1", credentials=given, transport=_Wire()).list_applications()


def test_a_provider_that_gives_something_else_is_told_of_without_its_value() -> None:
    with pytest.raises(CredentialRetrievalError, match="it gave str") as raised:
        Client("eu-west-1", credentials=lambda: "s3cret", transport=_Wire()).list_applications()  # type: ignore[arg-type]  # wrong on purpose
    assert "s3cret" not in str(raised.value)


class _Slow:
    """Gives credentials when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.go = threading.Event()

    def __call__(self) -> Credentials:
        self.asked += 1
        self.go.wait(10)
        return _KEYS


def test_a_deadline_ends_the_wait_for_credentials_and_what_comes_is_kept() -> None:
    slow, wire = _Slow(), _Wire()
    client = Client("eu-west-1", credentials=slow, transport=wire)
    began = time.monotonic()
    for _ in range(3):
        with pytest.raises(DeadlineExceededError, match="waiting for credentials"):
            client.with_options(deadline=0.05).list_applications()
    assert time.monotonic() - began < 2
    assert not wire.seen
    slow.go.set()
    client.with_options(deadline=5).list_applications()
    assert slow.asked == 1
    assert len(wire.seen) == 1


def test_an_error_of_credentials_is_raised_within_a_deadline_as_without_one() -> None:
    def give() -> Credentials:
        raise CredentialRetrievalError("asking the vault: it is shut")

    for client in (Client("eu-west-1", credentials=give, transport=_Wire()),) * 2:
        with pytest.raises(CredentialRetrievalError, match="it is shut"):
            client.with_options(deadline=5).list_applications()


def test_an_async_call_does_not_wait_for_credentials_beyond_its_deadline() -> None:
    slow = _Slow()

    async def run() -> None:
        client = AsyncClient(
            "eu-west-1", credentials=slow, backend=lambda request: HttpResponse(status=200, body=b"{}")
        )
        client._backend = None  # what is in this process needs no credentials of its own
        with pytest.raises(DeadlineExceededError, match="waiting for credentials"):
            await client.with_options(deadline=0.05).list_applications()

    try:
        asyncio.run(run())
    finally:
        slow.go.set()


def test_the_account_of_keys_and_the_trust_may_be_given_as_boto3_takes_them() -> None:
    client = Client(
        "eu-west-1", aws_access_key_id="a", aws_secret_access_key="b", aws_account_id="123456789012", verify=False
    )
    assert client._credentials().current().account_id == "123456789012"
    assert client._settings.verify is False
    assert Client("eu-west-1", config=Config(verify="/ca.pem"))._settings.verify == "/ca.pem"
