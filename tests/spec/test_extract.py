"""From pages to a spec: whole, valid, the same bytes everywhere, and nothing half written."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from asdoc.codegen import journal
from asdoc.codegen.boto3_pages import write_pages
from asdoc.codegen.extract import extract, refusal
from asdoc.codegen.spec import SpecError, files, load_spec
from asdoc.codegen.wire import import_wire
from asdoc.runtime.errors import AsdocError
from tests.seeds import seed

ROOT = Path(__file__).resolve().parents[2]
ASDOC = str(Path(sys.executable).with_name("asdoc"))


def write_wire(out: Path, *services: str) -> None:
    for service in services:
        (out / service).mkdir(parents=True, exist_ok=True)
        (out / service / "wire.json").write_text(files.dumps(import_wire(service)), encoding="utf-8")


@pytest.fixture(scope="session")
def specs(pages_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Specs of AppConfig and Proton, from pages and wire facts, without anything written by hand."""
    out = tmp_path_factory.mktemp("specs")
    write_wire(out, "appconfig", "proton")
    extract([pages_dir], out)
    return out


def shapes(specs: Path, service: str = "appconfig") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((specs / service / "shapes.json").read_text(encoding="utf-8"))["$defs"]
    return found


def test_every_documented_operation_is_there(specs: Path, pages_dir: Path) -> None:
    for service in ("appconfig", "proton"):
        told = load_spec(specs, service)
        pages = {path.stem for path in (pages_dir / service / "client").glob("*.rst")}
        by_hand = {"can_paginate", "close", "generate_presigned_url", "get_paginator", "get_waiter"}
        assert {operation["method"] for operation in told.operations.values()} == pages - by_hand
    assert len(load_spec(specs, "appconfig").operations) == 56
    proton = load_spec(specs, "proton")
    assert all(operation["deprecated"] for operation in proton.operations.values())


def test_start_get_and_stop_give_one_deployment(specs: Path) -> None:
    spec = load_spec(specs, "appconfig")
    for name in ("StartDeployment", "GetDeployment", "StopDeployment"):
        assert spec.operations[name]["output"] == "Deployment"
    state = spec.shapes["Deployment"]["properties"]["State"]
    assert state["$ref"] == "#/$defs/DeploymentState"
    assert [source.split(":")[0] for source in state["x-source"]] == [
        "appconfig/client/get_deployment.rst",
        "appconfig/client/start_deployment.rst",
        "appconfig/client/stop_deployment.rst",
    ]


def test_a_structure_that_stands_on_many_pages_is_one_shape(specs: Path) -> None:
    told = shapes(specs)
    assert told["CreateEnvironmentRequest"]["properties"]["Monitors"]["items"] == {"$ref": "#/$defs/Monitor"}
    assert told["Environment"]["properties"]["Monitors"]["items"] == {"$ref": "#/$defs/Monitor"}
    assert told["Monitor"]["required"] == ["AlarmArn"]
    assert {source.split(":")[0].rpartition("/")[2] for source in told["Monitor"]["x-source"]} == {
        "create_environment.rst",
        "get_environment.rst",
        "list_environments.rst",
        "update_environment.rst",
    }


def test_every_source_is_the_hash_of_what_stands_there(specs: Path, pages_dir: Path) -> None:
    from asdoc.codegen.pages import hash_of

    lines: dict[str, list[str]] = {}
    checked = 0
    for name in ("shapes.json", "operations.json"):
        for source in sources(json.loads((specs / "proton" / name).read_text(encoding="utf-8"))):
            page, _, rest = source.rpartition(":")
            number, _, digest = rest.partition("#")
            if page not in lines:
                lines[page] = (pages_dir / page).read_text(encoding="utf-8").split("\n")
            assert hash_of(lines[page][int(number) - 1]) == digest, source
            checked += 1
    assert checked > 1000


def sources(document: Any) -> list[str]:
    found: list[str] = []
    todo = [document]
    while todo:
        value = todo.pop()
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in ("source", "x-source") and isinstance(inner, list):
                    found.extend(inner)
                else:
                    todo.append(inner)
        elif isinstance(value, list):
            todo.extend(value)
    return found


