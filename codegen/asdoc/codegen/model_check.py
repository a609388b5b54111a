"""Whether the files of a botocore model are what they should be: each fault with file, JSON pointer and reason."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from asdoc.runtime.errors import AsdocError

_TYPES = {
    "structure": (),
    "list": ("member",),
    "map": ("key", "value"),
    "string": (),
    "character": (),
    "integer": (),
    "long": (),
    "float": (),
    "double": (),
    "boolean": (),
    "timestamp": (),
    "blob": (),
}
"""Type of a shape -> what it must have."""
ALIASES = {
    "byte": "integer",
    "short": "integer",
    "bigInteger": "long",
    "bigDecimal": "double",
}
"""Types that models of other makers have, and botocore's do not -> the one that holds them."""
_PROTOCOLS = ("rest-json", "json", "query", "ec2", "rest-xml", "smithy-rpc-v2-cbor")
_LOCATIONS = ("uri", "querystring", "header", "headers", "statusCode")
_METADATA = ("apiVersion", "endpointPrefix", "protocol", "serviceId", "targetPrefix")
_SHOWN = 20
EVERYTHING = {"method": "POST", "requestUri": "/"}
"""Where an operation is called that says nothing of it."""
NAMED_BY_PREFIX = ("json", "smithy-rpc-v2-cbor")


class Fault(NamedTuple):
    pointer: str
    reason: str


class ModelError(AsdocError):
    """A model that is broken."""


def read(path: Path) -> Any:
    """The JSON of a file, plain or in gzip. Raises ModelError."""
    try:
        data = path.read_bytes()
        return json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    except json.JSONDecodeError as error:
        raise ModelError(f"{path}:{error.lineno}: it is no JSON: {error.msg} at column {error.colno}") from error
    except UnicodeDecodeError as error:
        raise ModelError(f"{path}: it is no UTF-8: byte {error.start}") from error
    except (OSError, EOFError, zlib.error) as error:
        raise ModelError(f"{path}: it cannot be read: {error}") from error
    except RecursionError as error:
        raise ModelError(f"{path}: it nests too deeply") from error


def granted(model: Mapping[str, Any], service: str) -> Iterator[Fault]:
    """What a checked model should tell and does not, and what it is taken for: answers can be read without it, but what
    is sent may reach nothing."""
    protocol = model["metadata"]["protocol"]
    if protocol in NAMED_BY_PREFIX and "targetPrefix" not in model["metadata"]:
        reason = f"it is missing, and {protocol} names operations by it: taken as {service}"
        yield Fault("/metadata/targetPrefix", reason)
    if protocol.startswith("rest-"):
        for name, operation in model["operations"].items():
            if "http" not in operation:
                yield Fault(f"/operations/{_token(name)}/http", "it is missing: taken as POST /")


def check_files(files: Mapping[str, Path]) -> None:
    """Raise ModelError with every fault of the files of one model, by kind."""
    told: list[str] = []
    model = read(files["service-2"])
    found = list(_model(model))
    told += [f"{files['service-2']}#{fault.pointer}: {fault.reason}" for fault in found]
    for kind, check in _NEIGHBOURS.items():
        if kind in files:
            neighbour = read(files[kind])
            # what the operations are is known only of a model that is whole
            faults = check(neighbour, {} if found else model["operations"])
            told += [f"{files[kind]}#{fault.pointer}: {fault.reason}" for fault in faults]
    if told:
        more = [f"and {len(told) - _SHOWN} more"] if len(told) > _SHOWN else []
        raise ModelError(
            "\n  ".join(
                [f"the model has {len(told)} {'fault' if len(told) == 1 else 'faults'}:", *told[:_SHOWN], *more]
            ),
            hint="Nothing was written. A pointer leads to the place in the file.",
        )


