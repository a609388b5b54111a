"""All checks of one answer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from asdoc.runtime.http import HttpResponse
from asdoc.runtime.schema import Operation, Service

from ..cases.model import Order
from ..events import DERIVED, Check
from ..plan.leaves import Path, is_special, pointer
from ..plan.resolve import Resolver
from ..plan.world import World
from .bodies import error_code, media_type
from .decode import carries_json, error_problems, tells_status
from .order import ordered
from .readers import Observed, Problem
from .times import distances
from .values import compare, same, shown

_TYPES = {
    "rest-json": ("application/json",),
    "json": ("application/x-amz-json-1.0", "application/x-amz-json-1.1"),
    "rest-xml": ("application/xml", "text/xml"),
    "query": ("text/xml", "application/xml"),
    "ec2": ("text/xml", "application/xml"),
    "smithy-rpc-v2-cbor": ("application/cbor",),
}
_SHAPE_KINDS = {"type": "types", "required": "required", "enum": "enums", "body": "body"}
_WELL_SHAPED_BY = {
    name: Check(id=name, outcome="pass", documented="as in the service table", found="as in the service table")
    for name in _SHAPE_KINDS.values()
}
_WELL_SHAPED = tuple(_WELL_SHAPED_BY.values())


class Answer(NamedTuple):
    response: HttpResponse
    observed: Observed


def judge_success(
    service: Service,
    operation: Operation,
    world: World,
    answer: Answer,
    resolver: Resolver,
    *,
    orders: Sequence[Order] = (),
    waited: float = 0.0,
    stopped_clock: bool = False,
) -> list[Check]:
    """The checks of a call whose success is documented.

    `waited` is the time in seconds that passed in this world; `stopped_clock` tells that it could not pass, so that
    documented values which only time brings about cannot be judged.
    """
    response, observed = answer
    checks = [_weighed_status(status_check(service, operation, response), service, operation, response, world)]
    if checks[0].outcome == "fail" and not 200 <= response.status < 300:
        return checks
    if carries_json(service, operation) and operation.status != 204:
        checks.append(content_type_check(service, response))
    checks += shape_checks(operation, observed)
    if world.case.output is not None:
        comparison = compare(service, operation.output, world.case.output, world.expected, resolver, observed.tree)
        unproven = {pointer(path) for path in world.unproven}
        checks += [_weighed(check, unproven, world) for check in comparison.checks]
        checks += distances(comparison.moments, waited=waited)
    for order in orders:
        if order.operation == operation.name and (check := ordered(order, observed.tree)):
            checks.append(check)
    if stopped_clock:
        checks = [_unjudged(check, world.timed) for check in checks]
    return checks


def judge_step(
    service: Service,
    operation: Operation,
    response: HttpResponse,
    observed: Observed,
    output: Mapping[str, Any] | None,
    resolver: Resolver,
    *,
    status: int = 0,
    orders: Sequence[Order] = (),
) -> list[Check]:
    """The checks of one step of a case, whose success is documented; `status` is that which the case tells."""
    documented = msgspec.structs.replace(operation, status=status) if status else operation
    checks = [status_check(service, documented, response)]
    if checks[0].outcome == "fail" and not 200 <= response.status < 300:
        return checks
    # Where a case tells another status, the answer has another form.
    if not status:
        if carries_json(service, operation) and operation.status != 204:
            checks.append(content_type_check(service, response))
        checks += shape_checks(operation, observed)
    if output is not None:
        checks += compare(service, operation.output, output, {}, resolver, observed.tree).checks
    checks += [
        check for order in orders if order.operation == operation.name and (check := ordered(order, observed.tree))
    ]
    return checks


def status_check(service: Service, operation: Operation, response: HttpResponse) -> Check:
    """The documented status. Where a member of the output carries the status, any success is documented."""
    varies = tells_status(service, operation)
    right = 200 <= response.status < 300 if varies else response.status == operation.status
    found: Any = response.status
    if response.status >= 400:
        code, message = error_code(response)
        found = " ".join(filter(None, (str(response.status), code or media_type(response), message)))[:200]
    documented = "2xx" if varies else operation.status
    return Check(id="status", outcome="pass" if right else "fail", documented=documented, found=found)


def content_type_check(service: Service, response: HttpResponse) -> Check:
    """The content type that the service's protocol prescribes. No page tells it, so it is derived."""
    documented = _TYPES.get(service.protocol, ("application/json",))
    found = media_type(response)
    return Check(
        id="content-type",
        basis=DERIVED,
        outcome="pass" if found in documented else "fail",
        documented=" or ".join(documented),
        found=found or "absent",
    )


def shape_checks(operation: Operation, observed: Observed) -> list[Check]:
    """Whether every member of the answer is of its documented type, and every required one there: one check a kind."""
    if not operation.output:
        return []
    if not observed.problems:
        return list(_WELL_SHAPED)
    by_kind: dict[str, list[Problem]] = {}
    for problem in observed.problems:
        by_kind.setdefault(_SHAPE_KINDS[problem.kind], []).append(problem)
    checks = []
    for name in dict.fromkeys(_SHAPE_KINDS.values()):
        problems = by_kind.get(name, [])
        if problems:
            first = problems[0]
            more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
            where = f"{first.pointer}: " if first.pointer else ""
            checks.append(
                Check(
                    id=name,
                    outcome="fail",
                    documented=f"{where}{first.documented}",
                    found=f"{first.found}{more}",
                    pointer=first.pointer,
                )
            )
        else:
            checks.append(_WELL_SHAPED_BY[name])
    return checks


