"""The two calls of STS that credentials come from, spoken by hand: a form out, a little XML back."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from ..endpoint import Endpoint
from ..exceptions import CredentialRetrievalError, TransportError
from ..http import HttpRequest, HttpResponse
from ..schema import Service
from .values import Credentials, seconds

ATTEMPTS = 3
"""How often a call is sent at most, unless told otherwise."""
_AGAIN = frozenset(
    ("IDPCommunicationError", "RequestTimeout", "RequestTimeoutException", "Throttling", "ThrottlingException")
)


def _to(url: str, region: str = "") -> dict[str, object]:
    return {"url": url, "auth": [{"name": "sigv4", "signingRegion": region}] if region else []}


_FIPS, _DUAL = ["is", "{UseFIPS}", True], ["is", "{UseDualStack}", True]
_GOV = ["is", "{Partition#name}", "aws-us-gov"]
STS = Service(
    service="sts",
    client="STS",
    service_id="STS",
    api_version="2011-06-15",
    protocol="query",
    endpoint_prefix="sts",
    signing_name="sts",
    endpoints={
        "parameters": {"UseGlobalEndpoint": {"builtIn": "AWS::STS::UseGlobalEndpoint", "default": False}},
        "rules": [
            [[["isSet", "{Endpoint}"]], _to("{Endpoint}")],
            [[["=", "Partition", ["aws.partition", "{Region}"]]], [
                [[["not", _FIPS], ["not", _DUAL], ["is", "{UseGlobalEndpoint}", True]],
                 _to("https://sts.amazonaws.com", "us-east-1")],
                [[["is", "{Region}", "aws-global"], ["not", _FIPS], ["not", _DUAL]],
                 _to("https://sts.amazonaws.com", "us-east-1")],
                [[_FIPS, _DUAL], _to("https://sts-fips.{Region}.{Partition#dualStackDnsSuffix}")],
                [[_FIPS, _GOV], _to("https://sts.{Region}.{Partition#dnsSuffix}")],
                [[_FIPS], _to("https://sts-fips.{Region}.{Partition#dnsSuffix}")],
                [[_DUAL], _to("https://sts.{Region}.{Partition#dualStackDnsSuffix}")],
                [[], _to("https://sts.{Region}.{Partition#dnsSuffix}")],
            ]],
        ],
    },
)  # fmt: skip
"""As much of the service as its endpoints take: a client of another service has no other table of it."""


class Send(Protocol):
    """Sends one request of a credentials service, with the timeouts and the trust of the client."""

    def __call__(self, request: HttpRequest, /) -> HttpResponse: ...


class Sts(msgspec.Struct, frozen=True):
    """Where STS is, and what requests to it are sent with."""

    endpoint: Endpoint
    region: str
    send: Send
    sleep: Callable[[float], None] = time.sleep
    attempts: int = ATTEMPTS

    def assume_role(self, arguments: Mapping[str, str], source: Credentials) -> Credentials:
        """AssumeRole, signed by the source's keys. Raises CredentialRetrievalError."""
        return self._call("AssumeRole", arguments, source)

    def assume_role_with_web_identity(self, arguments: Mapping[str, str]) -> Credentials:
        """AssumeRoleWithWebIdentity, whose token stands in for a signature. Raises CredentialRetrievalError."""
        return self._call("AssumeRoleWithWebIdentity", arguments, None)

    def _call(self, action: str, arguments: Mapping[str, str], source: Credentials | None) -> Credentials:
        from urllib.parse import urlencode

        doing = f"calling {action} of STS at {self.endpoint.host} for {arguments['RoleArn']}"
        body = urlencode({"Action": action, "Version": "2011-06-15", **arguments}).encode()
        request = HttpRequest(
            method="POST",
            scheme=self.endpoint.scheme,
            host=self.endpoint.host,
            target=self.endpoint.path or "/",
            headers={"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
            body=body,
        )
        failure = CredentialRetrievalError(doing)
        for attempt in range(self.attempts):
            if attempt:
                self.sleep(random.random() * 2 ** (attempt - 1))  # noqa: S311 - spreads the load, guards nothing
            try:
                response = self.send(self._signed(request, source))
            except TransportError as error:
                failure = CredentialRetrievalError(f"{doing}: {error.message}", hint=error.hint)
                continue
            if response.status == 200:
                return _credentials(response.body, action, doing)
            code, message = _error(response.body)
            failure = CredentialRetrievalError(f"{doing}: status {response.status}, {code}: {message}")
            if response.status < 500 and code not in _AGAIN:
                break
        raise failure

    def _signed(self, request: HttpRequest, source: Credentials | None) -> HttpRequest:
        from ..sigv4 import sign_at

        if source is None:
            return request
        timestamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        return sign_at(request, source, self.region, "sts", timestamp)


def _credentials(body: bytes, action: str, doing: str) -> Credentials:
    from ..xml import child, parse, text_of

    try:
        result = child(parse(body), f"{action}Result")
    except ValueError as error:
        raise CredentialRetrievalError(f"{doing}: the answer is {error}") from None
    held = None if result is None else child(result, "Credentials")
    if result is None or held is None:
        raise CredentialRetrievalError(f"{doing}: the answer holds no credentials")
    told = {name: text_of(child(held, name)) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")}
    if missing := [name for name, value in told.items() if not value]:
        raise CredentialRetrievalError(f"{doing}: the answer holds no {', '.join(missing)}")
    user = child(result, "AssumedRoleUser")
    arn = "" if user is None else text_of(child(user, "Arn"))
    return Credentials(
        told["AccessKeyId"],
        told["SecretAccessKey"],
        told["SessionToken"],
        seconds(text_of(child(held, "Expiration")), doing),
        account_id=arn.split(":")[4] if arn.count(":") >= 5 else "",
    )


def _error(body: bytes) -> tuple[str, str]:
    from ..xml import child, error_of, parse, text_of

    try:
        error = error_of(parse(body))
    except ValueError:
        return "Unknown", "the answer is no XML"
    return text_of(child(error, "Code")) or "Unknown", text_of(child(error, "Message"))