def test_an_exception_has_its_members_from_its_page_and_its_status_from_the_wire_source(specs: Path) -> None:
    error = shapes(specs)["BadRequestException"]
    assert list(error["properties"]) == ["Message", "Reason", "Details"]
    assert error["x-error"] == {"code": "BadRequestException", "status": 400, "fault": False}
    assert shapes(specs)["BadRequestDetails"]["x-union"] is True


def test_the_documented_get_deployment_example_is_there_event_for_event(specs: Path) -> None:
    (example,) = [entry for entry in load_spec(specs, "appconfig").examples if entry["id"] == "GetDeployment.1"]
    events = example["output"]["EventLog"]
    assert [event["EventType"] for event in events] == [
        "DEPLOYMENT_COMPLETED",
        "BAKE_TIME_STARTED",
        *["PERCENTAGE_UPDATED"] * 4,
        "DEPLOYMENT_STARTED",
    ]
    assert events[0]["OccurredAt"] == {"$datetime": [2021, 9, 17, 21, 59, 3]}
    assert "ResponseMetadata" not in example["output"]


def test_the_committed_specs_are_what_these_pages_give(pages_dir: Path, tmp_path: Path) -> None:
    services = ("appconfig", "appconfigdata", "proton")
    for service in services:
        committed = ROOT / "specs" / service
        told = json.loads((committed / "sources.json").read_text(encoding="utf-8"))
        if told["versions"]["boto3"] != boto3.__version__:
            pytest.skip(f"the specs were made of boto3 {told['versions']['boto3']}, {boto3.__version__} is installed")
        shutil.copytree(committed, tmp_path / service)
        for name in (*files.GENERATED, "wire.json"):
            (tmp_path / service / name).unlink()
    write_wire(tmp_path, *services)
    write_pages(["appconfigdata"], tmp_path / "pages")
    extract([pages_dir, tmp_path / "pages"], tmp_path)
    for path in sorted((ROOT / "specs").rglob("*.*")):
        if path.name == journal.NAME:
            continue  # lies there after an extraction, and is not committed
        again = tmp_path / path.relative_to(ROOT / "specs")
        assert again.read_bytes() == path.read_bytes(), f"{path} drifts from its pages"


def test_the_bytes_do_not_depend_on_the_hash_seed_or_the_place_of_the_pages(pages_dir: Path, tmp_path: Path) -> None:
    written: list[dict[str, bytes]] = []
    for number, hash_seed in enumerate(("0", "1", "4711")):
        out = tmp_path / hash_seed
        pages = str(pages_dir)
        if number == 2:  # the same pages elsewhere on the disk
            pages = str(shutil.copytree(pages_dir, tmp_path / "elsewhere"))
        environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
        for command in (["wire", "appconfig", "--out", str(out)], ["extract", pages, "--out", str(out)]):
            subprocess.run([ASDOC, *command], env=environment, check=True, capture_output=True, timeout=120)
        written.append({str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*.json"))})
    assert written[0] == written[1] == written[2]
    assert "proton/shapes.json" in written[0]


def test_no_sentence_of_a_page_is_copied_into_a_spec(pages_dir: Path) -> None:
    for service in ("appconfig", "proton"):
        texts = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "specs" / service).iterdir())]
        written = "\n".join(" ".join(text.split()) for text in texts)
        sentences: set[str] = set()
        for page in (pages_dir / service).rglob("*.rst"):
            prose = page.read_text(encoding="utf-8").partition("**Examples**")[0]
            for line in prose.split("\n"):
                for sentence in line.strip().split(". "):
                    if len(sentence.split()) >= 6 and "|" not in sentence and "https://" not in sentence:
                        sentences.add(sentence.rstrip("."))
        assert len(sentences) > 500
        assert [sentence for sentence in sorted(sentences) if sentence in written] == []


