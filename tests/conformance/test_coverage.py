"""`asdoc coverage`: everything that is documented is on the list, with what tries it or why nothing does."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

from asdoc.cli.main import main
from asdoc.codegen.cases import compile_cases
from asdoc.codegen.coverage.listing import EXCLUDED, TESTED, UNTESTED, Row, coverage
from asdoc.codegen.coverage.sentences import Sentence, sentences
from asdoc.codegen.pages.source import hash_of
from asdoc.codegen.spec import load_spec, runtime_table

SPECS = Path("specs")


@pytest.fixture(scope="module")
def rows() -> dict[tuple[str, str], Row]:
    spec = load_spec(SPECS, "appconfig")
    table = runtime_table(spec)
    cases = compile_cases("appconfig", spec.examples, spec.resources, spec.statements, table)["cases"]
    return {(row.kind, row.id): row for row in coverage(spec, table, cases).rows}


def test_every_operation_error_and_statement_is_listed(rows: dict[tuple[str, str], Row]) -> None:
    spec = load_spec(SPECS, "appconfig")
    table = runtime_table(spec)
    assert {name for kind, name in rows if kind == "operation"} == set(table.operations)
    told = {f"{name}.{error}" for name, operation in table.operations.items() for error in operation.errors}
    assert {name for kind, name in rows if kind == "error"} == told
    assert {name for kind, name in rows if kind == "statement"} == {
        statement["id"] for statement in spec.statements["statements"]
    }


def test_every_operation_of_appconfig_is_tried(rows: dict[tuple[str, str], Row]) -> None:
    assert {row.state for row in rows.values() if row.kind == "operation"} == {TESTED}


def test_what_is_excluded_says_why_and_what_is_tested_names_its_cases(rows: dict[tuple[str, str], Row]) -> None:
    for row in rows.values():
        assert bool(row.reason) == (row.state == EXCLUDED), row.id
        assert bool(row.cases) == (row.state == TESTED), row.id
    assert rows["error", "CreateApplication.ServiceQuotaExceededException"].reason.startswith("a quota")
    assert rows["error", "GetApplication.InternalServerException"].state == EXCLUDED


PAGE = """***
stop_thing
***

.. py:method:: AppConfig.Client.stop_thing(**kwargs)

  Stops a thing.

  It works only while the thing runs.

  See also: `AWS API Documentation <https://example.org>`_

  **Request Syntax**
  ::

    response = client.stop_thing(
        Name='only when'
    )

  :type Name: string
  :param Name: **[REQUIRED]**

    The name of the thing.

    For more information, see elsewhere if you must.
"""


def test_each_line_of_prose_is_a_sentence_with_its_class(tmp_path: Path) -> None:
    page = tmp_path / "appconfig" / "client" / "stop_thing.rst"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE)
    found = {sentence.source.rpartition("#")[2]: sentence.about for sentence in sentences(tmp_path, "appconfig")}
    expected = {
        "Stops a thing.": "says what an operation is for",
        "It works only while the thing runs.": "",
        "The name of the thing.": "describes a member",
        "For more information, see elsewhere if you must.": "points to another page",
    }
    assert {hash_of(line): about for line, about in expected.items()} | found == found
    assert not any(hash_of("Name='only when'") == each for each in found)


def test_the_command_lists_sentences_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "appconfig" / "client" / "stop_thing.rst"
    page.parent.mkdir(parents=True)
    page.write_text(PAGE)
    main_ = ["coverage", "appconfig", "--pages", str(tmp_path), "--json", "--kind", "sentence"]
    with pytest.raises(SystemExit) as ended:
        main(main_)
    assert ended.value.code == 0
    told = json.loads(capsys.readouterr().out)
    states = {row["state"] for row in told["rows"]}
    assert states == {UNTESTED, EXCLUDED}
    with pytest.raises(SystemExit):
        main(["coverage", "appconfig", "--pages", str(tmp_path)])
    assert all(len(line) <= 80 for line in capsys.readouterr().out.splitlines())


def test_every_error_of_appconfig_is_tried_or_says_why_none_can(rows: dict[tuple[str, str], Row]) -> None:
    assert [row.id for row in rows.values() if row.kind == "error" and row.state == UNTESTED] == []
    too_large = rows["error", "CreateHostedConfigurationVersion.PayloadTooLargeException"]
    assert (too_large.state, "largest size" in too_large.reason) == (EXCLUDED, True)
    assert rows["error", "UpdateExperimentRun.ConflictException"].state == TESTED


def test_operations_that_cannot_be_tried_say_so_and_so_do_their_errors() -> None:
    spec = load_spec(SPECS, "appconfigdata")
    told = [{"operation": name, "reason": "nobody may"} for name in spec.operations]
    spec = msgspec.structs.replace(spec, resources={"resources": {}, "excluded": told}, statements={"statements": []})
    table = runtime_table(spec)
    cases = compile_cases("appconfigdata", spec.examples, spec.resources, spec.statements, table)["cases"]
    found = coverage(spec, table, cases).rows
    assert {row.state for row in found if row.kind in {"operation", "error"}} == {EXCLUDED}
    assert all(case["excluded"] for case in cases)


INTRODUCTION = """*********
AppConfig
*********

How it works.

* **Feature flags** – They are kept only while they are used.

* Plain words, which say nothing.

  appconfig/client/stop_thing
"""


def test_a_bullet_that_begins_in_bold_is_a_sentence_and_the_name_of_a_page_is_none(tmp_path: Path) -> None:
    (tmp_path / "appconfig.rst").write_text(INTRODUCTION)
    page = tmp_path / "appconfig" / "client" / "stop_thing.rst"
    page.parent.mkdir(parents=True)
    page.write_text(
        PAGE + "\n  - *(dict) --*\n\n    - **Name** *(string) --*\n\n  * **Fast**: it rolls back at once.\n"
    )
    found = {sentence.source.rpartition("#")[2] for sentence in sentences(tmp_path, "appconfig")}
    told = [
        "How it works.",
        "* **Feature flags** – They are kept only while they are used.",
        "* Plain words, which say nothing.",
        "* **Fast**: it rolls back at once.",
    ]
    assert {hash_of(line) for line in told} <= found
    untold = ["appconfig/client/stop_thing", "stop_thing", "- **Name** *(string) --*", "- *(dict) --*"]
    assert not {hash_of(line) for line in untold} & found


def test_a_line_that_is_tried_in_part_says_what_of_it_is_not() -> None:
    """An alarm rolls a deployment back: the line of the bake says so besides what is tried of it."""
    spec = load_spec(SPECS, "appconfig")
    table = runtime_table(spec)
    cases = compile_cases("appconfig", spec.examples, spec.resources, spec.statements, table)["cases"]
    tried, alarm = (
        next(each for each in spec.statements["statements"] if each["id"] == identity)
        for identity in ("deployment.bake.after-all-targets", "environment.alarms")
    )
    (line,) = set(tried["source"]) & set(alarm["source"])
    found = coverage(spec, table, cases, [Sentence(line, "")]).rows
    rows = {row.id: row for row in found if row.kind == "sentence"}
    assert rows[line].state == TESTED
    part = rows[f"{line} in part: environment.alarms"]
    assert (part.state, part.reason) == (EXCLUDED, alarm["excluded"])
