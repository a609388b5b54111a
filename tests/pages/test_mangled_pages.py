"""A page that is not whole, or no page at all, is refused with its file, its line and the reason."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from asdoc.codegen.pages import AnyPage, OperationPage, PageError, read_pages

from .written import page, read

NAME = "appconfig/client/get_deployment.rst"

HANG = 10
"""Seconds of processor time, many times what the largest of these pages takes: more is no slowness but a hang."""


def refusal(data: bytes, name: str = "page.rst") -> PageError:
    with pytest.raises(PageError) as told:
        read_pages(name, data)
    assert told.value.message.startswith(f"{name}:{told.value.line}: ")
    return told.value


def attempt(name: str, data: bytes) -> tuple[AnyPage | None, int]:
    """(the facts, 0), or (None, the line at which the page is refused); any other error is a failure."""
    try:
        return read_pages(name, data)[0][0], 0
    except PageError as error:
        return None, error.line


def test_a_page_cut_at_any_line_is_refused_or_says_nothing_false(pages_dir: Path) -> None:
    data = (pages_dir / NAME).read_bytes()
    (whole,), _ = read_pages(NAME, data)
    assert isinstance(whole, OperationPage)
    lines = data.split(b"\n")
    refused = 0
    for end in range(len(lines)):
        cut, line = attempt(NAME, b"\n".join(lines[:end]))
        if cut is None:
            refused += 1
            assert 1 <= line <= max(end, 1)
            continue
        # Nothing shows that errors or examples are missing behind a cut between two of them; all else is whole.
        assert isinstance(cut, OperationPage)
        assert (cut.input, cut.output) == (whole.input, whole.output)
        assert cut.errors == whole.errors[: len(cut.errors)]
        assert cut.examples == whole.examples[: len(cut.examples)]
    assert refused > 0.9 * len(lines)


@pytest.mark.parametrize(
    "name",
    [
        "appconfig/waiter/DeploymentComplete.rst",
        "appconfig/paginator/ListDeployments.rst",
        "appconfig/client/exceptions/BadRequestException.rst",
        "appconfig/client/get_account_settings.rst",
        "proton/client/cancel_environment_deployment.rst",
    ],
)
def test_a_page_cut_in_half_is_refused(pages_dir: Path, name: str) -> None:
    data = (pages_dir / name).read_bytes()
    half = data[: len(data) // 2]
    error = refusal(half, name)
    assert "the page ends" in error.reason
    assert error.line >= half.count(b"\n")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"<!doctype html><html><body><h1>Deployments</h1></body></html>",
        b"# Readme\n\nSome other project.\n",
        b".. py:function:: os.path.join(a, b)\n\n  Joins.\n",
        b"\xef\xbb\xbf{}",
        bytes(range(32)) * 40,
    ],
)
def test_a_page_of_another_site_is_refused(data: bytes) -> None:
    assert "no page of a format" in refusal(data).reason


def test_bytes_that_are_no_utf8_are_refused_at_their_line() -> None:
    assert refusal(page().encode().replace(b"A name.", b"A n\xe4me.")).line == 30


def test_nesting_ten_thousand_deep_is_refused_quickly() -> None:
    deep = "{\n" + "'x': {\n" * 10_000 + "}\n" * 10_000 + "}"
    begun = time.process_time()
    error = refusal(page(syntax=deep, bullets="- *(dict) --* \n").encode())
    assert "nest deeper" in error.reason
    assert time.process_time() - begun < HANG


def test_a_page_of_fifty_megabytes_is_refused_quickly() -> None:
    begun = time.process_time()
    assert "bytes" in refusal(page().encode() + b"\n  padding" * 5_000_000).reason
    assert time.process_time() - begun < HANG


@pytest.mark.parametrize(
    "repeated",
    [
        "\n  See also: `AWS API Documentation ",
        "\n  **Request Syntax**",
        "\n  :type x: string\n  :param x: ",
        "\n  - **x** *(",
        "\n      A='x",
        "\n  .. danger::",
    ],
)
def test_a_large_page_of_one_phrase_takes_no_more_than_its_size(repeated: str) -> None:
    text = page(after="\n  **Examples**\n\n  Words.\n  ::\n\n    response = client.plant(")
    data = (text + repeated * (2_000_000 // len(repeated))).encode()
    begun = time.process_time()
    refusal(data)
    assert time.process_time() - begun < HANG


def test_a_page_without_a_link_to_the_reference_has_a_derived_name() -> None:
    text = page()
    begin = text.index("  See also:")
    found = read(text[:begin] + text[text.index("\n", begin) :])
    assert (found.operation, found.operation_derived, found.documentation) == ("Plant", True, "")


@settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_change_of_a_page_does_more_than_refuse_it(pages_dir: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([NAME, "appconfig/waiter/DeploymentComplete.rst", "proton.rst"]))
    lines = (pages_dir / name).read_bytes().split(b"\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        other = data.draw(st.integers(0, len(lines) - 1))
        change = data.draw(st.sampled_from(["drop", "swap", "cut", "noise", "indent", "double"]))
        if change == "drop":
            del lines[at : at + data.draw(st.integers(1, 30))]
            lines = lines or [b""]
        elif change == "swap":
            lines[at], lines[other] = lines[other], lines[at]
        elif change == "cut":
            lines[at] = lines[at][: data.draw(st.integers(0, 40))]
        elif change == "noise":
            lines[at] = data.draw(st.binary(max_size=60))
        elif change == "indent":
            lines[at] = b" " * data.draw(st.integers(0, 12)) + lines[at].lstrip()
        else:
            lines.insert(at, lines[other])
    found, line = attempt(name, b"\n".join(lines))
    assert (found is None) == (line >= 1)


@settings(max_examples=100)
@given(st.text(max_size=400))
@example(":doc:`A <../../a>` / Client / x\n.. py:method:: A.Client.x(**kwargs)\n")
@example(".. py:class:: A.Client\n")
def test_no_text_does_more_than_be_refused(text: str) -> None:
    data = ("\n.. py:method:: A.Client.b(**kwargs)\n" + text).encode("utf-8", "surrogatepass")
    found, line = attempt("x.rst", data)
    assert (found is None) == (line >= 1)
