"""Each side of each constraint of what an operation takes, at any depth, is tried or says why not."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from typing import Any

import msgspec
import pytest

from asdoc.cli.main import main
from asdoc.codegen.cases import compile_cases, first_calls
from asdoc.codegen.cases.constraints import case_id, tried
from asdoc.codegen.cases.facts import Facts
from asdoc.codegen.cases.made import changed, made
from asdoc.codegen.cases.sides import Side, sides
from asdoc.codegen.coverage.listing import EXCLUDED, TESTED, coverage
from asdoc.codegen.spec import load_spec, runtime_table
from asdoc.conformance.cases.load import load_suite
from asdoc.runtime.schema import Operation, Service, Shape
from asdoc.runtime.server.validation import Checkers, InvalidRequestError
from tests.conformance.library import SERVICE, ref, structure

SPECS = Path("specs")
APPCONFIG = load_suite("appconfig")
CASES = {case.id.removeprefix("appconfig.constraint."): case for case in APPCONFIG.file.cases}
SHAPES = {
    "Size": Shape(type="string", enum=("small", "large")),
    "Code": Shape(type="string", min=3, max=5, pattern="^[a-z]+$"),
    "Label": structure(("Code",), Code=ref("Code"), Size=ref("Size"), Count=Shape(type="integer", min=2, max=4)),
    "Labels": Shape(type="list", member=ref("Label"), min=1, max=2),
    "Either": Shape(type="structure", union=True, members={"One": ref("Code"), "Two": ref("Code")}),
    "Input": structure(
        ("Labels",), Labels=ref("Labels"), Tags=Shape(type="map", key=ref("Code"), value=ref("Code"), max=2),
        Either=ref("Either"), Self=ref("Input"), When=Shape(type="timestamp"), Data=Shape(type="blob"),
    ),
}  # fmt: skip
LABELLED = Operation(name="LabelBook", method="label_book", http_method="POST", uri="/label", input="Input")
LIBRARY = msgspec.structs.replace(
    SERVICE, operations={"LabelBook": LABELLED}, shapes={**SERVICE.shapes, **SHAPES}, protocol="rest-json"
)


def first_step(service: Service, *, example: dict[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    examples = [{"id": "LabelBook.1", "operation": "LabelBook", "params": example, "source": []}] if example else []
    compiled = compile_cases("library", examples, {}, {}, service)["cases"]
    found = (case for case in compiled if case["kind"] == "constraint")
    return {case["id"].partition(".LabelBook.")[2]: case["scripts"][0]["steps"][0] for case in found}


def refused(value: Any, service: Service = LIBRARY) -> bool:
    """Whether a validator compiled from the same table refuses an argument of LabelBook."""
    checker = Checkers(service).of(service.shapes["Input"].members["Labels"])
    try:
        checker(value, "Labels")
    except InvalidRequestError:
        return True
    return False


def test_each_rule_of_each_place_is_tried_within_lists_maps_and_structures() -> None:
    expected = {
        "Labels.required", "Labels.type", "Labels.below-min", "Labels.above-max", "Labels.item.type",
        "Labels.item.Code.required", "Labels.item.Code.type", "Labels.item.Code.below-min",
        "Labels.item.Code.above-max", "Labels.item.Code.pattern", "Labels.item.Size.enum", "Labels.item.Size.type",
        "Labels.item.Count.type", "Labels.item.Count.below-min", "Labels.item.Count.above-max",
        "Tags.type", "Tags.above-max", "Tags.key.above-max", "Tags.key.pattern", "Tags.value.type",
        "Either.type", "Either.one-of", "Either.One.above-max", "Either.Two.type", "Self.type", "When.type",
    }  # fmt: skip
    assert expected - first_step(LIBRARY).keys() == {"When.type"}, "of a time any text or number may be one"


@pytest.mark.parametrize("rule", ["required", "below-min", "above-max", "pattern"])
def test_one_place_is_broken_and_all_else_is_as_documented(rule: str) -> None:
    documented = {"Labels": [{"Code": "abcd", "Count": 3}, {"Code": "efgh", "Size": "large"}]}
    sent = first_step(LIBRARY, example=documented)[f"Labels.item.Code.{rule}"]["params"]["Labels"]
    assert not refused(documented["Labels"])
    assert sent[1] == documented["Labels"][1]
    broken = dict(sent[0])
    code = broken.pop("Code", None)
    assert broken == {"Count": 3}
    length = {"required": None, "below-min": 2, "above-max": 6}
    if rule == "pattern":
        assert not re.search("^[a-z]+$", code)
    elif rule == "required":
        assert code is None
    else:
        assert code == {"$repeat": ["a", length[rule]]}


def test_a_wrong_type_within_is_sent_in_the_form_of_the_wire() -> None:
    wired = {**LIBRARY.shapes["Label"].members, "Code": ref("Code", name="code"), "Raw": Shape(type="blob")}
    label = msgspec.structs.replace(LIBRARY.shapes["Label"], members=wired)
    service = msgspec.structs.replace(LIBRARY, shapes={**LIBRARY.shapes, "Label": label})
    data = base64.b64encode(b"x").decode()
    steps = first_step(service, example={"Labels": [{"Code": "abcd", "Raw": {"$bytes": data}}]})
    step = steps["Labels.item.Count.type"]
    assert step["params"] == {"Labels": {"$raw": [{"code": "abcd", "Raw": data, "Count": "x"}]}}
    assert step["refused"], "no page tells how what cannot be read is refused"


def test_what_stands_for_a_live_value_is_not_sent_as_it_stands() -> None:
    step = first_step(LIBRARY, example={"Labels": [{"Code": {"$from": "other.Code"}}]})["Labels.item.Count.above-max"]
    assert "$from" not in repr(step["params"])
    assert step["params"]["Labels"][0]["Count"] == 5


def test_a_shape_that_several_operations_take_is_tried_once_and_the_others_say_where() -> None:
    other = msgspec.structs.replace(LABELLED, name="RelabelBook", method="relabel_book")
    service = msgspec.structs.replace(LIBRARY, operations={"LabelBook": LABELLED, "RelabelBook": other})
    compiled = {case["id"] for case in compile_cases("library", [], {}, {}, service)["cases"]}
    assert "library.constraint.LabelBook.Labels.item.Code.above-max" in compiled
    assert "library.constraint.RelabelBook.Labels.item.Code.above-max" not in compiled
    assert "library.constraint.RelabelBook.Labels.above-max" in compiled, "how many it takes is each operation's own"
    facts = Facts(service, {}, {})
    again = next(side for side in sides(service, other) if side.path[1:] == ("item", "Code"))
    assert tried(facts, other, again) == "the same shape is tried in LabelBook, Labels.item.Code"


def test_a_documented_operation_is_where_a_shape_is_tried() -> None:
    other = msgspec.structs.replace(LABELLED, name="RelabelBook", method="relabel_book")
    service = msgspec.structs.replace(LIBRARY, operations={"LabelBook": LABELLED, "RelabelBook": other})
    facts = Facts(service, {"RelabelBook": {"Labels": [{"Code": "abc"}]}}, {})
    assert {operation for operation, _ in facts.homes.values()} == {"RelabelBook"}


def test_a_place_that_is_not_there_is_made_with_what_it_needs() -> None:
    node = ref("Input")
    assert made(LIBRARY, node) == {"Labels": [{"Code": "asdoc"}]}
    assert changed(LIBRARY, node, None, ("Either", "Two"), lambda _: "new")["Either"] == {"Two": "new"}
    assert changed(LIBRARY, node, {"Labels": []}, ("Tags", "key"), lambda _: "new")["Tags"] == {"new": "asdoc"}


def test_every_side_of_every_constraint_of_appconfig_is_tried_or_says_why_not() -> None:
    """Counted here from the table by itself: places by type, and their bounds."""
    spec = load_spec(SPECS, "appconfig")
    table = runtime_table(spec)
    compiled = compile_cases("appconfig", spec.examples, spec.resources, spec.statements, table)["cases"]
    rows = [row for row in coverage(spec, table, compiled).rows if row.kind == "constraint"]
    assert {row.state for row in rows} == {TESTED, EXCLUDED}
    assert all(row.reason for row in rows if row.state == EXCLUDED)
    cases = {case["id"] for case in compiled if case["kind"] == "constraint"}
    assert {case for row in rows for case in row.cases} == cases
    listed = {row.id for row in rows}
    assert len(listed) == len(rows)
    for operation in table.operations.values():
        if operation.input:
            for name, node in table.shapes[operation.input].members.items():
                shape = table.resolve(node)
                bounds = {"min": ("min", "below-min"), "max": ("max", "above-max"), "pattern": ("pattern",)}
                told = ["type", *(rule for each, rules in bounds.items() if getattr(shape, each) not in (None, "")
                                  for rule in rules)]  # fmt: skip
                told += ["enum"] * bool(shape.enum) + ["required"] * (name in table.shapes[operation.input].required)
                assert {f"{operation.name}.{name} {rule}" for rule in told} <= listed


def test_each_breach_breaks_the_rule_that_it_is_named_after() -> None:
    """Nested arguments of AppConfig's cases, held to the table's own word by another way than they were made."""
    service = APPCONFIG.service
    seen = 0
    facts = Facts(service, first_calls([]), {})
    for operation in service.operations.values():
        for side in sides(service, operation):
            case = CASES.get(case_id(facts, operation, side).removeprefix("appconfig.constraint."))
            if case is None or not side.nested or side.rule not in {"below-min", "above-max"}:
                continue
            seen += 1
            value = case.scripts[0].steps[0].params[side.path[0]]
            shape = service.resolve(side.node)
            size = _size(_at(value, side.path[1:]))
            bound = shape.min if side.rule == "below-min" else shape.max
            assert bound is not None
            assert size == bound + (1 if side.rule == "above-max" else -1), case.id
    assert seen >= 40


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        if step == "key":
            value = next(iter(value))
        elif step == "value":
            value = next(iter(value.values()))
        else:
            value = value[0] if step == "item" else value[step]
    return value


def _size(value: Any) -> float:
    if isinstance(value, dict) and "$repeat" in value:
        return float(len(value["$repeat"][0]) * value["$repeat"][1])
    return value if isinstance(value, int | float) else float(len(value))


def test_the_list_of_constraints_can_be_asked_for_and_fits_a_screen(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["coverage", "appconfig", "--kind", "constraint"])
    assert ended.value.code == 0
    lines = capsys.readouterr().out.splitlines()
    assert all(len(line) <= 80 for line in lines)
    assert "tested    CreateEnvironment.Monitors above-max  1 case" in lines


@pytest.mark.parametrize("protocol", ["query", "rest-xml", "ec2", "smithy-rpc-v2-cbor"])
def test_a_wrong_type_is_tried_only_where_the_wire_knows_types(protocol: str) -> None:
    service = msgspec.structs.replace(LIBRARY, protocol=protocol)
    facts = Facts(service, {}, {})
    reasons = {tried(facts, LABELLED, side) for side in sides(service, LABELLED) if side.rule == "type"}
    assert all(isinstance(reason, str) for reason in reasons)


def test_a_shape_within_itself_is_walked_once() -> None:
    places = [side.path for side in sides(LIBRARY, LABELLED)]
    assert ("Self",) in places
    assert not any(place[:2] == ("Self", "Self") for place in places)
    assert all(isinstance(side, Side) for side in sides(LIBRARY, LABELLED))
