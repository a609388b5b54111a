"""Documented errors of operations: what a caller can provoke by naming something that is not there.

Why the others are no cases is told by `EXCLUDED`; those that a statement or a constraint provokes are found there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from asdoc.runtime.schema import Operation

from .facts import Facts, case, control

ABSENT = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent|Unknown(?!Operation)")
_FAULT = "a fault of the server, which no caller provokes"
_QUOTA = "a quota of the account, which differs from account to account"
_RATE = "a rate of calls that no page tells"
_PERMISSION = "a matter of permissions, not of the service"
EXCLUDED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"Internal|Unavailable|ServerE|ServiceFailure"), _FAULT),
    (re.compile(r"Quota|LimitExceeded|Limits?Exceed|TooMany(?!Tags)"), _QUOTA),
    (re.compile(r"Throttl|RequestLimit|SlowDown"), _RATE),
    (re.compile(r"AccessDenied|Unauthorized|NotAuthorized|Forbidden|ExpiredToken"), _PERMISSION),
)
"""Code of an error -> why a caller cannot provoke it by a call."""


def excluded(code: str) -> str:
    """Why no case provokes an error; empty where one can."""
    return next((reason for pattern, reason in EXCLUDED if pattern.search(code)), "")


def errors(facts: Facts, operation: Operation) -> Iterator[dict[str, Any]]:
    """One case a member that names a thing: the call is refused where nothing bears that name."""
    codes = [code for code in facts.codes(operation) if ABSENT.search(code) and not excluded(code)]
    if not codes:
        return
    for name in facts.required(operation):
        if not names_a_thing(facts, operation, name):
            continue
        steps = [
            {"call": operation.name, "params": {name: {"$unknown": True}}, "error": codes},
            control(operation),
        ]
        yield case(facts, "error", operation, codes[0], name, rule="nothing bears the name", steps=steps)


def names_a_thing(facts: Facts, operation: Operation, name: str) -> bool:
    """Whether a member tells which of the things that a service keeps is meant."""
    node = facts.members(operation)[name]
    held = facts.service.resolve(node)
    if held.type not in {"string", "integer", "long"} or held.enum:
        return False
    if node.location == "uri":
        return True
    if facts.own_name(operation) == name and re.match(r"Create|Register|Put", operation.name):
        return False
    thing = re.sub(r"(Ids?|Identifiers?|Arns?|ARNs?|Names?|Numbers?|Urls?)$", "", name, flags=re.IGNORECASE)
    return thing != name and facts.creator(thing[:1].upper() + thing[1:]) is not None
