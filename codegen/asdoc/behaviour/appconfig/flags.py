"""Feature flags: what a configuration of that type must be, and what of it a client is given.

AppConfig User Guide, "Understanding the type reference for AWS.AppConfig.FeatureFlags" (names, sizes, what clients
get), "Creating a feature flag configuration profile" (attributes and their constraints) and "Understanding
multi-variant feature flag concepts" (the default variant). Rules of variants are the AppConfig agent's to evaluate:
they are kept, and handed out as they are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from .patterns import PatternError, Searching, check_pattern

FLAGS = "AWS.AppConfig.FeatureFlags"

_KEY = re.compile(r"[a-z][a-zA-Z0-9_-]{0,63}")
_NAME = re.compile(r"[^\n]{1,64}")
_MOST_ATTRIBUTES = 25
_MOST_VARIANTS = 32
_MOST_VALUES = 100
"""Values that an enumeration may list."""
_SECONDS = 2.0
"""For all patterns of one configuration."""
_RESERVED = "enabled"
"""The name that no attribute may have."""

Say = Callable[[str, str, str, Any], None]
"""Takes what is broken: constraint, location, reason, value."""
_Check = Callable[[Any, str, Say], None]


class Breach(msgspec.Struct, frozen=True):
    """One thing that a configuration of feature flags must not be."""

    constraint: str
    location: str
    """Where, in the notation of JSONPath."""
    reason: str
    value: str


def breaches(document: Any) -> list[Breach]:
    """What a decoded configuration breaks of the documented form, in the order of the document; empty where it is
    valid."""
    found: list[Breach] = []

    def say(constraint: str, where: str, reason: str, value: Any) -> None:
        found.append(Breach(constraint, where, reason, str(value)[:200]))

    _flag_set(document, "$", say)
    if not found:
        _values_fit(document, say)
    return found


def simplified(content: bytes) -> bytes:
    """What a client gets: for each flag whether it is enabled, and its attributes if it is.

    The variants of a flag stay as they are, for the agent to choose from. What is no configuration of feature flags is
    given back unchanged.
    """
    try:
        document = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return content
    if not isinstance(document, dict) or not isinstance(document.get("flags", {}), dict):
        return content
    values = document.get("values")
    given: dict[str, Any] = values if isinstance(values, dict) else {}
    keys = dict.fromkeys([*document.get("flags", {}), *given])
    return msgspec.json.encode({key: _delivered(given.get(key)) for key in keys})


def _delivered(value: Any) -> dict[str, Any]:
    value = value if isinstance(value, dict) else {}
    if value.get("_variants"):
        return {"_variants": value["_variants"]}
    enabled = value.get("enabled") is True
    attributes = {name: held for name, held in value.items() if name != "enabled" and not name.startswith("_")}
    return {"enabled": enabled, **(attributes if enabled else {})}


# The form: one check a kind of node. A check says what is wrong with a value, and nothing where nothing is.


def _text(*, most: int | None = None, among: tuple[str, ...] = (), like: re.Pattern[str] | None = None) -> _Check:
    def check(value: Any, where: str, say: Say) -> None:
        if not isinstance(value, str):
            say("type", where, "must be a string", value)
        elif most is not None and len(value) > most:
            say("maxLength", where, f"must have at most {most} characters", value)
        elif among and value not in among:
            say("enum", where, f"must be one of {', '.join(among)}", value)
        elif like is not None and like.fullmatch(value) is None:
            say("pattern", where, f"must match {like.pattern}", value)

    return check


def _flag(value: Any, where: str, say: Say) -> None:
    if not isinstance(value, bool):
        say("type", where, "must be true or false", value)


def _whole(value: Any, where: str, say: Say) -> None:
    if not _integral(value):
        say("type", where, "must be an integer", value)


def _list(item: _Check, *, most: int | None = None) -> _Check:
    def check(value: Any, where: str, say: Say) -> None:
        if not isinstance(value, list):
            say("type", where, "must be an array", value)
            return
        if most is not None and len(value) > most:
            say("maxLength", where, f"must have at most {most} items", len(value))
        for place, held in enumerate(value):
            item(held, f"{where}[{place}]", say)

    return check


def _object(
    members: Mapping[str, _Check],
    *,
    required: tuple[str, ...] = (),
    others: _Check | None = None,
    most: int | None = None,
) -> _Check:
    """An object of those members; `others` checks members whose names are keys, of which there may be `most`."""

    def check(value: Any, where: str, say: Say) -> None:
        if not isinstance(value, dict):
            say("type", where, "must be an object", value)
            return
        for name in required:
            if name not in value:
                say("required", where, f"{name} is required", sorted(value))
        for name, held in value.items():
            inner = members.get(name) or (others if _KEY.fullmatch(name) else None)
            if inner is None:
                say("additionalProperties", f"{where}.{name[:80]}", "is not a member that is meant here", name)
            else:
                inner(held, f"{where}.{name}", say)
        if most is not None and sum(name not in members for name in value) > most:
            say("maxProperties", where, f"must have at most {most} members", len(value))

    return check


def _scalar_or_list(value: Any, where: str, say: Say) -> None:
    """The value of an attribute: text, number, true or false, or an array of texts or of numbers."""
    if isinstance(value, list):
        if not (all(isinstance(held, str) for held in value) or all(_numeric(held) for held in value)):
            say("oneOf", where, "must be an array of strings or an array of numbers", value)
        texts = [held for held in value if isinstance(held, str)]
    elif isinstance(value, str):
        texts = [value]
    elif value is None or isinstance(value, dict):
        say("oneOf", where, "must be a string, a number, true, false or an array", value)
        return
    else:
        return
    if any(len(text) > 1024 for text in texts):
        say("maxLength", where, "must have at most 1024 characters", value)


def _numeric(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _integral(value: Any) -> bool:
    return value.is_integer() if isinstance(value, float) else _numeric(value)


def _enumerated(value: Any, where: str, say: Say) -> None:
    if isinstance(value, str):
        _text(most=1024)(value, where, say)
    elif not _integral(value):
        say("oneOf", where, "must be a string or an integer", value)


def _pattern(value: Any, where: str, say: Say) -> None:
    _text(most=1024)(value, where, say)
    if isinstance(value, str):
        try:
            check_pattern(value)
        except PatternError as error:
            say("pattern", where, str(error), value)


def _constraints(value: Any, where: str, say: Say) -> None:
    kind = value.get("type") if isinstance(value, dict) else None
    check = _CONSTRAINTS.get(kind) if isinstance(kind, str) else None
    if check is None:
        say("oneOf", where, f"must be an object whose type is one of {', '.join(_CONSTRAINTS)}", value)
        return
    check(value, where, say)
    if kind == "string" and "pattern" in value and "enum" in value:
        say("not", where, "pattern and enum exclude one another", value)


def _elements(value: Any, where: str, say: Say) -> None:
    if not isinstance(value, dict) or value.get("type") not in ("number", "string"):
        say("oneOf", where, "must be an object whose type is one of number, string", value)
        return
    _constraints(value, where, say)


def _attributes(value: Any, where: str, say: Say) -> None:
    _object({}, others=_ATTRIBUTE, most=_MOST_ATTRIBUTES)(value, where, say)
    if isinstance(value, dict) and _RESERVED in value:
        say("reserved", f"{where}.{_RESERVED}", "no attribute may have this name", _RESERVED)


def _variants(value: Any, where: str, say: Say) -> None:
    """The last variant is the default, which has no rule; those before it are chosen by theirs."""
    _list(_VARIANT, most=_MOST_VARIANTS)(value, where, say)
    if not isinstance(value, list) or not all(isinstance(held, dict) for held in value):
        return
    for place, held in enumerate(value):
        last = place == len(value) - 1
        if last and held.get("rule"):
            say("default", f"{where}[{place}]", "the last variant is the default, and may have no rule", held["rule"])
        elif not last and not held.get("rule"):
            say("default", f"{where}[{place}]", "only the default variant has no rule, and it must be the last", held)


_BARE = {"type": _text(), "required": _flag}
_BOUNDS = {"minimum": _whole, "maximum": _whole}
_CONSTRAINTS: dict[str, _Check] = {
    "string": _object({**_BARE, "pattern": _pattern, "enum": _list(_enumerated, most=_MOST_VALUES)}),
    "number": _object({**_BARE, **_BOUNDS}),
    "boolean": _object(_BARE),
    "array": _object({**_BARE, "elements": _elements}),
}
_DESCRIPTION = _text(most=1024)
_CUSTOM_NAME = _text(like=_NAME)
_STAMPS = {"_createdAt": _text(), "_updatedAt": _text()}
_ATTRIBUTE = _object({"description": _DESCRIPTION, "constraints": _constraints})
_DEFINITION = _object(
    {
        "name": _CUSTOM_NAME,
        "description": _DESCRIPTION,
        **_STAMPS,
        "_deprecation": _object({"status": _text(among=("planned",)), "date": _text()}),
        "attributes": _attributes,
    }
)
_VARIANT = _object(
    {
        "name": _CUSTOM_NAME,
        "enabled": _flag,
        "rule": _text(most=16384),
        "attributeValues": _object({}, others=_scalar_or_list, most=_MOST_ATTRIBUTES),
    },
    required=("name", "enabled"),
)
_VALUE = _object({"enabled": _flag, **_STAMPS, "_variants": _variants}, others=_scalar_or_list, most=_MOST_ATTRIBUTES)
_flag_set = _object(
    {"version": _text(among=("1",)), "flags": _object({}, others=_DEFINITION), "values": _object({}, others=_VALUE)},
    required=("version",),
)


# The constraints: what the values of a document in the right form have to keep.


def _values_fit(document: Any, say: Say) -> None:
    searching = Searching(_SECONDS)
    for key, value in document.get("values", {}).items():
        attributes = document.get("flags", {}).get(key, {}).get("attributes", {})
        where = f"$.values.{key}"
        if "_variants" in value:
            for place, variant in enumerate(value["_variants"]):
                held = variant.get("attributeValues", {})
                place_of = f"{where}._variants[{place}].attributeValues"
                _attributes_fit(attributes, held, variant["enabled"], place_of, searching, say)
        else:
            _attributes_fit(attributes, value, value.get("enabled", False), where, searching, say)


def _attributes_fit(
    attributes: Mapping[str, Any], held: Mapping[str, Any], enabled: bool, where: str, searching: Searching, say: Say
) -> None:
    for name, told in attributes.items():
        rules = told.get("constraints", {})
        if name in held:
            _fits(rules, held[name], f"{where}.{name}", searching, say)
        elif enabled and rules.get("required"):
            # Only an enabled flag delivers its attributes.
            say("required", where, f"{name} is required", sorted(held))


def _fits(rules: Mapping[str, Any], value: Any, where: str, searching: Searching, say: Say) -> None:
    kind = rules.get("type")
    if kind is not None and not _KINDS[kind](value):
        say("type", where, f"must be of the type {kind}", value)
    elif kind == "array":
        for place, item in enumerate(value):
            _fits(rules.get("elements", {}), item, f"{where}[{place}]", searching, say)
    elif "minimum" in rules and value < rules["minimum"]:
        say("minimum", where, f"must be at least {rules['minimum']}", value)
    elif "maximum" in rules and value > rules["maximum"]:
        say("maximum", where, f"must be at most {rules['maximum']}", value)
    elif "enum" in rules and value not in map(str, rules["enum"]):
        say("enum", where, f"must be one of {', '.join(map(str, rules['enum']))}", value)
    elif "pattern" in rules:
        try:
            fits = searching.found(rules["pattern"], value)
        except PatternError as error:
            say("pattern", where, str(error), value)
        else:
            if not fits:
                say("pattern", where, f"must match {rules['pattern']}", value)


_KINDS: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "number": _numeric,
    "boolean": lambda value: isinstance(value, bool),
    "array": lambda value: isinstance(value, list),
}
