"""Whence a page's day is, and what outranks what."""

from __future__ import annotations

from pathlib import Path

import pytest

from asdoc.codegen.dates import Dated, Dates, parse
from asdoc.runtime.errors import AsdocError


@pytest.mark.parametrize(
    ("given", "page", "manifest", "expected"),
    [
        ([], "", "", Dated()),
        ([], "2022-07-13", "2024-01-01", Dated("2022-07-13", "page")),
        ([], "", "2024-01-01", Dated("2024-01-01", "manifest")),
        (["2023-05-01"], "", "", Dated("2023-05-01", "given")),
        (["2023-05-01"], "", "2024-01-01", Dated("2024-01-01", "manifest")),
        (["2023-05-01"], "2022-07-13", "", Dated("2022-07-13", "page")),
        (["old/*=2021-01-01"], "2022-07-13", "2024-01-01", Dated("2021-01-01", "given")),
        (["/pages/*=2021-01-01"], "2022-07-13", "", Dated("2021-01-01", "given")),
        (["ld/*=2021-01-01"], "2022-07-13", "", Dated("2022-07-13", "page")),
        (["new/*=2021-01-01"], "2022-07-13", "", Dated("2022-07-13", "page")),
        (["*=2021-01-01", "page.rst=2021-02-02"], "", "", Dated("2021-02-02", "given")),
    ],
)
def test_a_day_comes_from_the_nearest_that_tells_it(
    given: list[str], page: str, manifest: str, expected: Dated
) -> None:
    assert parse(given).of(Path("/pages/old/page.rst"), page, manifest) == expected


def test_a_pattern_may_hold_the_sign_that_ends_it() -> None:
    assert parse(["a=b.rst=2021-01-01"]) == Dates("", (("a=b.rst", "2021-01-01"),))


@pytest.mark.parametrize("value", ["yesterday", "2022-13-01", "20220713", "old/*", "old/*=", "=", "2022-W28-3", ""])
def test_what_is_no_day_is_refused(value: str) -> None:
    with pytest.raises(AsdocError, match="has no day"):
        parse([value])


def test_two_days_for_all_pages_are_refused() -> None:
    with pytest.raises(AsdocError, match=r"both 2022-07-13 and 2022-07-14"):
        parse(["2022-07-13", "2022-07-14"])


def test_a_pattern_that_fits_no_page_is_refused() -> None:
    dates = parse(["old/*=2021-01-01", "*.txt=2021-01-01"])
    dates.check([Path("/pages/old/a.rst"), Path("/pages/b.txt")])
    with pytest.raises(AsdocError, match=r"'\*\.txt'"):
        dates.check([Path("/pages/old/a.rst")])
