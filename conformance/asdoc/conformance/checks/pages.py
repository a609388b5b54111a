"""The laws of lists that are answered in pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..cases.model import Pages
from ..events import Check
from .values import shown


class Page(NamedTuple):
    items: list[Any]
    token: str
    """Empty on the last page."""
    trouble: str
    """What was answered in place of a page; empty for a page."""


def judge_pages(asked: Pages, limited: Sequence[Page], whole: Sequence[Page]) -> list[Check]:
    """Each page holds no more than asked for; together they are the list, each item once; and they come to an end."""
    told = [item for page in limited for item in page.items]
    everything = [item for page in whole for item in page.items]
    trouble = next((page.trouble for page in (*limited, *whole) if page.trouble), "")
    largest = max((len(page.items) for page in limited), default=0)
    return [
        _check("pages-answered", not trouble, "each page", trouble or "each page"),
        _check("page-size", largest <= asked.size, f"at most {asked.size} items", f"{largest} items"),
        _check("pages-end", not limited[-1].token and not whole[-1].token, "a last page without a token",
               f"{len(limited)} pages, and a token still"),
        _check("pages-enough", len(everything) >= asked.items, f"at least {asked.items} items",
               f"{len(everything)} items"),
        _check("pages-token", len(everything) <= asked.size or bool(limited[0].token), "a token, for there is more",
               "none on the first page"),
        _check("pages-whole", told == everything, f"the {len(everything)} items of the list in pages",
               f"{len(told)} items: {str(shown(told))[:120]}"),
        _check("pages-once", _once(told), "each item once", "an item twice"),
    ]  # fmt: skip


def _once(items: Sequence[Any]) -> bool:
    return not any(item in items[index + 1 :] for index, item in enumerate(items))


def _check(id: str, right: bool, documented: str, found: str) -> Check:
    return Check(
        id=id, outcome="pass" if right else "fail", documented=documented, found=documented if right else found
    )
