"""Spec to cases: what a conformance run tries, compiled once and shipped in the generated package.

The result is data for any runner: it holds documented calls and answers, where each was read, and how documented states
come about. It holds no live values and no order; both belong to a run.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.schema import Service

from .derived import derived_cases
from .statements import sample_call, statement_case

FORMAT = 1
"""Version of the layout of `cases.json`."""


def compile_cases(
    service: str,
    examples: Sequence[Mapping[str, Any]] | Mapping[str, Any],
    resources: Mapping[str, Any] | None = None,
    statements: Mapping[str, Any] | None = None,
    table: Service | None = None,
) -> dict[str, Any]:
    """The content of `cases.json` for one service.

    `examples` is the content of `examples.json` (or its list), `resources` that of `resources.yaml`, and `statements`
    that of `statements.yaml`, where there are any. A statement becomes a case where its `case` says how it is tried.
    `table` is the service table that further cases are derived from; without it there are none.

    Ids follow from the ids of examples and statements alone, so that a case keeps its id when others come and go; the
    cases are sorted by it. Raises AsdocError where two share an id.
    """
    listed: Sequence[Mapping[str, Any]] = examples["examples"] if isinstance(examples, Mapping) else examples
    resources = resources or {}
    cases: dict[str, dict[str, Any]] = {}
    compiled = [_example_case(service, example) for example in listed]
    for statement in (statements or {}).get("statements") or []:
        if "case" in statement:
            compiled.append(statement_case(service, statement, listed))
    if table is not None:
        compiled += derived_cases(table, first_calls(listed), resources)
    for case in compiled:
        if case["id"] in cases:
            raise AsdocError(
                f"compiling the cases of {service}: two have the id {case['id']}",
                hint="Give each example of examples.json, and each statement, an id of its own.",
            )
        cases[case["id"]] = case
    return {
        "format": FORMAT,
        "service": service,
        **({"borrows": resources["borrows"]} if "borrows" in resources else {}),
        "samples": [sample_call(sample) for sample in resources.get("samples") or []],
        "resources": dict(resources.get("resources") or {}),
        "requires": list(resources.get("requires") or []),
        "orders": list(resources.get("orders") or []),
        "cases": [cases[identity] for identity in sorted(cases, key=_natural)],
    }


def first_calls(examples: Iterable[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Operation -> the arguments of its first documented call."""
    first: dict[str, Mapping[str, Any]] = {}
    for example in examples:
        first.setdefault(example["operation"], example.get("params") or {})
    return first


def _example_case(service: str, example: Mapping[str, Any]) -> dict[str, Any]:
    case: dict[str, Any] = {
        "id": f"{service}.example.{example['id']}",
        "kind": "example",
        "operation": example["operation"],
        "params": example.get("params") or {},
        "output": example.get("output"),
        "basis": "documented",
        "source": list(example.get("source") or []),
        "errata": list(example.get("errata") or []),
    }
    return case


def _natural(identity: str) -> tuple[str, int]:
    """`GetDeployment.10` after `GetDeployment.2`."""
    head, _, tail = identity.rpartition(".")
    return (head, int(tail)) if tail.isdigit() else (identity, 0)
