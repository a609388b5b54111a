"""Documented errors of operations: what a caller can provoke by naming something that is not there.

Why the others are no cases is told by `EXCLUDED`; those that a statement or a constraint provokes are found there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from asdoc.runtime.schema import Operation

from .facts import Facts, case, control, silent

ABSENT = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent|Unknown(?!Operation)")
_FRAME = re.compile(r"NotFound|NoSuch|DoesNotExist|NonExistent|Unknown|Exception|Error|Fault")
_ANYTHING = frozenset({"", "entity", "resource", "object"})
_SUFFIX = re.compile(r"(Ids?|Identifiers?|Arns?|ARNs?|Names?|Numbers?|Urls?)$", re.IGNORECASE)
_UNDOES = re.compile(r"(Batch)?(Delete|Remove|Untag|Terminate|Cancel|Detach|Disassociate|Deregister|Unsubscribe)")
"""Operations that do nothing where there is nothing left to do, if a sentence of their page says so. Many of them list
the error all the same."""
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
    documented = [code for code in facts.codes(operation) if ABSENT.search(code) and not excluded(code)]
    if not documented or (not facts.read and _UNDOES.match(operation.name)):
        return
    for name in facts.required(operation):
        if not names_a_thing(facts, operation, name):
            continue
        codes = documented if facts.read else [code for code in documented if _speaks_of(code, operation, name)]
        if not codes:
            continue
        refusal = {"refused": True} if silent(operation) else {"error": codes}
        steps = [
            {"call": operation.name, "params": {name: {"$unknown": True}}, **refusal},
            control(operation),
        ]
        yield case(facts, "error", operation, codes[0], name, rule="nothing bears the name", steps=steps)


def _speaks_of(code: str, operation: Operation, name: str) -> bool:
    """Whether an error may be about what a member names: NoSuchKey is none of a bucket."""
    thing = _FRAME.sub("", code.rpartition(".")[2]).lower()
    stem = _SUFFIX.sub("", name).lower()
    if thing in _ANYTHING:
        return True
    return thing in stem or (stem in thing if stem else thing in operation.name.lower())


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
    thing = _SUFFIX.sub("", name)
    return thing != name and facts.creator(thing[:1].upper() + thing[1:]) is not None
