"""Facts as one document: the keys that readers of it rely on, and nothing that no page tells."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from asdoc.codegen import emit
from asdoc.codegen.extract import extract
from asdoc.codegen.pages import OperationPage, read_pages
from asdoc.codegen.pages.facts import Node
from asdoc.codegen.spec import files, load_spec
from asdoc.codegen.wire import import_wire
from tests.pages.written import page
from tests.seeds import SEEDS, seed

ASDOC = str(Path(sys.executable).with_name("asdoc"))


def told(text: str) -> dict[str, Any]:
    pages, _ = read_pages("garden/client/plant.rst", text.encode())
    (operation,) = pages
    assert isinstance(operation, OperationPage)
    return emit.operation(operation)


def test_an_operation_always_has_the_same_keys() -> None:
    entry = told(page(request="response = client.plant()", parameters=""))
    assert entry == {
        "method": "plant",
        "deprecated": False,
        "errors": [],
        "input": {"type": "structure", "members": {}},
        "output": None,
        "examples": [],
    }


def test_a_tree_has_what_the_page_shows() -> None:
    request = """response = client.plant(
    name='string',
    beds=[
        {
            'kind': 'SHADE'|'SUN',
            'inner': {'... recursive ...'}
        },
    ],
    notes={
        'string': 123
    },
    water=b'bytes'|file,
    any={...}|[...]|123|123.4|'string'|True|None
)"""
    parameters = (
        "  :type name: string\n  :param name: **[REQUIRED]** \n\n    A name.\n\n\n"
        "    This field is autopopulated if not provided.\n\n"
        "  :type beds: list\n  :param beds: \n\n    Beds.\n\n  \n    - *(dict) --* \n\n"
        "      .. note::    This is a Tagged Union structure. Only one of the following keys can be set.\n\n"
        "      - **kind** *(string) --* \n\n      \n      - **inner** *(dict) --* \n\n"
        "  :type notes: dict\n  :param notes: \n\n  \n    - *(string) --* \n\n    \n      - *(integer) --* \n\n"
        "  :type water: bytes or seekable file-like object\n  :param water: \n\n"
        "  :type any: :ref:`document<document>`\n  :param any: \n"
    )
    entry = told(page(request=request, parameters=parameters))
    assert entry["input"] == {
        "type": "structure",
        "members": {
            "name": {"type": "string", "idempotent": True},
            "beds": {
                "type": "list",
                "member": {
                    "type": "structure",
                    "union": True,
                    "members": {
                        "kind": {"type": "string", "enum": ["SHADE", "SUN"]},
                        "inner": {"type": "structure", "recursive": True},
                    },
                },
            },
            "notes": {"type": "map", "key": {"type": "string"}, "value": {"type": "integer"}},
            "water": {"type": "blob", "streaming": True},
            "any": {"type": "document"},
        },
        "required": ["name"],
    }
    assert entry["prose"] == ["/input/members/beds/member/union", "/input/members/name/idempotent"]


def test_what_a_page_does_not_tell_is_absent() -> None:
    members = {"a/b": Node("", 1), "open": Node("structure", 1, open=True, members={}), "token": Node("", 1)}
    members["a/b"].idempotent = 3
    prose: list[str] = []
    tree = emit.tree(Node("structure", 1, members=members, required=[]), "/input", prose)
    assert tree["members"] == {
        "a/b": {"idempotent": True},
        "open": {"type": "structure", "open": True, "members": {}},
        "token": {},
    }
    assert prose == ["/input/members/a~1b/idempotent"]


def test_an_example_has_its_times_as_numbers(pages_dir: Path, tmp_path: Path) -> None:
    extract([pages_dir / "appconfig" / "client"], tmp_path, emit="facts")
    facts = json.loads((tmp_path / "appconfig.json").read_text(encoding="utf-8"))
    assert facts["service"] == "appconfig"
    assert len(facts["operations"]) == 56
    (example,) = facts["operations"]["GetDeployment"]["examples"]
    assert example["output"]["EventLog"][0]["OccurredAt"] == {"$datetime": [2021, 9, 17, 21, 59, 3]}
    assert list(example) == ["params", "output", "description"]
    assert sorted(path.name for path in tmp_path.glob("*.json")) == ["appconfig.json"]


def test_facts_are_the_same_bytes_whatever_the_order_of_the_pages(pages_dir: Path, tmp_path: Path) -> None:
    pages = sorted((pages_dir / "proton" / "client").glob("*.rst"))
    extract(pages, tmp_path / "a", emit="facts")
    extract(pages[::-1], tmp_path / "b", emit="facts")
    assert (tmp_path / "a" / "proton.json").read_bytes() == (tmp_path / "b" / "proton.json").read_bytes()


NAMELESS = """\
2024/05/01 - Amazon Pinpoint SMS and Voice Service - 1 new api methods
Changes Words.
Words.
See also: AWS API Documentation
Request Syntax
client.delete_configuration_set( ConfigurationSetName='string' )
string
[REQUIRED]
A name.
dict
Response Syntax
{}
Response Structure
(dict) --
"""


def test_a_page_that_no_service_can_be_told_of_is_refused_and_the_others_are_written(
    pages_dir: Path, tmp_path: Path
) -> None:
    nameless = tmp_path / "nameless.txt"
    nameless.write_text(NAMELESS, encoding="utf-8")
    arguments = [ASDOC, "extract", str(nameless), str(pages_dir / "proton"), "--emit", "facts", "--out"]
    done = subprocess.run([*arguments, str(tmp_path / "out")], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert "nameless.txt:1: " in done.stderr
    assert "--service NAME" in " ".join(done.stderr.split())
    assert [path.name for path in (tmp_path / "out").glob("*.json")] == ["proton.json"]
    subprocess.run([*arguments, str(tmp_path / "named"), "--service", "sms-voice"], check=True, timeout=60)
    assert (tmp_path / "named" / "sms-voice.json").is_file()


def seeds_into(out: Path, emitted: str) -> None:
    seed("000")
    extraction = extract(sorted(SEEDS.glob("*.txt")), out, emit=emitted)
    assert extraction.refused == []
    assert {name: told["operations"] for name, told in extraction.services.items()} == {"appconfig": 13, "proton": 1}


@pytest.mark.seeds
def test_the_facts_of_the_seeds_say_that_a_deployment_may_be_reverted(tmp_path: Path) -> None:
    seeds_into(tmp_path, "facts")
    operations = json.loads((tmp_path / "appconfig.json").read_text(encoding="utf-8"))["operations"]
    for verb in ("Get", "Start", "Stop"):
        assert "REVERTED" in operations[f"{verb}Deployment"]["output"]["members"]["State"]["enum"]
    assert "output.State" in operations["GetDeployment"]["derived"]
    assert "derived" not in operations["StopDeployment"]


@pytest.mark.seeds
@pytest.mark.parametrize("wire", [False, True], ids=["pages alone", "with wire"])
def test_the_spec_of_the_seeds_says_so_too_and_which_pages_do_not_know(tmp_path: Path, wire: bool) -> None:
    if wire:
        (tmp_path / "appconfig").mkdir()
        (tmp_path / "appconfig" / "wire.json").write_text(files.dumps(import_wire("appconfig")), encoding="utf-8")
    seeds_into(tmp_path, "spec")
    spec = load_spec(tmp_path, "appconfig")
    for verb in ("Get", "Start", "Stop"):
        answer = spec.shapes[spec.operations[f"{verb}Deployment"]["output"]]
        assert "REVERTED" in spec.shapes[answer["properties"]["State"]["$ref"].rpartition("/")[2]]["enum"]
    ignorant = {
        entry["at"]: sorted({place[:3] for places in entry["aside"].values() for place in places})
        for entry in spec.sources["conflicts"]
        if entry["at"].endswith("Deployment.output.State")
    }
    assert ignorant == {
        "GetDeployment.output.State": ["001", "003"],
        "StartDeployment.output.State": ["002", "003"],
        "StopDeployment.output.State": ["003"],
    }
    ages = {page["path"][:3]: (page.get("date"), page["dated"]) for page in spec.sources["pages"]}
    assert ages["003"] == ("2022-07-13", "page")
    assert ages["000"] == (None, "derived:undated")
    assert ages["001"] == ages["002"] == (None, "derived:knows-more")
