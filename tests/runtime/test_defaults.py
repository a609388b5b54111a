"""Modes of defaults are those of botocore, and `auto` looks at the machine only where it may, and in no one's way."""

from __future__ import annotations

import asyncio
import importlib
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.config import Config as BotocoreConfig

from asdoc.appconfig import AsyncClient, Client
from asdoc.codegen.generate import render_package
from asdoc.runtime import defaults
from asdoc.runtime.config import Config
from asdoc.runtime.exceptions import ConfigurationError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.settings import DEFAULTS_MODES

from .machine import Machine, running
from .tables import table

REGION = "eu-west-1"
KEYS: dict[str, Any] = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "made"}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    with running() as found:
        monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", found.url)
        monkeypatch.delenv("AWS_EC2_METADATA_DISABLED", raising=False)
        yield found


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("made")
    for name, text in render_package(table("s3"), {"cases": []}).items():
        path = folder / "defaults_s3" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.replace("asdoc.s3", "defaults_s3"))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield importlib.import_module("defaults_s3")
    for name in [name for name in sys.modules if name.partition(".")[0] == "defaults_s3"]:
        del sys.modules[name]


class Sent:
    """What a transport was told."""

    def __init__(self) -> None:
        self.timeouts: list[float] = []

    def send(self, request: HttpRequest, *, connect_timeout: float, **_: Any) -> HttpResponse:
        self.timeouts.append(connect_timeout)
        return HttpResponse(status=200, body=b"{}")

    def close(self) -> None:
        pass


class SentAwaited:
    def __init__(self) -> None:
        self.timeouts: list[float] = []

    async def send(self, request: HttpRequest, *, connect_timeout: float, **_: Any) -> HttpResponse:
        self.timeouts.append(connect_timeout)
        return HttpResponse(status=200, body=b"{}")

    async def close(self) -> None:
        pass


def ours(config: Config | None = None, *, deadline: float | None = None) -> float:
    """The time that a connection gets, of whichever client."""
    blocking, awaited = Sent(), SentAwaited()
    client = Client(REGION, transport=blocking, config=config, **KEYS)
    client = client if deadline is None else client.with_options(deadline=deadline)
    client.get_application(ApplicationId="abc1234")
    client.get_application(ApplicationId="abc1234")
    other = AsyncClient(REGION, transport=awaited, config=config, **KEYS)
    asyncio.run(other.get_application(ApplicationId="abc1234"))
    assert set(blocking.timeouts) == set(awaited.timeouts) or deadline is not None
    return blocking.timeouts[0]


def theirs(config: dict[str, Any] | None = None) -> float:
    options: Any = {} if config is None else {"config": BotocoreConfig(**config)}
    client: Any = botocore.session.get_session().create_client("appconfig", REGION, **options, **KEYS)
    found: float = client.meta.config.connect_timeout
    return found


@pytest.mark.parametrize("mode", [*DEFAULTS_MODES, "Standard", "IN-REGION"])
def test_a_connection_gets_the_time_that_botocore_gives_it(mode: str) -> None:
    assert ours(Config(defaults_mode=mode)) == theirs({"defaults_mode": mode})


def test_the_modes_are_botocores() -> None:
    session: Any = botocore.session.get_session()
    resolver = session._get_internal_component("default_config_resolver")
    assert set(DEFAULTS_MODES) == set(resolver.get_default_modes())


