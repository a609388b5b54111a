"""Ways to call AWS: each gives an answer as the scenarios want it, whatever its client makes of it."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import re
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.drivers.scenarios import ACCOUNT, RefusedError

REGION = "us-east-1"


class Boto3:
    """Blocks where the others wait: a scenario goes on at once."""

    def __init__(self, endpoint: str, services: tuple[str, ...]) -> None:
        boto3 = importlib.import_module("boto3")
        self._errors = importlib.import_module("botocore.exceptions")
        known = {"region_name": REGION, "aws_access_key_id": ACCOUNT, "aws_secret_access_key": "secret"}
        config = importlib.import_module("botocore.config").Config(retries={"total_max_attempts": 1})
        self._clients = {name: boto3.client(name, endpoint_url=endpoint, config=config, **known) for name in services}

    async def call(self, service: str, method: str, members: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = getattr(self._clients[service], method)(**members)
        except self._errors.ClientError as error:
            raise refusal(error) from error
        return {name: value.read() if hasattr(value, "read") else value for name, value in bare(answer).items()}


class Aiobotocore:
    def __init__(self, clients: dict[str, Any]) -> None:
        self._errors = importlib.import_module("botocore.exceptions")
        self._clients = clients

    async def call(self, service: str, method: str, members: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = await getattr(self._clients[service], method)(**members)
        except self._errors.ClientError as error:
            raise refusal(error) from error
        return {name: await value.read() if hasattr(value, "read") else value for name, value in bare(answer).items()}


class CommandLine:
    """The AWS CLI, as `aws SERVICE OPERATION --member …`, without a process for each."""

    def __init__(self, endpoint: str) -> None:
        os.environ |= {
            "AWS_ACCESS_KEY_ID": ACCOUNT,
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_MAX_ATTEMPTS": "1",
        }
        self._endpoint = endpoint
        self._driver = importlib.import_module("awscli.clidriver").create_clidriver()
        self._core: Any = importlib.import_module("botocore")
        self._parse = importlib.import_module("botocore.utils").parse_timestamp
        self._folder = tempfile.TemporaryDirectory(prefix="asdoc-cli-")

    async def call(self, service: str, method: str, members: dict[str, Any]) -> dict[str, Any]:
        model = self._driver.session.get_service_model(service)
        names = {self._core.xform_name(name): name for name in model.operation_names}
        operation = model.operation_model(names[method])
        shape = operation.output_shape
        body = "" if shape is None else shape.serialization.get("payload", "")
        streams = shape is not None and bool(body) and shape.members[body].type_name == "blob"
        place = Path(self._folder.name) / "out"
        place.unlink(missing_ok=True)
        command = [service, method.replace("_", "-"), *self._arguments(members)]
        out, told = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(told):
            try:
                code = self._driver.main(
                    [*command, *([str(place)] if streams else []), "--endpoint-url", self._endpoint, "--output", "json"]
                )
            except SystemExit as ended:  # a command line that it does not take
                code = ended.code
        if code:
            found = re.search(r"An error occurred \((\w+)\)[^:]*: (.*)", told.getvalue())
            if found is None:
                raise AssertionError(f"aws {' '.join(command)} exited with {code}: {told.getvalue()}")
            raise RefusedError(found[1], found[2])
        answer = json.loads(out.getvalue() or "{}")
        timed: dict[str, Any] = {} if shape is None else self._timed(answer, shape)
        return {**timed, body: place.read_bytes()} if streams else timed

    def _arguments(self, members: dict[str, Any]) -> list[str]:
        given: list[str] = []
        for name, value in members.items():
            option = self._core.xform_name(name, "-")
            if isinstance(value, bool):
                given.append(f"--{option}" if value else f"--no-{option}")
            elif isinstance(value, bytes):
                place = Path(self._folder.name) / option
                place.write_bytes(value)
                given += [f"--{option}", f"fileb://{place}"]
            else:
                given += [f"--{option}", value if isinstance(value, str) else json.dumps(value)]
        return given

    def _timed(self, value: Any, shape: Any) -> Any:
        """What was printed, with its times as times."""
        if shape.type_name == "timestamp":
            return self._parse(value)
        if shape.type_name == "structure":
            return {name: self._timed(held, shape.members[name]) for name, held in value.items()}
        if shape.type_name == "list":
            return [self._timed(held, shape.member) for held in value]
        if shape.type_name == "map":
            return {name: self._timed(held, shape.value) for name, held in value.items()}
        return value


@contextlib.asynccontextmanager
async def opened(name: str, endpoint: str, services: tuple[str, ...]) -> AsyncIterator[Any]:
    """The client of that name: boto3, aiobotocore or awscli."""
    if name == "boto3":
        yield Boto3(endpoint, services)
    elif name == "awscli":
        yield CommandLine(endpoint)
    else:
        session = importlib.import_module("aiobotocore.session").get_session()
        known = {"region_name": REGION, "aws_access_key_id": ACCOUNT, "aws_secret_access_key": "secret"}
        async with contextlib.AsyncExitStack() as stack:
            clients = {
                service: await stack.enter_async_context(session.create_client(service, endpoint_url=endpoint, **known))
                for service in services
            }
            yield Aiobotocore(clients)


def bare(answer: Any) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def refusal(error: Any) -> RefusedError:
    told = error.response["Error"]
    return RefusedError(told["Code"], told["Message"])
