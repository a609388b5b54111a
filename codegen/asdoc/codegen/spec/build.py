"""The documents of a spec, made from the facts of a service's pages and, where there is one, its wire source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from asdoc.codegen.pages import hash_of
from asdoc.codegen.pages.facts import (
    AnyPage,
    Example,
    ExceptionPage,
    OperationPage,
    OtherPage,
    PaginatorPage,
    ServicePage,
    WaiterPage,
)
from asdoc.codegen.pages.source import Text
from asdoc.codegen.services import client_of

from .merge import Fact, Merged
from .shapes import Shapes
from .trail import source
from .trees import Root, Trees, Wire

Documents = dict[str, Any]

_KINDS = {
    OperationPage: "operation",
    PaginatorPage: "paginator",
    WaiterPage: "waiter",
    ExceptionPage: "exception",
    ServicePage: "service",
    OtherPage: "other",
}
_TELLS_EMPTY = "smithy-rpc-v2-cbor"
"""The protocol in which a request with an empty input differs from one without."""
OPERATION_TRAITS = {
    "auth": "auth",
    "authtype": "authtype",
    "unsignedPayload": "unsignedPayload",
    "httpChecksum": "checksum",
    "httpChecksumRequired": "checksumRequired",
    "idempotent": "idempotent",
    "readonly": "readonly",
    "requestcompression": "requestCompression",
    "endpointdiscovery": "endpointDiscovery",
    "endpointoperation": "endpointOperation",
}


def build(service: str, merged: Merged, wire: Wire | None, versions: dict[str, str]) -> Documents:
    """`shapes.json`, `operations.json`, `examples.json` and `sources.json` of a service, by file name."""
    facts = merged.facts
    roots: list[Root] = []
    by_page: dict[tuple[int, str], Root] = {}
    told = wire["operations"] if wire else {}
    errors = wire["shapes"] if wire else {}
    for fact in facts:
        page = fact.page
        if isinstance(page, OperationPage):
            sides = told.get(page.operation, {})
            for side, node in (("input", page.input), ("output", page.output)):
                if node is not None:
                    known = sides.get(side, {}).get("shape", "")
                    root = Root(side, page.operation, node, fact.text, known, merged.origins)
                    roots.append(root)
                    by_page[id(page), side] = root
        elif isinstance(page, ExceptionPage):
            known = errors.get(page.name)
            if known is None or "Error" not in known.get("members", {}):
                page.output.members.pop("Error", None)
            name = page.name if known is not None else ""
            roots.append(Root("error", page.name, page.output, fact.text, name, merged.origins))
    listed = [name for fact in facts if isinstance(fact.page, OperationPage) for name, _ in fact.page.errors]
    shapes = Shapes(Trees(roots, wire, listed), wire)
    shapes.build()
    operations = {}
    for fact in facts:
        if isinstance(fact.page, OperationPage):
            entry = _operation(fact.page, fact, by_page, shapes, told.get(fact.page.operation))
            if wire is not None and not entry["input"] and wire["metadata"]["protocol"] == _TELLS_EMPTY:
                entry["input"] = _without_members(told.get(fact.page.operation, {}), shapes)
            operations[fact.page.operation] = entry
    pages = [(fact.page, fact.text) for fact in facts]
    _errors(pages, shapes, errors)
    _paginate(pages, operations, wire)
    named = (page.client for page, _ in pages if isinstance(page, OperationPage))
    return {
        "shapes.json": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$comment": "Named shapes as pages tell them; schema/shapes.schema.json says what each x- keyword means.",
            "$defs": dict(sorted(shapes.defs.items())),
        },
        "operations.json": {
            "service": service,
            "client": next((client for client in named if client), "") or client_of(service),
            "wire": dict(wire["metadata"]) if wire else {},
            "operations": dict(sorted(operations.items())),
            "waiters": _waiters(pages, wire),
        },
        "examples.json": {"service": service, "examples": _examples(facts)},
        "sources.json": {
            "service": service,
            "named": sorted({page.named for page in merged.read if page.named}),
            "versions": versions,
            "pages": _pages(merged),
            "wire": wire["origin"] if wire else None,
            "conflicts": sorted(
                [*merged.conflicts, *shapes.conflicts], key=lambda conflict: (conflict["at"], conflict["of"])
            ),
            "changes": merged.changes,
            "untold": _untold(operations, told),
        },
    }


def _pages(merged: Merged) -> list[dict[str, str]]:
    """Every document once for each kind of page in it; without a `date` it is taken as of today."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for page in merged.read:
        kind = _KINDS[type(page)]
        found[page.path, kind] = {
            "path": page.path,
            "kind": kind,
            "reader": page.reader,
            "sha256": page.sha256,
            **({"date": page.date} if page.date else {}),
            "dated": merged.ages[page.path],
        }
    return list(found.values())


def _source(text: Text, line: int, end: int) -> str:
    """Where a fact was read: page, line, and the hash of the lines up to `end`."""
    sentence = text.lines[line] if end <= line else "\n".join(row.strip() for row in text.lines[line:end])
    return f"{text.path}:{line}#{hash_of(sentence)}"


