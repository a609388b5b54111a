"""Walks over pages, by our clients and by boto3's: the same requests, pages, wholes, tokens and ends."""

from __future__ import annotations

import asyncio
import base64
import json
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

from botocore import xform_name
from botocore.model import OperationModel
from botocore.paginate import TokenEncoder
from jmespath.exceptions import JMESPathError

from asdoc.codegen import installed
from asdoc.runtime.http import HttpResponse
from asdoc.runtime.response import to_plain

from . import odd_bodies as bodies
from .listings import listed, paths
from .odd import fresh
from .odd_answers import failure, plain
from .odd_clients import Clients, Ended, EndlessError, Script, ended
from .odd_scripts import NOTHING, given, put, told
from .tables import model

Json = dict[str, Any]
_MAX_ITEMS: tuple[Any, ...] = (
    0,
    1,
    1,
    2,
    2,
    3,
    5,
    8,
    100,
    "3",
    "0",
    " 2 ",
    None,
    -1,
    True,
    2.7,
    "abc",
    "",
    [],
    float("inf"),
)
_PAGE_SIZES: tuple[Any, ...] = (1, 5, 100, 10**6, "7", "2", "abc", None, 0, -1, "", 2.5, [], True)
_TOKENS = ("", "None", "t1", "t1", "t2", "a___b", "é", " ", "x" * 40, None, NOTHING, NOTHING)
_WRONG: tuple[Any, ...] = (5, 0, True, False, 1.5, {"a": 1}, {}, ["x"], [])


class Difference(NamedTuple):
    service: str
    name: str
    """Of the operation, or the waiter."""
    way: str
    """Which of our clients, and how it was asked."""
    what: str
    given: Any
    theirs: Any
    ours: Any


class Walked(NamedTuple):
    """What came of a walk."""

    asked: list[Any]
    pages: list[Any]
    end: Ended | None
    token: Any
    same: Any


def differences(clients: Clients, runs: int, seed: int, counts: Counter[str]) -> Iterator[Difference]:
    """Where walks over the pages of a service differ, `runs` of them over each operation that lists."""
    name = clients.name
    random = Random(seed * 1_000_003 + zlib.crc32(name.encode()))  # noqa: S311  # what is drawn again is wanted
    rules = installed.model(name, "paginators-1")["pagination"] if name in installed.services("paginators-1") else {}
    for operation, rule in sorted(rules.items()):
        described = model(name).operation_model(operation)
        tokens: list[str] = []
        counts["paginators"] += 1
        for _ in range(runs):
            case = _case(random, described, rule, tokens)
            for found in _compared(clients, described, rule, case, tokens, counts):
                yield Difference(name, operation, *found)


class Case(NamedTuple):
    tokens: list[str]
    """The arguments that are tokens."""
    answers: list[HttpResponse]
    arguments: Json
    config: Json | None
    expression: str

    def __str__(self) -> str:
        bodies_told = [(answer.status, answer.body[:300]) for answer in self.answers]
        return f"{self.arguments} {self.config} {self.expression!r}\n    {bodies_told}"


def _case(random: Random, operation: OperationModel, rule: Json, tokens: list[str]) -> Case:
    arguments = given(random, operation)
    if random.random() < 0.1:
        arguments[listed(rule["input_token"])[0]] = "own"
    arguments = {name: value for name, value in arguments.items() if value is not None}
    inputs = listed(rule["input_token"])
    return Case(
        inputs, _answers(random, operation, rule), arguments, _config(random, rule, tokens), _expression(random, rule)
    )


def _expression(random: Random, rule: Json) -> str:
    path = random.choice(listed(rule["result_key"]))
    return random.choice([path, f"{path}[]", f"{path}[0]", f"length({path})", f"[{path}, `1`]", f"{path}[", "@", "no"])


def _config(random: Random, rule: Json, tokens: list[str]) -> Json | None:
    config: Json = {}
    if random.random() < 0.5:
        config["MaxItems"] = random.choice(_MAX_ITEMS[: None if random.random() < 0.3 else 9])
    if random.random() < 0.35:
        config["PageSize"] = random.choice(_PAGE_SIZES)
    if random.random() < 0.4:
        config["StartingToken"] = random.choice(tokens) if tokens and random.random() < 0.4 else _start(random, rule)
    return config if config or random.random() < 0.8 else None


