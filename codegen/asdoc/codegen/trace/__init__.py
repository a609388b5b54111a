"""Where a fact of a spec was read, where it went, and what else touches it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

from asdoc.codegen.spec import Spec, load_spec
from asdoc.runtime.errors import AsdocError

from . import uses
from .generated import Package, places
from .lines import lines_of, pointer
from .readings import Pages, describe, readings
from .subject import Subject, find, target_of
from .text import write
from .values import Case, Place, Statement, Trace, Wire

__all__ = ["Trace", "changed", "trace", "write"]


def trace(specs: Path, service: str, fact: str, *, generated: Path | None, pages: Path | None = None) -> Trace:
    """All that is known of one fact of `specs/SERVICE`.

    `fact` names an operation, a shape, a member (`StopDeployment.AllowRevert`), an error, a value (`State=REVERTED`),
    an example, a statement or a waiter, or is a JSON pointer. `generated` is the folder of the packages, None for that
    of the installed ones; `pages` the folder of the pages, where they are at hand. Raises AsdocError where one of them
    is not there, or the fact is unknown.
    """
    spec = _load(specs, service)
    at_hand = Pages(pages)
    subject = find(spec, specs, fact)
    package = Package(spec, generated)
    folder = _Folder(specs / service)
    read = readings(spec, subject, at_hand)
    if pages is not None and all(reading.state == "not at hand" for reading in read):
        raise AsdocError(
            f"tracing {subject.name}: {pages} has none of its pages, such as {read[0].page}" if read
            else f"tracing {subject.name}: no page tells it, so {pages} cannot show it",
            hint=f"Write the pages with `asdoc pages {service} --out DIR`, or trace without --pages.",
        )  # fmt: skip
    touched = dict(uses.example_uses(spec, subject))
    notes = [*subject.notes, *package.notes]
    if not read:
        notes.append("No page tells it: it comes from the wire source alone.")
    return Trace(
        service=service,
        fact=subject.name,
        kind=subject.kind,
        tells=_tells(spec, subject),
        readings=read,
        wire=_wire(spec, subject, folder),
        spec=tuple(_spec(spec, subject, folder)),
        generated=places(package, subject),
        cases=tuple(_case(spec, package, folder, index, found) for index, found in touched.items()),
        statements=tuple(
            _statement(spec, package, folder, index, why)
            for index, why in uses.statement_uses(spec, subject, read)
        ),
        patches=tuple(uses.patches(spec, subject, read, touched, folder.at)),
        overridden=tuple(uses.overrides(spec, specs, subject, folder.at)),
        changes=tuple(uses.changes(spec, subject)),
        notes=tuple(notes),
    )  # fmt: skip


def changed(told: Trace) -> Sequence[str]:
    """Where pages have changed since they were read, as `page:line`."""
    return [f"{reading.page}:{reading.line}" for reading in told.readings if reading.state == "changed"]


def _load(specs: Path, service: str) -> Spec:
    known = sorted(path.parent.name for path in specs.glob("*/operations.json"))
    if not known:
        raise AsdocError(
            f"tracing: there are no specs in {specs}",
            hint="Run it in a checkout of asdoc, or name the folder with --specs; an installed package brings none.",
        )
    if service not in known:
        like = difflib.get_close_matches(service, known, n=1)
        raise AsdocError(
            f"tracing: {specs} holds no spec of {service[:80]!r}",
            hint=f"Did you mean {like[0]}?" if like else f"It holds {', '.join(known[:20])}.",
        )
    return load_spec(specs, service)


class _Folder:
    """The files of one spec, and the lines in them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[str, dict[str, int]] = {}

    def line(self, name: str, at: str) -> int:
        if name not in self._lines:
            path = self.path / name
            self._lines[name] = lines_of(path) if path.is_file() else {}
        return self._lines[name].get(at, 0)

    def at(self, name: str, at: str, what: str = "") -> Place:
        return Place(file=(self.path / name).as_posix(), line=self.line(name, at), pointer=at, what=what)


