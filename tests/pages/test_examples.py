"""Documented examples are read as data, and never run."""

from __future__ import annotations

from typing import Any

import pytest

from asdoc.codegen.pages import PageError

from .written import page, read


def example(params: str, output: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """(params, output) of a page with one example of these lines."""
    after = (
        "\n  **Examples**\n\n  What it shows.\n  ::\n\n    response = client.plant(\n"
        + "".join(f"        {line}\n" for line in params.splitlines())
        + "    )\n    \n    print(response)\n\n  \n  Expected Output:\n  ::\n\n    {\n"
        + "".join(f"        {line}\n" for line in output.splitlines())
        + "        'ResponseMetadata': {\n            '...': '...',\n        },\n    }\n\n  "
    )
    (found,) = read(page(after=after)).examples
    return found.params, found.output


def test_nested_values_keep_their_types() -> None:
    params, output = example(
        "Name='rose',\nCount=3,\nShare=0.25,\nBig=1e+20,\nOpen=True,\nShut=False,\n"
        "Tags={\n    'a': '1',\n},\nBeds=[\n    {\n        'Soil': 'loam',\n    },\n    'x',\n    7,\n],",
        "'Id': 'abc',",
    )
    assert params == {
        "Name": "rose",
        "Count": 3,
        "Share": 0.25,
        "Big": 1e20,
        "Open": True,
        "Shut": False,
        "Tags": {"a": "1"},
        "Beds": [{"Soil": "loam"}, "x", 7],
    }
    assert output == {"Id": "abc"}


def test_a_time_tuple_gives_six_numbers_and_no_microseconds() -> None:
    _, output = example("", "'At': datetime(2021, 9, 17, 21, 59, 3, 4, 260, 0),\n'On': datetime(2015, 1, 1),")
    assert output == {"At": {"$datetime": [2021, 9, 17, 21, 59, 3]}, "On": {"$datetime": [2015, 1, 1, 0, 0, 0]}}


def test_comments_and_the_elided_metadata_leave_no_trace() -> None:
    params, output = example("# which one\nName='rose',", "# what comes of it\n'Id': 'abc',")
    assert (params, output) == ({"Name": "rose"}, {"Id": "abc"})


def test_a_string_keeps_its_unescaped_quotes_and_gets_its_line_breaks() -> None:
    params, _ = example(
        "A='it's ', here',\nB='{\"k\": \"v\\n\"}',\nC='',\nD='a\\\\d',\nE='https://x/#y',\nF='b', 'c',", ""
    )
    assert params == {
        "A": "it's ', here",
        "B": '{"k": "v\n"}',
        "C": "",
        "D": "a\\\\d",
        "E": "https://x/#y",
        "F": "b', 'c",
    }


def test_a_string_over_several_lines_is_one_value() -> None:
    params, _ = example("A='one\n  two',\nB='x',", "")
    assert params["A"].split() == ["one", "two"]
    assert params["B"] == "x"


def test_bytes_are_kept_as_base64() -> None:
    params, _ = example("A=b'rose',", "")
    assert params == {"A": {"$bytes": "cm9zZQ=="}}


def test_several_examples_are_told_apart_by_their_captions() -> None:
    one = (
        "\n  Caption {n}.\n  ::\n\n    response = client.plant(\n        Name='{n}',\n    )\n    \n"
        "    print(response)\n"
        "\n  \n  Expected Output:\n  ::\n\n    {{\n        'Id': '{n}',\n    }}\n\n  "
    )
    after = "\n  **Examples**\n" + one.format(n=1) + one.format(n=2)
    first, second = read(page(after=after)).examples
    assert (first.params, first.output, first.caption) == ({"Name": "1"}, {"Id": "1"}, "Caption 1.")
    assert (second.params, second.output, second.caption) == ({"Name": "2"}, {"Id": "2"}, "Caption 2.")


@pytest.mark.parametrize(
    "line",
    [
        "A=__import__('os').system('true'),",
        "A=datetime(2021, 9, 17, __import__('os')),",
        "A=9" + "9" * 5000 + ",",
        "A=[x for x in ().__class__.__bases__],",
        "A=(1, 2),",
        "A,",
        "},",
    ],
)
def test_anything_but_a_literal_refuses_the_page(line: str) -> None:
    with pytest.raises(PageError):
        example(line, "")
