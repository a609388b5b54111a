"""The graph's shapes as shapes of Smithy: their ids, their members' names, and the traits of both."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from asdoc.codegen.spec.names import unique

from .graph import Graph, Ref, Shape

Json = dict[str, Any]

_TIMES = {"iso8601": "date-time", "unixtimestamp": "epoch-seconds", "rfc822": "http-date"}
_LOCATIONS = {"querystring": "httpQuery", "header": "httpHeader", "headers": "httpPrefixHeaders"}
_XML = ("rest-xml", "query", "ec2")
_LABEL = re.compile(r"\{([^{}+]+)(\+?)\}")
_NUMBERS = ("integer", "long", "float", "double")


class Shapes:
    """Gives every shape an id, unique whatever the case of its letters, and writes it."""

    def __init__(self, model: Graph, reserved: Iterable[str]) -> None:
        self.model = model
        self.namespace = "com.amazonaws." + re.sub(r"[^a-z0-9]", "", model.spec.service)
        self._rest = model.protocol.startswith("rest-")
        self._xml = model.protocol in _XML
        self._names: dict[str, str] = {}
        taken = set(reserved)
        # Errors first: their names go over the wire.
        for name, _ in sorted(model.shapes.items(), key=lambda item: (item[1].error is None, item[0])):
            self._names[name] = unique(name, taken)
            taken.add(self._names[name])
        self._taken = taken
        self._members = {name: self._member_names(shape) for name, shape in model.shapes.items()}
        self._inputs = {told["input"]: told["wire"].get("input", {}) for told in model.spec.operations.values()}
        self._made: dict[str, Json] = {}
        """Shapes that Smithy wants beside those of the graph."""
        self._streamed = self._streaming_alone()

    # -- names

    def id(self, name: str) -> str:
        """The id of a shape of the graph, which has another name here where an operation has its own."""
        return f"{self.namespace}#{self._names[name]}"

    def operation_id(self, name: str) -> str:
        """The id of an operation, or of the service."""
        return f"{self.namespace}#{name}"

    def target(self, name: str) -> Json:
        return {"target": self.id(name) if name else "smithy.api#Unit"}

    def error_type(self, code: str) -> str:
        """The error shape of a code; the code itself where the service has none."""
        for name, shape in self.model.shapes.items():
            if shape.error is not None and shape.error["code"] == code:
                return self.id(name)
        return code

    def _member_names(self, shape: Shape) -> dict[str, str]:
        """The members' names in Smithy: unique whatever their case, and on the wire where nothing else can say so."""
        names: dict[str, str] = {}
        for name, ref in shape.members.items():
            wanted = str(ref.traits.get("name", name)) if self.model.protocol == "json" else name
            names[name] = unique(wanted if wanted.isidentifier() else name, names.values())
        return names

    def uri(self, uri: str, owner: str) -> str:
        """A URI whose labels are members, where the wire source has their names on the wire."""
        members = self.model.shapes[owner].members if owner else {}
        bound = {
            ref.traits.get("name", name): self._members[owner][name]
            for name, ref in members.items()
            if ref.traits.get("location") == "uri"
        }
        return _LABEL.sub(lambda label: f"{{{bound.get(label[1], label[1])}{label[2]}}}", uri)

    def path(self, owner: str, path: str, kinds: tuple[str, ...], *, optional: bool) -> str:
        """A path of members as Smithy names them; "" where it does not lead to one of `kinds`.

        With `optional`, "" too where a member on the way is required.
        """
        spelled, shape = [], self.model.shapes.get(owner)
        for name in path.split("."):
            if shape is None or name not in shape.members or (optional and name in shape.required):
                return ""
            spelled.append(self._members[shape.name][name])
            shape = self.model.shapes[shape.members[name].shape]
        return ".".join(spelled) if shape is not None and shape.kind in kinds else ""

    def value(self, name: str, value: Any) -> Any:
        """A plain value of the shape, with its members as Smithy names them."""
        shape = self.model.shapes[name]
        if shape.kind == "structure":
            return {
                self._members[name][member]: self.value(shape.members[member].shape, item)
                for member, item in value.items()
            }
        if shape.kind == "list" and shape.member is not None:
            return [self.value(shape.member.shape, item) for item in value]
        if shape.kind == "map" and shape.value is not None:
            return {key: self.value(shape.value.shape, item) for key, item in value.items()}
        return value

    # -- shapes

    def documents(self) -> Json:
        written = {self.id(name): self._shape(shape) for name, shape in self.model.shapes.items()}
        return {**written, **self._made}

    def _shape(self, shape: Shape) -> Json:
        document: Json = {"type": self._type(shape)}
        if shape.kind == "structure":
            document["members"] = {
                self._members[shape.name][name]: self._member(shape, name, ref) for name, ref in shape.members.items()
            }
        elif shape.enum:
            document["members"] = _enum(shape.enum)
        for part in ("member", "key", "value"):
            ref = getattr(shape, part)
            if ref is not None:
                document[part] = self._held(ref, self._part_traits(ref))
        if traits := self._traits(shape):
            document["traits"] = dict(sorted(traits.items()))
        return document

    @staticmethod
    def _type(shape: Shape) -> str:
        if shape.union or shape.eventstream:
            return "union"
        return "enum" if shape.enum else shape.kind

    def _traits(self, shape: Shape) -> Json:
        traits = _bounds(shape)
        if shape.sensitive:
            traits["smithy.api#sensitive"] = {}
        if shape.eventstream or (shape.kind == "blob" and shape.name in self._streamed):
            traits["smithy.api#streaming"] = {}
        if shape.error is not None:
            traits.update(self._error(shape.name, shape.error))
        told = shape.traits
        if "retryable" in told:
            traits["smithy.api#retryable"] = {"throttling": True} if told["retryable"].get("throttling") else {}
        if told.get("sparse"):
            traits["smithy.api#sparse"] = {}
        if told.get("deprecated"):
            traits["smithy.api#deprecated"] = {}
        traits.update(_time(told))
        if self._xml:
            outer = self._inputs.get(shape.name, {})
            name = outer.get("locationName") or told.get("locationName")
            traits.update({"smithy.api#xmlName": name} if name else {})
            traits.update(_namespace(outer if "xmlNamespace" in outer else told))
        return traits

    def _error(self, name: str, error: Json) -> Json:
        traits: Json = {"smithy.api#error": "server" if error.get("fault") else "client"}
        if "status" in error:
            traits["smithy.api#httpError"] = error["status"]
        spoken = (self.model.protocol, *self.model.spec.metadata.get("protocols", ()))
        if error["code"] != name and ("query" in spoken or "awsQueryCompatible" in self.model.spec.metadata):
            traits["aws.protocols#awsQueryError"] = {
                "code": error["code"],
                "httpResponseCode": error.get("status", 400),
            }
        return traits

    # -- members

    def _member(self, owner: Shape, name: str, ref: Ref) -> Json:
        traits: Json = {}
        location = ref.traits.get("location", "")
        if not (owner.union or owner.eventstream) and (name in owner.required or location == "uri"):
            traits["smithy.api#required"] = {}
        if self._rest:
            traits.update(self._binding(owner, name, ref, location))
        spelled = self._members[owner.name][name]
        body = str(ref.traits.get("name", name))
        if not location and self.model.protocol == "rest-json" and body != spelled:
            traits["smithy.api#jsonName"] = body
        if self._xml and not location:
            traits.update(self._xml_member(name, ref))
        if ref.traits.get("idempotencyToken"):
            traits["smithy.api#idempotencyToken"] = {}
        if ref.traits.get("hostLabel"):
            traits["smithy.api#hostLabel"] = {}
        if ref.traits.get("eventpayload"):
            traits["smithy.api#eventPayload"] = {}
        if ref.traits.get("eventheader"):
            traits["smithy.api#eventHeader"] = {}
        if self._streams(owner, name, ref):
            if name not in owner.required:
                traits["smithy.api#default"] = ""  # a body that is not there is one of no bytes
            return self._held(ref, traits, self._streaming(ref.shape))
        return self._held(ref, traits)

    def _part_traits(self, ref: Ref) -> Json:
        return {"smithy.api#xmlName": ref.traits["name"]} if self._xml and "name" in ref.traits else {}

    def _held(self, ref: Ref, traits: Json, target: str = "") -> Json:
        """A reference to the shape, or to the id `target`, with those traits too that any place may have."""
        traits = {**traits, **_time(ref.traits)}
        if ref.traits.get("deprecated"):
            traits["smithy.api#deprecated"] = {}
        target = target or (self._json_text() if ref.traits.get("jsonvalue") else self.id(ref.shape))
        return {"target": target, **({"traits": dict(sorted(traits.items()))} if traits else {})}

    def _binding(self, owner: Shape, name: str, ref: Ref, location: str) -> Json:
        wire = str(ref.traits.get("name", name))
        target = self.model.shapes[ref.shape]
        if location == "uri":
            return {"smithy.api#httpLabel": {}}
        if location == "statusCode":
            return {"smithy.api#httpResponseCode": {}}
        if location == "querystring" and target.kind == "map":
            return {"smithy.api#httpQueryParams": {}}
        if location in _LOCATIONS:
            return {f"smithy.api#{_LOCATIONS[location]}": wire}
        if owner.traits.get("payload") == name or target.eventstream:
            return {"smithy.api#httpPayload": {}}
        return {}

    def _xml_member(self, name: str, ref: Ref) -> Json:
        target = self.model.shapes[ref.shape]
        traits: Json = {}
        wire = ref.traits.get("name", name)
        if target.kind in ("list", "map") and (ref.traits.get("flattened") or target.traits.get("flattened")):
            traits["smithy.api#xmlFlattened"] = {}
            # A flattened list's elements stand where the list would, by the name of an element.
            wire = (target.member.traits.get("name") if target.member else None) or wire
        if wire != name:
            traits["smithy.api#xmlName"] = wire
        if ref.traits.get("xmlAttribute"):
            traits["smithy.api#xmlAttribute"] = {}
        if "queryName" in ref.traits and self.model.protocol == "ec2":
            traits["aws.protocols#ec2QueryName"] = ref.traits["queryName"]
        traits.update(_namespace(ref.traits))
        return traits

    # -- what Smithy says by a shape where the wire source says it of a place

    def _streams(self, owner: Shape, name: str, ref: Ref) -> bool:
        target = self.model.shapes[ref.shape]
        told = ref.traits.get("streaming") or target.traits.get("streaming")
        return bool(told) and target.kind == "blob" and owner.traits.get("payload") == name

    def _streaming_alone(self) -> set[str]:
        """Blobs that every use streams, so that they may be streams themselves."""
        alone: dict[str, bool] = {}
        for shape in self.model.shapes.values():
            for pointer, ref in shape.refs:
                if self.model.shapes[ref.shape].kind == "blob":
                    streams = self._streams(shape, pointer.partition("/")[2], ref)
                    alone[ref.shape] = alone.get(ref.shape, True) and streams
        return {name for name, streams in alone.items() if streams}

    def _streaming(self, name: str) -> str:
        if name in self._streamed:
            return self.id(name)
        return self._make(f"Streaming{name}", {"type": "blob", "traits": {"smithy.api#streaming": {}}})

    def _json_text(self) -> str:
        return self._make("JsonText", {"type": "string", "traits": {"smithy.api#mediaType": "application/json"}})

    def _make(self, name: str, document: Json) -> str:
        """The id of a shape beside the graph's, which is made once."""
        for known, made in self._made.items():
            if made == document and known.partition("#")[2].startswith(name):
                return known
        free = unique(name, self._taken)
        self._taken.add(free)
        self._made[f"{self.namespace}#{free}"] = document
        return f"{self.namespace}#{free}"


