"""Endpoint rules as botocore's `endpoint-rule-set-1.json` writes them, and what operations say to them."""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]

_WHOLE = re.compile(r"\{(\w+)(?:#([^{}]+))?\}")
_COMMON: dict[str, Json] = {
    "Region": {"builtIn": "AWS::Region", "required": False, "type": "string"},
    "UseDualStack": {"builtIn": "AWS::UseDualStack", "default": False, "required": True, "type": "boolean"},
    "UseFIPS": {"builtIn": "AWS::UseFIPS", "default": False, "required": True, "type": "boolean"},
    "Endpoint": {"builtIn": "SDK::Endpoint", "required": False, "type": "string"},
}


def rule_set(told: Json) -> Json:
    """The content of `endpoint-rule-set-1.json`. Parameters carry no prose, nor do rules that refuse."""
    own = {
        name: {
            "type": "string",
            "required": False,
            "documentation": "",
            **{key: value for key, value in held.items() if key != "unused"},
        }
        for name, held in told.get("parameters", {}).items()
    }
    common = {name: {**held, "documentation": ""} for name, held in _COMMON.items()}
    return {"version": "1.0", "parameters": {**common, **own}, "rules": [_rule(rule) for rule in told["rules"]]}


def tell(told: Json, model: Json) -> None:
    """Write into a `service-2` document what its operations say to the rules."""
    for name, own in told.get("operations", {}).items():
        operation = model["operations"].get(name)
        if operation is None:
            continue
        members = model["shapes"].get(operation.get("input", {}).get("shape", ""), {}).get("members", {})
        for parameter, held in own.items():
            if "static" in held:
                operation.setdefault("staticContextParams", {})[parameter] = {"value": held["static"]}
            elif "path" in held:
                operation.setdefault("operationContextParams", {})[parameter] = {"path": held["path"]}
            elif held["argument"] in members:
                members[held["argument"]]["contextParam"] = {"name": parameter}


def _rule(rule: list[Any]) -> Json:
    conditions = [_condition(condition) for condition in rule[0]]
    outcome = rule[1]
    if outcome is None:
        return {"conditions": conditions, "error": "There is no such endpoint.", "type": "error"}
    if isinstance(outcome, list):
        return {"conditions": conditions, "rules": [_rule(inner) for inner in outcome], "type": "tree"}
    properties: Json = {}
    if "auth" in outcome:
        properties["authSchemes"] = outcome["auth"]
    if "backend" in outcome:
        properties["backend"] = outcome["backend"]
    endpoint = {"url": _call(outcome["url"]), "properties": properties, "headers": outcome.get("headers", {})}
    return {"conditions": conditions, "endpoint": endpoint, "type": "endpoint"}


def _condition(condition: list[Any]) -> Json:
    if condition[0] == "=":
        call: Json = _argument(condition[2])
        return {**call, "assign": condition[1]}
    found: Json = _call(condition)
    return found


def _call(told: Any) -> Any:
    if not isinstance(told, list):
        return told
    name, *arguments = told
    if name == "is":
        name = "booleanEquals" if any(isinstance(argument, bool) for argument in arguments) else "stringEquals"
    return {"fn": name, "argv": [_argument(argument) for argument in arguments]}


def _argument(told: Any) -> Any:
    whole = _WHOLE.fullmatch(told) if isinstance(told, str) else None
    if whole is None:
        return _call(told)
    name, path = whole.groups()
    return {"ref": name} if path is None else {"fn": "getAttr", "argv": [{"ref": name}, path]}
