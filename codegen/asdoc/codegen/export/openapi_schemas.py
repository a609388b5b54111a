"""The graph's shapes as JSON Schemas of OpenAPI 3.1, and documented values as the wire has them."""

from __future__ import annotations

import json
import re
import warnings
from datetime import UTC, datetime
from typing import Any

from .graph import Graph, Ref, Shape
from .values import plain

Json = dict[str, Any]

_JAVA = re.compile(r"\\[pPAZzGQE]|\(\?[a-zA-Z]|[*+?}]\+|&&")
"""What Java's patterns have beyond those of ECMA-262."""

_INTEGERS = {"integer": ("int32", 31), "long": ("int64", 63)}
_FORMATS = {"header": "rfc822", "querystring": "iso8601", "uri": "iso8601", "": "unixtimestamp"}
"""How a time is written where nothing says so, by its place; "" is the body."""
_TIMES: dict[str, Json] = {
    "rfc822": {
        "type": "string",
        "pattern": "^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT$",
    },
    "iso8601": {"type": "string", "format": "date-time"},
    "unixtimestamp": {"type": "number"},
}
_BOUNDS = {
    "string": ("minLength", "maxLength"),
    "list": ("minItems", "maxItems"),
    "map": ("minProperties", "maxProperties"),
    "blob": ("minLength", "maxLength"),
    **dict.fromkeys(("integer", "long", "float", "double"), ("minimum", "maximum")),
}
_PLAIN: dict[str, Json] = {
    "string": {"type": "string"},
    "boolean": {"type": "boolean"},
    "float": {"type": "number", "format": "float"},
    "double": {"type": "number", "format": "double"},
    "blob": {"type": "string", "contentEncoding": "base64"},
    "document": {},
}


