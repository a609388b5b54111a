"""Waits of our clients and of boto3's: the same calls and sleeps, and the same end."""

from __future__ import annotations

import asyncio
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple
from unittest import mock

from botocore import xform_name
from botocore.model import OperationModel

from asdoc.codegen import installed
from asdoc.runtime.http import HttpResponse
from asdoc.runtime.response import to_plain

from . import odd_bodies as bodies
from .listings import paths
from .odd import fresh
from .odd_answers import failure, plain
from .odd_clients import Clients, Ended, EndlessError, Script, ended
from .odd_scripts import NOTHING, given, put, told
from .odd_walks import Difference
from .tables import model

Json = dict[str, Any]
_ATTEMPTS: tuple[Any, ...] = (0, 1, 2, 3, 5, 8, -1, True, 2.5, None, "3", "x", [], float("inf"))
_DELAYS: tuple[Any, ...] = (0, 1, 7, 0.5, 3, 2, True, None, "3", [], -1)
_STATUSES = (200, 204, 400, 403, 404, 409, 500)
_CONSTANT = re.compile(r"'([^']*)'|`\"?([^`\"]*)\"?`")
_USUAL = 6
"""So many of the attempts are numbers."""


class Waited(NamedTuple):
    """What came of a wait."""

    asked: list[Any]
    slept: list[float]
    end: Ended | None
    last: Any
    """The last answer, as the error of the wait tells it."""


class Case(NamedTuple):
    answers: list[HttpResponse]
    arguments: Json
    config: Json | None

    def __str__(self) -> str:
        answers = [(answer.status, answer.body[:300]) for answer in self.answers]
        return f"{self.arguments} {self.config}\n    {answers}"


def differences(clients: Clients, runs: int, seed: int, counts: Counter[str]) -> Iterator[Difference]:
    """Where the waits of a service differ, `runs` of them with each waiter."""
    name = clients.name
    random = Random(seed * 1_000_003 + zlib.crc32(name.encode()))  # noqa: S311  # what is drawn again is wanted
    rules = installed.model(name, "waiters-2")["waiters"] if name in installed.services("waiters-2") else {}
    for waiter, rule in sorted(rules.items()):
        described = model(name).operation_model(rule["operation"])
        counts["waiters"] += 1
        for _ in range(runs):
            case = Case(_answers(random, described, rule), given(random, described), _config(random))
            for found in _compared(clients, waiter, case, counts):
                yield Difference(name, waiter, *found)


def _config(random: Random) -> Json | None:
    config: Json = {"MaxAttempts": random.choice(_ATTEMPTS[: None if random.random() < 0.15 else _USUAL])}
    if random.random() < 0.3:
        config["Delay"] = random.choice(_DELAYS[: None if random.random() < 0.2 else 7])
    if random.random() < 0.1:
        del config["MaxAttempts"]
    return config if config or random.random() < 0.8 else None


def _answers(random: Random, operation: OperationModel, rule: Json) -> list[HttpResponse]:
    return [_answer(random, operation, rule) for _ in range(random.choice([1, 1, 2, 3, 5]))]


def _answer(random: Random, operation: OperationModel, rule: Json) -> HttpResponse:
    """An answer that may meet one of the acceptors, or none."""
    protocol = operation.service_model.resolved_protocol
    acceptor = random.choice(rule["acceptors"])
    expected = acceptor["expected"]
    if acceptor["matcher"] == "error" and random.random() < 0.8:
        if expected is False:
            return told(random, operation, protocol, _held(random, operation, rule, acceptor))
        return _failed(random, operation, protocol, random.choice([str(expected), str(expected), f"{expected}X", ""]))
    if acceptor["matcher"] == "status" and random.random() < 0.8:
        status = random.choice([expected, expected, *_STATUSES])
        if status >= 300:
            return _with(_failed(random, operation, protocol, ""), status)
        return _with(told(random, operation, protocol, _held(random, operation, rule, acceptor)), status)
    if random.random() < 0.08:
        return _failed(random, operation, protocol, "")
    return told(random, operation, protocol, _held(random, operation, rule, acceptor))


def _failed(random: Random, operation: OperationModel, protocol: str, code: str) -> HttpResponse:
    answer = failure(random, operation, protocol, code)
    if operation.http.get("method") != "HEAD":
        return answer
    # of what is asked by HEAD, nothing but the status tells
    return HttpResponse(status=int(code) if code.isdigit() else random.choice(_STATUSES[2:]))


def _with(answer: HttpResponse, status: int) -> HttpResponse:
    return HttpResponse(status=status, headers=answer.headers, body=b"" if status == 204 else answer.body)


