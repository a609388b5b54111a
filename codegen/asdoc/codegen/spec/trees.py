"""From the types of many pages to named shapes: which nodes are the same shape, and what it is called.

Each documented tree is walked beside the wire source's graph of shapes, so a node takes the name that the wire source
has for it. Where there is none, nodes of the same structure are one shape, named after the member that holds it. In
both cases the tree itself is what the page tells.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from asdoc.codegen.pages.facts import Node
from asdoc.codegen.pages.source import Text

from . import names
from .blend import Origins
from .trail import source

Wire = dict[str, Any]


class Root(NamedTuple):
    """One documented tree and what it belongs to."""

    kind: str
    """input, output or error"""
    owner: str
    """Name of the operation, or of the error."""
    node: Node
    text: Text
    wire: str
    """Name of its shape in the wire source; empty without one."""
    origins: Origins
    """Where nodes were read that stem from other pages."""


class Site(NamedTuple):
    """One place where a shape is documented."""

    node: Node
    root: Root

    def source(self, line: int) -> str:
        return source(self.text, line)

    def source_of(self, fact: str) -> str:
        """Where the node's `enum`, `union` or `idempotent` was read."""
        return source(*self.root.origins.fact(self.node, fact, self.root.text))

    @property
    def text(self) -> Text:
        return self.root.origins.text(self.node, self.root.text)

    @property
    def where(self) -> tuple[str, int]:
        return self.text.path, self.node.line or self.node.bullet


class Trees:
    """The names of all structures and enums of a service, and every place where each is documented."""

    def __init__(self, roots: Iterable[Root], wire: Wire | None, errors: Iterable[str] = ()) -> None:
        """`errors` are the names of those that operations answer with: structures, whoever else is called so."""
        self.shapes: dict[str, Any] = wire["shapes"] if wire else {}
        self.sites: dict[str, list[Site]] = {}
        self.name_of: dict[int, str] = {}
        """Name of the shape of a structure or enum, by the identity of its node."""
        self.wire_of: dict[int, str] = {}
        """Name in the wire source of the shape of a node, whatever its type."""
        self.aliases: dict[str, dict[str, str]] = {}
        """Per shape of the wire source: documented members that it knows by another name, and that name."""
        self._keys: dict[object, int] = {}
        self._key_of: dict[int, int] = {}
        self._errors = {name.lower() for name in errors}
        self.roots = sorted(roots, key=lambda root: (root.text.path, root.node.line, root.kind))
        unnamed: list[tuple[str, str, Site]] = []
        for root in self.roots:
            self._walk(root, unnamed)
        self._derive(unnamed)
        for sites in self.sites.values():
            sites.sort(key=lambda site: site.where)

    def target(self, wire_name: str, part: str, member: str = "") -> dict[str, Any]:
        """The wire source's reference from a shape to its member, element, key or value; {} where it has none."""
        shape = self.shapes.get(wire_name, {})
        if part != "members":
            return dict(shape.get(part, {}))
        members = shape.get("members", {})
        known = member if member in members else self.aliases.get(wire_name, {}).get(member, "")
        return dict(members.get(known, {}))

    def _find_aliases(self, node: Node, wire: str) -> None:
        """boto3 renames a few parameters that would clash with Python or each other (`from`, ec2's `Filter`).

        Such a member stands on the page where the wire source has the other name.
        """
        members = list(self.shapes[wire].get("members", {}))
        shown = list(node.members)
        if len(members) != len(shown):
            return
        for documented, known in zip(shown, members, strict=True):
            if documented != known and documented not in members and known not in shown:
                self.aliases.setdefault(wire, {})[documented] = known

    def _walk(self, root: Root, unnamed: list[tuple[str, str, Site]]) -> None:
        # (node, wire name, hint for a derived name, names of the structures around it)
        todo: list[tuple[Node, str, str, tuple[str, ...]]] = [(root.node, root.wire, "", ())]
        while todo:
            node, wire, hint, around = todo.pop()
            kind = self.shapes.get(wire, {}).get("type", "")
            if wire:
                self.wire_of[id(node)] = wire
            if node.recursive or node.open:
                continue
            named = node.type == "structure" or bool(node.enum)
            if named:
                fits = kind == ("structure" if node.type == "structure" else "string")
                if kind:
                    if not fits or self.shapes[wire].get("document"):
                        continue  # boto3 shows here what it makes of another type; that type is the shape's
                    self._take(node, wire, root)
                    if node.type == "structure":
                        self._find_aliases(node, wire)
                else:
                    unnamed.append((hint, around[-1] if around else "", Site(node, root)))
            for member, child in node.members.items():
                below = self.target(wire, "members", member).get("shape", "")
                todo.append((child, below, member, (*around, wire or hint)))
            if node.member is not None:
                below = self.target(wire, "member").get("shape", "")
                todo.append((node.member, below, names.singular(hint), around))
            if node.key is not None:
                todo.append((node.key, self.target(wire, "key").get("shape", ""), f"{hint}Key", around))
            if node.value is not None:
                below = self.target(wire, "value").get("shape", "")
                todo.append((node.value, below, names.singular(hint), around))

    def _take(self, node: Node, name: str, root: Root) -> None:
        self.name_of[id(node)] = name
        self.sites.setdefault(name, []).append(Site(node, root))

    def _derive(self, unnamed: list[tuple[str, str, Site]]) -> None:
        """Name what the wire source does not: the same structure is the same shape."""
        groups: dict[int, list[tuple[str, str, Site]]] = {}
        used = {name.lower() for name in (*self.shapes, *self.sites)}
        for hint, owner, site in unnamed:
            node, root = site
            if node is root.node and root.kind != "output":
                name = names.first_free(root.owner + ("Request" if root.kind == "input" else ""), used)
                used.add(name.lower())
                self._take(node, name, root)
            else:
                groups.setdefault(self._key(node), []).append((hint, owner, site))
        no_structure = used | self._errors
        ordered = sorted(groups.values(), key=lambda group: (self._rank(group), min(entry[2].where for entry in group)))
        for group in ordered:
            outputs = sorted({site.root.owner for _, _, site in group if site.node is site.root.node})
            hint, owner, _ = min(group, key=lambda entry: (entry[2].where, entry[0]))
            if outputs:
                noun = names.common_noun(outputs) if len(outputs) > 1 else ""
                wanted, owner = noun or f"{outputs[0]}Response", ""
            else:
                wanted = names.pascal(hint)
            taken = used if group[0][2].node.type == "structure" else no_structure
            name = names.first_free(wanted, taken, names.pascal(owner) if owner else "")
            used.add(name.lower())
            no_structure.add(name.lower())
            for _, _, site in group:
                self._take(site.node, name, site.root)

    @staticmethod
    def _rank(group: list[tuple[str, str, Site]]) -> int:
        """Outputs first, then the structures that the most places share: they get the plain names."""
        return -len(group) - (1_000_000 if any(site.node is site.root.node for _, _, site in group) else 0)

    def _key(self, node: Node) -> int:
        """A number that is equal for nodes of equal structure, whatever is required of them."""
        known = self._key_of.get(id(node))
        if known is not None:
            return known
        inner = tuple(None if child is None else self._key(child) for child in (node.member, node.key, node.value))
        members = tuple((name, self._key(child)) for name, child in sorted(node.members.items()))
        key = (node.type, node.enum, node.recursive, bool(node.union), members, inner)
        number = self._keys.setdefault(key, len(self._keys))
        self._key_of[id(node)] = number
        return number