class Schemas:
    """Gives references to named schemas, and keeps those that were asked for."""

    def __init__(self, model: Graph) -> None:
        self.model = model
        self._named: dict[str, Json] = {}
        self.notes: list[str] = []

    def components(self) -> Json:
        """The schemas that anything referred to, by name."""
        return dict(sorted(self._named.items()))

    def of(self, ref: Ref, place: str = "") -> Json:
        """The schema of a place: `uri`, `querystring`, `header`, or "" for one in a body."""
        shape = self.model.shapes[ref.shape]
        told: Json = {}
        if ref.traits.get("deprecated") or shape.traits.get("deprecated"):
            told["deprecated"] = True
        if ref.traits.get("idempotencyToken"):
            told["x-idempotency-token"] = True
        if ref.traits.get("jsonvalue"):
            encoding: Json = {"contentEncoding": "base64"} if place else {}
            return {"type": "string", **encoding, "contentMediaType": "application/json", **told}
        if shape.kind == "timestamp":
            return {**_TIMES[self._time(ref, place)], **told}
        if place and shape.kind == "list" and shape.member is not None:
            return {**self._list(shape, shape.member, place), **told}
        if place == "uri" and shape.kind == "string" and not shape.min:
            told["minLength"] = 1  # a label is never empty, or the path is another
        return {"$ref": f"#/components/schemas/{self._name(shape)}", **told}

    def body(self, name: str) -> Json:
        """What stands in the JSON body of a message of this shape: all but members with places of their own."""
        shape = self.model.shapes[name]
        names = [member for member, ref in shape.members.items() if not ref.traits.get("location")]
        if len(names) == len(shape.members):
            return {"$ref": f"#/components/schemas/{self._name(shape)}"}
        return self._structure(shape, names)

    def value(self, ref: Ref, value: Any, place: str = "") -> Any:
        """A documented value as it is on the wire, for the same place."""
        shape = self.model.shapes[ref.shape]
        if shape.kind == "timestamp":
            return _moment(value, self._time(ref, place))
        if ref.traits.get("jsonvalue"):
            return json.dumps(plain(value))
        if shape.kind == "structure" and isinstance(value, dict):
            return {
                wire_name(member, shape.members[member]): self.value(shape.members[member], item)
                for member, item in value.items()
            }
        if shape.kind == "list" and shape.member is not None:
            return [self.value(shape.member, item, place) for item in value]
        if shape.kind == "map" and shape.value is not None:
            return {key: self.value(shape.value, item, place) for key, item in value.items()}
        return plain(value)

    def _time(self, ref: Ref, place: str) -> str:
        told = ref.traits.get("timestampFormat") or self.model.shapes[ref.shape].traits.get("timestampFormat")
        return str(told).lower() if told else _FORMATS[place]

    def _name(self, shape: Shape) -> str:
        if shape.name not in self._named:
            self._named[shape.name] = {}  # a shape may hold itself
            self._named[shape.name] = self._schema(shape)
        return shape.name

    def _schema(self, shape: Shape) -> Json:
        if shape.kind == "structure":
            schema = self._structure(shape, list(shape.members))
        elif shape.kind == "list" and shape.member is not None:
            schema = self._list(shape, shape.member, "")
        elif shape.kind == "map" and shape.key is not None and shape.value is not None:
            values, names = self.of(shape.value), self.of(shape.key)
            schema = {"type": "object", "propertyNames": names, "additionalProperties": values, **_bounds(shape)}
        elif shape.kind in _INTEGERS:
            form, bits = _INTEGERS[shape.kind]
            schema = {
                "type": "integer",
                "format": form,
                "minimum": -(2**bits),
                "maximum": 2**bits - 1,
                **_bounds(shape),
            }
        else:
            schema = {**_PLAIN[shape.kind], **_bounds(shape)}
        if shape.pattern and shape.kind == "string":
            schema["pattern" if _portable(shape.pattern) else "x-pattern"] = shape.pattern
            if "x-pattern" in schema:
                self.notes.append(f"{shape.name}: its pattern is in no dialect of JSON Schema: {shape.pattern}")
        if shape.enum:
            schema["enum"] = list(shape.enum)
        if shape.sensitive:
            schema["x-sensitive"] = True
        return schema

    def _structure(self, shape: Shape, names: list[str]) -> Json:
        schema: Json = {
            "type": "object",
            "properties": {wire_name(name, shape.members[name]): self.of(shape.members[name]) for name in names},
        }
        if required := [wire_name(name, shape.members[name]) for name in names if name in shape.required]:
            schema["required"] = required
        if shape.union:
            schema.update(minProperties=1, maxProperties=1)
        return schema

    def _list(self, shape: Shape, member: Ref, place: str) -> Json:
        return {"type": "array", "items": self.of(member, place), **_bounds(shape)}


def wire_name(name: str, ref: Ref) -> str:
    """What a member is called where it is sent."""
    return str(ref.traits.get("name", name))


def _bounds(shape: Shape) -> Json:
    words = _BOUNDS.get(shape.kind)
    if words is None:
        return {}
    bounds: Json = {}
    for word, limit in zip(words, (shape.min, shape.max), strict=True):
        if limit is not None:
            number = int(limit) if float(limit).is_integer() else limit
            # The bounds of bytes, where the text that stands for them has four characters for three.
            bounds[word] = -(-int(number) // 3) * 4 if shape.kind == "blob" else number
    return bounds


def _portable(pattern: str) -> bool:
    """Whether both Python and ECMA-262, which JSON Schema goes by, read a pattern, and alike."""
    if _JAVA.search(pattern):
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)
            re.compile(pattern)
    except re.error:
        return False
    return True


def _moment(value: Any, form: str) -> Any:
    if not isinstance(value, dict) or "$datetime" not in value:
        return plain(value)
    moment = datetime(*value["$datetime"]).replace(tzinfo=UTC)
    if form == "unixtimestamp":
        seconds = moment.timestamp()
        return int(seconds) if seconds.is_integer() else seconds
    if form == "rfc822":
        return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")
    return plain(value)
