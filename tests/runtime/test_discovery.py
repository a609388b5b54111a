"""What is asked of a service that tells where it is to be called: once for all, ahead of time, and in no one's way."""

from __future__ import annotations

import asyncio
import importlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from asdoc.runtime.config import Config
from asdoc.runtime.credentials import Credentials
from asdoc.runtime.deadline import deadline
from asdoc.runtime.exceptions import (
    ConfigurationError,
    ConnectError,
    DeadlineExceededError,
    EndpointDiscoveryError,
    ServiceError,
)
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.seeking import _Question

from .discovering import DOWN, KEYS, REGION, World, packages, post, refusal

DATABASE = {"DatabaseName": "abc"}
DAY = 24 * 60
NEVER = 30.0
"""Seconds after which a test that waits has failed."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    made = tmp_path_factory.mktemp("told")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(made / "cache"))
        with packages(made, patch.syspath_prepend):
            yield made


pytestmark = pytest.mark.usefixtures("folder")


class Gate:
    """A world whose DescribeEndpoints answers when it is let to, each time with another address."""

    def __init__(self) -> None:
        self.world = World(posts=[post((f"{name}.example.org", DAY)) for name in ("one", "two", "three")])
        self.open = threading.Event()
        self.waiting = threading.Semaphore(0)
        self._seen = threading.Lock()

    def handle(self, request: HttpRequest) -> HttpResponse:
        if request.headers["x-amz-target"].endswith("DescribeEndpoints"):
            self.waiting.release()
            assert self.open.wait(NEVER)
        with self._seen:
            return self.world.handle(request)

    async def handle_awaited(self, request: HttpRequest) -> HttpResponse:
        if request.headers["x-amz-target"].endswith("DescribeEndpoints"):
            self.waiting.release()
            while not self.open.is_set():
                await asyncio.sleep(0.001)
        return self.world.handle(request)

    def client(self, kind: str = "Client", **options: Any) -> Any:
        awaited = kind == "AsyncClient"
        backend = self.handle_awaited if awaited else self.handle
        client = getattr(importlib.import_module("timestream_write"), kind)(REGION, backend=backend, **KEYS, **options)
        client._start().discovery.addresses.clock = self.world.clock
        return client


def threads(count: int, work: Any) -> list[threading.Thread]:
    made = [threading.Thread(target=work, daemon=True) for _ in range(count)]
    for thread in made:
        thread.start()
    return made


def joined(made: list[threading.Thread]) -> None:
    for thread in made:
        thread.join(NEVER)
    assert not any(thread.is_alive() for thread in made)


def test_many_threads_ask_once() -> None:
    gate, ends = Gate(), list[str]()
    client = gate.client()

    def call() -> None:
        client.describe_database(**DATABASE)
        ends.append("done")

    made = threads(50, call)
    assert gate.waiting.acquire(timeout=NEVER)
    assert ends == []
    gate.open.set()
    joined(made)
    assert (gate.world.asked, set(gate.world.hosts)) == (1, {"one.example.org"})
    assert len(ends) == 50


def test_many_tasks_ask_once_and_the_loop_goes_on() -> None:
    gate = Gate()

    async def run() -> int:
        client, turns = gate.client("AsyncClient"), 0
        calls = [asyncio.create_task(client.describe_database(**DATABASE)) for _ in range(200)]
        while not gate.world.seen:
            await asyncio.sleep(0)
            turns += 1
            if turns == 100:
                gate.open.set()
        await asyncio.gather(*calls)
        return turns

    assert asyncio.run(run()) >= 100
    assert (gate.world.asked, gate.world.hosts) == (1, ["one.example.org"] * 200)


def test_threads_that_wait_share_a_failure_and_each_has_its_own_error() -> None:
    gate, found = Gate(), list[Exception]()
    gate.world.posts = [refusal("AccessDeniedException")]
    client = gate.client()

    def call() -> None:
        with pytest.raises(ServiceError) as raised:
            client.describe_database(**DATABASE)
        found.append(raised.value)

    made = threads(1, call)
    assert gate.waiting.acquire(timeout=NEVER)
    question = next(iter(client._start().discovery.questions.values()))
    made += threads(5, call)
    while len(question.done._cond._waiters) < 5:
        time.sleep(0.001)
    gate.open.set()
    joined(made)
    assert gate.world.asked == 1
    assert len({id(error) for error in found}) == 6
    assert {error.code for error in found if isinstance(error, ServiceError)} == {"AccessDeniedException"}


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_an_address_is_asked_for_ahead_of_its_end(kind: str) -> None:
    world = World(posts=[post(("one.example.org", DAY)), post(("two.example.org", DAY))])
    client = world.client("timestream_write", kind)

    async def call() -> None:
        if kind == "AsyncClient":
            await client.describe_database(**DATABASE)
            await asyncio.sleep(0.01)
        else:
            client.describe_database(**DATABASE)

    async def run() -> None:
        await call()
        world.now += DAY * 60 - 301
        await call()
        assert world.asked == 1
        world.now += 2
        await call()
        assert world.asked == 2
        await call()

    asyncio.run(run())
    assert world.hosts == ["one.example.org"] * 3 + ["two.example.org"]
    assert world.asked == 2


def test_others_go_on_with_what_holds_while_one_asks_ahead() -> None:
    gate = Gate()
    gate.open.set()
    client = gate.client()
    client.describe_database(**DATABASE)
    gate.open.clear()
    gate.world.now += DAY * 60 - 1
    assert gate.waiting.acquire(timeout=NEVER)
    made = threads(1, lambda: client.describe_database(**DATABASE))
    assert gate.waiting.acquire(timeout=NEVER)
    client.describe_database(**DATABASE)
    gate.open.set()
    joined(made)
    assert gate.world.asked == 2


@pytest.mark.parametrize("answer", [DOWN, refusal("AccessDeniedException"), {"Endpoints": []}], ids=str)
def test_asking_ahead_in_vain_leaves_the_address_and_is_not_done_again_at_once(answer: Any) -> None:
    world = World(posts=[post(("one.example.org", DAY)), answer])
    client = world.client("timestream_write", config=Config(max_attempts=1))
    client.describe_database(**DATABASE)
    world.now += DAY * 60 - 200
    for _ in range(3):
        client.describe_database(**DATABASE)
    assert (world.asked, set(world.hosts)) == (2, {"one.example.org"})
    world.now += 61
    client.describe_database(**DATABASE)
    assert world.asked == 3


@pytest.mark.parametrize(
    "answer",
    [
        post(("", 1)),
        post(("user:pa55@example.org", 1)),
        post(("example.org/?a=b", 1)),
        post(("exa mple.org", 1)),
        post(("httpx://example.org", 1)),
        {"Endpoints": []},
        {},
        {"Endpoints": [None]},
        {"Endpoints": [{"CachePeriodInMinutes": 10**400}]},
    ],
    ids=str,
)
def test_what_cannot_be_an_address_counts_as_no_answer(answer: Any) -> None:
    world = World(posts=[answer])
    with pytest.raises(EndpointDiscoveryError) as raised:
        world.client("timestream_write").describe_database(**DATABASE)
    assert "pa55" not in str(raised.value)
    assert world.hosts == []
    world.client("dynamodb", config=Config(endpoint_discovery_enabled=True)).describe_table(TableName="abc")
    assert world.hosts == ["dynamodb.us-west-2.amazonaws.com"]


def test_an_address_that_holds_for_no_time_is_asked_for_each_time() -> None:
    world = World(posts=[post(("one.example.org", 0)), post(("two.example.org", 1))])
    client = world.client("timestream_write")
    client.describe_database(**DATABASE)
    client.describe_database(**DATABASE)
    assert world.hosts == ["one.example.org", "two.example.org"]


def test_a_wrong_address_is_given_up_after_as_many_attempts_as_anything() -> None:
    world = World(posts=[post(("one.example.org", DAY))], answers=[refusal("InvalidEndpointException", 421)])
    client = world.client("timestream_write", config=Config(max_attempts=3))
    with pytest.raises(ServiceError, match="InvalidEndpointException"):
        client.describe_database(**DATABASE)
    assert (world.asked, len(world.hosts)) == (3, 3)


def test_who_is_refused_late_does_not_forget_what_was_told_since() -> None:
    world = World(posts=[post(("one.example.org", DAY)), post(("two.example.org", DAY))])
    client = world.client("timestream_write")
    addresses = client._start().discovery.addresses
    client.describe_database(**DATABASE)
    operation = client._service().operations["DescribeDatabase"]
    need = addresses.need(operation, DATABASE)
    old = addresses.look(need)
    assert addresses.refused(need, old, "InvalidEndpointException", 400)
    client.describe_database(**DATABASE)
    assert addresses.refused(need, old, "", 421)
    client.describe_database(**DATABASE)
    assert (world.asked, world.hosts[-1]) == (2, "two.example.org")


@pytest.mark.parametrize("kind", ["Client", "AsyncClient"])
def test_a_deadline_ends_the_wait_and_not_the_question(kind: str) -> None:
    gate = Gate()
    client = gate.client(kind)

    async def awaited() -> None:
        patient = asyncio.create_task(client.describe_database(**DATABASE))
        await asyncio.sleep(0)
        with pytest.raises(DeadlineExceededError, match="DescribeDatabase"):
            await client.with_options(deadline=0.02).describe_database(**DATABASE)
        gate.open.set()
        await patient

    def blocking() -> None:
        made = threads(1, lambda: client.describe_database(**DATABASE))
        assert gate.waiting.acquire(timeout=NEVER)
        with pytest.raises(DeadlineExceededError, match="DescribeDatabase"):
            client.with_options(deadline=0.02).describe_database(**DATABASE)
        gate.open.set()
        joined(made)

    asyncio.run(awaited()) if kind == "AsyncClient" else blocking()
    assert (gate.world.asked, gate.world.hosts) == (1, ["one.example.org"])


HURRIES = ("block", "option")


@contextmanager
def hurried(client: Any, how: str) -> Iterator[Any]:
    """A client whose calls must soon have ended."""
    if how == "option":
        yield client.with_options(deadline=0.1)
    else:
        with deadline(0.1):
            yield client


@pytest.mark.parametrize("how", HURRIES)
def test_who_asks_and_runs_out_of_time_leaves_the_question_to_others(how: str) -> None:
    world, begun = World(posts=[post(("one.example.org", DAY))]), threading.Event()

    class Slow:
        """Answers a question at once, unless there is a time by which it must have: then it is late."""

        def send(self, request: HttpRequest, *, deadline: float | None = None, **_: Any) -> HttpResponse:
            if request.headers["x-amz-target"].endswith("DescribeEndpoints") and deadline is not None:
                begun.set()
                time.sleep(max(deadline - time.monotonic(), 0))
                raise DeadlineExceededError("reading: late")
            return world.handle(request)

        def close(self) -> None:
            pass

    client = importlib.import_module("timestream_write").Client(REGION, transport=Slow(), **KEYS)

    def hurry() -> None:
        with pytest.raises(DeadlineExceededError, match="DescribeDatabase"), hurried(client, how) as quick:
            quick.describe_database(**DATABASE)

    made = threads(1, hurry)
    assert begun.wait(NEVER)
    client.describe_database(**DATABASE)
    joined(made)
    assert (world.asked, world.hosts) == (1, ["one.example.org"])


@pytest.mark.parametrize("how", HURRIES)
def test_the_time_of_the_task_that_asked_first_is_not_that_of_others(how: str) -> None:
    world = World(posts=[post(("one.example.org", DAY))])

    class Slow:
        async def send(self, request: HttpRequest, *, deadline: float | None = None, **_: Any) -> HttpResponse:
            if request.headers["x-amz-target"].endswith("DescribeEndpoints"):
                await asyncio.sleep(0.2)
                if deadline is not None:
                    raise DeadlineExceededError("reading: late")
            return world.handle(request)

        async def close(self) -> None:
            pass

    client = importlib.import_module("timestream_write").AsyncClient(REGION, transport=Slow(), **KEYS)

    async def hurry() -> None:
        with pytest.raises(DeadlineExceededError, match="DescribeDatabase"), hurried(client, how) as quick:
            await quick.describe_database(**DATABASE)

    async def run() -> None:
        first = asyncio.create_task(hurry())
        await asyncio.sleep(0.01)
        await client.describe_database(**DATABASE)
        await first

    asyncio.run(run())
    assert (world.asked, world.hosts) == (1, ["one.example.org"])


def test_credentials_that_end_while_it_is_asked_are_fetched_out_of_the_event_loop() -> None:
    world, fetched = World(posts=[post(("one.example.org", DAY))]), list[threading.Thread]()

    def give() -> Credentials:
        fetched.append(threading.current_thread())
        return Credentials("AKIDEXAMPLE", "made")

    class Lasting:
        async def send(self, request: HttpRequest, **_: Any) -> HttpResponse:
            client._start().credentials.held = None
            return world.handle(request)

        async def close(self) -> None:
            pass

    client = importlib.import_module("timestream_write").AsyncClient(REGION, transport=Lasting(), credentials=give)
    asyncio.run(client.describe_database(**DATABASE))
    assert len(fetched) == 2
    assert threading.main_thread() not in fetched


def test_a_call_that_is_all_path_goes_where_the_service_tells_each_time() -> None:
    world = World(posts=[post(("one.example.org", DAY))])
    client = world.client("waymarks")
    for _ in range(3):
        client.find(Id="abc")
    assert world.hosts == ["one.example.org/marks/abc"] * 3
    assert (world.asked, world.seen[0].version) == (1, "2018-08-31")


def test_cancelling_the_task_that_asked_first_harms_no_other() -> None:
    gate = Gate()

    async def run() -> None:
        client = gate.client("AsyncClient")
        first = asyncio.create_task(client.describe_database(**DATABASE))
        second = asyncio.create_task(client.describe_database(**DATABASE))
        while not gate.waiting.acquire(blocking=False):
            await asyncio.sleep(0)
        first.cancel()
        await asyncio.sleep(0)
        gate.open.set()
        await second
        assert first.cancelled()

    asyncio.run(run())
    assert (gate.world.asked, gate.world.hosts) == (1, ["one.example.org"])


def test_one_client_serves_several_event_loops() -> None:
    gate = Gate()
    gate.open.set()
    client = gate.client("AsyncClient")
    for _ in range(3):
        asyncio.run(client.describe_database(**DATABASE))
    assert (gate.world.asked, gate.world.hosts) == (1, ["one.example.org"] * 3)


def test_a_child_process_does_not_wait_for_a_thread_of_its_parent() -> None:
    world = World(posts=[post(("one.example.org", DAY))])
    client, question = world.client("timestream_write"), _Question()
    question.process = os.getpid() + 1
    client._start().discovery.questions[()] = question
    client.describe_database(**DATABASE)
    assert (world.asked, world.hosts) == (1, ["one.example.org"])


def test_the_signature_is_of_the_host_that_was_told() -> None:
    world, hosts = World(posts=[post(("one.example.org:8443/base", DAY))]), list[str]()
    client = world.client("timestream_write")
    client.hooks.before_sending(lambda sending: hosts.append(sending.request.host))
    client.describe_database(**DATABASE)
    assert hosts == ["ingest.timestream.us-west-2.amazonaws.com", "one.example.org:8443"]
    assert world.seen[-1].url == "https://one.example.org:8443/base"
    assert world.seen[-1].scope == "us-west-2/timestream"


def test_the_name_of_the_other_sdks_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(posts=[post(("one.example.org", DAY))])
    monkeypatch.setenv("AWS_ENABLE_ENDPOINT_DISCOVERY", "true")
    world.client("dynamodb").describe_table(TableName="abc")
    assert world.hosts == ["one.example.org"]
    monkeypatch.setenv("AWS_ENABLE_ENDPOINT_DISCOVERY", "perhaps")
    with pytest.raises(ConfigurationError, match=r"AWS_ENABLE_ENDPOINT_DISCOVERY.*perhaps"):
        world.client("dynamodb")


def test_errors_say_what_to_do() -> None:
    world = World(posts=[DOWN])
    with pytest.raises(EndpointDiscoveryError, match=r"DescribeDatabase.*connecting: refused") as raised:
        world.client("timestream_write", config=Config(max_attempts=1)).describe_database(**DATABASE)
    assert isinstance(raised.value.__cause__, ConnectError)
    with pytest.raises(EndpointDiscoveryError, match="told not to ask"):
        world.client("timestream_write", config=Config(endpoint_discovery_enabled=False)).describe_database(**DATABASE)


def test_a_service_without_it_imports_and_holds_nothing_of_it() -> None:
    program = """
import json, sys
from asdoc.appconfig import Client
from asdoc.runtime.http import HttpResponse
client = Client("eu-west-1", backend=lambda request: HttpResponse(status=200, body=b"{}"))
client.get_application(ApplicationId="abc1234")
print(json.dumps([sorted(name for name in sys.modules if "discovery" in name or "seeking" in name),
                  client._start().discovery]))
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert json.loads(ran.stdout) == [[], None]
