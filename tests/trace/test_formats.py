"""Sentences are found again and shown without markup, whatever format their page has."""

from __future__ import annotations

from pathlib import Path

import pytest

from asdoc.codegen.extract import extract
from asdoc.codegen.spec import load_spec
from asdoc.codegen.trace import Tracer
from tests.fuzz import garden

from .facts import facts


def tracer(kind: str, folder: Path, **names: str) -> Tracer:
    """Of the one page of that format, with `names` in its places."""
    page = folder / "pages" / garden.FILES[kind]
    page.parent.mkdir(parents=True)
    page.write_text(garden.document(kind, names))
    (folder / "generated").mkdir()
    extract([folder / "pages"], folder / "specs")
    return Tracer(folder / "specs", "garden", generated=folder / "generated", pages=folder / "pages")


@pytest.mark.parametrize("kind", garden.FILES)
def test_every_fact_is_traced_to_a_sentence_that_names_it(kind: str, tmp_path: Path) -> None:
    traces = tracer(kind, tmp_path)
    spec = load_spec(tmp_path / "specs", "garden")
    every = [*facts(spec), *((example["id"], "") for example in spec.examples)]
    assert len(every) >= 18
    for fact, name in every:
        read = traces.trace(fact).readings
        assert {reading.state for reading in read} == {"as read"}, fact
        assert any(name in reading.sentence for reading in read), fact


@pytest.mark.parametrize("kind", garden.FILES)
def test_the_words_on_a_member_are_found_without_markup(kind: str, tmp_path: Path) -> None:
    explained = [reading.explanation for reading in tracer(kind, tmp_path).trace("Plant.input.Site").readings]
    shown = ("Where it stands.", "Site (dict) – Where it stands.", "• Site (dict) – Where it stands.")
    assert any(words in shown or words.removesuffix(" ") in shown for words in explained), explained


@pytest.mark.parametrize("kind", ["rst", "single", "html", "rendered"])
def test_the_lines_of_an_error_and_of_a_call_are_told_from_their_neighbours(kind: str, tmp_path: Path) -> None:
    traces = tracer(kind, tmp_path)
    (error,) = (read for read in traces.trace("Plant.errors.FrostException").readings if read.reading.startswith("rai"))
    assert "Garden.Client.exceptions.FrostException" in error.sentence
    caption, call, output = traces.trace("Plant.1").readings
    assert caption.sentence == "An elm in the first row."
    assert call.sentence.startswith("response = client.plant(\n    ")
    assert output.sentence.startswith("{\n    'Height'")


@pytest.mark.parametrize("name", ["output", "input", "errors"])
def test_a_member_may_be_called_as_a_side_is(name: str, tmp_path: Path) -> None:
    told = tracer("rst", tmp_path, answer=name).trace(f"Plant.output.{name}")
    assert (told.kind, told.fact) == ("member", f"Plant.output.{name}")


def test_a_value_may_hold_what_pointers_do(tmp_path: Path) -> None:
    traces = tracer("rst", tmp_path, enum="text/csv#1=2")
    assert traces.trace("Plant.input.Site.Kind=text/csv#1=2").kind == "value"
