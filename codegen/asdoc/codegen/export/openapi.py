"""The spec as a description of OpenAPI 3.1: of services that speak JSON.

A rest-json operation is its method and path. The operations of a json service share one path and are told apart by a
header, which OpenAPI cannot say: each has a path of its own that ends in `#X-Amz-Target=...`, a part that no client
sends. The XML protocols are refused, for OpenAPI's words for XML cannot say how AWS flattens lists and wraps results.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from asdoc.codegen.spec import Spec
from asdoc.codegen.spec.files import dumps
from asdoc.codegen.spec.names import unique
from asdoc.runtime.errors import AsdocError

from .graph import Graph, Ref, Shape, graph
from .openapi_schemas import Json, Schemas, wire_name
from .result import Exported
from .values import fault, plain

_PROTOCOLS = ("rest-json", "json")
_LABEL = re.compile(r"\{([^{}+]+)\+?\}")
_RULE = ("input_token", "output_token", "result_key", "limit_key", "more_results")
_PLACES = {"uri": "path", "querystring": "query", "header": "header"}
_NOT_PARAMETERS = ("accept", "content-type", "authorization")
"""Headers that OpenAPI tells by other words, and ignores as parameters."""
_SCHEMES = {
    "aws.auth#sigv4": (
        "sigv4",
        {"type": "apiKey", "in": "header", "name": "Authorization", "x-amazon-apigateway-authtype": "awsSigv4"},
    ),
    "smithy.api#httpBearerAuth": ("bearer", {"type": "http", "scheme": "bearer"}),
}
_ANY_ERROR: Json = {"type": "object", "properties": {"__type": {"type": "string"}, "message": {"type": "string"}}}


def export(spec: Spec) -> Exported:
    """The description as one file. Raises AsdocError for a spec without wire facts, and for a protocol of XML."""
    model = graph(spec)
    spoken = [model.protocol, *spec.metadata.get("protocols", ())]
    protocol = next((name for name in spoken if name in _PROTOCOLS), "")
    if not protocol:
        raise AsdocError(
            f"exporting {spec.service} as OpenAPI: it speaks {model.protocol}, which OpenAPI cannot describe.",
            hint="OpenAPI is written of rest-json and json services; botocore and smithy are of all.",
        )
    writer = _Writer(model, protocol)
    paths = writer.paths()
    document = {
        "openapi": "3.1.0",
        "info": {"title": spec.metadata.get("serviceFullName", spec.client), "version": spec.metadata["apiVersion"]},
        "servers": [_server(spec.metadata, "")],
        "security": [{name: []} for name, _ in _schemes(spec.metadata)],
        "paths": paths,
        "components": {
            "schemas": writer.components(),
            "securitySchemes": dict(_schemes(spec.metadata)),
        },
    }
    return Exported({f"{spec.service}.json": dumps(document)}, tuple(writer.told()))


def _server(wire: Json, prefix: str) -> Json:
    if "globalEndpoint" in wire:
        return {"url": f"https://{prefix}{wire['globalEndpoint']}"}
    return {
        "url": f"https://{prefix}{wire['endpointPrefix']}.{{region}}.amazonaws.com",
        "variables": {"region": {"default": "us-east-1"}},
    }


def _schemes(wire: Json) -> list[tuple[str, Json]]:
    told = wire.get("auth") or [
        "smithy.api#httpBearerAuth" if wire.get("signatureVersion") == "bearer" else "aws.auth#sigv4"
    ]
    return [_SCHEMES[scheme] for scheme in told if scheme in _SCHEMES]


class _Writer:
    def __init__(self, model: Graph, protocol: str) -> None:
        self._model = model
        self._schemas = Schemas(model)
        self._any_error = unique("AnyError", model.shapes)
        self._rest = protocol == "rest-json"
        version = model.spec.metadata.get("jsonVersion", "1.0")
        self._json = "application/json" if self._rest else f"application/x-amz-json-{version}"
        self.notes: list[str] = []

    def told(self) -> list[str]:
        """What could not be said, of operations and then of shapes."""
        return [*self.notes, *self._schemas.notes]

    def components(self) -> Json:
        return {**self._schemas.components(), self._any_error: _ANY_ERROR}

    def paths(self) -> Json:
        """The path items. Templates that differ in the names of their labels alone are one path, by its first names."""
        paths: Json = {}
        known: dict[str, str] = {}
        for name, told in sorted(self._model.spec.operations.items()):
            uri = str(told["wire"]["uri"]).partition("?")[0]
            labels = _LABEL.findall(uri)
            path = known.setdefault(_LABEL.sub("{}", uri), _LABEL.sub(r"{\1}", uri))
            renamed = dict(zip(labels, _LABEL.findall(path), strict=True))
            method = told["wire"]["method"].lower()
            if not self._rest:
                path += f"#X-Amz-Target={self._model.spec.metadata['targetPrefix']}.{name}"
            elif method in paths.get(path, {}):
                path += f"#{name}"  # what tells them apart is a query, which is no part of a path
            paths.setdefault(path, {})[method] = self._operation(told, renamed)
        return dict(sorted(paths.items()))

    def _operation(self, told: Json, renamed: dict[str, str]) -> Json:
        wire = told["wire"]
        examples = list(self._examples(told))
        operation: Json = {"operationId": told["name"]}
        if told["documentation"]:
            operation["externalDocs"] = {"url": told["documentation"]}
        if told["deprecated"]:
            operation["deprecated"] = True
        if wire.get("authtype") == "none" or "smithy.api#noAuth" in wire.get("auth", ()):
            operation["security"] = []
        if "{" in wire.get("hostPrefix", ""):
            self.notes.append(f"{told['name']}: its host begins with a member ({wire['hostPrefix']})")
        elif "hostPrefix" in wire:
            operation["servers"] = [_server(self._model.spec.metadata, wire["hostPrefix"])]
        if parameters := [*self._fixed(told), *self._parameters(told, renamed, examples)]:
            operation["parameters"] = parameters
        if told["input"] and (body := self._request(self._model.shapes[told["input"]], examples)):
            operation["requestBody"] = body
        operation["responses"] = {str(wire["status"]): self._answer(told, examples), **self._errors(told)}
        return operation

    # -- what is asked

    def _fixed(self, told: Json) -> Iterator[Json]:
        """Parameters of one value, which tell the operation."""
        if not self._rest:
            target = f"{self._model.spec.metadata['targetPrefix']}.{told['name']}"
            yield {"name": "X-Amz-Target", "in": "header", "required": True, "schema": {"const": target}}
        for pair in filter(None, str(told["wire"]["uri"]).partition("?")[2].split("&")):
            key, _, value = pair.partition("=")
            yield {"name": key, "in": "query", "required": True, "schema": {"const": value}}

    def _parameters(self, told: Json, renamed: dict[str, str], examples: list[Json]) -> Iterator[Json]:
        shape = self._model.shapes.get(told["input"])
        for name, ref in shape.members.items() if shape and self._rest else ():
            place, wire = ref.traits.get("location", ""), wire_name(name, ref)
            if not place or (place == "header" and wire.lower() in _NOT_PARAMETERS):
                continue
            if place not in _PLACES:
                self.notes.append(f"{told['name']}: {name} is all headers that begin with {wire!r}")
                continue
            parameter: Json = {"name": renamed.get(wire, wire) if place == "uri" else wire, "in": _PLACES[place]}
            if place == "uri" or (shape and name in shape.required):
                parameter["required"] = True
            schema = self._schemas.of(ref, place)
            if schema.pop("deprecated", False):
                parameter["deprecated"] = True
            if place == "querystring" and self._model.kind(ref) in ("list", "map"):
                parameter.update(style="form", explode=True)
            parameter["schema"] = schema
            shown = {
                example["id"]: {"value": self._schemas.value(ref, example["params"][name], place)}
                for example in examples
                if name in example["params"]
            }
            yield {**parameter, **({"examples": shown} if shown else {})}

    def _request(self, shape: Shape, examples: list[Json]) -> Json:
        shown = [(example["id"], example["params"]) for example in examples]
        content = self._content(shape, shown)
        if not content:
            return {}
        payload = shape.traits.get("payload") if self._rest else None
        sent = [payload] if payload else [name for name, ref in shape.members.items() if self._in_body(ref)]
        needed = not self._rest or any(name in shape.required for name in sent)
        return {"content": content, **({"required": True} if needed else {})}

    # -- what is answered

    def _answer(self, told: Json, examples: list[Json]) -> Json:
        answer: Json = {"description": _phrase(told["wire"]["status"])}
        if not told["output"]:
            return answer
        shape = self._model.shapes[told["output"]]
        shown = [(example["id"], example["output"] or {}) for example in examples]
        return {**answer, **self._headers(shape), **self._with(self._content(shape, shown))}

    def _errors(self, told: Json) -> Json:
        """The documented errors by status, and below `default` those of every service, which no page tells."""
        by_status: dict[int, list[Shape]] = {}
        for name in told["errors"]:
            shape = self._model.shapes[name]
            if shape.error is not None:
                by_status.setdefault(shape.error.get("status", 400), []).append(shape)
        answers: Json = {}
        for status, shapes in sorted(by_status.items()):
            schemas = [self._schemas.body(shape.name) for shape in shapes]
            kind: Json = {}
            for shape in shapes:
                kind = {**kind, **self._headers(shape).get("headers", {})}
            if self._rest:
                codes = [str(shape.error["code"]) for shape in shapes if shape.error is not None]
                kind["X-Amzn-ErrorType"] = {"schema": {"type": "string", "examples": codes}}
            answers[str(status)] = {
                "description": " or ".join(shape.name for shape in shapes),
                **self._with(kind, "headers"),
                "content": {self._json: {"schema": schemas[0] if len(schemas) == 1 else {"anyOf": schemas}}},
            }
        common = {"schema": {"$ref": f"#/components/schemas/{self._any_error}"}}
        answers["default"] = {"description": "An error of every service", "content": {self._json: common}}
        return answers

    def _headers(self, shape: Shape) -> Json:
        headers: Json = {}
        for name, ref in shape.members.items() if self._rest else ():
            place = ref.traits.get("location")
            if place == "header" and wire_name(name, ref).lower() != "content-type":
                header: Json = {"schema": self._schemas.of(ref, "header")}
                headers[wire_name(name, ref)] = {**({"required": True} if name in shape.required else {}), **header}
        return self._with(headers, "headers")

    # -- bodies

    def _content(self, shape: Shape, shown: list[tuple[str, Json]]) -> Json:
        """The bodies of a message by media type; empty where it has none."""
        payload = shape.traits.get("payload") if self._rest else None
        if payload:
            return self._payload(shape, str(payload), shown)
        if self._rest and not any(self._in_body(ref) for ref in shape.members.values()):
            return {}
        values = {
            name: {wire_name(member, ref): self._schemas.value(ref, told[member]) for member, ref in sent}
            for name, told in shown
            if (sent := [(m, r) for m, r in shape.members.items() if m in told and self._in_body(r)]) or not told
        }
        schema = self._schemas.body(shape.name)
        return {self._json: {"schema": schema, **self._shown(values)}}

    def _payload(self, shape: Shape, name: str, shown: list[tuple[str, Json]]) -> Json:
        """A body that is one member: a JSON document, or text or bytes as they are."""
        ref = shape.members[name]
        target = self._model.shapes[ref.shape]
        if target.eventstream:
            self.notes.append(f"{shape.name}: its body is a stream of events, of which only the type is told")
            return {"application/vnd.amazon.eventstream": {}}
        values = {key: told[name] for key, told in shown if name in told}
        if target.kind not in ("blob", "string"):
            spelled = {key: self._schemas.value(ref, value) for key, value in values.items()}
            return {self._json: {"schema": self._schemas.of(ref), **self._shown(spelled)}}
        typed = any(wire_name(*member).lower() == "content-type" for member in shape.members.items())
        kind = "*/*" if typed else "application/octet-stream" if target.kind == "blob" else "text/plain"
        schema = {} if target.kind == "blob" else {"schema": self._schemas.of(ref)}
        return {
            kind: {**schema, **self._shown({key: _text(plain(value), target.kind) for key, value in values.items()})}
        }

    def _in_body(self, ref: Ref) -> bool:
        return not (self._rest and ref.traits.get("location"))

    def _examples(self, told: Json) -> Iterator[Json]:
        for example in self._model.spec.examples:
            if example["operation"] != told["name"]:
                continue
            for side, key in (("input", "params"), ("output", "output")):
                value = plain(example[key] or {})
                reason = fault(self._model, Ref(told[side]), value) if told[side] else ""
                if reason:
                    self.notes.append(f"{example['id']}: its {side} breaks the spec: {reason}")
                    break
            else:
                yield example

    @staticmethod
    def _shown(values: Json) -> Json:
        found = {name: {"value": value} for name, value in values.items() if value is not None}
        return {"examples": found} if found else {}

    @staticmethod
    def _with(told: Json, key: str = "content") -> Json:
        return {key: told} if told else {}


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in {known.value for known in HTTPStatus} else f"Status {status}"


def _text(value: Any, kind: str) -> str | None:
    """Bytes as the text that they are; None where they are none, for OpenAPI shows no bytes."""
    if kind != "blob":
        return str(value)
    try:
        return base64.b64decode(value, validate=True).decode()
    except ValueError:
        return None
