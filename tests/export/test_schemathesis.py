"""Schemathesis, driven by the exported OpenAPI alone, against `asdoc serve` over a socket."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from asdoc.behaviour.appconfig import AppConfig
from asdoc.codegen.export import export
from asdoc.codegen.spec import load_spec
from tests.targets.catalog import HOME, ROOT
from tests.targets.start import running

pytestmark = pytest.mark.slow

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
"""The others ask what no page tells: that a request without a signature be refused, that null be an error where AWS
takes it for absent, 405 where AWS answers 404, and that whatever holds to the schemas be accepted in any state."""
EXAMPLES = 5
"""Inputs that are made up for each operation, beside the documented examples and the bounds of each member."""

Json = dict[str, Any]


def built() -> list[str]:
    """The operations that the backend carries out; it answers 501 to the others, as it says of them."""
    operations = load_spec(ROOT / "specs", "appconfig").operations
    return [name for name, told in operations.items() if hasattr(AppConfig, told["method"])]


def described() -> Json:
    """The export without the answers that it says any service may give: what is answered must be documented."""
    (text,) = export(ROOT / "specs", "appconfig", "openapi").files.values()
    document: Json = json.loads(text)
    for item in document["paths"].values():
        for operation in item.values():
            del operation["responses"]["default"]
    return document


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with running("reference") as url:
        yield url


def judge(server: str, document: Json, operations: Sequence[str], folder: Path) -> Json:
    """What schemathesis reports of some operations; the same inputs each time."""
    (folder / "openapi.json").write_text(json.dumps(document))
    done = subprocess.run(
        [
            *(str(HOME / "schemathesis" / "bin" / "schemathesis"), "run", str(folder / "openapi.json")),
            *("--url", server, "--checks", ",".join(CHECKS), "--generation-deterministic", "-n", str(EXAMPLES)),
            *("--report-json-path", str(folder / "report.json"), "--no-color", "-H", "Authorization: none"),
            *(part for name in operations for part in ("--include-operation-id", name)),
        ],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=600,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    report: Json = json.loads((folder / "report.json").read_text())
    return {**report, "printed": done.stdout}


def test_the_backend_holds_to_the_exported_description(server: str, tmp_path: Path) -> None:
    report = judge(server, described(), built(), tmp_path)
    assert report["failures"] == [], report["printed"]
    assert report["errors"] == []
    assert report["complete"]
    assert report["operations"] == {
        "total": 56,
        "selected": 56,
        "tested": 56,
        "errored": 0,
        "skipped": 0,
        "skip_reasons": [],
    }
    assert {phase["status"] for phase in report["phases"].values()} == {"success"}
    assert report["test_cases"]["generated"] > 1500


def undocument(operation: Json) -> None:
    del operation["responses"]["201"]


def belie(operation: Json) -> None:
    operation["responses"]["201"]["content"]["application/json"]["schema"] = {"required": ["Tags"]}


@pytest.mark.parametrize(
    ("broken", "finding"), [(undocument, "UndefinedStatusCode"), (belie, "JsonSchemaError")], ids=["status", "schema"]
)
def test_a_description_that_the_backend_breaks_is_found_out(
    server: str, tmp_path: Path, broken: Callable[[Json], None], finding: str
) -> None:
    document = described()
    broken(document["paths"]["/applications"]["post"])
    report = judge(server, document, ["CreateApplication"], tmp_path)
    assert [failure["type"] for failure in report["failures"]] == [finding]