def _start(random: Random, rule: Json) -> Any:
    """Where to begin: a token as boto3 writes it, as services write it, or what is none."""
    inputs = listed(rule["input_token"])
    kind = random.random()
    if kind < 0.4:
        token: Json = {name: random.choice(["t0", "é", None, "None", b"\x00\xff", {"k": b"x"}]) for name in inputs}
        return TokenEncoder().encode(token | random.choice([{}, {"boto_truncate_amount": random.choice([0, 1, 2, 9])}]))
    if kind < 0.6:
        return random.choice(
            ["t0", "t0___2", "a___b", "a___b___1", "None___1", "x___y___z___9", "", "None", "é", "日本"]
        )
    if kind < 0.75:
        content: Any = random.choice([
            123, "text", [1], None, {}, {"x": 1}, {inputs[0]: "t", "Other": "x"}, {"boto_truncate_amount": 1},
            {inputs[0]: "t", "boto_truncate_amount": random.choice(["abc", None, 1.5, -1, [], "1"])},
            {inputs[0]: "t", "boto_encoded_keys": random.choice([None, [], [[]], [["x"]], 5, "x", [[inputs[0]]]])},
            {inputs[0]: 5}, {inputs[0]: ["x"]}, {**dict.fromkeys(inputs, "t")},
        ])  # fmt: skip
        return base64.b64encode(json.dumps(content).encode()).decode() + random.choice(["", "", "é", "!"])
    if kind < 0.85:
        return base64.b64encode(bytes(random.randrange(256) for _ in range(random.randrange(12)))).decode()
    return random.choice([5, b"x", [], True, {"a": 1}, 0, "W10" + "=" * random.randrange(3), "[" * 9])


def _answers(random: Random, operation: OperationModel, rule: Json) -> list[HttpResponse]:
    protocol = operation.service_model.resolved_protocol
    answers = []
    for number in range(random.choice([0, 1, 2, 2, 3, 3, 4, 5])):
        if random.random() < 0.04:
            answers.append(failure(random, operation, protocol))
        else:
            answers.append(told(random, operation, protocol, _page(random, operation, rule, number)))
    return [*answers, told(random, operation, protocol, {})]


def _page(random: Random, operation: OperationModel, rule: Json, number: int) -> Json:
    shape: Any = operation.output_shape
    page: Json = bodies.value(random, shape)
    for path in listed(rule["result_key"]):
        put(random, shape, page, path.split("."), lambda node: _results(random, node))
    for path in rule.get("non_aggregate_keys", ()):
        if random.random() < 0.3:
            put(random, shape, page, path.split("."), lambda _: random.choice([NOTHING, None]))
    usual = random.random() < 0.75
    loose = "json" in operation.service_model.resolved_protocol
    for expression in listed(rule["output_token"]):
        for steps in paths(expression):
            put(random, shape, page, steps, lambda node: _token(random, node, number, usual=usual, loose=loose))
    if (more := rule.get("more_results")) and re.fullmatch(r"[\w.]+", more):
        put(random, shape, page, more.split("."), lambda _: random.choice([True] * 8 + [False, None, NOTHING]))
    return page


def _results(random: Random, node: Any) -> Any:
    kind = random.random()
    if kind < 0.12:
        return NOTHING if kind < 0.08 else None
    if node.type_name == "list":
        return [bodies.value(random, node.member, 3) for _ in range(random.choice([0, 1, 2, 2, 3, 4]))]
    return bodies.value(random, node, 3)


def _token(random: Random, node: Any, number: int, *, usual: bool, loose: bool) -> Any:
    """A token of a page; of another type than documented where the protocol is as loose as that."""
    if node.type_name != "string":
        return bodies.value(random, node, 1)
    if usual:
        return f"t{number + 1}"
    return random.choice(_WRONG if loose and random.random() < 0.15 else _TOKENS)


