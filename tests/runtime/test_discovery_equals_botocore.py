"""Where a service tells where it is to be called, the same calls lead to the same requests as boto3's."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import botocore.discovery
import botocore.session
import pytest
from botocore import xform_name
from botocore.awsrequest import AWSResponse
from botocore.config import Config as BotocoreConfig
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError
from botocore.loaders import Loader

from asdoc.runtime import exceptions
from asdoc.runtime.config import Config

from .discovering import DOWN, KEYS, REGION, World, packages, post, refusal

Step = tuple[str, dict[str, Any]]
WRITE: Step = ("CreateDatabase", {"DatabaseName": "abc"})
TABLE = ("DescribeTable", {"TableName": "abc"})
LIMITS: Step = ("DescribeLimits", {})
FOLLOW = ("Follow", {"From": "here", "Path": {"Colour": "red", "Length": 3}})
ELSEWHERE = ("Follow", {"From": "there", "Note": "n"})
PEEK = ("Peek", {"Path": {"Colour": "blue"}})
BARE: Step = ("Peek", {})
STAY: Step = ("Stay", {})
HERE = post(("one.example.org", 1))
NEXT = post(("two.example.org", 1))


class Case(NamedTuple):
    service: str
    steps: list[Any]
    """Calls, and seconds that pass."""
    posts: list[Any]
    answers: list[Any] = [{}]  # noqa: RUF012 - nobody changes it
    config: Any = None
    environ: dict[str, str] = {}  # noqa: RUF012
    profile: str = ""
    endpoint_url: str | None = None


CASES = {
    "required": Case("timestream-write", [WRITE, WRITE], [HERE]),
    "required, told to": Case("timestream-write", [WRITE], [HERE], config=True),
    "required, told not to": Case("timestream-write", [WRITE], [HERE], config=False),
    "required, told auto oddly": Case("timestream-write", [WRITE], [HERE], config=" aUto \n"),
    "an address with its scheme": Case("timestream-write", [WRITE], [post(("https://three.example.org", 1))]),
    "an address of http": Case("timestream-write", [WRITE], [post(("http://127.0.0.1:8000", 1))]),
    "required, by environment": Case(
        "timestream-write", [WRITE], [HERE], environ={"AWS_ENDPOINT_DISCOVERY_ENABLED": "False"}
    ),
    "required, by profile": Case("timestream-write", [WRITE], [HERE], profile="False"),
    "optional": Case("dynamodb", [TABLE], [HERE]),
    "optional, auto": Case("dynamodb", [TABLE], [HERE], config="auto"),
    "optional, told to": Case("dynamodb", [TABLE, LIMITS, TABLE], [HERE], config=True),
    "optional, told as text": Case("dynamodb", [TABLE], [HERE], config="TRUE"),
    "optional, told nonsense": Case("dynamodb", [TABLE], [HERE], config="bad value"),
    "optional, by environment": Case("dynamodb", [TABLE], [HERE], environ={"AWS_ENDPOINT_DISCOVERY_ENABLED": "true"}),
    "optional, by profile": Case("dynamodb", [TABLE], [HERE], profile="true"),
    "config before environment": Case(
        "dynamodb", [TABLE], [HERE], config=False, environ={"AWS_ENDPOINT_DISCOVERY_ENABLED": "true"}
    ),
    "environment before profile": Case(
        "dynamodb", [TABLE], [HERE], environ={"AWS_ENDPOINT_DISCOVERY_ENABLED": "auto"}, profile="true"
    ),
    "an endpoint is given": Case("timestream-write", [WRITE], [HERE], endpoint_url="https://own.example.org"),
    "an endpoint is given, told to": Case(
        "dynamodb", [TABLE], [HERE], config=True, endpoint_url="https://own.example.org"
    ),
    "an endpoint is given, told not to": Case(
        "timestream-write", [WRITE], [HERE], config=False, endpoint_url="https://own.example.org"
    ),
    "an endpoint is configured": Case(
        "timestream-write", [WRITE], [HERE], environ={"AWS_ENDPOINT_URL": "https://own.example.org/below"}
    ),
    "it ends": Case("timestream-write", [WRITE, 30, WRITE, 31, WRITE, WRITE], [HERE, NEXT]),
    "the first ends before the second": Case(
        "timestream-write", [WRITE, 61, WRITE, 30, WRITE, 40, WRITE], [post(("a.org", 1), ("b.org", 2)), NEXT]
    ),
    "asking fails, and nothing is known": Case("timestream-write", [WRITE, WRITE], [DOWN]),
    "asking fails at first": Case("timestream-write", [WRITE], [DOWN, HERE]),
    "asking fails, and need not have": Case("dynamodb", [TABLE, TABLE, 61, TABLE], [*[DOWN] * 3, HERE], config=True),
    "asking fails, and the old is known": Case(
        "timestream-write", [WRITE, 61, WRITE, 30, WRITE, 31, WRITE], [HERE, DOWN, DOWN, DOWN, NEXT]
    ),
    "asking fails, the old is known, and need not be": Case(
        "dynamodb", [TABLE, 61, TABLE, 30, TABLE, 31, TABLE], [HERE, DOWN, DOWN, DOWN, NEXT], config=True
    ),
    "asking is refused": Case("timestream-write", [WRITE, WRITE], [refusal("AccessDeniedException")]),
    "asking is refused, and need not have been": Case("dynamodb", [TABLE], [refusal("AccessDenied")], config=True),
    "asking is misdirected": Case("dynamodb", [TABLE], [refusal("InvalidEndpointException", 421)], config=True),
    "the address is wrong": Case(
        "timestream-write", [WRITE, WRITE], [HERE, NEXT], [refusal("InvalidEndpointException"), {}]
    ),
    "the address is wrong by status": Case("timestream-write", [WRITE] * 2, [HERE, NEXT], [refusal("Other", 421), {}]),
    "the address is wrong, and need not be": Case(
        "dynamodb", [TABLE], [HERE, NEXT], [refusal("InvalidEndpointException"), {}], config=True
    ),
    "the address is wrong, and asking fails": Case(
        "dynamodb", [TABLE], [HERE, DOWN], [refusal("InvalidEndpointException"), {}], config=True
    ),
    "another error is none of this": Case(
        "timestream-write", [WRITE, WRITE], [HERE, NEXT], [refusal("ValidationException"), {}]
    ),
    "the call is made again": Case("timestream-write", [WRITE], [HERE], [refusal("ThrottlingException"), {}]),
    "identifiers": Case("signposts", [FOLLOW, FOLLOW, ELSEWHERE, FOLLOW, ELSEWHERE], [HERE, NEXT]),
    "identifiers, and none": Case("signposts", [FOLLOW, PEEK, BARE, BARE, PEEK], [HERE, NEXT], config=True),
    "auto asks for what must": Case("signposts", [STAY, BARE, PEEK, FOLLOW, BARE], [HERE]),
    "not all operations are concerned": Case("signposts", [STAY], [HERE], config=True),
    "one of several identifiers is wrong": Case(
        "signposts", [FOLLOW, ELSEWHERE, FOLLOW, ELSEWHERE], [HERE, NEXT, HERE],
        [{}, {}, refusal("InvalidEndpointException"), {}],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loader]:
    """The packages can be imported; botocore's loader has what they were made from."""
    folder = tmp_path_factory.mktemp("told")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        with packages(folder, patch.syspath_prepend):
            yield Loader([str(folder / "data")])


