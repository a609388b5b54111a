"""What is said of AppConfig Data and of experiments cites lines that the pages really have."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import botocore
import pytest

from asdoc.codegen.boto3_pages import write_pages
from asdoc.codegen.pages import hash_of
from asdoc.codegen.spec import files
from tests.behaviour import test_data, test_experiments, test_experiments_runs

SPEC = Path(__file__).resolve().parents[2] / "specs" / "appconfigdata"
CITED = re.compile(r"(?:(?P<service>appconfig) )?(?P<page>[a-zA-Z_/]+\.rst):(?P<lines>\d+(?:, :\d+)*)")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    read_with = json.loads((SPEC / "sources.json").read_text())["versions"]["botocore"]
    if botocore.__version__ != read_with:
        pytest.skip(f"the spec cites pages of botocore {read_with}; {botocore.__version__} is installed")
    out = tmp_path_factory.mktemp("pages")
    write_pages(["appconfig", "appconfigdata"], out)
    return out


def citing(module: ModuleType) -> Iterator[tuple[str, str]]:
    for name, value in vars(module).items():
        if name.startswith("test_"):
            yield name, value.__doc__ or ""


def test_every_statement_cites_a_line_as_it_was_read(pages: Path) -> None:
    operations = files.load(SPEC / "operations.json")["operations"]
    for statement in files.load(SPEC / "statements.yaml")["statements"]:
        assert set(statement["operations"]) <= set(operations), statement["id"]
        for source in statement["source"]:
            place, _, digest = source.partition("#")
            page, _, line = place.rpartition(":")
            assert hash_of((pages / page).read_text().split("\n")[int(line) - 1]) == digest, source


@pytest.mark.parametrize(
    ("module", "service"),
    [(test_data, "appconfigdata"), (test_experiments, "appconfig"), (test_experiments_runs, "appconfig")],
    ids=["data", "experiments", "runs"],
)
def test_every_test_cites_lines_that_say_something(module: ModuleType, service: str, pages: Path) -> None:
    for name, told in citing(module):
        cited = list(CITED.finditer(told))
        assert cited, f"{name} cites no page"
        for match in cited:
            page = pages / (match["service"] or service) / "client" / match["page"]
            lines = page.read_text().split("\n")
            for number in match["lines"].split(", :"):
                assert lines[int(number) - 1].strip(), f"{name}: {match['page']}:{number} is empty"