def _token(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _model(model: Any) -> Iterator[Fault]:
    if not isinstance(model, dict):
        yield Fault("", f"a model is an object, not {_kind(model)}")
        return
    wrong = [name for name in ("metadata", "operations", "shapes") if not isinstance(model.get(name), dict)]
    for name in wrong:
        yield Fault(f"/{name}", "it is missing" if name not in model else f"it is an object, not {_kind(model[name])}")
    if wrong:
        return
    yield from _metadata(model["metadata"])
    shapes = model["shapes"]
    rest = str(model["metadata"].get("protocol")).startswith("rest-")
    for name, shape in shapes.items():
        yield from _shape(shape, f"/shapes/{_token(name)}", shapes)
    for name, operation in model["operations"].items():
        yield from _operation(operation, f"/operations/{_token(name)}", shapes, rest=rest)


def _metadata(metadata: dict[str, Any]) -> Iterator[Fault]:
    for name in _METADATA:
        if name not in metadata:
            # for the names, and for the version, those of the folders stand in
            if name == "protocol":
                yield Fault(f"/metadata/{name}", "it is missing")
        elif not isinstance(metadata[name], str) or not metadata[name]:
            yield Fault(f"/metadata/{name}", f"it is a string, not {_kind(metadata[name])}")
    protocol = metadata.get("protocol")
    if isinstance(protocol, str) and protocol not in _PROTOCOLS:
        yield Fault("/metadata/protocol", f"{protocol[:80]!r} is none of {', '.join(_PROTOCOLS)}")


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return "an empty string" if value == "" else names.get(type(value), "a number")


def _reference(node: Any, pointer: str, shapes: Mapping[str, Any]) -> Iterator[Fault]:
    if not isinstance(node, dict):
        yield Fault(pointer, f"it is an object with a `shape`, not {_kind(node)}")
        return
    shape = node.get("shape")
    if not isinstance(shape, str):
        yield Fault(f"{pointer}/shape", "it is missing" if shape is None else f"it is a string, not {_kind(shape)}")
    elif shape not in shapes:
        yield Fault(f"{pointer}/shape", f"there is no shape {shape[:80]!r}")
    if "location" in node and node["location"] not in _LOCATIONS:
        yield Fault(f"{pointer}/location", f"{str(node['location'])[:80]!r} is none of {', '.join(_LOCATIONS)}")


def _shape(shape: Any, pointer: str, shapes: Mapping[str, Any]) -> Iterator[Fault]:
    if not isinstance(shape, dict):
        yield Fault(pointer, f"a shape is an object, not {_kind(shape)}")
        return
    kind = shape.get("type")
    kind = ALIASES.get(kind, kind) if isinstance(kind, str) else kind
    if not isinstance(kind, str) or kind not in _TYPES:
        yield Fault(
            f"{pointer}/type", "it is missing" if kind is None else f"{str(kind)[:80]!r} is none of {', '.join(_TYPES)}"
        )
        return
    if kind == "structure":
        yield from _members(shape, pointer, shapes)
    for part in _TYPES[kind]:
        if part not in shape:
            yield Fault(f"{pointer}/{part}", f"it is missing, and a {kind} has one")
        else:
            yield from _reference(shape[part], f"{pointer}/{part}", shapes)


def _members(shape: dict[str, Any], pointer: str, shapes: Mapping[str, Any]) -> Iterator[Fault]:
    members = shape.get("members", {})
    if not isinstance(members, dict):
        yield Fault(f"{pointer}/members", f"it is an object, not {_kind(members)}")
        return
    for name, node in members.items():
        yield from _reference(node, f"{pointer}/members/{_token(name)}", shapes)
    required = shape.get("required", [])
    if not isinstance(required, list):
        yield Fault(f"{pointer}/required", f"it is a list, not {_kind(required)}")
        required = []
    for index, name in enumerate(required):
        if name not in members:
            yield Fault(f"{pointer}/required/{index}", f"there is no member {str(name)[:80]!r}")
    payload = shape.get("payload")
    if payload is not None and payload not in members:
        yield Fault(f"{pointer}/payload", f"there is no member {str(payload)[:80]!r}")


def _operation(operation: Any, pointer: str, shapes: Mapping[str, Any], *, rest: bool) -> Iterator[Fault]:
    if not isinstance(operation, dict):
        yield Fault(pointer, f"an operation is an object, not {_kind(operation)}")
        return
    # the other protocols post everything to one place, and botocore needs not be told
    http = operation.get("http", EVERYTHING)
    if isinstance(http, dict) and not rest:
        http = {**EVERYTHING, **http}
    if not isinstance(http, dict):
        yield Fault(f"{pointer}/http", f"it is an object, not {_kind(http)}")
    else:
        for part in ("method", "requestUri"):
            if not isinstance(http.get(part), str):
                yield Fault(f"{pointer}/http/{part}", "it is missing, or no string")
        yield from _labels(operation, http, pointer, shapes)
    for side in ("input", "output"):
        if side in operation:
            yield from _side(operation[side], f"{pointer}/{side}", shapes)
    errors = operation.get("errors", [])
    if not isinstance(errors, list):
        yield Fault(f"{pointer}/errors", f"it is a list, not {_kind(errors)}")
        return
    for index, error in enumerate(errors):
        yield from _side(error, f"{pointer}/errors/{index}", shapes)


def _side(node: Any, pointer: str, shapes: Mapping[str, Any]) -> Iterator[Fault]:
    faults = list(_reference(node, pointer, shapes))
    yield from faults
    if not faults:
        shape = shapes[node["shape"]]
        payload = node.get("payload")
        if payload is not None and isinstance(shape, dict) and payload not in shape.get("members", {}):
            yield Fault(f"{pointer}/payload", f"there is no member {str(payload)[:80]!r}")
        if isinstance(shape, dict) and shape.get("type") not in ("structure", None):
            yield Fault(f"{pointer}/shape", f"{node['shape'][:80]!r} is a {str(shape['type'])[:80]}, not a structure")


def _labels(
    operation: dict[str, Any], http: dict[str, Any], pointer: str, shapes: Mapping[str, Any]
) -> Iterator[Fault]:
    """Each label of the path is filled by a member that is required or not, but there."""
    uri, given = http.get("requestUri"), operation.get("input")
    shape = shapes.get(str(given.get("shape")), {}) if isinstance(given, dict) else {}
    members = shape.get("members", {}) if isinstance(shape, dict) else {}
    if not isinstance(uri, str) or not isinstance(members, dict):
        return
    filled = {
        node.get("locationName", name)
        for name, node in members.items()
        if isinstance(node, dict) and node.get("location") == "uri"
    }
    for part in uri.partition("?")[0].split("{")[1:]:
        label = part.partition("}")[0].removesuffix("+")
        if label not in filled:
            yield Fault(f"{pointer}/http/requestUri", f"no member of the input stands for {{{label[:80]}}}")


def _paginators(told: Any, operations: Mapping[str, Any]) -> Iterator[Fault]:
    yield from _named(told, "pagination", operations, lambda name, rule: name, ("input_token", "output_token"))


def _waiters(told: Any, operations: Mapping[str, Any]) -> Iterator[Fault]:
    needed = ("operation", "delay", "maxAttempts", "acceptors")
    yield from _named(told, "waiters", operations, lambda name, rule: rule.get("operation"), needed)


def _examples(told: Any, operations: Mapping[str, Any]) -> Iterator[Fault]:
    if not isinstance(told, dict) or not isinstance(told.get("examples", {}), dict):
        yield Fault("/examples", "it is missing, or no object")
        return
    for name, held in told.get("examples", {}).items():
        if operations and name not in operations:
            yield Fault(f"/examples/{_token(name)}", "there is no such operation")
        if not isinstance(held, list):
            yield Fault(f"/examples/{_token(name)}", f"it is a list, not {_kind(held)}")


def _named(
    told: Any,
    key: str,
    operations: Mapping[str, Any],
    operation_of: Callable[[str, dict[str, Any]], Any],
    needed: tuple[str, ...],
) -> Iterator[Fault]:
    entries = told.get(key) if isinstance(told, dict) else None
    if not isinstance(entries, dict):
        yield Fault(f"/{key}", "it is missing, or no object")
        return
    for name, rule in entries.items():
        pointer = f"/{key}/{_token(name)}"
        if not isinstance(rule, dict):
            yield Fault(pointer, f"it is an object, not {_kind(rule)}")
            continue
        yield from (Fault(f"{pointer}/{part}", "it is missing") for part in needed if part not in rule)
        operation = operation_of(name, rule)
        if operations and operation is not None and operation not in operations:
            yield Fault(pointer, f"there is no operation {str(operation)[:80]!r}")


def _object(told: Any, operations: Mapping[str, Any]) -> Iterator[Fault]:
    if not isinstance(told, dict):
        yield Fault("", f"it is an object, not {_kind(told)}")


_NEIGHBOURS: dict[str, Callable[[Any, Mapping[str, Any]], Iterator[Fault]]] = {
    "paginators-1": _paginators,
    "waiters-2": _waiters,
    "examples-1": _examples,
    "endpoint-rule-set-1": _object,
    "service-2.sdk-extras": _object,
}