def _spec(spec: Spec, subject: Subject, folder: _Folder) -> Iterator[Place]:
    """The pointers to the fact itself, to its obligation, and to the shape that it has."""
    yield folder.at(subject.file, subject.pointer)
    owner = spec.shapes.get(subject.shape, {}) if subject.kind == "member" else {}
    if subject.member in owner.get("required", ()):
        index = owner["required"].index(subject.member)
        yield folder.at("shapes.json", pointer("$defs", subject.shape, "required", index), "required")
    if subject.kind == "operation":
        for side in ("input", "output"):
            if subject.node[side]:
                yield folder.at("shapes.json", pointer("$defs", subject.node[side]), side)
    elif subject.kind == "error":
        yield folder.at("shapes.json", pointer("$defs", subject.shape), "structure")
    elif subject.kind == "member" and (name := target_of(subject.node)):
        yield folder.at("shapes.json", pointer("$defs", name), "type")


def _wire(spec: Spec, subject: Subject, folder: _Folder) -> Wire | None:
    """What the wire source adds, and where it says so."""
    key = "wire" if subject.file == "operations.json" else "x-wire"
    facts = spec.shapes[subject.shape].get("x-error", {}) if subject.kind == "error" else subject.node.get(key, {})
    known = spec.sources.get("wire")
    if not facts or not known or subject.kind == "value":
        return None
    where = {
        "operation": pointer("operations", subject.operation),
        "waiter": pointer("waiters", subject.name),
        "member": pointer("shapes", subject.shape, "members", facts.get("member", subject.member)),
    }
    at = folder.at("wire.json", where.get(subject.kind, pointer("shapes", subject.shape)))
    return Wire(origin=f"{known['source']} {known['version']}", facts=facts, at=at if at.line else None)


def _case(spec: Spec, package: Package, folder: _Folder, index: int, found: tuple[str, ...]) -> Case:
    """An example as the case that it became; where nothing is generated, as it stands in the spec."""
    example = spec.examples[index]
    name = f"{spec.service}.example.{example['id']}"
    number = package.cases().get(name)
    first = found[0] if found else ""
    made = list(package.at("cases.json", f"/cases/{number}{first}")) if number is not None else []
    return Case(
        id=name,
        uses=found,
        at=made[0] if made else folder.at("examples.json", f"/examples/{index}{first}"),
        errata=tuple(erratum.get("id", "") for erratum in example.get("errata", ())),
    )


def _statement(spec: Spec, package: Package, folder: _Folder, index: int, why: str) -> Statement:
    statement = spec.statements["statements"][index]
    number = package.cases().get(f"{spec.service}.statement.{statement['id']}")
    made = list(package.at("cases.json", f"/cases/{number}")) if number is not None else []
    words = (f"{word} {statement[word]}" for word in ("given", "when", "then") if word in statement)
    return Statement(
        id=statement["id"],
        why=why,
        told=", ".join(words),
        at=folder.at("statements.yaml", pointer("statements", index)),
        case=made[0] if made else None,
    )


def _tells(spec: Spec, subject: Subject) -> str:
    """The fact in a few words."""
    node = subject.node
    if subject.kind == "operation":
        gives = node["output"] or "nothing"
        state = "deprecated, " if node["deprecated"] else ""
        return f"{state}takes {node['input'] or 'nothing'}, gives {gives}, raises {len(node['errors'])} errors"
    if subject.kind == "member":
        owner = spec.shapes[subject.shape]
        obligation = ("required" if subject.member in owner.get("required", ()) else "optional",)
        words = (describe(spec, node), *(obligation if subject.side != "output" else ()))
        return f"{', '.join(words)}, of {subject.shape}"
    words_of = {
        "error": f"{subject.operation} raises {subject.shape}",
        "value": f"one of {len(node.get('enum', ()))} values of {subject.shape}",
        "example": f"an example of {subject.operation}",
        "statement": "a statement",
        "waiter": f"a waiter for {subject.operation}",
    }
    return words_of.get(subject.kind) or describe(spec, node)
