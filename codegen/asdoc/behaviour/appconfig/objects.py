"""The keywords of JSON Schema that ask about all members of a value, or match names, each in the time there is.

jsonschema's own match by `re`, which knows no limit, or compare each item with each other one; these judge the same,
and say it in the same words where a member is too many. Each takes what jsonschema gives a keyword: the validator, the
keyword's value, the value that is judged and the schema that they are in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .patterns import Searching

Keyword = Callable[[Any, Any, Any, Any], Iterator[Any]]


def keywords(searching: Searching) -> dict[str, Keyword]:
    """The keywords that match by these searches, by name."""
    from jsonschema import ValidationError

    found = searching.found

    def pattern(validator: Any, asked: Any, value: Any, schema: Any) -> Iterator[Any]:
        if validator.is_type(value, "string") and not found(asked, value):
            yield ValidationError(f"{value!r} does not match {asked!r}")

    def pattern_properties(validator: Any, asked: Any, value: Any, schema: Any) -> Iterator[Any]:
        if not validator.is_type(value, "object"):
            return
        for expression, inner in asked.items():
            for name, held in value.items():
                if found(expression, name):
                    yield from validator.descend(held, inner, path=name, schema_path=expression)

    def additional_properties(validator: Any, asked: Any, value: Any, schema: Any) -> Iterator[Any]:
        if not validator.is_type(value, "object"):
            return
        patterns = schema.get("patternProperties", {})
        told = schema.get("properties", {})
        extras = [name for name in value if name not in told and not any(found(each, name) for each in patterns)]
        if validator.is_type(asked, "object"):
            for name in extras:
                yield from validator.descend(value[name], asked, path=name)
        elif not asked and extras:
            what = f"do not match any of the regexes: {_listed(patterns)}" if patterns else "are not allowed"
            yield ValidationError(f"Additional properties {what} ({_listed(extras)})")

    def unevaluated_properties(validator: Any, asked: Any, value: Any, schema: Any) -> Iterator[Any]:
        if not validator.is_type(value, "object"):
            return
        seen = _evaluated(validator, value, schema, searching)
        extras = [
            name
            for name, held in value.items()
            if name not in seen and not _fits(validator, held, asked, path=name, schema_path=name)
        ]
        if extras:
            what = "not allowed" if asked is False else "not valid under the given schema"
            yield ValidationError(f"Unevaluated properties are {what} ({_listed(extras)})")

    def unique_items(validator: Any, asked: Any, value: Any, schema: Any) -> Iterator[Any]:
        if asked and validator.is_type(value, "array") and len({_key(item) for item in value}) < len(value):
            yield ValidationError(f"{value!r} has non-unique elements")

    return {
        "pattern": pattern,
        "patternProperties": pattern_properties,
        "additionalProperties": additional_properties,
        "unevaluatedProperties": unevaluated_properties,
        "uniqueItems": unique_items,
    }


def _evaluated(validator: Any, value: dict[str, Any], schema: Any, searching: Searching) -> set[str]:
    """The members of an object that a schema, or one within it that applies, has looked at."""
    if not isinstance(schema, dict):
        return set()
    seen = set(value.keys() & schema.get("properties", {}).keys())
    seen |= {name for each in schema.get("patternProperties", {}) for name in value if searching.found(each, name)}
    for keyword in ("additionalProperties", "unevaluatedProperties"):
        if keyword in schema:
            seen |= {name for name, held in value.items() if _fits(validator, held, schema[keyword])}
    for place, inner in _led_to(validator, schema):
        seen |= _evaluated(place, value, inner, searching)
    for inner in _applied(validator, value, schema):
        seen |= _evaluated(validator, value, inner, searching)
    return seen


def _led_to(validator: Any, schema: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """The schemas that a schema refers to, each with the validator that stands where it does."""
    from referencing.jsonschema import lookup_recursive_ref

    known = validator.VALIDATORS
    resolver = validator._resolver
    looked_up = [resolver.lookup(schema[word]) for word in ("$ref", "$dynamicRef") if word in schema and word in known]
    if "$recursiveRef" in schema and "$recursiveRef" in known:
        looked_up.append(lookup_recursive_ref(resolver))
    for found in looked_up:
        yield validator.evolve(schema=found.contents, _resolver=found.resolver), found.contents


def _applied(validator: Any, value: dict[str, Any], schema: dict[str, Any]) -> Iterator[Any]:
    """The schemas within a schema that hold for the same object."""
    yield from (inner for name, inner in schema.get("dependentSchemas", {}).items() if name in value)
    for keyword in ("allOf", "oneOf", "anyOf"):
        yield from (inner for inner in schema.get(keyword, ()) if _fits(validator, value, inner))
    if "if" in schema:
        if _fits(validator, value, schema["if"]):
            yield schema["if"]
            yield schema.get("then", True)
        else:
            yield schema.get("else", True)


def _fits(validator: Any, value: Any, schema: Any, **where: str) -> bool:
    return next(validator.descend(value, schema, **where), None) is None


def _key(value: Any) -> Any:
    """Equal for what JSON Schema takes for equal: 1 and 1.0 are, 1 and true are not."""
    if isinstance(value, dict):
        return "object", frozenset((name, _key(held)) for name, held in value.items())
    if isinstance(value, list):
        return "array", tuple(map(_key, value))
    return (type(value).__name__, value) if isinstance(value, bool) else value


def _listed(names: Any) -> str:
    return ", ".join(repr(name) for name in sorted(names)[:20])
