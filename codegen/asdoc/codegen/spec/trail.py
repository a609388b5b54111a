"""What pages told that no longer stands: each reading that was set aside, beside the one that was kept.

The trail is found at the end, by holding every page against what came of all of them. So whatever a page tells either
stands in the spec or is told here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from asdoc.codegen.pages.facts import AnyPage, ExceptionPage, Node, OperationPage, PaginatorPage, WaiterPage
from asdoc.codegen.pages.source import Text, hash_of

from .ages import Told, compare
from .blend import EXPLAINED, Origins, untold

if TYPE_CHECKING:
    from .merge import Fact

_FLAGS = ("streaming", "eventstream", "jsonvalue", "union", "idempotent")
_HAS = {True: "told", False: "untold"}
_PLAIN: dict[type[AnyPage], tuple[str, str, tuple[str, ...]]] = {
    WaiterPage: ("name", "polls_line", ("operation", "method", "delay", "max_attempts")),
    PaginatorPage: ("name", "operation_line", ("operation", "method", "page_size")),
}
"""Kinds of page whose facts are plain values: where they are, the line of the facts, and the facts."""


class _Difference(NamedTuple):
    at: str
    of: str
    kept: str
    kept_at: tuple[Text, int]
    aside: str
    aside_line: int


def source(text: Text, line: int) -> str:
    """Where a fact was read: page, line, and the hash of what stands there."""
    line = max(line, 1)
    return f"{text.path}:{line}#{hash_of(text.lines[line])}"


def conflicts(
    pairs: Sequence[tuple[Fact, Sequence[Told]]], origins: Origins, ages: dict[str, str]
) -> list[dict[str, Any]]:
    """The entries of `sources.json`: one for each fact of which a page tells something else than what was kept."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    dates = {told.page.path: told.page.date for _, group in pairs for told in group}
    for fact, group in pairs:
        for told in group:
            if told.page is fact.page:
                continue
            for difference in _differences(fact, told, origins):
                kept_text, kept_line = difference.kept_at
                kept = source(kept_text, kept_line)
                entry = found.setdefault(
                    (difference.at, difference.of),
                    {
                        "at": difference.at,
                        "of": difference.of,
                        "kept": difference.kept,
                        "by": kept,
                        "aside": {},
                        "dates": {},
                        "why": "format",
                        "rule": "same-operation" if any(kept_text is own.text for own in group) else "same-shape",
                    },
                )
                places = entry["aside"].setdefault(difference.aside, [])
                place = source(told.text, difference.aside_line)
                if place not in places:
                    places.append(place)
                for path in (kept_text.path, told.text.path):
                    entry["dates"][path] = {"by": ages[path], **({"date": dates[path]} if dates[path] else {})}
                if _is_older(told.page, kept_text, pairs, ages):
                    entry["why"] = "older"
    for entry in found.values():
        entry["aside"] = {reading: sorted(places) for reading, places in sorted(entry["aside"].items())}
        entry["dates"] = dict(sorted(entry["dates"].items()))
    return [found[key] for key in sorted(found)]


def _is_older(page: AnyPage, kept: Text, pairs: Sequence[tuple[Fact, Sequence[Told]]], ages: dict[str, str]) -> bool:
    if ages[page.path] == "derived:knows-more":
        return True
    keeper = next(told.page for _, group in pairs for told in group if told.text is kept)
    return compare(keeper, page) > 0


def _differences(fact: Fact, told: Told, origins: Origins) -> Iterator[_Difference]:
    final, page = fact.page, told.page
    if isinstance(final, OperationPage) and isinstance(page, OperationPage):
        yield from _operation(fact, final, told, page)
        for side in ("input", "output"):
            root = getattr(page, side)
            silent = untold(page, root) if root is not None else EXPLAINED
            yield from _side(f"{final.operation}.{side}", getattr(final, side), fact, root, told, origins, silent)
    elif isinstance(final, ExceptionPage) and isinstance(page, ExceptionPage):
        yield from _side(final.name, final.output, fact, page.output, told, origins, frozenset())
    elif type(final) in _PLAIN and type(final) is type(page):
        named, line, names = _PLAIN[type(final)]
        for name in names:
            kept, aside = str(getattr(final, name)), str(getattr(page, name))
            if kept != aside:
                place = (fact.text, int(getattr(final, line)))
                yield _Difference(str(getattr(final, named)), name, kept, place, aside, int(getattr(page, line)))


def _operation(fact: Fact, final: OperationPage, told: Told, page: OperationPage) -> Iterator[_Difference]:
    where = final.operation
    if final.operation != page.operation and not page.operation_derived:
        kept_at = (fact.part("operation"), final.operation_line or final.method_line)
        yield _Difference(
            where, "operation", final.operation, kept_at, page.operation, page.operation_line or page.method_line
        )
    if "deprecated" not in page.untold and bool(final.deprecated) != bool(page.deprecated):
        kept_at = (fact.part("deprecated"), final.deprecated or final.method_line)
        readings = {True: "deprecated", False: "current"}
        yield _Difference(
            where,
            "deprecated",
            readings[bool(final.deprecated)],
            kept_at,
            readings[bool(page.deprecated)],
            page.deprecated or page.method_line,
        )
    if final.documentation and page.documentation and final.documentation != page.documentation:
        kept_at = (fact.part("operation"), final.operation_line or final.method_line)
        yield _Difference(
            where, "documentation", final.documentation, kept_at, page.documentation, page.operation_line or 1
        )
    if "errors" not in page.untold:
        kept, others = dict(final.errors), dict(page.errors)
        for name in sorted(kept.keys() ^ others.keys()):
            kept_at = (fact.part("errors"), kept.get(name, final.method_line))
            line = others.get(name, page.method_line)
            yield _Difference(f"{where}.{name}", "error", _HAS[name in kept], kept_at, _HAS[name in others], line)
    if "examples" not in page.untold and _examples(final) != _examples(page):
        kept_at = (fact.part("examples"), final.examples[0].params_line if final.examples else final.method_line)
        line = page.examples[0].params_line if page.examples else page.method_line
        yield _Difference(where, "examples", _examples(final), kept_at, _examples(page), line)


