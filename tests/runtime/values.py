"""Strategies: arguments that an operation takes, and answers that it gives."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any

from hypothesis import strategies as st

from asdoc.runtime.http import HttpResponse
from asdoc.runtime.schema import Operation, Service, Shape

_VISIBLE = st.characters(min_codepoint=33, max_codepoint=126)
_ZONES = st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-9, minutes=-30))])
_TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=_ZONES)
_DEPTH = 3
Draw = Callable[[st.SearchStrategy[Any]], Any]

documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def arguments(draw: Draw, service: Service, operation: Operation) -> dict[str, Any]:
    """Valid arguments of an operation."""
    if not operation.input:
        return {}
    given: dict[str, Any] = _argument(draw, service, Shape(shape=operation.input), 0)
    return given


def _argument(draw: Draw, service: Service, node: Shape, depth: int, *, plain: bool = False) -> Any:
    shape = service.resolve(node)
    plain = plain or node.location in ("header", "headers", "uri")
    least = int(shape.min or 0)
    if node.host_label:
        return draw(st.text("abcXYZ019-.", min_size=1, max_size=10))
    if node.jsonvalue and node.location == "header":
        return draw(st.dictionaries(st.text(max_size=5), documents, max_size=2))
    if shape.type == "structure":
        names = list(shape.members)
        optional = [name for name in names if name not in shape.required]
        if shape.union:
            chosen = [draw(st.sampled_from(names))]
        else:
            few = 0 if depth > _DEPTH else 4
            chosen = list(shape.required) + draw(
                st.lists(st.sampled_from(optional), unique=True, max_size=few) if optional else st.just([])
            )
        return {name: _argument(draw, service, shape.members[name], depth + 1) for name in chosen}
    if shape.type == "list" and shape.member is not None:
        size = draw(st.integers(least, max(least, 0 if depth > _DEPTH else 2)))
        return [_argument(draw, service, shape.member, depth + 1, plain=plain) for _ in range(size)]
    if shape.type == "map" and shape.key is not None and shape.value is not None:
        size = draw(st.integers(least, max(least, 0 if depth > _DEPTH else 2)))
        keys = [_argument(draw, service, shape.key, depth + 1, plain=plain) for _ in range(size)]
        return {key: _argument(draw, service, shape.value, depth + 1, plain=plain) for key in keys}
    return draw(_scalar(shape, least, plain))


def _scalar(shape: Shape, least: int, plain: bool) -> st.SearchStrategy[Any]:
    if shape.type == "string":
        if shape.enum and least == 0:
            return st.sampled_from(shape.enum)
        least = max(least, 1 if plain else 0)
        return (
            st.text(_VISIBLE, min_size=least, max_size=least + 12)
            if plain
            else st.text(min_size=least, max_size=least + 12)
        )
    if shape.type in ("integer", "long"):
        return st.integers(max(least, -(2**31)) if shape.min is not None else -(2**31), 2**31)
    if shape.type in ("float", "double"):
        low = shape.min if shape.min is not None else -1e9
        return st.floats(low, 1e9) | st.just(float("inf"))
    if shape.type == "boolean":
        return st.booleans()
    if shape.type == "timestamp":
        return _TIMES
    if shape.type == "blob":
        return st.binary(min_size=least, max_size=least + 20) | st.text(min_size=least, max_size=least + 20)
    return st.dictionaries(st.text(max_size=5), documents, max_size=3)


@st.composite
def answers(draw: Draw, service: Service, operation: Operation, *, nulls: bool = True) -> HttpResponse:
    """Answers as a service gives them, in every way of writing that is seen."""
    shape = service.shapes[operation.output] if operation.output else Shape(type="structure")
    headers = {"x-amzn-requestid": draw(st.text(_VISIBLE, min_size=1, max_size=8)), "content-type": "application/json"}
    body: dict[str, Any] = {}
    raw: bytes | None = None
    for name, node in shape.members.items():
        kind = service.resolve(node).type
        wire = node.name or name
        if node.location == "header":
            if draw(st.booleans()):
                headers[wire.lower()] = _header(draw, service, node)
        elif node.location == "headers":
            found = draw(st.dictionaries(st.text("abc", min_size=1), st.text(_VISIBLE), max_size=2))
            headers |= {f"{wire.lower()}{key}": value for key, value in found.items()}
        elif node.location == "statusCode":
            continue
        elif name == shape.payload:
            if kind == "blob":
                raw = draw(st.binary(max_size=20))
            elif kind == "string":
                raw = draw(st.text(max_size=20)).encode()
            else:
                raw = json.dumps(_wire(draw, service, node, 1, nulls)).encode()
        elif draw(st.booleans()):
            body[wire] = (
                draw(st.none()) if nulls and draw(st.integers(0, 9)) == 0 else _wire(draw, service, node, 1, nulls)
            )
    body["NotDocumented"] = draw(documents)
    return HttpResponse(
        status=operation.status, headers=headers, body=json.dumps(body).encode() if raw is None else raw
    )


def _header(draw: Draw, service: Service, node: Shape) -> str:
    shape = service.resolve(node)
    if node.jsonvalue:
        return base64.b64encode(json.dumps(draw(documents.filter(lambda held: held is not None))).encode()).decode()
    if shape.type == "timestamp":
        return format_datetime(draw(_TIMES).astimezone(UTC), usegmt=True)
    if shape.type == "boolean":
        return str(draw(st.sampled_from(["true", "false"])))
    if shape.type in ("integer", "long"):
        return str(draw(st.integers(-(2**31), 2**31)))
    if shape.type in ("float", "double"):
        return str(draw(st.floats(-1e9, 1e9)))
    if shape.type == "list":
        return ", ".join(draw(st.lists(st.text("abcXYZ-", min_size=1), min_size=1, max_size=3)))
    return str(draw(st.text(_VISIBLE, min_size=1, max_size=12)))


def _wire(draw: Draw, service: Service, node: Shape, depth: int, nulls: bool) -> Any:
    shape = service.resolve(node)
    deep = depth > _DEPTH
    if shape.type == "structure":
        names = list(shape.members)
        if shape.union:
            chosen = [draw(st.sampled_from(names))]
        else:
            chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=0 if deep else 6)) if names else []
        members = {
            shape.members[name].name or name: _wire(draw, service, shape.members[name], depth + 1, nulls)
            for name in chosen
        }
        return members if shape.union else members | draw(st.sampled_from([{}, {"Surprise": 1}]))
    if shape.type == "list" and shape.member is not None:
        items = [
            _wire(draw, service, shape.member, depth + 1, nulls) for _ in range(0 if deep else draw(st.integers(0, 2)))
        ]
        return items + draw(st.sampled_from([[], [], [], [None]] if nulls else [[]]))
    if shape.type == "map" and shape.value is not None and shape.key is not None:
        keys = draw(st.lists(st.text(max_size=6), unique=True, max_size=0 if deep else 2))
        return {key: _wire(draw, service, shape.value, depth + 1, nulls) for key in keys}
    if shape.type == "timestamp":
        return _timestamp(draw)
    if shape.type == "blob":
        return base64.b64encode(draw(st.binary(max_size=12))).decode()
    if shape.type in ("integer", "long"):
        return draw(st.integers(-(2**63), 2**63 - 1))
    if shape.type in ("float", "double"):
        return draw(st.floats(-1e12, 1e12) | st.integers(-1000, 1000))
    if shape.type == "boolean":
        return draw(st.booleans())
    if shape.type == "document":
        return draw(st.dictionaries(st.text(max_size=5), documents, max_size=3))
    return draw(st.sampled_from([*shape.enum, "NOT_YET_KNOWN"]) if shape.enum else st.text(max_size=12))


def _timestamp(draw: Draw) -> Any:
    time: datetime = draw(_TIMES)
    forms: list[Callable[[], Any]] = [
        lambda: int(time.timestamp()),
        lambda: round(time.timestamp(), 3),
        lambda: time.isoformat(),
        lambda: time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        lambda: format_datetime(time.astimezone(UTC), usegmt=True),
        lambda: str(int(time.timestamp())),
    ]
    form: Callable[[], Any] = draw(st.sampled_from(forms))
    return form()
