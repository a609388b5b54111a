"""The five seeds through the command line: 14 operations of two services, of three formats and at least three ages."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from asdoc.codegen.pages import hash_of
from tests.pages import expected
from tests.seeds import seed

pytestmark = pytest.mark.seeds

ASDOC = str(Path(sys.executable).with_name("asdoc"))
NEWER: dict[str, tuple[str, ...]] = {"State": ("REVERTED",), "EventLog[].EventType": ("REVERT_COMPLETED",)}
"""What of a deployment the page of StopDeployment alone knows."""
DEPLOYMENTS = ("GetDeployment", "StartDeployment", "StopDeployment")
SERVICES = {"appconfig": ("003", "002", "001", "000"), "proton": ("004",)}
"""The seeds of a service, the older ones first: of an operation that several have, the last is the newest."""


def extracted(out: Path, *options: str) -> str:
    """Read all seeds into `out`; what the command said."""
    seeds = [str(seed(number)) for number in expected.SEEDS]
    done = subprocess.run(
        [ASDOC, "extract", *seeds, *options, "--out", str(out)], capture_output=True, text=True, check=True, timeout=120
    )
    return done.stdout


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("facts")
    extracted(out, "--emit", "facts")
    return out


@pytest.fixture(scope="module")
def specs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("specs")
    extracted(out)
    return out


def load(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return told


def newest(service: str) -> dict[str, tuple[str, dict[str, Any]]]:
    """Per operation the seed that tells it best, and what a person read there."""
    return {
        entry["operation"]: (number, entry)
        for number in SERVICES[service]
        for entry in expected.pages(number)["operations"]
    }


def in_file(number: str, line: int) -> str:
    """Where a fact of the seed was read, as the trail has it."""
    path = seed(number)
    return f"{path.name}:{line}#{hash_of(path.read_text(encoding='utf-8').split(chr(10))[line - 1])}"


def test_the_seeds_give_a_file_a_service(facts: Path) -> None:
    assert sorted(path.name for path in facts.glob("*.json")) == ["appconfig.json", "proton.json"]
    assert len(load(facts / "appconfig.json")["operations"]) == 13
    assert len(load(facts / "proton.json")["operations"]) == 1


@pytest.mark.parametrize("service", SERVICES)
def test_the_facts_of_an_operation_are_those_of_its_newest_page(facts: Path, service: str) -> None:
    document = load(facts / f"{service}.json")
    assert document.keys() == {"service", "operations"}
    assert document["service"] == service
    wanted = newest(service)
    assert list(document["operations"]) == sorted(wanted)
    for operation, (number, told) in wanted.items():
        found = document["operations"][operation]
        more = NEWER if operation in DEPLOYMENTS and number != "000" else None
        assert {key: found[key] for key in ("method", "deprecated", "errors", "input", "output")} == {
            "method": told["method"],
            "deprecated": "deprecated" in told["lines"],
            "errors": sorted(told.get("errors", {})),
            "input": expected.emitted(told["input"]),
            "output": expected.emitted(told.get("output"), more),
        }, operation
        lines = ["", *seed(number).read_text(encoding="utf-8").split("\n")]
        assert found["examples"] == [
            {
                "params": expected.value(example["params"]),
                "output": expected.value(example["output"]),
                "description": lines[example["lines"]["caption"]].strip(),
            }
            for example in told.get("examples", [])
        ], operation
        assert ("operation" in found.get("derived", ())) == told.get("derived", False), operation
        assert ("errors" in found.get("untold", ())) == (number == "003"), operation


def test_a_time_of_an_example_is_told_as_six_numbers(facts: Path) -> None:
    (example,) = load(facts / "appconfig.json")["operations"]["GetDeployment"]["examples"]
    assert example["output"]["CompletedAt"] == {"$datetime": [2021, 9, 17, 21, 59, 3]}


def test_what_the_page_of_another_operation_gave_is_marked_derived(facts: Path) -> None:
    operations = load(facts / "appconfig.json")["operations"]
    assert "output.State" in operations["GetDeployment"]["derived"]
    assert "output.State" in operations["StartDeployment"]["derived"]
    assert "derived" not in operations["StopDeployment"]


def conflict(specs: Path, at: str) -> dict[str, Any]:
    (found,) = [entry for entry in load(specs / "appconfig" / "sources.json")["conflicts"] if entry["at"] == at]
    return dict(found)


def states(specs: Path, operation: str) -> list[str]:
    """The values of the state of what an operation gives, by the spec."""
    output = load(specs / "appconfig" / "operations.json")["operations"][operation]["output"]
    shapes = load(specs / "appconfig" / "shapes.json")["$defs"]
    state = shapes[output]["properties"]["State"]
    values: list[str] = shapes[state["$ref"].removeprefix("#/$defs/")]["enum"] if "$ref" in state else state["enum"]
    return values


@pytest.mark.parametrize("operation", DEPLOYMENTS)
def test_reverted_is_a_state_of_get_start_and_stop_alike(specs: Path, operation: str) -> None:
    assert states(specs, operation)[-1] == "REVERTED"


@pytest.mark.parametrize(
    ("operation", "unaware"),
    [
        ("GetDeployment", [("001", 59), ("003", 426)]),
        ("StartDeployment", [("002", 101), ("003", 535)]),
        ("StopDeployment", [("003", 632)]),
    ],
)
def test_the_trail_names_the_older_pages_that_do_not_know_reverted(
    specs: Path, operation: str, unaware: list[tuple[str, int]]
) -> None:
    known = ("BAKING", "VALIDATING", "DEPLOYING", "COMPLETE", "ROLLING_BACK", "ROLLED_BACK")
    entry = conflict(specs, f"{operation}.output.State")
    assert (entry["of"], entry["why"]) == ("enum", "older")
    assert (entry["kept"], entry["by"]) == ("|".join((*known, "REVERTED")), in_file("000", 85))
    assert entry["aside"] == {"|".join(known): [in_file(number, line) for number, line in unaware]}
    assert entry["rule"] == ("same-operation" if operation == "StopDeployment" else "same-shape")
    assert entry["dates"][seed("003").name] == {"date": "2022-07-13", "by": "page"}
    for number, _ in unaware:
        if number != "003":
            assert entry["dates"][seed(number).name] == {"by": "derived:knows-more"}


def test_the_trail_names_every_member_that_an_older_page_does_not_know(specs: Path) -> None:
    found = load(specs / "appconfig" / "sources.json")["conflicts"]
    members = {entry["at"]: entry["by"] for entry in found if entry["of"] == "member"}
    assert members == {
        "StopDeployment.input.AllowRevert": in_file("000", 27),
        "StopDeployment.output.KmsKeyArn": in_file("000", 118),
        "StopDeployment.output.KmsKeyIdentifier": in_file("000", 119),
        "StopDeployment.output.VersionLabel": in_file("000", 120),
        "GetDeployment.output.KmsKeyArn": in_file("001", 92),
        "GetDeployment.output.KmsKeyIdentifier": in_file("001", 93),
        "GetDeployment.output.VersionLabel": in_file("001", 94),
        "StartDeployment.output.KmsKeyArn": in_file("002", 134),
        "StartDeployment.output.KmsKeyIdentifier": in_file("002", 135),
        "StartDeployment.output.VersionLabel": in_file("002", 136),
        "StartDeployment.input.KmsKeyIdentifier": in_file("002", 23),
        "StartDeployment.input.DynamicExtensionParameters": in_file("002", 24),
    }
    assert {entry["of"] for entry in found} == {"member", "enum"}


def test_what_the_day_of_the_changes_added_is_kept(specs: Path) -> None:
    changes = load(specs / "appconfig" / "sources.json")["changes"]
    told = {entry["operation"]: entry for entry in expected.pages("003")["operations"]}
    assert changes.keys() == told.keys()
    for operation, entry in told.items():
        (change,) = changes[operation]
        delta = entry["delta"]
        assert (change["date"], change["kind"]) == ("2022-07-13", delta["kind"])
        assert change["source"] == [in_file("003", delta.get("line", entry["lines"]["method"]))]
        assert sorted(change["added"]) == sorted(_leaves(delta.get("response", "")))


def _leaves(tree: str) -> Iterable[str]:
    """Paths of the members that a dictionary added: those that hold no other member."""
    rows = [row.path for row in expected.list_of(tree)]
    paths = [path for path in rows if path and not path.endswith(("[]", "{}", "{key}"))]
    inner = [path for path in paths if not any(other.startswith((f"{path}.", f"{path}[")) for other in paths)]
    return [f"output.{path}" for path in inner]


def test_the_order_of_the_pages_changes_no_byte(specs: Path, tmp_path: Path) -> None:
    seeds = [str(seed(number)) for number in reversed(expected.SEEDS)]
    subprocess.run([ASDOC, "extract", *seeds, "--out", str(tmp_path)], check=True, capture_output=True, timeout=120)
    for path in specs.rglob("*.json"):
        if not path.is_relative_to(specs / ".extracted"):
            assert (tmp_path / path.relative_to(specs)).read_bytes() == path.read_bytes(), path.name