def _examples(page: OperationPage) -> str:
    """Their number, and a hash that tells whether they are the same calls with the same answers."""
    told = [(example.params, example.output) for example in page.examples]
    digest = hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:12]
    return f"{len(told)}#{digest}" if told else "none"


def _side(
    where: str, final: Node | None, fact: Fact, page: Node | None, told: Told, origins: Origins, silent: frozenset[str]
) -> Iterator[_Difference]:
    if final is None or page is None:
        shown = final if final is not None else page
        # To take nothing and to take an empty structure is the same; to return them is not.
        if shown is not None and (shown.members or shown.open or where.endswith(".output")):
            kept_at = (fact.text, _line(final, fact.page))
            yield _Difference(where, "type", _type(final), kept_at, _type(page), _line(page, told.page))
        return
    todo = [(where, final, page)]
    while todo:
        here, kept, other = todo.pop()
        text = origins.text(kept, fact.text)
        line = _line(other, told.page)
        place = (text, _line(kept, fact.page))
        if other.open or (not other.type and not other.recursive):
            continue
        if _type(kept) != _type(other) and not (other.type == "float" and not other.line and kept.type == "double"):
            yield _Difference(here, "type", _type(kept), place, _type(other), line)
            continue
        if kept.enum != other.enum and (other.line or other.enum):
            enum_at = origins.fact(kept, "enum", fact.text)
            yield _Difference(here, "enum", "|".join(kept.enum) or kept.type, enum_at, _enum(other), line)
        for flag in _FLAGS:
            if flag in silent:
                continue
            mine, theirs = bool(getattr(kept, flag)), bool(getattr(other, flag))
            if mine != theirs:
                yield _Difference(here, flag, _HAS[mine], place, _HAS[theirs], line)
        for name in [*kept.members, *(name for name in other.members if name not in kept.members)]:
            yield from _member(f"{here}.{name}", name, kept, place, other, line, silent, fact, origins)
            if name in kept.members and name in other.members:
                todo.append((f"{here}.{name}", kept.members[name], other.members[name]))
        for suffix, part in (("[]", "member"), ("{key}", "key"), ("{}", "value")):
            mine_inner, theirs_inner = getattr(kept, part), getattr(other, part)
            if mine_inner is not None and theirs_inner is not None:
                todo.append((here + suffix, mine_inner, theirs_inner))


def _member(
    here: str,
    name: str,
    kept: Node,
    place: tuple[Text, int],
    other: Node,
    line: int,
    silent: frozenset[str],
    fact: Fact,
    origins: Origins,
) -> Iterator[_Difference]:
    mine, theirs = kept.members.get(name), other.members.get(name)
    if mine is not None:
        place = (origins.text(mine, fact.text), mine.line or mine.bullet or place[1])
    if theirs is not None:
        line = theirs.line or theirs.bullet or line
    if mine is None or theirs is None:
        yield _Difference(here, "member", _HAS[mine is not None], place, _HAS[theirs is not None], line)
    elif "required" not in silent and (name in kept.required) != (name in other.required):
        words = {True: "required", False: "optional"}
        yield _Difference(here, "required", words[name in kept.required], place, words[name in other.required], line)


def _enum(node: Node) -> str:
    return "|".join(node.enum) or node.type


def _type(node: Node | None) -> str:
    if node is None:
        return "none"
    return "recursive" if node.recursive else node.type


def _line(node: Node | None, page: AnyPage) -> int:
    line = node.line or node.bullet if node is not None else 0
    return line or int(getattr(page, "method_line", 1))


def changes(pairs: Sequence[tuple[Fact, Sequence[Told]]]) -> dict[str, list[dict[str, Any]]]:
    """Per operation what API-changes pages say of it, the oldest first: new or updated, and the members added."""
    found: dict[str, list[dict[str, Any]]] = {}
    for fact, group in pairs:
        for told in group:
            delta = told.page.delta if isinstance(told.page, OperationPage) else None
            if delta is None or not isinstance(fact.page, OperationPage):
                continue
            added = [path for side in ("request", "response") for path in _paths(side, getattr(delta, side))]
            entry = {"kind": delta.kind, "added": added, "source": [source(told.text, delta.line)]}
            if told.page.date:
                entry = {"date": told.page.date, **entry}
            found.setdefault(fact.page.operation, []).append(entry)
    for entries in found.values():
        entries.sort(key=lambda entry: (entry.get("date", "9999"), entry["source"]))
    return dict(sorted(found.items()))


def _paths(side: str, root: Node | None) -> list[str]:
    """The added members at the ends of a delta: what stands around them was there before, or came with them."""
    if root is None:
        return []
    found: list[str] = []
    todo = [({"request": "input", "response": "output"}[side], root)]
    while todo:
        here, node = todo.pop()
        inner = [(f"{here}.{name}", child) for name, child in node.members.items()]
        for suffix, child in (("[]", node.member), ("{}", node.value)):
            if child is not None and (child.members or child.member or child.value):
                inner.append((here + suffix, child))
        if inner:
            todo.extend(inner)
        else:
            found.append(here)
    return sorted(found)