def test_a_refused_page_is_told_and_the_others_go_on(pages_dir: Path, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    shutil.copytree(pages_dir, pages)
    (pages / "manifest.json").unlink()
    for name in ("get_deployment", "list_extensions"):
        path = pages / "appconfig" / "client" / f"{name}.rst"
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2])
    out = tmp_path / "specs"
    extraction = extract([pages], out)
    whole = extract([pages_dir], tmp_path / "whole").services
    assert extraction.services["proton"] == whole["proton"]
    assert extraction.services["appconfig"]["operations"] == whole["appconfig"]["operations"] - 2
    assert "GetDeployment" not in load_spec(out, "appconfig").operations
    error = refusal(extraction)
    assert error is not None
    assert "2 pages cannot be read" in error.message
    assert "appconfig/client/get_deployment.rst:" in error.message
    assert "appconfig/client/list_extensions.rst:" in error.message


@pytest.mark.parametrize("emit", ["spec", "facts"])
def test_what_was_written_of_whole_pages_is_never_replaced_by_what_is_left_of_them(
    emit: str, pages_dir: Path, tmp_path: Path
) -> None:
    pages, out = tmp_path / "pages", tmp_path / "out"
    shutil.copytree(pages_dir, pages)
    (pages / "manifest.json").unlink()
    extract([pages], out, emit=emit)
    before = {path: path.read_bytes() for path in out.rglob("*.json")}
    page = pages / "appconfig" / "client" / "get_deployment.rst"
    told = page.read_bytes()
    page.write_bytes(told[: len(told) // 2])
    extraction = extract([pages], out, emit=emit)
    assert [error.path for error in extraction.refused] == ["appconfig/client/get_deployment.rst"]
    assert "appconfig" not in extraction.services
    assert {path: path.read_bytes() for path in out.rglob("*.json")} == before
    page.write_bytes(told)
    assert extract([pages], out, emit=emit).unchanged == {"appconfig", "proton"}


@pytest.mark.parametrize("emit", ["spec", "facts"])
def test_what_was_written_without_a_refused_page_is_written_anew_once_it_is_whole(
    emit: str, pages_dir: Path, tmp_path: Path
) -> None:
    pages, out = tmp_path / "pages", tmp_path / "out"
    shutil.copytree(pages_dir, pages)
    (pages / "manifest.json").unlink()
    page = pages / "proton" / "client" / "get_service.rst"
    told = page.read_bytes()
    page.write_bytes(told[: len(told) // 2])
    left = extract([pages], out, emit=emit)
    assert extract([pages], out, emit=emit).refused
    page.write_bytes(told)
    whole = extract([pages], out, emit=emit)
    assert whole.services["proton"]["operations"] == left.services["proton"]["operations"] + 1
    assert whole.unchanged == {"appconfig"}


def test_a_page_that_its_manifest_does_not_list_so_is_refused(pages_dir: Path, tmp_path: Path) -> None:
    pages = tmp_path / "pages"
    shutil.copytree(pages_dir, pages)
    path = pages / "appconfig" / "client" / "stop_deployment.rst"
    data = path.read_bytes()
    path.write_bytes(data[: data.index(b"  *   :py:class:`AppConfig.Client.exceptions.BadRequestException`")])
    extraction = extract([pages], tmp_path / "specs")
    (error,) = extraction.refused
    assert "manifest" in error.reason
    assert list(extraction.services) == ["appconfig", "proton"]
    assert "StopDeployment" not in load_spec(tmp_path / "specs", "appconfig").operations


@pytest.mark.seeds
def test_the_rst_seeds_alone_give_specs(tmp_path: Path) -> None:
    extraction = extract([seed("000"), seed("004")], tmp_path)
    assert sorted(extraction.services) == ["appconfig", "proton"]
    spec = load_spec(tmp_path, "appconfig")
    stop = spec.operations["StopDeployment"]
    assert (stop["input"], stop["output"]) == ("StopDeploymentRequest", "StopDeploymentResponse")
    assert "wire" not in stop
    assert list(spec.shapes) == [
        "ActionInvocation",
        "AppliedExtension",
        "BadRequestException",
        "EventLog",
        "EventType",
        "GrowthType",
        "InternalServerException",
        "ResourceNotFoundException",
        "State",
        "StopDeploymentRequest",
        "StopDeploymentResponse",
        "TriggeredBy",
    ]


@pytest.mark.seeds
def test_a_document_of_no_format_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear reader,\nthis is no page.\n")
    extraction = extract([seed("000"), letter], tmp_path)
    assert list(extraction.services) == ["appconfig"]
    assert [error.path for error in extraction.refused] == ["letter.txt"]


def test_pages_alone_name_shapes_by_structure(pages_dir: Path, tmp_path: Path) -> None:
    extract([pages_dir], tmp_path)
    spec = load_spec(tmp_path, "appconfig")
    assert {spec.operations[f"{verb}Deployment"]["output"] for verb in ("Get", "Start", "Stop")} == {"Deployment"}
    told = spec.shapes
    assert told["CreateEnvironmentRequest"]["properties"]["Monitors"]["items"] == {"$ref": "#/$defs/Monitor"}
    assert told["Environment"]["properties"]["Monitors"]["items"] == {"$ref": "#/$defs/Monitor"}
    assert told["Monitor"]["required"] == ["AlarmArn"]
    assert "x-wire" not in json.dumps(told)


def test_a_recursive_type_refers_to_the_shape_it_repeats(tmp_path: Path) -> None:
    write_pages(["lexv2-runtime", "dynamodbstreams"], tmp_path / "pages")
    write_wire(tmp_path / "specs", "dynamodbstreams")
    extract([tmp_path / "pages"], tmp_path / "specs")
    value = load_spec(tmp_path / "specs", "dynamodbstreams").shapes["AttributeValue"]["properties"]
    assert value["M"]["additionalProperties"] == {"$ref": "#/$defs/AttributeValue"}
    assert value["L"]["items"] == {"$ref": "#/$defs/AttributeValue"}
    events = load_spec(tmp_path / "specs", "lexv2-runtime")
    assert "RecognizeText" in events.operations


def test_nothing_is_written_where_a_hand_written_file_is_wrong(pages_dir: Path, tmp_path: Path) -> None:
    (tmp_path / "appconfig").mkdir()
    (tmp_path / "appconfig" / "statements.yaml").write_text("service: appconfig\nstatements:\n  - then: no id\n")
    with pytest.raises(SpecError, match=r"statements\.yaml#/statements/0"):
        extract([pages_dir], tmp_path)
    assert [path.name for path in (tmp_path / "appconfig").iterdir()] == ["statements.yaml"]


def patched(pages_dir: Path, out: Path, *operations: dict[str, Any]) -> Any:
    (out / "appconfig").mkdir(exist_ok=True)
    entry = {
        "file": "examples.json",
        "reason": "The example contradicts its own page.",
        "evidence": "the page",
        "patch": list(operations),
    }
    (out / "appconfig" / "patches.json").write_text(json.dumps([entry]))
    extract([pages_dir / "appconfig"], out)
    return json.loads((out / "appconfig" / "examples.json").read_text(encoding="utf-8"))["examples"]


def test_a_patch_is_applied_to_what_the_pages_give(pages_dir: Path, tmp_path: Path) -> None:
    erratum = [{"reason": "contradicts itself"}]
    first, *_ = patched(
        pages_dir,
        tmp_path,
        {"op": "test", "path": "/examples/0/id", "value": "CreateApplication.1"},
        {"op": "add", "path": "/examples/0/errata", "value": erratum},
    )
    assert first["errata"] == erratum


def test_a_patch_that_does_not_apply_is_an_error_and_nothing_is_written(pages_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(AsdocError, match=r"patches\.json#/0/patch/0: `replace` of '/examples/99/id' does not apply"):
        patched(pages_dir, tmp_path, {"op": "replace", "path": "/examples/99/id", "value": "x"})
    assert [path.name for path in (tmp_path / "appconfig").iterdir()] == ["patches.json"]


@pytest.mark.parametrize("operation", [{"op": "remove"}, {"op": "rename", "path": "/x"}, {"op": "add", "path": "x"}])
def test_what_is_no_patch_is_refused_with_its_pointer(
    pages_dir: Path, tmp_path: Path, operation: dict[str, Any]
) -> None:
    with pytest.raises(SpecError, match=r"patches\.json#/0/patch/0"):
        patched(pages_dir, tmp_path, operation)


def test_a_patch_that_breaks_the_spec_is_refused(pages_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match=r"examples\.json#/examples/0"):
        patched(pages_dir, tmp_path, {"op": "remove", "path": "/examples/0/id"})


def test_a_page_has_one_name_whether_it_is_given_alone_or_with_its_folder(
    specs: Path, pages_dir: Path, tmp_path: Path
) -> None:
    write_wire(tmp_path, "appconfig")
    service = pages_dir / "appconfig"
    extract([service, service / "client" / "get_deployment.rst", pages_dir / "appconfig.rst"], tmp_path)
    for name in files.GENERATED:
        assert (tmp_path / "appconfig" / name).read_bytes() == (specs / "appconfig" / name).read_bytes(), name


def test_of_two_pages_of_one_operation_the_one_that_knows_more_wins(pages_dir: Path, tmp_path: Path) -> None:
    page = (pages_dir / "appconfig" / "client" / "stop_deployment.rst").read_text(encoding="utf-8")
    (tmp_path / "new.rst").write_text(page, encoding="utf-8")
    (tmp_path / "same.rst").write_text(page, encoding="utf-8")
    (tmp_path / "a.rst").write_text(page.replace("|'REVERTED',", ","), encoding="utf-8")
    assert extract([tmp_path], tmp_path / "specs").services["appconfig"]["operations"] == 1
    spec = load_spec(tmp_path / "specs", "appconfig")
    assert "REVERTED" in spec.shapes["State"]["enum"]
    (conflict,) = spec.sources["conflicts"]
    assert (conflict["at"], conflict["of"], conflict["why"]) == ("StopDeployment.output.State", "enum", "older")
    ((reading, (place,)),) = conflict["aside"].items()
    assert reading == conflict["kept"].removesuffix("|REVERTED")
    assert place.startswith("a.rst:")
    assert {page["path"]: page["dated"] for page in spec.sources["pages"]} == {
        "a.rst": "derived:knows-more",
        "new.rst": "derived:undated",
    }


def test_a_disk_that_fills_up_leaves_the_spec_of_before(
    pages_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract([pages_dir / "appconfig" / "client" / "stop_deployment.rst"], tmp_path)
    before = {path.name: path.read_bytes() for path in (tmp_path / "appconfig").iterdir()}
    write_text = Path.write_text

    def full(path: Path, *arguments: Any, **named: Any) -> int:
        if path.name == "sources.json":
            raise OSError(28, "No space left on device")
        return write_text(path, *arguments, **named)

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(AsdocError, match="No space left on device"):
        extract([pages_dir / "appconfig"], tmp_path)
    assert {path.name: path.read_bytes() for path in (tmp_path / "appconfig").iterdir()} == before


def test_no_pages_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(AsdocError, match="holds no pages"):
        extract([tmp_path / "empty"], tmp_path / "specs")
    with pytest.raises(AsdocError, match="does not exist"):
        extract([tmp_path / "nowhere"], tmp_path / "specs")


def test_pages_without_an_operation_are_an_error(pages_dir: Path, tmp_path: Path) -> None:
    with pytest.raises(AsdocError, match="none of the pages given documents an operation"):
        extract([pages_dir / "appconfig" / "client" / "close.rst"], tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_command_names_every_refused_page_and_exits_with_2(pages_dir: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.rst"
    page.write_text("<html>Another site</html>")
    done = subprocess.run(
        [ASDOC, "extract", str(page), str(pages_dir / "proton"), "--out", str(tmp_path / "specs")],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "page.rst:1: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "proton: 87 operations" in done.stdout