def _operation(
    page: OperationPage,
    fact: Fact,
    roots: dict[tuple[int, str], Root],
    shapes: Shapes,
    told: dict[str, Any] | None,
) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": page.operation,
        "method": page.method,
        "documentation": page.documentation,
        "deprecated": bool(page.deprecated),
        "input": "",
        "output": "",
        "errors": sorted({name for name, _ in page.errors}),
    }
    if page.operation_derived:
        entry["derived"] = ["name"]
    for side in ("input", "output"):
        root = roots.get((id(page), side))
        if root is not None:
            entry[side] = shapes.root_name(root)
            shapes.require(entry[side])
    if told is not None:
        entry["wire"] = _operation_wire(told)
    lines = {
        (fact.text, page.method_line),
        (fact.part("operation"), page.operation_line),
        (fact.part("deprecated"), page.deprecated),
        *((fact.part("errors"), line) for _, line in page.errors),
    }
    ordered = sorted(((text.path, line, text) for text, line in lines if line), key=lambda place: place[:2])
    entry["source"] = list(dict.fromkeys(source(text, line) for _, line, text in ordered))
    return entry


def _without_members(told: dict[str, Any], shapes: Shapes) -> str:
    """The name of an input that has no members, and so is on no page; empty where the operation takes no input."""
    name: str = told.get("input", {}).get("shape", "")
    if name:
        shapes.require(name)
    return name


def _operation_wire(told: dict[str, Any]) -> dict[str, Any]:
    http = told["http"]
    wire: dict[str, Any] = {
        "method": http["method"],
        "uri": http["requestUri"],
        "status": http.get("responseCode", 200),
    }
    if "hostPrefix" in told.get("endpoint", {}):
        wire["hostPrefix"] = told["endpoint"]["hostPrefix"]
    for theirs, ours in OPERATION_TRAITS.items():
        if theirs in told:
            wire[ours] = told[theirs]
    for side in ("input", "output"):
        rest = {key: value for key, value in told.get(side, {}).items() if key != "shape"}
        if rest:
            wire[side] = rest
    return wire


def _errors(pages: Sequence[tuple[AnyPage, Text]], shapes: Shapes, told: dict[str, Any]) -> None:
    names = {name for page, _ in pages if isinstance(page, OperationPage) for name, _ in page.errors}
    names.update(page.name for page, _ in pages if isinstance(page, ExceptionPage))
    for name in sorted(names):
        shapes.require(name)
        error = told.get(name, {})
        schema = shapes.defs[name]
        schema.pop("x-open", None)
        traits: dict[str, Any] = {"code": error.get("error", {}).get("code", name)}
        if error:
            fault = bool(error.get("fault")) and not error.get("error", {}).get("senderFault")
            traits["status"] = error.get("error", {}).get("httpStatusCode", 500 if fault else 400)
            traits["fault"] = fault
        # Beside the type, before what it holds: an error is one by its name on the page.
        shapes.defs[name] = {"type": schema.pop("type"), "x-error": traits, **schema}


def _paginate(pages: Sequence[tuple[AnyPage, Text]], operations: dict[str, Any], wire: Wire | None) -> None:
    rules = wire["pagination"] if wire else {}
    for page, text in pages:
        if not isinstance(page, PaginatorPage) or page.operation not in operations:
            continue
        entry: dict[str, Any] = {"method": page.method, "pageSize": page.page_size}
        rule = rules.get(page.name)
        if rule is not None:
            for key in ("input_token", "output_token", "result_key"):
                entry[key] = _listed(rule.get(key, []))
            for key in ("limit_key", "more_results"):
                if key in rule:
                    entry[key] = rule[key]
            if "non_aggregate_keys" in rule:
                entry["non_aggregate_keys"] = _listed(rule["non_aggregate_keys"])
        entry["members"] = list(page.output.members) if page.output is not None else []
        entry["source"] = [source(text, page.operation_line)]
        operations[page.operation]["pagination"] = entry


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _waiters(pages: Sequence[tuple[AnyPage, Text]], wire: Wire | None) -> dict[str, Any]:
    rules = wire["waiters"] if wire else {}
    found: dict[str, Any] = {}
    for page, text in pages:
        if isinstance(page, WaiterPage):
            found[page.name] = {
                "operation": page.operation,
                "method": page.method,
                "delay": page.delay,
                "maxAttempts": page.max_attempts,
                "source": [source(text, page.polls_line), source(text, page.operation_line)],
            }
            if page.name in rules:
                found[page.name]["wire"] = {"acceptors": rules[page.name]["acceptors"]}
    return dict(sorted(found.items()))


def _examples(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    operations = [(fact.page, fact.part("examples")) for fact in facts if isinstance(fact.page, OperationPage)]
    for page, text in sorted(operations, key=lambda entry: entry[0].operation):
        for number, example in enumerate(page.examples, 1):
            found.append(
                {
                    "id": f"{page.operation}.{number}",
                    "operation": page.operation,
                    "params": example.params,
                    "output": example.output,
                    "source": _example_sources(text, example),
                }
            )
    return found


def _example_sources(text: Text, example: Example) -> list[str]:
    caption = f"{text.path}:{example.caption_line}#{hash_of(example.caption)}"
    return [
        *([caption] if example.caption else []),
        _source(text, example.params_line, example.params_end),
        _source(text, example.output_line, example.output_end),
    ]


def _untold(operations: dict[str, Any], told: dict[str, Any]) -> list[str]:
    """Operations of the wire source that no page documents."""
    return sorted(set(told) - set(operations))
