"""What is documented of a service, and which case tries it: operations, errors, constraints, statements, sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from asdoc.codegen.cases import first_calls
from asdoc.codegen.cases.constraints import case_id, tried
from asdoc.codegen.cases.errors import excluded as excluded_error
from asdoc.codegen.cases.facts import Facts
from asdoc.codegen.cases.sides import sides
from asdoc.codegen.cases.statements import as_list, calls_of
from asdoc.codegen.spec.load import Spec
from asdoc.runtime.schema import Service

from .sentences import Sentence

TESTED, UNTESTED, EXCLUDED = "tested", "untested", "excluded"
STATES: tuple[str, ...] = (TESTED, UNTESTED, EXCLUDED)
_STREAM = "its request is a stream of events, which no case writes"
KINDS = ("operation", "error", "constraint", "statement", "sentence")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is documented."""

    kind: str
    """operation, error, constraint, statement or sentence"""
    id: str
    state: str
    """tested, untested or excluded"""
    reason: str = ""
    """Why it is excluded."""
    source: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    """Ids of the cases that try it."""


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    service: str
    rows: tuple[Row, ...]

    @property
    def totals(self) -> dict[str, dict[str, int]]:
        """Number of rows by kind and state."""
        counted = {kind: dict.fromkeys(STATES, 0) for kind in KINDS}
        for row in self.rows:
            counted[row.kind][row.state] += 1
        return counted


def coverage(
    spec: Spec, table: Service, compiled: Iterable[Mapping[str, Any]], sentences: Iterable[Sentence] = ()
) -> Coverage:
    """Every operation, error, statement and sentence, and each side of each constraint.

    `compiled` are the service's cases as `cases.json` holds them.
    """
    cases = [case for case in compiled if not case.get("excluded")]
    rows = [*_operations(spec, table, cases), *_errors(spec, table, cases), *_constraints(spec, table, cases),
            *_statements(spec, cases)]  # fmt: skip
    return Coverage(service=spec.service, rows=(*rows, *_sentences(sentences, rows)))


def _operations(spec: Spec, table: Service, cases: list[Mapping[str, Any]]) -> Iterator[Row]:
    told = _excluded_operations(spec)
    by_operation: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        for name in dict.fromkeys(calls_of(case)):
            by_operation[name].append(case["id"])
    for name, operation in sorted(table.operations.items()):
        found = tuple(by_operation[name])
        shape = table.shapes.get(operation.input)
        reason = "" if found else told.get(name, "")
        if not found and shape and table.event_member(shape):
            reason = _STREAM
        yield Row(
            kind="operation", id=name, state=_state(found, reason), reason=reason, cases=found,
            source=(operation.page,) if operation.page else (),
        )  # fmt: skip


def _errors(spec: Spec, table: Service, cases: list[Mapping[str, Any]]) -> Iterator[Row]:
    told, excluded = _excluded_errors(spec), _excluded_operations(spec)
    provoked: dict[tuple[str, str], list[str]] = defaultdict(list)
    for case in cases:
        for key in dict.fromkeys(_provokes(case)):
            provoked[key].append(case["id"])
    for name, operation in sorted(table.operations.items()):
        for shape_name in operation.errors:
            shape = table.shapes.get(shape_name)
            if shape is None or shape.error is None:
                continue
            code = shape.error.code
            found = tuple(provoked[name, code])
            reason = "" if found else told.get((name, code)) or excluded_error(code) or excluded.get(name, "")
            yield Row(
                kind="error", id=f"{name}.{code}", state=_state(found, reason), reason=reason, cases=found,
                source=(operation.page,) if operation.page else (),
            )  # fmt: skip


def _constraints(spec: Spec, table: Service, cases: list[Mapping[str, Any]]) -> Iterator[Row]:
    """Each side of what is told of each place in an argument; within a shape once an operation."""
    known = {case["id"] for case in cases}
    facts = Facts(table, first_calls(spec.examples), spec.resources)
    excluded = _excluded_operations(spec)
    for _, operation in sorted(table.operations.items()):
        unsent = facts.cannot_be_called(operation)
        for side in sides(table, operation):
            case = case_id(facts, operation, side)
            found = (case,) if case in known else ()
            told = "" if found or unsent else tried(facts, operation, side)
            reason = excluded.get(operation.name, "") if not found else ""
            reason = reason or (_STREAM if unsent else told if isinstance(told, str) else "")
            yield Row(
                kind="constraint", id=f"{operation.name}.{'.'.join(side.path)} {side.rule}", reason=reason, cases=found,
                state=_state(found, reason), source=(operation.page,) if operation.page else (),
            )  # fmt: skip


def _excluded_operations(spec: Spec) -> dict[str, str]:
    """Operation -> why no case of it can be tried, where the resources say so."""
    return {told["operation"]: str(told["reason"]) for told in spec.resources.get("excluded") or []}


def _excluded_errors(spec: Spec) -> dict[tuple[str, str], str]:
    """Operation and code -> why no case provokes that error, where a statement says so."""
    return {
        (operation, code): str(statement["excluded"])
        for statement in spec.statements.get("statements", [])
        if "excluded" in statement
        for operation in statement.get("operations", [])
        for code in statement.get("errors", [])
    }


def _provokes(case: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if case.get("error"):
        yield case["operation"], case["error"]
    for script in case.get("scripts") or []:
        for step in script["steps"]:
            for code in step.get("error") or []:
                yield step["call"], code


def _statements(spec: Spec, cases: list[Mapping[str, Any]]) -> Iterator[Row]:
    known = {case["id"] for case in cases}
    for statement in spec.statements.get("statements", []):
        case = f"{spec.service}.statement.{statement['id']}"
        reason = str(statement.get("excluded", ""))
        found = (case,) if case in known else ()
        yield Row(
            kind="statement", id=statement["id"], state=_state(found, reason), reason=reason, cases=found,
            source=tuple(as_list(statement["source"])),
        )  # fmt: skip


def _sentences(sentences: Iterable[Sentence], rows: list[Row]) -> Iterator[Row]:
    """A sentence is tried by the statements that cite it, on whichever page it stands."""
    cited: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.kind == "statement":
            for source in row.source:
                cited[source.rpartition("#")[2]].append(row)
    for sentence in sentences:
        statements = cited.get(sentence.source.rpartition("#")[2], [])
        found = tuple(dict.fromkeys(case for row in statements for case in row.cases))
        reason = sentence.about
        if statements and not found:
            reason = next((row.reason for row in statements if row.reason), "")
        state = _state(found, reason)
        yield Row(kind="sentence", id=sentence.source, state=state, reason="" if found else reason, cases=found,
                  source=(sentence.source,))  # fmt: skip
        for row in statements if found else ():
            if row.state == EXCLUDED:
                # The line says more than what is tried.
                yield Row(kind="sentence", id=f"{sentence.source} in part: {row.id}", state=EXCLUDED, reason=row.reason,
                          source=(sentence.source,))  # fmt: skip


def _state(cases: tuple[str, ...], reason: str) -> str:
    return TESTED if cases else EXCLUDED if reason else UNTESTED
