"""What a call of GetDeployment and of GetApplication costs the caller: asdoc's clients beside others, on one server.

Every client is a process of its own, in its own environment, and all run on one core in turns; the server, which says
again what the reference said once, has another core, and does not sleep there. The last rows are against one that does:
the kernel wakes it for each call, and charges that to the caller.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from typing import IO, Any, NamedTuple

from asdoc.appconfig import Client
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.transports.base import Transport
from asdoc.runtime.transports.pool import PoolTransport
from tests.bench.measure import Row, pair, row
from tests.targets.catalog import HOME, ROOT
from tests.targets.start import running

TURNS = 9
SECONDS = 0.3


class Caller(NamedTuple):
    """A client that is measured: the environment that it lives in, its module, what that is told."""

    environment: str
    script: str
    told: tuple[str, ...] = ()

    @property
    def python(self) -> str:
        return str(HOME / self.environment / "bin" / "python") if self.environment else sys.executable


CLIENTS = {
    "asdoc": Caller("", "with_asdoc"),
    "asdoc[fast]": Caller("", "with_asdoc", ("fast",)),
    "boto3": Caller("", "with_boto3"),
    "capo": Caller("capo", "with_capo"),
    "asdoc async": Caller("", "with_asdoc_async"),
    "asdoc async, aiohttp": Caller("", "with_asdoc_async", ("aiohttp",)),
    "aiobotocore": Caller("aiobotocore", "with_aiobotocore"),
}


class Goal(NamedTuple):
    """One comparison: ours, theirs, how many calls at once, and how many times better ours is to be."""

    ours: str
    theirs: str
    at_once: int
    goal: str
    what: str


GOALS = (
    Goal("asdoc", "boto3", 1, "10x", "CPU a call against boto3"),
    Goal("asdoc", "capo", 1, "4x", "CPU a call against capo-appconfig"),
    Goal("asdoc[fast]", "boto3", 1, "20x", "CPU a call over [fast] against boto3"),
    Goal("asdoc async", "aiobotocore", 1, "7x", "CPU a call, async, against aiobotocore"),
    Goal("asdoc async, aiohttp", "aiobotocore", 1, "", "CPU a call, async over aiohttp, against aiobotocore"),
    Goal("asdoc", "boto3", 8, "20x", "8 threads on one core against boto3"),
    Goal("asdoc[fast]", "boto3", 8, "20x", "8 threads over [fast] on one core against boto3"),
    Goal("asdoc async", "aiobotocore", 64, "20x", "64 tasks on one core against aiobotocore"),
)


ASLEEP = (
    Goal("asdoc", "boto3", 1, "", "CPU a call and to wake the server, against boto3"),
    Goal("asdoc[fast]", "boto3", 1, "", "CPU a call over [fast] and to wake the server, against boto3"),
)


class Turn(NamedTuple):
    """One caller's turn, for one call."""

    cpu: float
    """Seconds of the caller's processor."""
    wall: float
    """Seconds; of many calls at once, the time in which one more is done."""


class Running:
    """A caller's process."""

    def __init__(self, caller: Caller, endpoint: str, arguments: dict[str, dict[str, Any]]) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
        keys = {"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1"}
        self._process = subprocess.Popen(
            [
                caller.python,
                "-m",
                f"tests.bench.callers.{caller.script}",
                endpoint,
                json.dumps(arguments),
                *caller.told,
            ],
            env={**environ, **keys, "AWS_DEFAULT_REGION": "us-east-1"},
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def turn(self, call: str, at_once: int, seconds: float = SECONDS) -> Turn:
        self._pipe(self._process.stdin).write(json.dumps({"call": call, "at_once": at_once, "seconds": seconds}) + "\n")
        self._pipe(self._process.stdin).flush()
        line = self._pipe(self._process.stdout).readline()
        if not line:
            raise SystemExit(f"{self._process.args!r} ended with {self._process.wait()}")
        told = json.loads(line)
        return Turn(told["cpu"] / told["calls"], told["wall"] / told["calls"])

    def stop(self) -> None:
        self._pipe(self._process.stdin).close()
        self._process.wait()
        self._pipe(self._process.stdout).close()

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


class Recording(PoolTransport):
    """Keeps the last answer, as the bytes that a server would say again."""

    last = ""

    def send(self, request: HttpRequest, **limits: Any) -> HttpResponse:
        answer = super().send(request, **limits)
        head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers.items())
        self.last = f"HTTP/1.1 {answer.status} OK\r\n{head}\r\n" + answer.body.decode("latin-1")
        return answer


def our_client(endpoint: str, transport: Transport | None = None) -> Client:
    return Client(
        "us-east-1",
        endpoint_url=endpoint,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        transport=transport,
    )


