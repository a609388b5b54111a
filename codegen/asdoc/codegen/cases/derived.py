"""Cases that follow from the service table by a rule: a row of `RULES` a kind.

Each has a positive control, the same call as the documents allow it, so that nothing is ever refused by a target that
merely lacks the operation. An id is made of kind, operation, member and rule, and stays for as long as these facts do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from asdoc.runtime.schema import Operation, Service

from .constraints import constraints
from .errors import errors
from .facts import Facts
from .lists import lists
from .ordering import ordering
from .repeated import repeated
from .timestamps import timestamps

Rule = Callable[[Facts, Operation], Iterator[dict[str, Any]]]

RULES: tuple[Rule, ...] = (errors, constraints, lists, ordering, repeated, timestamps)


def derived_cases(
    service: Service, examples: Mapping[str, Mapping[str, Any]], resources: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """All derived cases of a service. `examples` holds the first documented call of each operation that has one."""
    facts = Facts(service, examples, resources)
    excluded = {told["operation"]: told["reason"] for told in resources.get("excluded") or []}
    return [
        {**case, "excluded": excluded[operation.name]} if operation.name in excluded else case
        for operation in service.operations.values()
        if not facts.cannot_be_called(operation)
        for rule in RULES
        for case in rule(facts, operation)
    ]
