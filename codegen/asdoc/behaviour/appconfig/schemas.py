"""JSON Schemas that callers give, asked about values that callers give.

Neither is trusted. A reference leads nowhere but into the schema itself and to the published meta-schemas: nothing is
fetched and no file is read. What takes too long is given up. The package jsonschema does the work; where it is not
installed there is no answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any, NamedTuple

from .objects import keywords as timed_keywords
from .patterns import PatternError, Searching

SHOWN = 20
"""Violations that one answer lists."""

_SECONDS = 2.0
"""For one schema and one value: a small schema can ask for more steps than there is time."""


class SchemaBrokenError(Exception):
    """A schema is none, leads nowhere, or comes to no end."""


class Violation(NamedTuple):
    keyword: str
    path: str
    """Where, in the notation of JSONPath."""
    reason: str
    value: str


def check_schema(schema: Any) -> None:
    """Raises SchemaBrokenError where a JSON value is no JSON Schema, as far as that can be told here."""
    if not isinstance(schema, dict):
        raise SchemaBrokenError("it is not an object")
    if not isinstance(schema.get("$schema", ""), str):
        raise SchemaBrokenError("$schema is not a string")
    if _installed():
        _guarded(lambda: _class_of(schema).check_schema(schema))


def violations(schema: Any, value: Any) -> list[Violation] | None:
    """What a value breaks of a schema, in the order of its parts; None where jsonschema is not installed.

    Raises SchemaBrokenError where the schema cannot be asked.
    """
    check_schema(schema)
    if not _installed():
        return None
    from jsonschema_specifications import REGISTRY

    errors: list[Any] = _guarded(
        lambda: sorted(
            _within(_class_of(schema))(schema, registry=REGISTRY).iter_errors(value),
            key=lambda error: error.json_path,
        )
    )
    return [
        Violation(str(error.validator), error.json_path, error.message[:500], str(error.instance)[:200])
        for error in errors[:SHOWN]
    ]


def _guarded(ask: Callable[[], Any]) -> Any:
    import jsonschema
    from referencing.exceptions import Unresolvable

    try:
        return ask()
    except SchemaBrokenError:
        raise
    except PatternError as error:
        raise SchemaBrokenError(str(error)) from error
    except jsonschema.SchemaError as error:
        raise SchemaBrokenError(error.message[:200]) from error
    except Unresolvable as error:
        raise SchemaBrokenError(f"it refers to {str(error.ref)[:100]}, which is not a part of it") from error
    except RecursionError as error:
        raise SchemaBrokenError("the schema or the configuration is nested too deeply") from error
    except Exception as error:  # what the meta-schemas let through makes jsonschema raise whatever comes
        raise SchemaBrokenError(f"a keyword has a value of a wrong kind ({type(error).__name__})") from error


@cache
def _installed() -> bool:
    return find_spec("jsonschema") is not None


def _class_of(schema: Any) -> Any:
    import jsonschema
    import jsonschema.validators

    return jsonschema.validators.validator_for(schema, default=jsonschema.Draft4Validator)


def _within(kind: Any) -> Any:
    """The validator class with each of its keywords looking at the time."""
    import jsonschema.validators

    searching = Searching(_SECONDS)

    def timed(keyword: Any) -> Any:
        def look(*asked: Any) -> Iterator[Any]:
            if searching.late:
                raise SchemaBrokenError(f"it takes more than {_SECONDS:g} seconds to check")
            yield from keyword(*asked) or ()

        return look

    known = {name: keyword for name, keyword in timed_keywords(searching).items() if name in kind.VALIDATORS}
    keywords = {name: timed(keyword) for name, keyword in {**kind.VALIDATORS, **known}.items()}
    return jsonschema.validators.extend(kind, keywords)
