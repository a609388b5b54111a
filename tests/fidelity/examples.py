"""The documented examples of the model, as their pages show them, held against what was read."""

from __future__ import annotations

from typing import Any

from botocore.utils import parse_timestamp

from asdoc.codegen.pages import OperationPage

from .score import Miss, Tally
from .truth import Operation


def shown(value: Any, reference: dict[str, Any] | None, shapes: dict[str, Any]) -> Any:
    """A value as a page shows it: times as six numbers, all else that is no container or number as text."""
    shape = shapes[reference["shape"]] if reference else {}
    if isinstance(value, dict):
        members = shape.get("members", {})
        inner = shape.get("value")
        return {key: shown(held, members.get(key, inner), shapes) for key, held in value.items()}
    if isinstance(value, list):
        return [shown(held, shape.get("member"), shapes) for held in value]
    if isinstance(value, int | float):
        return value
    if shape.get("type") == "timestamp":
        return {"$datetime": list(parse_timestamp(value).timetuple()[:6])}
    return str(value)


def compare(service: str, page: OperationPage, truth: Operation) -> tuple[Tally, list[Miss]]:
    """Each example is one fact: its arguments and its output whole."""
    tally, misses = Tally(), []
    expected = [
        (
            shown(example["params"], example["input_shape"], example["shapes"]),
            shown(
                {key: held for key, held in example["output"].items() if key != "ResponseMetadata"},
                example["output_shape"],
                example["shapes"],
            ),
        )
        for example in truth.examples
    ]
    found = [(example.params, example.output) for example in page.examples]
    tally.expected["example"] += len(expected)
    tally.found["example"] += len(found)
    for number in range(max(len(expected), len(found))):
        want = expected[number] if number < len(expected) else None
        got = found[number] if number < len(found) else None
        if want == got:
            tally.right["example"] += 1
        else:
            line = page.examples[number].params_line if got is not None else page.method_line
            misses.append(Miss(service, truth.name, "example", str(number + 1), want, got, page.path, line))
    return tally, misses