def theirs(case: Case, world: World, loader: Loader, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(botocore.discovery, "time", SimpleNamespace(time=world.clock))
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda seconds: None)

    def sent(request: Any, **_: Any) -> Any:
        headers = {name.lower(): _text(value) for name, value in request.headers.items()}
        found = world.answer(str(request.url), headers, request.body or b"")
        if found is None:
            raise EndpointConnectionError(endpoint_url=request.url)
        status, body = found
        raw: Any = _Raw(body)
        made: Any = {"content-type": "application/x-amz-json-1.0"}
        return AWSResponse(str(request.url), status, made, raw)

    session = botocore.session.get_session()
    session.register_component("data_loader", loader)
    retries: Any = {"mode": "standard", "total_max_attempts": 3}
    options: dict[str, Any] = {
        "config": BotocoreConfig(retries=retries, endpoint_discovery_enabled=case.config),
        "endpoint_url": case.endpoint_url,
        **KEYS,
    }
    try:
        client: Any = session.create_client(case.service, REGION, **options)
    except BotoCoreError as error:
        return [type(error).__name__]
    client.meta.events.register("before-send", sent)
    ends = []
    for step in case.steps:
        if isinstance(step, int):
            world.now += step
            continue
        try:
            getattr(client, xform_name(step[0]))(**step[1])
            ends.append("done")
        except (BotoCoreError, ClientError) as error:
            told: Any = error.response if isinstance(error, ClientError) else {}
            ends.append(told["Error"]["Code"] if told else type(error).__name__)
    return ends


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


class _Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self) -> Iterator[bytes]:
        yield self._body


_AS = {
    "EndpointDiscoveryRequired": "EndpointDiscoveryError",
    "EndpointDiscoveryRefreshFailed": "EndpointDiscoveryError",
    "InvalidEndpointDiscoveryConfigurationError": "ConfigurationError",
}


async def ours(case: Case, world: World, kind: str) -> list[str]:
    config = Config(max_attempts=3, endpoint_discovery_enabled=case.config)
    try:
        client = world.client(case.service.replace("-", "_"), kind, config=config, endpoint_url=case.endpoint_url)
    except exceptions.ConfigurationError as error:
        return [type(error).__name__]

    async def at_once(seconds: float) -> None:
        pass

    client._sleep = at_once if kind == "AsyncClient" else lambda seconds: None
    ends = []
    for step in case.steps:
        if isinstance(step, int):
            world.now += step
            continue
        try:
            result = getattr(client, xform_name(step[0]))(**step[1])
            if inspect.isawaitable(result):
                await result
            ends.append("done")
        except (exceptions.ClientSideError, exceptions.ServiceError) as error:
            ends.append(error.code if isinstance(error, exceptions.ServiceError) else type(error).__name__)
    return ends


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_the_requests_and_their_ends_are_the_same(
    case: Case, made: Loader, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in case.environ.items():
        monkeypatch.setenv(name, value)
    if case.profile:
        (tmp_path / "config").write_text(f"[default]\nendpoint_discovery_enabled = {case.profile}\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    expected, blocking, awaited = (World(posts=list(case.posts), answers=list(case.answers)) for _ in range(3))
    ends = [_AS.get(end, end) for end in theirs(case, expected, made, monkeypatch)]
    assert asyncio.run(ours(case, blocking, "Client")) == ends
    assert asyncio.run(ours(case, awaited, "AsyncClient")) == ends
    assert blocking.seen == expected.seen
    assert awaited.seen == expected.seen
