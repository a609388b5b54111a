"""Lists in a documented order: of what reads or lists a resource, with more than one thing in the list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from asdoc.runtime.schema import Operation

from .facts import Facts, case


def ordering(facts: Facts, operation: Operation) -> Iterator[dict[str, Any]]:
    """Where documents tell an order, the list stands in it.

    A call that makes something answers too few entries to have an order; there, each answer is held to it as it comes.
    """
    for order in facts.orders:
        if order["operation"] != operation.name:
            continue
        for name, resource in facts.resources.items():
            if operation.name in (resource.get("read"), resource.get("list")):
                yield _case(facts, operation, order, name, resource)


def _case(
    facts: Facts, operation: Operation, order: Mapping[str, Any], name: str, resource: Mapping[str, Any]
) -> dict[str, Any]:
    steps: list[dict[str, Any]] = []
    if operation.name == resource.get("list"):
        creator = facts.service.operations[resource["create"]]
        steps.append({"call": creator.name, "control": True, "params": facts.only_required(creator)})
    told: Any = {"$sorted": [order["by"], order["direction"]]}
    parts = order["path"].split("/")[1:]
    for part in reversed(parts):
        told = {part: told}
    steps.append({"call": operation.name, "output": told})
    made = case(
        facts, "ordering", operation, *parts, order["by"],
        rule=f"{order['direction']} by {order['by']}", steps=steps, basis="documented",
    )  # fmt: skip
    return {**made, "source": [order["source"]], "given": [_at_rest(name, resource)]}


def _at_rest(name: str, resource: Mapping[str, Any]) -> dict[str, str]:
    """The resource in the last state that it comes to by waiting, in which it is past what happens to it."""
    reach: Mapping[str, Any] = (resource.get("states") or {}).get("reach") or {}
    waited = [state for state, how in reach.items() if "wait" in how]
    return {"resource": name, "state": waited[-1]} if waited else {"resource": name}
