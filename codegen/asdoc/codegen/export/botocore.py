"""The spec as botocore's data files: a folder that boto3 loads from AWS_DATA_PATH.

What the spec does not hold is not made up: no sentences, and rules of endpoints where the wire source has them. Without
those botocore takes its own where it knows the service, and else the address that `endpointPrefix` gives.
"""

from __future__ import annotations

from typing import Any

from asdoc.codegen.spec import Spec
from asdoc.codegen.spec.build import OPERATION_TRAITS
from asdoc.codegen.spec.files import dumps
from asdoc.codegen.spec.traits import OF_MEMBER

from . import endpoints
from .graph import Graph, Ref, Shape, graph
from .result import Exported
from .values import plain

_KNOWN_AS = {ours: theirs for theirs, ours in OPERATION_TRAITS.items()}
_MEMBER_AS = {ours: theirs for theirs, ours in OF_MEMBER.items()}
_RULES = ("input_token", "output_token", "limit_key", "more_results", "result_key", "non_aggregate_keys")
_ALWAYS_LISTS = ("non_aggregate_keys",)

Json = dict[str, Any]


def export(spec: Spec) -> Exported:
    """The files by their path below the data folder: `appconfig/2019-10-09/service-2.json`, ...

    Raises AsdocError for a spec without wire facts.
    """
    model = graph(spec)
    folder = f"{spec.service}/{spec.metadata['apiVersion']}"
    documents: dict[str, Json] = {
        "service-2": {
            "version": "2.0",
            # the rules of endpoints are a file of their own there
            "metadata": {key: told for key, told in sorted(spec.metadata.items()) if key != "endpoints"},
            "operations": {name: _operation(told) for name, told in sorted(spec.operations.items())},
            "shapes": {name: _shape(shape) for name, shape in model.shapes.items()},
        },
        "paginators-1": {"pagination": _pagination(spec)},
        "waiters-2": {"version": 2, "waiters": _waiters(spec)},
        "examples-1": {"version": "1.0", "examples": _examples(model)},
    }
    if told := spec.metadata.get("endpoints"):
        endpoints.tell(told, documents["service-2"])
        documents["endpoint-rule-set-1"] = endpoints.rule_set(told)
    return Exported({f"{folder}/{name}.json": dumps(document) for name, document in documents.items()})


def _operation(told: Json) -> Json:
    wire = told["wire"]
    operation: Json = {
        "name": told["name"],
        "http": {"method": wire["method"], "requestUri": wire["uri"], "responseCode": wire["status"]},
    }
    for side in ("input", "output"):
        if told[side]:
            operation[side] = {"shape": told[side], **wire.get(side, {})}
    if told["errors"]:
        operation["errors"] = [{"shape": name} for name in told["errors"]]
    if "hostPrefix" in wire:
        operation["endpoint"] = {"hostPrefix": wire["hostPrefix"]}
    operation.update({theirs: wire[ours] for ours, theirs in _KNOWN_AS.items() if ours in wire})
    if told["deprecated"]:
        operation["deprecated"] = True
    return operation


def _shape(shape: Shape) -> Json:
    if shape.kind == "document":
        return {"type": "structure", "members": {}, "document": True, **_bounds(shape)}
    told: Json = {"type": shape.kind}
    if shape.required:
        told["required"] = list(shape.required)
    if shape.kind == "structure":
        told["members"] = {name: _ref(ref) for name, ref in shape.members.items()}
    told.update({part: _ref(ref) for part, ref in shape.refs if "/" not in part})
    if shape.enum:
        told["enum"] = list(shape.enum)
    told.update(_bounds(shape))
    told.update({name: True for name in ("union", "eventstream", "sensitive") if getattr(shape, name)})
    if shape.error is not None:
        told.update(_error(shape.name, shape.error))
    told.update(shape.traits)
    return told


def _bounds(shape: Shape) -> Json:
    bounds = {"min": shape.min, "max": shape.max, "pattern": shape.pattern or None}
    return {name: value for name, value in bounds.items() if value is not None}


def _error(name: str, error: Json) -> Json:
    traits: Json = {}
    if error["code"] != name:
        traits["code"] = error["code"]
    if "status" in error:
        traits["httpStatusCode"] = error["status"]
    if not error.get("fault"):
        traits["senderFault"] = True
    return {"error": traits, "exception": True, **({"fault": True} if error.get("fault") else {})}


def _ref(ref: Ref) -> Json:
    return {"shape": ref.shape, **{_MEMBER_AS[name]: value for name, value in ref.traits.items()}}


def _pagination(spec: Spec) -> Json:
    rules: Json = {}
    for name, operation in sorted(spec.operations.items()):
        told = operation.get("pagination", {})
        if "input_token" in told:
            rules[name] = {key: _unlisted(key, told[key]) for key in _RULES if told.get(key)}
    return rules


def _unlisted(key: str, value: Any) -> Any:
    """botocore writes a list of one as the one, of those keys that most often have one."""
    return value[0] if isinstance(value, list) and len(value) == 1 and key not in _ALWAYS_LISTS else value


def _waiters(spec: Spec) -> Json:
    return {
        name: {
            "operation": told["operation"],
            "delay": told["delay"],
            "maxAttempts": told["maxAttempts"],
            "acceptors": told["wire"]["acceptors"],
        }
        for name, told in sorted(spec.waiters.items())
        if "wire" in told
    }


def _examples(model: Graph) -> Json:
    found: dict[str, list[Json]] = {}
    for example in model.spec.examples:
        found.setdefault(example["operation"], []).append(
            {
                "id": example["id"],
                "title": example["id"],
                "input": plain(example["params"]),
                "output": plain(example["output"] or {}),
                "comments": {"input": {}, "output": {}},
                "description": "",
            }
        )
    return dict(sorted(found.items()))
