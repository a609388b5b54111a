"""The scorer sees each kind of mistake: a judge that cannot find fault proves nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import botocore
import pytest

from asdoc.codegen.boto3_pages import write_pages
from asdoc.codegen.pages import Node, OperationPage, Text, read_pages

from . import examples, score, truth, untold
from .handlers import HANDLERS
from .run import score_service
from .score import Miss

DATA = Path(botocore.__file__).with_name("data")
SERVICES = ("appconfig", "proton", "sqs", "sts", "polly", "lex-runtime", "bedrock-runtime")


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fidelity")
    write_pages(SERVICES, folder)
    return folder


@pytest.mark.parametrize("service", SERVICES)
def test_the_pages_of_a_service_are_read_without_a_miss(service: str, pages: Path) -> None:
    outcome = score_service("rst", service, pages / service, DATA)
    assert outcome.misses == []
    assert outcome.tally.right == outcome.tally.expected == outcome.tally.found
    assert outcome.tally.right.total() > 100


def read(pages: Path, service: str, method: str) -> tuple[OperationPage, truth.Operation, Text]:
    path = pages / service / "client" / f"{method}.rst"
    (page,), text = read_pages(path.name, path.read_bytes())
    assert isinstance(page, OperationPage)
    return page, truth.operations(truth.loader(DATA), service)[page.operation], text


def output(page: OperationPage) -> Node:
    assert page.output is not None
    return page.output


def given(page: OperationPage) -> Node:
    assert page.input is not None
    return page.input


def forget(members: dict[str, Node], name: str) -> None:
    del members[name]


Spoil = Callable[[OperationPage], object]
SPOILT: list[tuple[str, str, Spoil]] = [
    ("member", "forgotten", lambda page: forget(output(page).members, "State")),
    ("member", "invented", lambda page: output(page).members.update(Colour=Node("string", 7))),
    ("type", "wrong", lambda page: setattr(output(page).members["GrowthFactor"], "type", "double")),
    ("enum", "cut", lambda page: setattr(output(page).members["State"], "enum", ("BAKING",))),
    ("enum", "invented", lambda page: setattr(output(page).members["Description"], "enum", ("a",))),
    ("required", "forgotten", lambda page: given(page).required.remove("ApplicationId")),
    ("required", "invented", lambda page: given(page).required.append("AllowRevert")),
    ("union", "invented", lambda page: setattr(output(page), "union", 9)),
    ("streaming", "invented", lambda page: setattr(output(page).members["State"], "streaming", True)),
    ("eventstream", "invented", lambda page: setattr(output(page), "eventstream", True)),
    ("idempotent", "invented", lambda page: setattr(given(page).members["AllowRevert"], "idempotent", 3)),
    ("jsonvalue", "invented", lambda page: setattr(output(page).members["State"], "jsonvalue", True)),
    ("recursive", "invented", lambda page: setattr(output(page).members["EventLog"], "recursive", True)),
    ("error", "forgotten", lambda page: page.errors.pop()),
    ("error", "invented", lambda page: page.errors.append(("GoneException", 5))),
    ("deprecated", "invented", lambda page: setattr(page, "deprecated", 4)),
    ("method", "wrong", lambda page: setattr(page, "method", "stop")),
    ("none", "invented", lambda page: setattr(page, "output", None)),
]


@pytest.mark.parametrize(("kind", "how", "spoil"), SPOILT, ids=[f"{kind}-{how}" for kind, how, _ in SPOILT])
def test_a_mistake_of_a_reader_is_a_miss_with_page_and_line(kind: str, how: str, spoil: Spoil, pages: Path) -> None:
    page, known, text = read(pages, "appconfig", "stop_deployment")
    assert score.compare("appconfig", page, known)[1] == []
    spoil(page)
    tally, misses = score.compare("appconfig", page, known)
    context = untold.Context("rst", untold.elided(text, 1, len(text.lines)), page, known)
    counted = [miss for miss in misses if not untold.reason(context, miss)]
    assert kind in {miss.kind for miss in counted}
    assert all(miss.page == "stop_deployment.rst" and miss.line > 0 for miss in counted)
    assert min(tally.recall(), tally.precision()) < 100


def test_an_example_that_was_read_wrong_is_a_miss(pages: Path) -> None:
    page, known, _ = read(pages, "appconfig", "stop_deployment")
    assert examples.compare("appconfig", page, known)[1] == []
    page.examples[0].output["DeploymentDurationInMinutes"] = 16
    (miss,) = examples.compare("appconfig", page, known)[1]
    assert (miss.kind, miss.path) == ("example", "1")
    page.examples.clear()
    assert len(examples.compare("appconfig", page, known)[1]) == 1


def test_a_page_that_lacks_an_operation_is_a_miss(pages: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sts" / "client"
    folder.mkdir(parents=True)
    (folder / "get_caller_identity.rst").write_bytes(
        (pages / "sts" / "client" / "get_caller_identity.rst").read_bytes()
    )
    outcome = score_service("rst", "sts", tmp_path / "sts", DATA)
    assert {miss.kind for miss in outcome.misses} == {"operation"}
    assert "AssumeRole" in {miss.operation for miss in outcome.misses}


def test_a_page_that_is_refused_is_told(pages: Path, tmp_path: Path) -> None:
    folder = tmp_path / "sts" / "client"
    folder.mkdir(parents=True)
    content = (pages / "sts" / "client" / "get_caller_identity.rst").read_bytes()
    (folder / "get_caller_identity.rst").write_bytes(content[: len(content) // 2])
    outcome = score_service("rst", "sts", tmp_path / "sts", DATA)
    assert "refused" in {miss.kind for miss in outcome.misses}


def test_what_was_not_left_out_is_never_excused(pages: Path) -> None:
    page, known, text = read(pages, "appconfig", "stop_deployment")
    assert untold.elided(text, 1, len(text.lines)) == frozenset()
    context = untold.Context("rst", frozenset(), page, known)
    for kind, path in known.facts:
        miss = Miss("appconfig", "StopDeployment", kind, path, known.facts[kind, path], None, page.path, 1)
        assert untold.reason(context, miss) == ""


def test_every_handler_that_is_modelled_names_a_service() -> None:
    assert all(row.service and row.reason for row in HANDLERS)
    assert not any(
        row.fits(Miss("appconfig", "StopDeployment", "member", "input.X", True, None, "", 1)) for row in HANDLERS
    )