def test_environment_and_profile_tell_the_mode(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[default]\ndefaults_mode = mobile\n")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert ours() == theirs() == 30.0
    monkeypatch.setenv("AWS_DEFAULTS_MODE", "in-region")
    assert ours() == theirs() == 1.1
    assert ours(Config(defaults_mode="standard")) == theirs({"defaults_mode": "standard"}) == 3.1
    monkeypatch.setenv("AWS_DEFAULTS_MODE", "legacy")
    assert ours() == theirs() == 60.0


@pytest.mark.parametrize("seconds", [7.0, 60.0, 60])
def test_what_was_chosen_stays(seconds: float) -> None:
    told: dict[str, Any] = {"defaults_mode": "mobile", "connect_timeout": seconds}
    assert ours(Config(**told)) == theirs(told) == seconds


def test_what_is_chosen_for_a_call_stays_too() -> None:
    sent = Sent()
    client = Client(REGION, transport=sent, config=Config(defaults_mode="mobile"), **KEYS)
    chosen: list[dict[str, Any]] = [{"connect_timeout": 60.0}, {"read_timeout": 5.0}, {"deadline": 20.0}, {}]
    for options in chosen:
        client.with_options(**options).get_application(ApplicationId="abc1234")
    assert sent.timeouts[:2] == [60.0, 30.0]
    assert 19.0 < sent.timeouts[2] <= 20.0
    assert sent.timeouts[3] == 30.0


def test_botocores_config_may_name_a_mode() -> None:
    sent: Any = Sent()
    told: dict[str, Any] = {"defaults_mode": "in-region"}
    config: Any = BotocoreConfig(**told)
    Client(REGION, transport=sent, config=config, **KEYS).get_application(ApplicationId="abc1234")
    assert sent.timeouts == [1.1]


def test_an_unknown_mode_is_refused_by_the_names_of_the_known() -> None:
    with pytest.raises(ConfigurationError, match="fast") as raised:
        ours(Config(defaults_mode="fast"))
    assert all(mode in str(raised.value) for mode in DEFAULTS_MODES)


@pytest.mark.parametrize("mode", DEFAULTS_MODES)
@pytest.mark.parametrize("told", [None, "legacy", "regional"])
def test_s3_has_the_endpoint_that_botocore_has(s3: Any, mode: str, told: str | None) -> None:
    options: dict[str, Any] = {"defaults_mode": mode}
    if told is not None:
        options["s3"] = {"us_east_1_regional_endpoint": told}
    session = botocore.session.get_session()
    config = BotocoreConfig(**options)
    expected: Any = session.create_client("s3", "us-east-1", config=config, **KEYS)
    client = s3.Client("us-east-1", config=Config(**options), **KEYS)
    assert (
        client.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "key"}).partition("?")[0]
        == (expected.generate_presigned_url("get_object", {"Bucket": "bucket", "Key": "key"}).partition("?")[0])
    )


@pytest.mark.parametrize(
    "environ",
    [
        {"AWS_EXECUTION_ENV": "AWS_Lambda_python3.12", "AWS_REGION": REGION},
        {"AWS_EXECUTION_ENV": "AWS_Lambda_python3.12", "AWS_REGION": "us-east-1"},
        {"AWS_EXECUTION_ENV": "AWS_Lambda_python3.12", "AWS_DEFAULT_REGION": REGION},
        {"AWS_EXECUTION_ENV": "AWS_Lambda_python3.12", "AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": REGION},
        {"AWS_REGION": REGION},
    ],
    ids=str,
)
def test_auto_goes_by_the_environment_of_a_function(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert ours(Config(defaults_mode="auto")) == theirs({"defaults_mode": "auto"})


@pytest.mark.parametrize("zone", [f"{REGION}a", "us-east-1f", ""])
@pytest.mark.parametrize("tokens", [True, False])
def test_auto_goes_by_the_zone_of_the_instance(machine: Machine, zone: str, tokens: bool) -> None:
    machine.zone, machine.tokens = zone, tokens
    assert ours(Config(defaults_mode="auto")) == theirs({"defaults_mode": "auto"})


def test_the_instance_is_asked_once_by_all_clients_of_a_process(machine: Machine) -> None:
    machine.zone = f"{REGION}a"
    assert [ours(Config(defaults_mode="auto")) for _ in range(3)] == [1.1] * 3
    assert machine.paths() == ["PUT /latest/api/token", "GET /latest/meta-data/placement/availability-zone/"]


@pytest.mark.parametrize("config", [Config(defaults_mode="standard"), Config(defaults_mode="auto", connect_timeout=2)])
def test_the_instance_is_not_asked_what_nobody_needs(machine: Machine, config: Config) -> None:
    ours(config)
    assert machine.requests == []


def test_the_instance_is_not_asked_where_that_is_turned_off(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    machine.zone = f"{REGION}a"
    assert ours(Config(defaults_mode="auto")) == 3.1
    assert machine.requests == []


def test_a_backend_in_the_process_stands_nowhere(machine: Machine) -> None:
    client = Client(backend=lambda request: HttpResponse(status=200, body=b"{}"), config=Config(defaults_mode="auto"))
    client.get_application(ApplicationId="abc1234")
    assert machine.requests == []


def test_asking_the_instance_holds_up_no_event_loop(machine: Machine) -> None:
    machine.before = lambda: time.sleep(0.1)
    machine.zone = f"{REGION}a"
    sent = SentAwaited()

    async def run() -> int:
        client, turns = AsyncClient(REGION, transport=sent, config=Config(defaults_mode="auto"), **KEYS), 0
        call = asyncio.create_task(client.get_application(ApplicationId="abc1234"))
        while not call.done():
            await asyncio.sleep(0.001)
            turns += 1
        await call
        return turns

    assert asyncio.run(run()) > 20
    assert sent.timeouts == [1.1]


@pytest.fixture(autouse=True)
def forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(defaults, "_found", {})
