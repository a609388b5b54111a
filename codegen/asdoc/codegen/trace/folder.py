"""Where a fact stands in the files of its spec."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from asdoc.codegen.spec import Spec

from .lines import lines_of, pointer
from .subject import Subject, target_of
from .values import Place, Wire


class Folder:
    """The files of one spec, and the lines in them; each is read once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lines: dict[str, dict[str, int]] = {}

    def line(self, name: str, at: str) -> int:
        """The line of a pointer into that file; 0 where nothing stands there."""
        if name not in self._lines:
            path = self.path / name
            self._lines[name] = lines_of(path) if path.is_file() else {}
        return self._lines[name].get(at, 0)

    def at(self, name: str, at: str, what: str = "") -> Place:
        return Place(file=(self.path / name).as_posix(), line=self.line(name, at), pointer=at, what=what)

    def places(self, spec: Spec, subject: Subject) -> Iterator[Place]:
        """The pointers to the fact itself, to its obligation, and to the shape that it has."""
        yield self.at(subject.file, subject.pointer)
        owner = spec.shapes.get(subject.shape, {}) if subject.kind == "member" else {}
        if subject.member in owner.get("required", ()):
            index = owner["required"].index(subject.member)
            yield self.at("shapes.json", pointer("$defs", subject.shape, "required", index), "required")
        if subject.kind == "operation":
            for side in ("input", "output"):
                if subject.node[side]:
                    yield self.at("shapes.json", pointer("$defs", subject.node[side]), side)
        elif subject.kind == "error":
            yield self.at("shapes.json", pointer("$defs", subject.shape), "structure")
        elif subject.kind == "member" and (name := target_of(subject.node)):
            yield self.at("shapes.json", pointer("$defs", name), "type")

    def wire(self, spec: Spec, subject: Subject) -> Wire | None:
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
        at = self.at("wire.json", where.get(subject.kind, pointer("shapes", subject.shape)))
        return Wire(origin=f"{known['source']} {known['version']}", facts=facts, at=at if at.line else None)
