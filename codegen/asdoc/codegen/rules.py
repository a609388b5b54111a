"""The endpoint rules of botocore's data in the short form that `asdoc.runtime.rules` evaluates.

Left out is all prose: what a rule that refuses says of it, too.
"""

from __future__ import annotations

import re
from typing import Any

_REFERENCE = re.compile(r"\{([^{}]+)\}")
_SAME = {"stringEquals": "is", "booleanEquals": "is"}
_FOUR = {
    "AWS::Region": "Region",
    "AWS::UseFIPS": "UseFIPS",
    "AWS::UseDualStack": "UseDualStack",
    "SDK::Endpoint": "Endpoint",
}
"""The parameters that nearly every service has, by these names."""


def endpoints(rule_set: dict[str, Any], model: dict[str, Any], scopes: dict[str, str]) -> dict[str, Any]:
    """What `wire.json` tells of a service's endpoints.

    `rules` are the rules; `parameters` those beside the common four (`builtIn`, `default`, `type` but for strings,
    and `unused` where no rule asks for it); `operations` what single operations set: a constant (`static`), an argument
    (`argument`) or a path into one (`path`). `scopes` are kept as they are: partition -> the region that signatures
    name where the rules name none.
    """
    found: dict[str, Any] = {"rules": [_rule(rule) for rule in rule_set["rules"]]}
    parameters = {
        name: {key: told[key] for key in ("builtIn", "default", "type") if key in told and told[key] != "string"}
        for name, told in sorted(rule_set["parameters"].items())
        if _FOUR.get(told.get("builtIn", "")) != name
    }
    used = _used(found["rules"])
    for name, told in parameters.items():
        if name not in used:
            told["unused"] = True
    if parameters:
        found["parameters"] = parameters
        if operations := _operations(model, parameters):
            found["operations"] = operations
    if scopes:
        found["scopes"] = scopes
    return found


def scopes(model: dict[str, Any], regions: dict[str, Any]) -> dict[str, str]:
    """Partition -> the one region that a service without regions is signed for there; empty for other services.

    `regions` is botocore's `endpoints.json`.
    """
    found: dict[str, str] = {}
    for partition in regions["partitions"]:
        told = partition["services"].get(model["metadata"]["endpointPrefix"], {})
        if told.get("isRegionalized", True):
            continue
        region = told["endpoints"].get(told.get("partitionEndpoint"), {}).get("credentialScope", {}).get("region")
        if region:
            found[partition["partition"]] = region
    return found


def _used(told: Any) -> set[str]:
    """The names that rules refer to."""
    if isinstance(told, str):
        return {reference.partition("#")[0] for reference in _REFERENCE.findall(told)}
    if isinstance(told, dict):
        told = list(told.values())
    return {name for held in told for name in _used(held)} if isinstance(told, list) else set()


def _operations(model: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, told in sorted(model["operations"].items()):
        shape = model["shapes"].get(told.get("input", {}).get("shape", ""), {})
        own: dict[str, Any] = {}
        for parameter, path in told.get("operationContextParams", {}).items():
            own[parameter] = {"path": path["path"]}
        for member, held in shape.get("members", {}).items():
            if "contextParam" in held:
                own[held["contextParam"]["name"]] = {"argument": member}
        for parameter, value in told.get("staticContextParams", {}).items():
            own[parameter] = {"static": value["value"]}
        own = {parameter: own[parameter] for parameter in sorted(own) if parameter in parameters}
        if own:
            found[name] = own
    return found


def _rule(told: dict[str, Any]) -> list[Any]:
    conditions = [_condition(condition) for condition in told["conditions"]]
    if told["type"] == "tree":
        return [conditions, [_rule(rule) for rule in told["rules"]]]
    if told["type"] == "error":
        return [conditions, None]
    endpoint = told["endpoint"]
    outcome: dict[str, Any] = {"url": _value(endpoint["url"])}
    properties = endpoint.get("properties", {})
    if "authSchemes" in properties:
        outcome["auth"] = properties["authSchemes"]
    if "backend" in properties:
        outcome["backend"] = properties["backend"]
    if endpoint.get("headers"):
        outcome["headers"] = {name: [_value(value) for value in held] for name, held in endpoint["headers"].items()}
    return [conditions, outcome]


def _condition(told: dict[str, Any]) -> list[Any]:
    call = _value(told)
    return ["=", told["assign"], call] if "assign" in told else call


def _value(told: Any) -> Any:
    if not isinstance(told, dict):
        return told
    if "ref" in told:
        return f"{{{told['ref']}}}"
    if told["fn"] == "getAttr" and "ref" in told["argv"][0]:
        return f"{{{told['argv'][0]['ref']}#{told['argv'][1]}}}"
    return [_SAME.get(told["fn"], told["fn"]), *(_value(argument) for argument in told["argv"])]
