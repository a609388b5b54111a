"""The three clients of a service, ours, ours that is awaited and boto3's, before one script of answers."""

from __future__ import annotations

import contextlib
import importlib
import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config as BotocoreConfig
from botocore.exceptions import ClientError
from botocore.exceptions import PaginationError as TheirPaginationError
from botocore.exceptions import ParamValidationError as TheirParamValidationError
from botocore.exceptions import WaiterError as TheirWaiterError
from click.testing import CliRunner

from asdoc.cli.main import cli
from asdoc.codegen.packages import folder_of
from asdoc.runtime.config import Config
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import PaginationError, ParamValidationError, ServiceError, WaiterError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import load_service

from .test_protocol_clients import sent_by_us

_WHERE: dict[str, Any] = {
    "region_name": "us-east-1", "aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "made",
    "endpoint_url": "https://example.org",
}  # fmt: skip
_ENDLESS = 40
_NO_NUMBER = "no number"
Ended = tuple[str, str]
"""The kind of an end, and what is told of it."""


class EndlessError(Exception):
    """More calls than any script is good for."""


class Script:
    """Answers in their order, and the last of them ever after; what was asked, and how long was waited."""

    def __init__(self, answers: Sequence[HttpResponse]) -> None:
        self.answers = answers
        self.asked: list[dict[str, Any]] = []
        self.slept: list[float] = []

    def answer(self, request: HttpRequest) -> HttpResponse:
        if len(self.asked) == _ENDLESS:
            raise EndlessError
        asked = sent_by_us(request)
        # what requests are like is looked into by `odd_calls`: here, what is asked for
        self.asked.append({part: asked[part] for part in ("method", "address", "query", "body")})
        return self.answers[min(len(self.asked), len(self.answers)) - 1]

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


class _Transport:
    def __init__(self, script: Script) -> None:
        self._script = script

    def send(self, request: HttpRequest, **_: Any) -> HttpResponse:
        return self._script.answer(request)

    def close(self) -> None:
        pass


class _AwaitedTransport(_Transport):
    async def send(self, request: HttpRequest, **_: Any) -> HttpResponse:  # type: ignore[override]  # it is awaited
        return self._script.answer(request)


class _Raw(io.BytesIO):
    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield self.read()


class Clients:
    """Those of one service. Each client that is handed out plays one script."""

    def __init__(self, name: str, made: Path) -> None:
        """`made` is a folder of packages; that of the service is generated where it is not there yet."""
        self.name = name
        self.package = folder_of(name)
        self._folder = made / name
        if not self._folder.is_dir():
            ran = CliRunner().invoke(cli, ["generate", "--service", name, "--out", str(self._folder)])
            if ran.exit_code:
                raise AssertionError(f"asdoc generate --service {name}: {ran.output or ran.exception}")
        self._boto: Any = boto3.client(
            name, **_WHERE, config=BotocoreConfig(retries={"total_max_attempts": 1}, inject_host_prefix=False)
        )
        self._boto.meta.events.register("before-send", self._reply)
        self._script = Script(())

    @contextlib.contextmanager
    def imported(self) -> Iterator[None]:
        """Within, the package can be imported; after that it is forgotten."""
        self._forget()  # another test may have had a package of this name
        sys.path.insert(0, str(self._folder))
        importlib.invalidate_caches()
        try:
            yield
        finally:
            sys.path.remove(str(self._folder))
            self._forget()

    def _forget(self) -> None:
        load_service.cache_clear()
        for module in [module for module in sys.modules if module.partition(".")[0] == self.package]:
            del sys.modules[module]

    def theirs(self, script: Script) -> Any:
        self._script = script
        return self._boto

    def ours(self, script: Script) -> Any:
        return self._made("Client", script, _Transport(script))

    def awaited(self, script: Script) -> Any:
        client = self._made("AsyncClient", script, _AwaitedTransport(script))

        async def sleep(seconds: float) -> None:
            script.sleep(seconds)

        client._sleep = sleep
        return client

    def _made(self, kind: str, script: Script, transport: Any) -> Any:
        config = Config(max_attempts=1, inject_host_prefix=False)
        client = getattr(importlib.import_module(self.package), kind)(**_WHERE, config=config, transport=transport)
        client._sleep = script.sleep
        return client

    def _reply(self, request: Any, **_: Any) -> Any:
        parts = urlsplit(request.url)
        body: Any = request.body or b""
        body = body.read() if hasattr(body, "read") else body
        answer = self._script.answer(
            HttpRequest(
                method=request.method,
                scheme=parts.scheme,
                host=parts.netloc,
                target=parts.path + (f"?{parts.query}" if parts.query else ""),
                headers={
                    name.lower(): held.decode() if isinstance(held, bytes) else str(held)
                    for name, held in request.headers.items()
                },
                body=body.encode() if isinstance(body, str) else bytes(body),
            )
        )
        headers = HTTPHeaders()
        for name, held in answer.headers.items():
            headers[name] = held
        raw: Any = AWSResponse(request.url, answer.status, headers, _Raw(answer.body))
        return raw


def ended(error: Exception) -> Ended:
    """What an end is, whichever client it is of. `crash` is an error that its client did not mean."""
    if isinstance(error, TheirWaiterError):
        return "waiter", str(error)
    if isinstance(error, WaiterError):
        return "waiter", error.message
    if isinstance(error, ClientError):
        return "error", str(error.response.get("Error", {}).get("Code"))
    if isinstance(error, ServiceError):
        return "error", str(error.response["Error"]["Code"])
    if isinstance(error, TheirParamValidationError | ParamValidationError):
        return "arguments", ""
    if isinstance(error, TheirPaginationError):
        return "refused", str(error)
    if isinstance(error, PaginationError):
        return "refused", _NO_NUMBER if "not a whole number" in error.message else error.message
    if isinstance(error, AsdocError):
        return "stopped", f"{type(error).__name__}: {error.message}"
    if isinstance(error, ValueError) and str(error).startswith("Bad starting token"):
        return "refused", str(error)
    if isinstance(error, ValueError) and str(error).startswith("invalid literal for int()"):
        return "refused", _NO_NUMBER
    return "crash", repr(error)