def completed_deployment(endpoint: str) -> dict[str, Any]:
    """Make one deployment that went through all its events, by a call each; gives GetDeployment's arguments."""
    client = our_client(endpoint)
    application = client.create_application(Name="bench")["Id"]
    environment = client.create_environment(ApplicationId=application, Name="bench")["Id"]
    profile = client.create_configuration_profile(ApplicationId=application, Name="bench", LocationUri="hosted")["Id"]
    client.create_hosted_configuration_version(
        ApplicationId=application, ConfigurationProfileId=profile, Content=b"{}", ContentType="application/json"
    )
    strategy = client.create_deployment_strategy(Name="bench", DeploymentDurationInMinutes=15, GrowthFactor=25)["Id"]
    deployment = client.start_deployment(
        ApplicationId=application,
        EnvironmentId=environment,
        DeploymentStrategyId=strategy,
        ConfigurationProfileId=profile,
        ConfigurationVersion="1",
    )
    body = json.dumps({"advance": 16 * 60}).encode()
    urllib.request.urlopen(urllib.request.Request(f"{endpoint}/_asdoc/clock", data=body, method="POST")).close()
    return {
        "ApplicationId": application,
        "EnvironmentId": environment,
        "DeploymentNumber": deployment["DeploymentNumber"],
    }


@contextlib.contextmanager
def replaying(answers: dict[str, str], *, awake: bool = True) -> Iterator[str]:
    """The endpoint of a server that gives these answers, by path, on a core that no caller runs on if there is one."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(answers, file)
        file.flush()
        cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
        own = len(cores) > 1
        command = [sys.executable, "-m", "tests.bench.replay", file.name, *(["awake"] if own and awake else [])]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        try:
            port = int(server.stdout.readline())
            if own:
                os.sched_setaffinity(server.pid, {cores[-1]})
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait()
            server.stdout.close()


def recorded() -> tuple[dict[str, dict[str, Any]], dict[str, str]]:
    """The calls, by method with their arguments, and what the reference answers to them, by path."""
    with running("reference") as endpoint:
        arguments = completed_deployment(endpoint)
        transport = Recording()
        client = our_client(endpoint, transport)
        client.get_deployment(**arguments)
        application = f"/applications/{arguments['ApplicationId']}"
        deployments = f"{application}/environments/{arguments['EnvironmentId']}/deployments"
        answers = {f"{deployments}/{arguments['DeploymentNumber']}": transport.last}
        client.get_application(ApplicationId=arguments["ApplicationId"])
        answers[application] = transport.last
        transport.close()
    return {
        "get_deployment": arguments,
        "get_application": {"ApplicationId": arguments["ApplicationId"]},
    }, answers


def rows() -> Iterator[Row]:
    arguments, answers = recorded()
    names = {"get_deployment": "GetDeployment", "get_application": "GetApplication"}
    yield from _compared(names, GOALS, arguments, answers)
    yield from _compared({"get_deployment": "GetDeployment"}, ASLEEP, arguments, answers, awake=False)


def _compared(
    names: dict[str, str],
    goals: tuple[Goal, ...],
    arguments: dict[str, dict[str, Any]],
    answers: dict[str, str],
    *,
    awake: bool = True,
) -> Iterator[Row]:
    wanted = dict.fromkeys((side, goal.at_once) for goal in goals for side in (goal.ours, goal.theirs))
    with replaying(answers, awake=awake) as endpoint, contextlib.ExitStack() as stack:
        callers = {
            name: Running(CLIENTS[name], endpoint, arguments) for name in dict.fromkeys(side for side, _ in wanted)
        }
        for caller in callers.values():
            stack.callback(caller.stop)
        for call, name in names.items():
            seen: dict[tuple[str, int], list[Turn]] = {each: [] for each in wanted}
            for client, at_once in wanted:
                callers[client].turn(call, at_once)  # so that what only the first call does is not measured
            for _ in range(TURNS):
                for (client, at_once), turns in seen.items():
                    turns.append(callers[client].turn(call, at_once))
            for goal in goals:
                yield _row(name, goal, seen[goal.ours, goal.at_once], seen[goal.theirs, goal.at_once])


def _row(name: str, goal: Goal, ours: list[Turn], theirs: list[Turn]) -> Row:
    single = goal.at_once == 1
    figures = pair(
        [turn.cpu if single else turn.wall for turn in ours], [turn.cpu if single else turn.wall for turn in theirs]
    )
    if single:
        return row(f"{name}, {goal.what}", figures, 1e6, "µs", goal.goal)
    own, other = f"{1 / figures.ours:,.0f}/s", f"{1 / figures.theirs:,.0f}/s"
    return Row(f"{name}, {goal.what}", own, other, f"{figures.ratio:.1f}x", goal.goal)