def judge_error(
    service: Service,
    operation: Operation,
    codes: str | Sequence[str],
    response: HttpResponse,
    *,
    status: int = 0,
    reason: Mapping[str, Any] | None = None,
    message: str = "",
) -> list[Check]:
    """The checks of a call whose refusal is documented: the error's code, and the status that belongs to it.

    `codes` are those of which the answer must have one; without any, each refusal of the caller (4xx) will do. `status`
    is that which the case tells, `reason` holds members of the error's body, `message` is a pattern of what it says.
    """
    codes = [codes] if isinstance(codes, str) else list(codes)
    found, said = error_code(response)
    if not codes:
        right = 400 <= response.status < 500
        return [Check(id="status", outcome="pass" if right else "fail", documented="4xx", found=response.status)]
    documented = " or ".join(codes)
    checks = [
        Check(
            id="error-code",
            outcome="pass" if found in codes else "fail",
            documented=documented,
            found=found or ("none" if response.status >= 400 else f"a success ({response.status})"),
        )
    ]
    statuses = [status] if status else _statuses(service, operation, [found] if found in codes else codes)
    if statuses:
        right = response.status in statuses
        told = statuses[0] if len(statuses) == 1 else " or ".join(map(str, statuses))
        checks.insert(
            0, Check(id="status", outcome="pass" if right else "fail", documented=told, found=response.status)
        )
    if found in codes:
        checks += [
            Check(
                id=f"error-{problem.kind}:{problem.pointer}",
                outcome="fail",
                documented=problem.documented,
                found=problem.found,
                pointer=problem.pointer,
            )
            for problem in error_problems(service, operation, found, response)
        ]
    if reason:
        checks += _body_checks(reason, response)
    if message:
        right = bool(re.search(message, said))
        checks.append(Check(id="error-message", outcome="pass" if right else "fail", documented=message, found=said))
    return checks


def _statuses(service: Service, operation: Operation, codes: Sequence[str]) -> list[int]:
    traits = [shape.error for name in operation.errors if (shape := service.shapes.get(name)) and shape.error]
    return sorted({each.status for each in traits if each.code in codes})


def _body_checks(documented: Mapping[str, Any], response: HttpResponse) -> list[Check]:
    """Members of an error beside its code and message."""
    try:
        body = json.loads(response.body)
    except ValueError:
        body = None
    checks = []
    for name, value in documented.items():
        found = body.get(name) if isinstance(body, dict) else None
        right = _within(value, found)
        checks.append(
            Check(
                id=f"value:/{name}",
                outcome="pass" if right else "fail",
                documented=shown(value),
                found="absent" if found is None else shown(found),
                pointer=f"/{name}",
            )
        )
    return checks


def _within(documented: Any, found: Any) -> bool:
    """Whether all that is documented is found; there may be more."""
    if isinstance(documented, dict):
        if documented == {"$any": True}:
            return found is not None
        return isinstance(found, dict) and all(_within(value, found.get(name)) for name, value in documented.items())
    if isinstance(documented, list):
        return isinstance(found, list) and all(any(_within(value, item) for item in found) for value in documented)
    return same(documented, found)


def _weighed_status(
    check: Check, service: Service, operation: Operation, response: HttpResponse, world: World
) -> Check:
    """200 is what operations have that no status is told of; an answer without members may as well be 204."""
    shape = service.shapes.get(operation.output)
    untold = operation.status == 200 and (shape is None or not shape.members)
    if world.unread and untold and response.status == 204:
        return msgspec.structs.replace(check, basis=DERIVED, reason="no status is told of an answer without content")
    return check


def _weighed(check: Check, unproven: set[str], world: World) -> Check:
    """A check of a value that the world does not bring about rests on a sample alone, and decides nothing."""
    if world.unread and check.documented == "" and check.found == "absent":
        return msgspec.structs.replace(check, basis=DERIVED, reason="an example prints nothing for what is not there")
    if not unproven:
        return check
    where = check.id.partition(":")[2]
    below = [
        path for path in map(pointer, _places(world.case.output, ())) if path == where or path.startswith(where + "/")
    ]
    # A structure that is not there is not wrong in a part, but as a whole.
    if any(path in unproven for path in below):
        return msgspec.structs.replace(check, basis=DERIVED, reason="of the documented sample alone")
    return check


def _places(tree: Any, path: Path) -> Iterator[Path]:
    """Where the literals of a documented answer stand."""
    if isinstance(tree, dict) and tree and not is_special(tree):
        for name, item in tree.items():
            yield from _places(item, (*path, name))
    elif isinstance(tree, list) and tree:
        for index, item in enumerate(tree):
            yield from _places(item, (*path, index))
    else:
        yield path


def _unjudged(check: Check, timed: frozenset[Path]) -> Check:
    """A check of what only time brings about, where time could not pass."""
    if check.outcome == "pass":
        return check
    kind, _, where = check.id.partition(":")
    within = any(where == (prefix := pointer(path)) or where.startswith(prefix + "/") for path in timed)
    if kind in {"time", "order"} or (kind == "value" and within):
        return Check(
            id=check.id,
            outcome="blocked",
            documented=check.documented,
            here=check.here,
            found=check.found,
            pointer=check.pointer,
            reason="no clock",
        )
    return check
