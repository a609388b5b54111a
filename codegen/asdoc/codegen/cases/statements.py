"""Statements to cases: one call tried as an example is, or several steps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_SECONDS = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0}


def statement_case(service: str, statement: Mapping[str, Any], examples: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The case of one statement that says how it is tried. Left out are members that have nothing to say."""
    how = statement["case"]
    told = {
        "id": f"{service}.statement.{statement['id']}",
        "kind": "statement",
        "basis": statement.get("basis", "documented"),
        "source": as_list(statement.get("source") or []),
        "given": [_given(given) for given in how.get("given") or []],
        "made": dict(how.get("made") or {}),
    }
    if "call" in how:
        # Without an example there is nothing to begin from; the case says what its call lacks when it is run.
        example = next((example for example in examples if example["operation"] == how["call"]), {})
        return told | {
            "operation": how["call"],
            "params": {**(example.get("params") or {}), **(how.get("params") or {})},
            "output": how.get("output"),
            "error": how.get("error", ""),
            "errata": [],
        }
    readings = how.get("readings") or [{"steps": how["steps"]}]
    return told | {
        "operation": how.get("about") or _last_call(readings[0]["steps"]),
        "scripts": [script({**reading, "finally": how.get("finally")}) for reading in readings],
    }


def script(reading: Mapping[str, Any]) -> dict[str, Any]:
    """One reading: its name, its steps, and what the calls that prepare it are given."""
    told = {"steps": [_step(step) for step in reading["steps"]]}
    if reading.get("finally"):
        told["lastly"] = [_step(step) for step in reading["finally"]]
    for name in ("name", "made"):
        if reading.get(name):
            told[name] = reading[name]
    return told


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    if "advance" in step:
        return {"advance": sum(_SECONDS[unit] * amount for unit, amount in step["advance"].items())}
    if "reach" in step:
        return {"reach": _given(step["reach"])}
    told = dict(step)
    if "as" in told:
        told["label"] = told.pop("as")
    if "error" in told:
        told["error"] = as_list(told["error"])
    return told


def sample_call(sample: Mapping[str, Any]) -> dict[str, Any]:
    """A made-up call of resources.yaml, with what prepares it."""
    return {
        "operation": sample["operation"],
        "params": sample["params"],
        "before": [_step(step) for step in sample.get("before") or []],
    }


def _given(given: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in given.items() if name not in {"hours", "minutes"}}
    hours = given.get("hours", 0) + given.get("minutes", 0) / 60
    return {**told, "hours": hours} if hours else told


def _last_call(steps: Sequence[Mapping[str, Any]]) -> str:
    return next((str(step["call"]) for step in reversed(steps) if "call" in step), "")


def calls_of(case: Mapping[str, Any]) -> Iterator[str]:
    """The operations that a compiled case tries."""
    yield case["operation"]
    for told in case.get("scripts") or []:
        yield from (step["call"] for step in told["steps"] if "call" in step)


def as_list(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else list(value)