def _compared(
    clients: Clients, operation: OperationModel, rule: Json, case: Case, tokens: list[str], counts: Counter[str]
) -> Iterator[tuple[Any, ...]]:
    method = xform_name(operation.name)

    def listing(client: Any) -> Any:
        return client.get_paginator(method).paginate(**_arguments(case))

    def typed(client: Any) -> Any:
        return getattr(client.paginate, method)(**_arguments(case))

    for way in ("pages", "whole", "search"):
        expected = _walk(clients.theirs, listing, way, case)
        counts[f"{way}: {expected.end[0] if expected.end else 'to the end'}"] += 1
        if isinstance(expected.token, str) and len(tokens) < 20:
            tokens.append(expected.token)
        found = {
            f"ours, {way}": _walk(clients.ours, listing, way, case),
            f"awaited, {way}": _walk_awaited(clients, listing, way, case),
        }
        counts["runs"] += len(found)
        yield from _unlike(expected, found, case)
        if way == "pages" and not set(listed(rule["input_token"])) & case.arguments.keys():
            found = {
                "paginate": _walk(clients.ours, typed, way, case),
                "paginate, awaited": _walk_awaited(clients, typed, way, case),
            }
            counts["runs"] += len(found)
            if _lists_items(operation, rule):
                path = listed(rule["result_key"])[0]
                expected = expected._replace(pages=[item for page in expected.pages for item in _at(page, path) or ()])
            yield from _unlike(expected, found, case)


def _lists_items(operation: OperationModel, rule: Json) -> bool:
    """Whether what the pages list is one list, so that `client.paginate` gives its items and not the pages."""
    keys = listed(rule["result_key"])
    shape: Any = operation.output_shape
    for name in keys[0].split("."):
        shape = shape.members[name]
    return len(keys) == 1 and bool(shape.type_name == "list")


def _unlike(expected: Walked, found: dict[str, Walked], case: Case) -> Iterator[tuple[Any, ...]]:
    for way, walked in found.items():
        if expected.end is not None and expected.end[0] == "crash":
            # what botocore did not mean need not be so here: but it is an error that says what was wrong
            if walked.end is not None and walked.end[0] == "crash":
                yield way, "end", case, expected.end, walked.end
            continue
        for what in Walked._fields:
            if getattr(walked, what) != getattr(expected, what):
                yield way, what, case, getattr(expected, what), getattr(walked, what)


def _walk(client_of: Callable[[Script], Any], begin: Callable[[Any], Any], way: str, case: Case) -> Walked:
    script = Script(case.answers)
    client = client_of(script)
    found: list[Any] = []
    end, walk = None, None
    try:
        walk = begin(client)
        if way == "whole":
            found.append(plain(to_plain(walk.build_full_result())))
        else:
            for page in walk.search(case.expression) if way == "search" else walk:
                found.append(plain(to_plain(page)))
    except Exception as error:  # noqa: BLE001  # which kind it is, is what is compared
        end = _end(error)
    return _walked(script, found, end, walk)


def _walk_awaited(clients: Clients, begin: Callable[[Any], Any], way: str, case: Case) -> Walked:
    script = Script(case.answers)
    client = clients.awaited(script)
    found: list[Any] = []

    async def go() -> Walked:
        end, walk = None, None
        try:
            walk = begin(client)
            if way == "whole":
                found.append(plain(to_plain(await walk.build_full_result())))
            else:
                async for page in walk.search(case.expression) if way == "search" else walk:
                    found.append(plain(to_plain(page)))
        except Exception as error:  # noqa: BLE001  # which kind it is, is what is compared
            end = _end(error)
        return _walked(script, found, end, walk)

    return asyncio.run(go())


def _end(error: Exception) -> Ended:
    if isinstance(error, EndlessError):
        return "endless", ""
    return ("expression", type(error).__name__) if isinstance(error, JMESPathError) else ended(error)


def _arguments(case: Case) -> Json:
    arguments: Json = fresh(case.arguments)
    return arguments if case.config is None else arguments | {"PaginationConfig": dict(case.config)}


def _walked(script: Script, found: list[Any], end: Ended | None, walk: Any) -> Walked:
    token, same = (None, {}) if walk is None else (walk.resume_token, plain(to_plain(walk.non_aggregate_part)))
    return Walked(script.asked, found, end, token, same)


def _at(page: Any, path: str) -> Any:
    for name in path.split("."):
        page = page.get(name) if isinstance(page, dict) else None
    return page