def _held(random: Random, operation: OperationModel, rule: Json, chosen: Json) -> Json:
    """What an answer tells: mostly that which the chosen acceptor, or another one, looks for."""
    shape: Any = operation.output_shape
    if shape is None:
        return {}
    held: Json = bodies.value(random, shape)
    acceptors = [acceptor for acceptor in rule["acceptors"] if "argument" in acceptor]
    random.shuffle(acceptors)
    for acceptor in [*acceptors, *([chosen] if "argument" in chosen else [])]:
        written = [one or other for one, other in _CONSTANT.findall(acceptor["argument"])]
        wanted = [acceptor["expected"], *written, *(other["expected"] for other in acceptors)]
        for steps in paths(acceptor["argument"]):
            leaf = _leaf(random, wanted, surely=random.random() < 0.5)
            put(random, shape, held, steps, leaf)
    return held


def _leaf(random: Random, wanted: list[Any], *, surely: bool) -> Callable[[Any], Any]:
    def leaf(node: Any) -> Any:
        kind = random.random()
        if not surely and kind < 0.15:
            return NOTHING
        if node.type_name == "list":
            return [] if kind < 0.3 else [bodies.value(random, node.member, 3) for _ in range(random.choice([1, 2]))]
        value = wanted[0] if surely or kind < 0.6 else random.choice(wanted)
        if node.type_name == "boolean":
            return value if isinstance(value, bool) else kind < 0.5
        if node.type_name in ("string", "character") and isinstance(value, str):
            return value
        return bodies.value(random, node, 3)

    return leaf


def _compared(clients: Clients, waiter: str, case: Case, counts: Counter[str]) -> Iterator[tuple[Any, ...]]:
    name = xform_name(waiter)
    expected = _wait(clients.theirs, name, case)
    counts[f"wait: {_counted(expected.end)}"] += 1
    ways: dict[str, Callable[[], Waited]] = {
        "ours": lambda: _wait(clients.ours, name, case),
        "wait_until": lambda: _wait(clients.ours, name, case, typed=True),
        "awaited": lambda: _wait_awaited(clients, name, case),
    }
    for way, wait in ways.items():
        counts["waits"] += 1
        waited = wait()
        if expected.end is not None and expected.end[0] == "crash":
            if waited.end is not None and waited.end[0] == "crash":
                yield way, "end", case, expected.end, waited.end
            continue
        for what in Waited._fields:
            if getattr(waited, what) != getattr(expected, what):
                yield way, what, case, getattr(expected, what), getattr(waited, what)


def _counted(end: Ended | None) -> str:
    if end is None:
        return "it is so"
    kind, text = end
    return next((known for known in ("Max attempts", "terminal failure", "An error occurred") if known in text), kind)


def _wait(client_of: Callable[[Script], Any], name: str, case: Case, *, typed: bool = False) -> Waited:
    script = Script(case.answers)
    client = client_of(script)
    with mock.patch("botocore.waiter.time.sleep", script.sleep):
        try:
            wait = getattr(client.wait_until, name) if typed else client.get_waiter(name).wait
            wait(**_arguments(case))
        except EndlessError:
            return Waited(script.asked, script.slept, ("endless", ""), None)
        except Exception as error:  # noqa: BLE001  # which kind it is, is what is compared
            return _ended(script, error)
    return Waited(script.asked, script.slept, None, None)


def _wait_awaited(clients: Clients, name: str, case: Case) -> Waited:
    script = Script(case.answers)

    async def go() -> Waited:
        try:
            await clients.awaited(script).get_waiter(name).wait(**_arguments(case))
        except EndlessError:
            return Waited(script.asked, script.slept, ("endless", ""), None)
        except Exception as error:  # noqa: BLE001  # which kind it is, is what is compared
            return _ended(script, error)
        return Waited(script.asked, script.slept, None, None)

    return asyncio.run(go())


def _arguments(case: Case) -> Json:
    arguments: Json = fresh(case.arguments)
    return arguments if case.config is None else arguments | {"WaiterConfig": dict(case.config)}


def _ended(script: Script, error: Exception) -> Waited:
    kind, text = ended(error)
    last = plain(to_plain(getattr(error, "last_response", None)))
    if isinstance(last, dict):
        # how an answer is named is looked into by `odd_answers`
        for name in ("RequestId", "HostId"):
            last.get("ResponseMetadata", {}).pop(name, None)
    # boto3 tells the acceptor that it looked at last, whether it was met or not
    return Waited(script.asked, script.slept, (kind, text.partition(". Previously accepted state")[0]), last)
