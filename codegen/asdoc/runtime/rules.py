"""The endpoint rules of a service, evaluated: from region, variants and arguments to a URL and how to sign for it.

Rules come from the wire source, shortened (`asdoc.codegen.rules`): a rule is `[conditions, outcome]`, whose outcome is
a list of further rules, an object with `url`, or null where there is no such endpoint. A condition is a call,
`[function, argument…]`, and `["=", name, call]` keeps what the call gives. `"{Region}"` is a value by its name,
`"{PartitionResult#dnsSuffix}"` a part of one, and a longer text holds such references.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .exceptions import InvalidEndpointError
from .partitions import partition_of

Scope = dict[str, Any]
_REFERENCE = re.compile(r"\{([A-Za-z0-9_#.\[\]]+)\}")
_LABEL = re.compile(r"(?!-)[a-zA-Z\d-]{1,63}(?<!-)", re.ASCII)
_IPV4 = re.compile(r"\d{1,3}(\.\d{1,3}){3}", re.ASCII)
_PART = re.compile(r"(\w*)\[(\d+)\]")


def evaluate(rules: Sequence[Any], values: Mapping[str, Any], service: str) -> dict[str, Any]:
    """What the rules say for these values: an object with `url`, and where it is told `auth` and `headers`.

    Raises InvalidEndpointError where they say that there is no such endpoint.
    """
    try:
        found = _first(rules, dict(values), ())
    except _Refused as refused:
        asked = refused.args[0]
    else:
        if found is not None:
            return found
        asked = tuple(values)
    held = {name: values[name] for name in dict.fromkeys(asked) if values.get(name) not in (None, False)}
    listed = ", ".join(f"{name} {value!r}" for name, value in held.items())
    raise InvalidEndpointError(
        f"finding the endpoint of {service}: there is none for {listed or 'what is configured'}",
        hint="One of these rules out another, or lacks something beside it.",
    )


class _Refused(Exception):  # noqa: N818 - no error of its own, but the way out of the rules
    """A rule says that there is no such endpoint; holds the names that were asked for on the way to it."""


def _first(rules: Sequence[Any], scope: Scope, asked: tuple[str, ...]) -> dict[str, Any] | None:
    for conditions, outcome in rules:
        inner = scope.copy()
        if not all(_holds(condition, inner) for condition in conditions):
            continue
        if isinstance(outcome, dict):
            return {key: _deep(told, inner) for key, told in outcome.items()}
        path = (*asked, *_names(conditions))
        if outcome is None:
            raise _Refused(path)
        if (found := _first(outcome, inner, path)) is not None:
            return found
    return None


def _names(told: Any) -> list[str]:
    """The names that conditions refer to."""
    if isinstance(told, str):
        return [found.partition("#")[0] for found in _REFERENCE.findall(told)]
    return [name for held in told for name in _names(held)] if isinstance(told, list) else []


def _holds(condition: Sequence[Any], scope: Scope) -> bool:
    if condition[0] == "=":
        value = scope[condition[1]] = _call(condition[2], scope)
    else:
        value = _call(condition, scope)
    return value is not None and value is not False


def _call(call: Sequence[Any], scope: Scope) -> Any:
    if isinstance(call, str):
        return _value(call, scope)
    return _FUNCTIONS[call[0]](*[_value(argument, scope) for argument in call[1:]])


def _value(told: Any, scope: Scope) -> Any:
    if isinstance(told, list):
        return _call(told, scope)
    if not isinstance(told, str) or "{" not in told:
        return told
    whole = _REFERENCE.fullmatch(told)
    if whole is not None:
        return _lookup(whole[1], scope)
    return _REFERENCE.sub(lambda found: str(_lookup(found[1], scope)), told)


def _deep(told: Any, scope: Scope) -> Any:
    if isinstance(told, dict):
        return {key: _deep(held, scope) for key, held in told.items()}
    if isinstance(told, list):
        return [_deep(held, scope) for held in told]
    return _value(told, scope)


def _lookup(reference: str, scope: Scope) -> Any:
    name, _, path = reference.partition("#")
    value = scope.get(name)
    for part in path.split(".") if path else ():
        if value is None:
            return None
        indexed = _PART.fullmatch(part)
        key = part if indexed is None else indexed[1]
        if key:
            value = value.get(key) if isinstance(value, dict) else getattr(value, key, None)
        if indexed is not None:
            index = int(indexed[2])
            value = value[index] if value is not None and index < len(value) else None
    return value


def is_host_label(value: Any, dots: bool = False) -> bool:
    """True for a label of a host name, or with `dots` for several joined by dots."""
    if not isinstance(value, str):
        return False
    labels = value.split(".") if dots else [value]
    return all(_LABEL.fullmatch(label) is not None for label in labels)


def is_bucket_label(value: Any, dots: bool) -> bool:
    """True for the name of a bucket that can stand in a host name."""
    return (
        isinstance(value, str)
        and len(value) >= 3
        and value == value.lower()
        and _IPV4.fullmatch(value) is None
        and is_host_label(value, dots)
    )


def parse_arn(value: Any) -> dict[str, Any] | None:
    """The parts of an Amazon Resource Name; None for what is none."""
    if not isinstance(value, str) or not value.startswith("arn:"):
        return None
    parts = value.split(":", 5)
    if len(parts) < 6 or not (parts[1] and parts[2] and parts[5]):
        return None
    return {
        "partition": parts[1],
        "service": parts[2],
        "region": parts[3],
        "accountId": parts[4],
        "resourceId": parts[5].replace(":", "/").split("/"),
    }


def _parse_url(value: Any) -> dict[str, Any] | None:
    from .endpoint import parse_endpoint

    if not isinstance(value, str):
        return None
    try:
        scheme, host, path = parse_endpoint(value)
    except InvalidEndpointError:
        return None
    return {
        "scheme": scheme,
        "authority": host,
        "path": path,
        "normalizedPath": path if path.endswith("/") else f"{path}/",
        "isIp": host.startswith("[") or _IPV4.fullmatch(host.partition(":")[0]) is not None,
    }


def _substring(value: Any, start: int, stop: int, reverse: bool) -> str | None:
    if not isinstance(value, str) or start >= stop or len(value) < stop or not value.isascii():
        return None
    return value[len(value) - stop : len(value) - start] if reverse else value[start:stop]


def _encode(value: Any) -> str | None:
    from urllib.parse import quote

    return quote(value, safe="-_.~") if isinstance(value, str) else None


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "isSet": lambda value: value is not None,
    "not": lambda value: not value,
    "is": lambda one, other: one == other,
    "getAttr": lambda value, path: _lookup(f"it#{path}", {"it": value}),
    "aws.partition": lambda region: partition_of(region or ""),
    "aws.parseArn": parse_arn,
    "isValidHostLabel": is_host_label,
    "aws.isVirtualHostableS3Bucket": is_bucket_label,
    "parseURL": _parse_url,
    "substring": _substring,
    "uriEncode": _encode,
}
"""`is` stands for the two functions that compare, of strings and of booleans."""