def _enum(values: tuple[str, ...]) -> Json:
    members: Json = {}
    for value in values:
        words = re.sub(r"[^A-Za-z0-9]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", value)).strip("_")
        name = words.upper() or "EMPTY"
        name = unique(name if name[0].isalpha() else f"VALUE_{name}", members)
        members[name] = {"target": "smithy.api#Unit", "traits": {"smithy.api#enumValue": value}}
    return members


def _bounds(shape: Shape) -> Json:
    bounds = {name: value for name, value in (("min", shape.min), ("max", shape.max)) if value is not None}
    traits: Json = {}
    if bounds and shape.kind in _NUMBERS:
        traits["smithy.api#range"] = bounds
    elif bounds and shape.kind in ("string", "blob", "list", "map"):
        traits["smithy.api#length"] = {name: int(value) for name, value in bounds.items()}
    if shape.pattern and shape.kind == "string":
        traits["smithy.api#pattern"] = shape.pattern
    return traits


def _time(told: Json) -> Json:
    form = _TIMES.get(str(told.get("timestampFormat", "")).lower())
    return {"smithy.api#timestampFormat": form} if form else {}


def _namespace(told: Json) -> Json:
    if "xmlNamespace" not in told:
        return {}
    namespace = told["xmlNamespace"]
    return {"smithy.api#xmlNamespace": {"uri": namespace} if isinstance(namespace, str) else dict(namespace)}
