"""Where a fact of a spec was read, where it went, and what else touches it."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from pathlib import Path

from asdoc.codegen.spec import Spec, load_spec
from asdoc.runtime.errors import AsdocError

from . import uses
from .at_hand import Pages
from .find import find
from .folder import Folder
from .generated import Package, places
from .lines import pointer
from .readings import describe, readings
from .subject import Subject
from .text import write
from .values import Case, Reading, Statement, Trace

__all__ = ["Trace", "Tracer", "changed", "write"]


class Tracer:
    """A spec, with its package and its pages where they are at hand; each file of them is read once."""

    def __init__(self, specs: Path, service: str, *, generated: Path | None, pages: Path | None = None) -> None:
        """`generated` is the folder of the packages, None for that of the installed ones; `pages` that of the pages.

        Raises AsdocError where one of them is not there, or cannot be read.
        """
        self._spec = _load(specs, service)
        self._folder = Folder(specs / service)
        self._package = Package(self._spec, generated)
        self._pages = Pages(pages)
        self._pages_at = pages

    def trace(self, fact: str) -> Trace:
        """All that is known of one fact.

        `fact` names an operation, a shape, a member (`StopDeployment.AllowRevert`), an error, a value
        (`State=REVERTED`), an example, a statement or a waiter, or is a JSON pointer. Raises AsdocError where it names
        nothing, or where there are pages and none of its own is among them.
        """
        spec, folder, package = self._spec, self._folder, self._package
        subject = find(spec, fact)
        read = readings(spec, subject, self._pages)
        self._require_pages(subject, read)
        operations = uses.operations_of(spec, subject)
        touched = dict(uses.example_uses(spec, subject, operations))
        notes = [*subject.notes, *package.notes]
        if not read:
            notes.append("No page tells it: it comes from the wire source alone.")
        return Trace(
            service=spec.service,
            fact=subject.name,
            kind=subject.kind,
            tells=_tells(spec, subject),
            readings=read,
            wire=folder.wire(spec, subject),
            spec=tuple(folder.places(spec, subject)),
            generated=places(package, subject),
            cases=tuple(self._case(index, found) for index, found in touched.items()),
            statements=tuple(
                self._statement(index, why) for index, why in uses.statement_uses(spec, subject, operations, read)
            ),
            patches=tuple(uses.patches(spec, subject, read, touched, folder.at)),
            overridden=tuple(uses.overrides(spec, subject, self._pages, folder.at)),
            changes=tuple(uses.changes(spec, subject, self._pages)),
            notes=tuple(notes),
        )  # fmt: skip

    def _require_pages(self, subject: Subject, read: Sequence[Reading]) -> None:
        if self._pages_at is None or any(reading.state != "not at hand" for reading in read):
            return
        raise AsdocError(
            f"tracing {subject.name}: {self._pages_at} has none of its pages, such as {read[0].page}" if read
            else f"tracing {subject.name}: no page tells it, so {self._pages_at} cannot show it",
            hint=f"Write the pages with `asdoc pages {self._spec.service} --out DIR`, or trace without --pages.",
        )  # fmt: skip

    def _case(self, index: int, found: tuple[str, ...]) -> Case:
        """An example as the case that it became; where nothing is generated, as it stands in the spec."""
        example = self._spec.examples[index]
        name = f"{self._spec.service}.example.{example['id']}"
        first = found[0] if found else ""
        return Case(
            id=name,
            uses=found,
            at=self._package.case(name, first) or self._folder.at("examples.json", f"/examples/{index}{first}"),
            errata=tuple(erratum.get("id", "") for erratum in example.get("errata", ())),
        )

    def _statement(self, index: int, why: str) -> Statement:
        statement = self._spec.statements["statements"][index]
        words = (f"{word} {statement[word]}" for word in ("given", "when", "then") if word in statement)
        return Statement(
            id=statement["id"],
            why=why,
            told=", ".join(words),
            at=self._folder.at("statements.yaml", pointer("statements", index)),
            case=self._package.case(f"{self._spec.service}.statement.{statement['id']}"),
        )


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
