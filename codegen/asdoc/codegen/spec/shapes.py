"""Named shapes as JSON Schema: the content of `shapes.json`.

A shape is made of all the places that document it. Where they disagree, the reading that fits the wire source wins,
then the one that most places share, then the first by page; what was set aside is told in `sources.json`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from . import traits
from .trees import Root, Site, Trees, Wire

Schema = dict[str, Any]

_SCALARS: dict[str, Schema] = {
    "string": {"type": "string"},
    "integer": {"type": "integer"},
    "long": {"type": "integer", "x-type": "long"},
    "float": {"type": "number", "x-type": "float"},
    "double": {"type": "number", "x-type": "double"},
    "boolean": {"type": "boolean"},
    "timestamp": {"type": "string", "format": "date-time", "x-type": "timestamp"},
    "blob": {"type": "string", "contentEncoding": "base64", "x-type": "blob"},
    "document": {"x-type": "document"},
}
_WIRE_KINDS = {"character": "string", "long": "integer"}


class Shapes:
    """Builds `$defs`; `conflicts` says what was set aside."""

    def __init__(self, trees: Trees, wire: Wire | None) -> None:
        self.trees = trees
        self.wire: dict[str, Any] = wire["shapes"] if wire else {}
        self.defs: dict[str, Schema] = {}
        self.conflicts: list[dict[str, Any]] = []
        self._untold: list[str] = []

    def build(self) -> None:
        for name in sorted(self.trees.sites):
            sites = self.trees.sites[name]
            if sites[0].node.type == "structure":
                self.defs[name] = self._structure(name, sites)
            else:
                self.defs[name] = self._enum(name, sites)
        self._build_untold()

    def root_name(self, root: Root) -> str:
        """The name of the shape of a whole input, output or error."""
        name = self.trees.name_of.get(id(root.node), "")
        if not name:
            name = root.wire or f"{root.owner}{'Request' if root.kind == 'input' else 'Response'}"
            self._require(name)
        return name

    def require(self, name: str) -> None:
        """Make sure that the shape exists, from the wire source alone where no page tells it."""
        self._require(name)
        self._build_untold()

    def _build_untold(self) -> None:
        while self._untold:
            name = self._untold.pop()
            if name not in self.defs:
                self.defs[name] = self._from_wire_structure(name)

    # -- structures and enums

    def _structure(self, name: str, sites: list[Site]) -> Schema:
        documented = self._members(sites)
        schema: Schema = {"type": "object", "properties": {}}
        required: set[str] = set()
        explained_input = False
        for site in sites:
            required.update(site.node.required)
            explained_input = explained_input or (site.root.kind == "input" and not site.root.node.unexplained)
        for member, places in documented.items():
            reference = self.trees.target(name, "members", member)
            schema["properties"][member] = self._member(name, member, places, reference, sites)
        if required:
            schema["required"] = [member for member in documented if member in required]
        if any(site.node.union for site in sites):
            schema["x-union"] = True
        if any(site.node.eventstream for site in sites):
            schema["x-eventstream"] = True
        told = self.wire.get(name, {})
        extra = traits.of_structure(told)
        if needed := [
            member
            for member in documented
            if self.trees.aliases.get(name, {}).get(member, member) in told.get("required", [])
            and member not in required
            # No page prints "required" beside a type that it only repeats, or that somebody rewrote.
            and (
                not explained_input
                or "x-documented" in schema["properties"][member]
                or all(site.node.recursive for site in documented[member])
            )
        ]:
            extra["required"] = needed
        traits.add_named(schema, told, extra)
        schema["x-source"] = self._sources(
            source
            for site in sites
            for source in (
                [site.source(site.node.line or site.node.bullet)]
                + ([site.source_of("union")] if site.node.union else [])
            )
        )
        return schema

    @staticmethod
    def _members(sites: list[Site]) -> dict[str, list[Site]]:
        """Members in the order of the page that lists the most of them, then of the others."""
        first = max(range(len(sites)), key=lambda index: (len(sites[index].node.members), -index))
        found: dict[str, list[Site]] = {member: [] for member in sites[first].node.members}
        for site in sites:
            for member, child in site.node.members.items():
                found.setdefault(member, []).append(Site(child, site.root))
        return found

    def _member(self, owner: str, member: str, places: list[Site], reference: Schema, owners: list[Site]) -> Schema:
        schema = self._value(places, reference, f"{owner}.{member}")
        nodes = [site.node for site in places]
        if any(node.streaming for node in nodes):
            schema["x-streaming"] = True
        if any(node.idempotent for node in nodes):
            schema["x-idempotent"] = True
        if any(node.jsonvalue for node in nodes):
            schema["x-jsonvalue"] = True
        needing = {id(site.node.members[member]) for site in owners if member in site.node.required}
        sources: list[str] = []
        for site in places:
            node = site.node
            sources.append(site.source(node.line or node.bullet))
            if node.line and node.bullet and (id(node) in needing or node.jsonvalue or node.recursive):
                sources.append(site.source(node.bullet))
            if node.idempotent:
                sources.append(site.source_of("idempotent"))
        wire = traits.of_member(reference)
        if (alias := self.trees.aliases.get(owner, {}).get(member)) is not None:
            wire["member"] = alias
        traits.add(schema, wire)
        schema["x-source"] = self._sources(sources)
        return schema

    def _enum(self, name: str, sites: list[Site]) -> Schema:
        readings = Counter(site.node.enum for site in sites)
        values = max(readings, key=lambda enum: (len(enum), readings[enum], tuple(map(str.lower, enum))))
        if len(readings) > 1:
            self._conflict(name, "enum", sites, lambda site: "|".join(site.node.enum), "|".join(values))
        schema: Schema = {"type": "string", "enum": list(values)}
        told = self.wire.get(name, {})
        traits.add_named(schema, told, {key: told[key] for key in ("min", "max", "pattern") if key in told})
        schema["x-source"] = self._sources(site.source_of("enum") for site in sites)
        return schema

    # -- values

    def _value(self, places: list[Site], reference: Schema, where: str) -> Schema:
        """The schema of what a member, an element, a key or a value holds."""
        target = str(reference.get("shape", ""))
        told = self.wire.get(target, {})
        kind, fitting = self._kind(places, told, where)
        if not fitting:
            schema = self.from_wire(reference)
            schema["x-documented"] = places[0].node.type
            return schema
        node = fitting[0].node
        if kind == "structure":
            named = next((self.trees.name_of[id(s.node)] for s in fitting if id(s.node) in self.trees.name_of), "")
            if named and not told:
                return {"$ref": f"#/$defs/{named}"}
            if told.get("document"):
                return self._scalar("document", target)
            if target:
                self._require(target)
                return {"$ref": f"#/$defs/{target}"}
            if any(site.node.recursive for site in fitting):
                return self._recursive(fitting[0])
            return {"type": "object", "x-open": True}
        if kind in ("list", "map"):
            whole = [site for site in fitting if not site.node.recursive and not site.node.open]
            if not whole:
                return (
                    self.from_wire(reference)
                    if target
                    else {"type": "array" if kind == "list" else "object", "x-open": True}
                )
            return self._collection(kind, whole, target, where)
        enums = [site for site in fitting if site.node.enum]
        if enums:
            return {"$ref": f"#/$defs/{self.trees.name_of[id(enums[0].node)]}"}
        if node.type == "" and node.recursive:
            return self.from_wire(reference) if target else self._recursive(fitting[0])
        return self._scalar("long" if told.get("type") == "long" else kind, target)

    def _kind(self, places: list[Site], told: Schema, where: str) -> tuple[str, list[Site]]:
        """The type that stands, and the places that tell it; none where only the wire source's type can stand."""
        wanted = str(told.get("type", ""))
        wanted = "document" if told.get("document") else _WIRE_KINDS.get(wanted, wanted)
        kinds = Counter(site.node.type for site in places if site.node.type)
        if not kinds:
            return wanted or "structure", places
        if wanted:
            fitting = [site for site in places if self._fits(site, wanted)]
            kept = wanted
        else:
            kept = max(kinds, key=lambda kind: (kinds[kind], kind != "structure", kind))
            fitting = [site for site in places if site.node.type in (kept, "")]
        if len(fitting) < len(places):
            self._conflict(where, "type", places, lambda site: site.node.type, kept)
        return kept, fitting

    @staticmethod
    def _fits(site: Site, wanted: str) -> bool:
        node = site.node
        if node.type in (wanted, ""):
            return True
        # Bullets alone call both kinds of number "float", and a repeated type "dict" whatever it is.
        return (node.type == "float" and wanted == "double" and not node.line) or (
            node.type == "structure" and (node.recursive or node.open) and wanted == "map"
        )

    def _collection(self, kind: str, places: list[Site], target: str, where: str) -> Schema:
        if kind == "list":
            elements = [Site(site.node.member, site.root) for site in places if site.node.member is not None]
            schema: Schema = {"type": "array"}
            if elements:
                schema["items"] = self._element(elements, self.trees.target(target, "member"), f"{where}[]")
        else:
            values = [Site(site.node.value, site.root) for site in places if site.node.value is not None]
            schema = {"type": "object", "x-type": "map"}
            if target and (keys := self._element_of_wire(self.trees.target(target, "key"))) != {"type": "string"}:
                schema["propertyNames"] = keys
            if values:
                schema["additionalProperties"] = self._element(
                    values, self.trees.target(target, "value"), f"{where}{{}}"
                )
        traits.add_inline(schema, target, self.wire.get(target))
        return schema

    def _element(self, places: list[Site], reference: Schema, where: str) -> Schema:
        schema = self._value(places, reference, where)
        traits.add(schema, traits.of_member(reference))
        return schema

    def _scalar(self, kind: str, target: str) -> Schema:
        schema = dict(_SCALARS.get(kind, {"type": "string"}))
        traits.add_inline(schema, target, self.wire.get(target))
        return schema

    def _recursive(self, site: Site) -> Schema:
        """Without a wire source: the structure around it that the repeated type most likely is."""
        path = self._path_to(site)
        outer = [(hint, node) for hint, node in path if id(node) in self.trees.name_of and node.type == "structure"]
        if not outer:
            return {"type": "object", "x-open": True}
        own = path[-1][0].lower()
        for hint, node in reversed(outer):
            if hint and own.endswith(hint.lower()):
                return {"$ref": f"#/$defs/{self.trees.name_of[id(node)]}", "x-recursive": "derived"}
        return {"$ref": f"#/$defs/{self.trees.name_of[id(outer[-1][1])]}", "x-recursive": "derived"}

    @staticmethod
    def _path_to(site: Site) -> list[tuple[str, Any]]:
        """(singular name, node) from the root down to the site's node."""
        from .names import singular

        stack: list[tuple[list[tuple[str, Any]], str]] = [([("", site.root.node)], "")]
        while stack:
            path, hint = stack.pop()
            node = path[-1][1]
            if node is site.node:
                return path
            for member, child in node.members.items():
                stack.append(([*path, (singular(member), child)], member))
            for child in (node.member, node.value):
                if child is not None:
                    stack.append(([*path, (singular(hint), child)], singular(hint)))
        return [("", site.node)]

    # -- from the wire source alone

    def from_wire(self, reference: Schema, seen: tuple[str, ...] = ()) -> Schema:
        """The schema of a shape that no page tells in full."""
        target = str(reference.get("shape", ""))
        told = self.wire.get(target, {})
        kind = str(told.get("type", "string"))
        if kind == "structure":
            if told.get("document"):
                return self._scalar("document", target)
            self._require(target)
            return {"$ref": f"#/$defs/{target}"}
        if target in seen:
            return {"type": "array" if kind == "list" else "object", "x-open": True}
        if target in self.trees.sites:
            return {"$ref": f"#/$defs/{target}"}
        if kind == "list":
            schema: Schema = {"type": "array", "items": self._element_of_wire(told["member"], (*seen, target))}
        elif kind == "map":
            schema = {"type": "object", "x-type": "map"}
            if (keys := self._element_of_wire(told["key"])) != {"type": "string"}:
                schema["propertyNames"] = keys
            schema["additionalProperties"] = self._element_of_wire(told["value"], (*seen, target))
        else:
            kind = "string" if kind == "character" else kind
            return self._scalar(kind, target)
        traits.add_inline(schema, target, self.wire.get(target))
        return schema

    def _element_of_wire(self, reference: Schema, seen: tuple[str, ...] = ()) -> Schema:
        schema = self.from_wire(reference, seen)
        enum = self.wire.get(str(reference.get("shape", "")), {}).get("enum")
        if enum and "$ref" not in schema:
            schema["enum"] = list(enum)
        traits.add(schema, traits.of_member(reference))
        return schema

    def _from_wire_structure(self, name: str) -> Schema:
        told = self.wire.get(name, {})
        schema: Schema = {"type": "object", "properties": {}}
        for member, reference in told.get("members", {}).items():
            value = self.from_wire(reference)
            traits.add(value, traits.of_member(reference))
            schema["properties"][member] = value
        if not told:
            schema["x-open"] = True
        extra = traits.of_structure(told)
        if told.get("required"):
            extra["required"] = list(told["required"])
        if told.get("union"):
            schema["x-union"] = True
        if told.get("eventstream"):
            schema["x-eventstream"] = True
        traits.add_named(schema, told, extra)
        return schema

    def _require(self, name: str) -> None:
        if name not in self.trees.sites and name not in self.defs:
            self._untold.append(name)

    def _conflict(self, where: str, what: str, places: list[Site], reading: Any, kept: str) -> None:
        readings: dict[str, list[str]] = {}
        for site in places:
            readings.setdefault(reading(site), []).append(site.source(site.node.line or site.node.bullet))
        self.conflicts.append(
            {
                "at": where,
                "of": what,
                "kept": kept,
                "aside": {told: sorted(set(sources)) for told, sources in sorted(readings.items()) if told != kept},
            }
        )

    @staticmethod
    def _sources(sources: Any) -> list[str]:
        return sorted(
            dict.fromkeys(sources),
            key=lambda source: (source.rpartition(":")[0], int(source.rpartition(":")[2].partition("#")[0])),
        )
