"""Calls made by boto3: its serialisation, its signature, its reading of the answer. Judged is the raw answer.

botocore's `before-send` hands over the finished request; what is returned from it is taken for what came off the wire.
So a call is made once to have its request, and once more, when the answer is there, to see whether boto3 can read it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from asdoc.runtime.credentials import Credentials
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import ParamValidationError, TransportError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import Operation, Service

from .cases.lending import lender_of
from .driver import Called, Driver
from .hiding import cut
from .targets.base import Target

try:
    import boto3
    import boto3.session
    from botocore.awsrequest import AWSResponse, HeadersDict
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.exceptions import ParamValidationError as BotoValidationError
except ImportError as missing:
    raise AsdocError(
        f"making the driver boto3: {missing}", hint="Install it with: pip install 'asdoc[boto3]'"
    ) from missing


class _Captured(Exception):  # noqa: N818  carries a request out of boto3
    def __init__(self, request: HttpRequest) -> None:
        super().__init__()
        self.request = request


class Boto3Driver(Driver):
    def __init__(self, service: Service, target: Target, credentials: Credentials, *, region: str) -> None:
        """Raises AsdocError where boto3 has no such service."""
        super().__init__(service, target, credentials, region=region)
        self._clients: dict[str, tuple[Any, dict[str, str]]] = {}
        """By service: boto3's client, and its method of each operation."""
        self._answer: HttpResponse | None = None
        self._client(service.service)

    def _client(self, name: str) -> tuple[Any, dict[str, str]]:
        """Raises AsdocError where boto3 has no service of that name."""
        known = self._clients.get(name)
        if known is not None:
            return known
        credentials, target = self._credentials, self.target
        try:
            client: Any = boto3.session.Session(
                aws_access_key_id=credentials.access_key,
                aws_secret_access_key=credentials.secret_key,
                aws_session_token=credentials.token or None,
                region_name=self.region,
            ).client(
                name,
                endpoint_url=target.endpoint,
                config=Config(
                    # Each attempt is one request of the case, and a host is what the user named.
                    retries={"total_max_attempts": 1},
                    inject_host_prefix=".amazonaws.com" in target.endpoint,
                ),
            )
        except (BotoCoreError, ValueError) as error:
            raise AsdocError(
                f"making boto3's client of {name}: {error}",
                hint="Services of its own making are called by --driver asdoc.",
            ) from error
        methods = {called: method for method, called in client.meta.method_to_api_mapping.items()}
        client.meta.events.register("before-send.*.*", self._before_send)
        return self._clients.setdefault(name, (client, methods))

    def _before_send(self, request: Any, **_: Any) -> Any:
        if self._answer is None:
            raise _Captured(_request(request))
        headers: Any = HeadersDict(self._answer.headers)
        return AWSResponse(request.url, self._answer.status, headers, _Raw(self._answer.body))

    def request(self, operation: Operation, arguments: Mapping[str, Any]) -> HttpRequest:
        """As boto3 makes and signs it. Raises ParamValidationError where boto3 or the documents do not allow it."""
        super().request(operation, arguments)
        client, methods = self._client(lender_of(self.service, operation))
        method = methods.get(operation.name)
        if method is None:
            raise ParamValidationError(operation.name, [f"boto3 {boto3.__version__} has no such operation"])
        tagged = arguments if self._ledger is None else self._ledger.tagged(operation, arguments)
        # What is None is absent; boto3 takes it for a value.
        given = {name: value for name, value in tagged.items() if value is not None}
        try:
            getattr(client, method)(**given)
        except _Captured as captured:
            return Called.of(captured.request, operation.name, given)
        except BotoValidationError as error:
            raise ParamValidationError(operation.name, [str(error)]) from error
        except (BotoCoreError, ClientError, TypeError, ValueError) as error:
            raise ParamValidationError(operation.name, [f"boto3 refuses it: {error}"]) from error
        raise ParamValidationError(operation.name, ["boto3 answered it without sending anything"])

    def send(self, request: HttpRequest) -> HttpResponse:
        """The raw answer. Raises TransportError where there is none, and where boto3 cannot read it."""
        response = super().send(request)
        if isinstance(request, Called):
            client, methods = self._client(lender_of(self.service, self.service.operations[request.operation]))
            with self._answered(response):
                try:
                    getattr(client, methods[request.operation])(**request.arguments)
                except ClientError:
                    pass
                except Exception as error:
                    # Whatever its parser raises is what its user meets.
                    told = f"{type(error).__name__}: {cut(str(error), 200)}"
                    raise TransportError(f"boto3 cannot read the answer ({response.status}): {told}") from error
        return response

    @contextmanager
    def _answered(self, response: HttpResponse) -> Iterator[None]:
        self._answer = response
        try:
            yield
        finally:
            self._answer = None


class _Raw(io.BytesIO):
    """A body as botocore takes it from urllib3."""

    def stream(self, amt: int = 65536, decode_content: bool | None = None) -> Iterator[bytes]:
        while part := self.read(amt):
            yield part


def _request(prepared: Any) -> HttpRequest:
    scheme, _, rest = prepared.url.partition("://")
    host, slash, path = rest.partition("/")
    if not slash:
        host, mark, query = rest.partition("?")
        path = mark + query
    headers = {
        name.lower(): value.decode("latin-1") if isinstance(value, bytes) else str(value)
        for name, value in prepared.headers.items()
    }
    body: Any = prepared.body or b""
    if hasattr(body, "read"):
        body = body.read()
    content = body.encode() if isinstance(body, str) else bytes(body)
    return HttpRequest(
        method=prepared.method, scheme=scheme, host=host, target=f"/{path}", headers=headers, body=content
    )
