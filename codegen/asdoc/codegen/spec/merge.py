"""Pages of any date and format to one reading of each fact: the newest wins, and tells what it set aside.

For one operation the newest page leads. What a page of its format cannot tell comes from the newest page that tells it;
what only older pages know is dropped. Then places that document the same shape take its newest reading, whichever
operation's page has that. `trail` says what no longer stands, and where it did.

Pages of one age are left as they are: where they differ, each is right about its own operation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import msgspec

from asdoc.codegen.pages.facts import AnyPage, ExceptionPage, Node, OperationPage, OtherPage, PaginatorPage, WaiterPage
from asdoc.codegen.pages.source import Text

from . import alike, trail
from .ages import Told, newest_first, surplus
from .alike import Place
from .blend import Held, Origins, blend, copied, untold

_SIDES = ("input", "output")


class Fact(NamedTuple):
    """What is known of one operation, paginator, waiter, ... in the end."""

    page: AnyPage
    """The newest page, completed and corrected by the others."""
    text: Text
    """Of the newest page."""
    parts: dict[str, Text]
    """Texts of what another page told: `errors`, `examples`, `operation`, `deprecated`."""

    def part(self, name: str) -> Text:
        return self.parts.get(name, self.text)


class Merged(NamedTuple):
    """The facts of a service, and what became of each page."""

    facts: list[Fact]
    origins: Origins
    read: list[AnyPage]
    """Every page once."""
    ages: dict[str, str]
    """Per path whence its age is: `page`, `manifest`, `given`, `derived:knows-more`, `derived:undated`."""
    conflicts: list[dict[str, Any]]
    changes: dict[str, list[dict[str, Any]]]
    """Per operation what dated pages say of its past."""


def merge(pages: Sequence[tuple[AnyPage, Text]], wire: dict[str, Any] | None = None) -> Merged:
    """One reading of the pages of a service. The order in which they are given does not matter."""
    groups: defaultdict[tuple[str, str], list[Told]] = defaultdict(list)
    for entry in _once(pages):
        groups[_subject(entry.page)].append(entry)
    behind: set[str] = set()
    origins = Origins()
    pairs: list[tuple[Fact, list[Told]]] = []
    known = {operation.lower(): operation for operation in wire["operations"]} if wire else {}
    for _, group in sorted(groups.items()):
        ordered = newest_first(group, lambda page: behind.add(page.path)) if len(group) > 1 else group
        pairs.append((_named(_lead(ordered, origins), known), ordered))
    editions = {group[0].page.edition for _, group in pairs if isinstance(group[0].page, OperationPage)}
    if len(editions) > 1 or len(pairs) < sum(map(len, groups.values())):
        pairs = [(_own(fact, origins), group) for fact, group in pairs]
        _unify(pairs, origins, wire, behind, rounds=len(editions))
    pairs.sort(key=lambda pair: pair[0].page.path)
    read = [entry.page for group in groups.values() for entry in group]
    ages = {page.path: page.dated or _undated(page, behind) for page in read}
    return Merged(
        facts=[fact for fact, _ in pairs],
        origins=origins,
        read=sorted(read, key=lambda page: (page.path, _subject(page))),
        ages=ages,
        conflicts=trail.conflicts(pairs, origins, ages),
        changes=trail.changes(pairs),
    )


def _once(pages: Sequence[tuple[AnyPage, Text]]) -> list[Told]:
    """The pages, equal ones once: the first by path stands for all."""
    kept: dict[tuple[str, str, str, str], Told] = {}
    for page, text in sorted(pages, key=lambda entry: entry[0].path):
        kept.setdefault((*_subject(page), page.sha256, page.date), Told(page, text))
    return list(kept.values())


def _subject(page: AnyPage) -> tuple[str, str]:
    """What a page is about: pages of the same subject are readings of the same facts."""
    kind = type(page).__name__
    if isinstance(page, OperationPage):
        return kind, page.method
    if isinstance(page, PaginatorPage | WaiterPage | ExceptionPage):
        return kind, page.name
    return kind, page.path if isinstance(page, OtherPage) else ""


def _undated(page: AnyPage, behind: set[str]) -> str:
    return "derived:knows-more" if page.path in behind else "derived:undated"


def _lead(told: list[Told], origins: Origins) -> Fact:
    """The newest page, completed by the older ones."""
    page, text = told[0]
    if len(told) == 1:
        return Fact(page, text, {})
    if isinstance(page, ExceptionPage):
        held = [
            Held(entry.page.output, entry.text, frozenset()) for entry in told if isinstance(entry.page, ExceptionPage)
        ]
        return Fact(msgspec.structs.replace(page, output=blend(held, origins)), text, {})
    if not isinstance(page, OperationPage):
        return Fact(page, text, {})
    older = [(entry.page, entry.text) for entry in told if isinstance(entry.page, OperationPage)]
    parts: dict[str, Text] = {}
    lead = msgspec.structs.replace(
        page, input=_side(older, "input", origins), output=_side(older, "output", origins), delta=None
    )
    named = next(((other, told) for other, told in older if not other.operation_derived), older[0])
    lead.operation, lead.operation_line = named[0].operation, named[0].operation_line
    lead.operation_derived, parts["operation"] = named[0].operation_derived, named[1]
    lead.documentation = next((other.documentation for other, _ in older if other.documentation), "")
    for kind in ("errors", "examples", "deprecated"):
        teller = next(((other, told) for other, told in older if kind not in other.untold), older[0])
        setattr(lead, kind, getattr(teller[0], kind))
        parts[kind] = teller[1]
    lead.untold = tuple(sorted(set.intersection(*(set(other.untold) for other, _ in older))))
    return Fact(lead, text, parts)


def _named(fact: Fact, known: dict[str, str]) -> Fact:
    """The fact by the wire source's name of its operation, `PutDBPlan`, where pages have only the method's."""
    page = fact.page
    if not isinstance(page, OperationPage) or not page.operation_derived:
        return fact
    name = known.get(page.method.replace("_", ""), page.operation)
    return fact if name == page.operation else fact._replace(page=msgspec.structs.replace(page, operation=name))


def _side(told: Sequence[tuple[OperationPage, Text]], side: str, origins: Origins) -> Node | None:
    if getattr(told[0][0], side) is None:
        return None
    return blend(
        [Held(node, text, untold(page, node)) for page, text in told if (node := getattr(page, side)) is not None],
        origins,
    )


def _own(fact: Fact, origins: Origins) -> Fact:
    """The fact with trees of its own, so that nothing that a reader handed over is changed."""
    page = fact.page
    if not isinstance(page, OperationPage):
        return fact
    own = {side: copied(node, fact.text, origins) for side in _SIDES if (node := getattr(page, side)) is not None}
    return fact._replace(page=msgspec.structs.replace(page, **own))


def _unify(
    pairs: list[tuple[Fact, list[Told]]],
    origins: Origins,
    wire: dict[str, Any] | None,
    behind: set[str],
    rounds: int,
) -> None:
    """Give places that document the same shape its newest reading."""
    by_text = {id(entry.text): entry.page for _, group in pairs for entry in group}
    tellers = {
        fact.page.operation: [entry.page for entry in group if isinstance(entry.page, OperationPage)]
        for fact, group in pairs
        if isinstance(fact.page, OperationPage)
    }

    def apart(older: Place, newer: Place) -> bool:
        return _told_apart(older, newer, tellers)

    for _ in range(rounds):
        places = list(_places(pairs, origins, by_text, wire))
        changed = False
        for older, newer in alike.by_wire(places) if wire else alike.by_structure(places, apart):
            if _adopt(older, newer, origins):
                changed = True
                if not older.page.date and not newer.page.date:
                    behind.add(older.page.path)
        if not changed:
            break


def _places(
    pairs: list[tuple[Fact, list[Told]]], origins: Origins, by_text: dict[int, AnyPage], wire: dict[str, Any] | None
) -> Iterator[Place]:
    for fact, _ in pairs:
        page = fact.page
        if not isinstance(page, OperationPage):
            continue
        for side in _SIDES:
            root = getattr(page, side)
            if root is None:
                continue
            named: dict[int, str] = {}
            if wire:
                reference = wire["operations"].get(page.operation, {}).get(side, {})
                named = alike.wire_names(wire["shapes"], reference.get("shape", ""), root)
            for path, node in alike.walk(root):
                if node.type == "structure" or node.enum:
                    text = origins.fact(node, "enum", fact.text)[0]
                    wanted = named.get(id(node), "")
                    yield Place(page.operation, side, path, node, by_text[id(text)], text, wanted)


def _told_apart(older: Place, newer: Place, tellers: dict[str, list[OperationPage]]) -> bool:
    """Whether pages that were written together tell the two places differently, so that they are two shapes."""
    for one in tellers[older.operation]:
        for other in tellers[newer.operation]:
            if one.edition == other.edition:
                mine = alike.at(getattr(one, older.side), older.path)
                theirs = alike.at(getattr(other, newer.side), newer.path)
                if mine is not None and theirs is not None and any(surplus(mine, theirs)):
                    return True
    return False


def _adopt(older: Place, newer: Place, origins: Origins) -> bool:
    """Make the older place say what the newer one says; whether that changed anything."""
    changed = False
    both_taken = older.side == newer.side == "input"

    def taken(node: Node, text: Text) -> Node:
        copy = copied(node, text, origins)
        if not both_taken:
            for _, inner in alike.walk(copy):
                inner.required = []  # what a caller must give is not what an answer must have
        return copy

    todo = [(older.node, newer.node)]
    while todo:
        old, new = todo.pop()
        if new.open or new.recursive or old.recursive or not new.type:
            continue
        text = origins.text(new, newer.text)
        if old.open or old.type != new.type:
            changed = True
            _become(old, taken(new, text), text, origins)
            continue
        if set(old.enum) != set(new.enum):
            changed = True
            old.enum = new.enum
            origins.put_fact(old, "enum", *origins.fact(new, "enum", text))
        if old.members.keys() != new.members.keys():
            changed = True
            known = old.members
            old.members = {
                name: known[name] if name in known else taken(child, text) for name, child in new.members.items()
            }
            needed = {*old.required, *(new.required if both_taken else ())}
            old.required = [name for name in old.members if name in needed]
        todo.extend((old.members[name], child) for name, child in new.members.items())
        for mine, theirs in ((old.member, new.member), (old.key, new.key), (old.value, new.value)):
            if mine is not None and theirs is not None:
                todo.append((mine, theirs))
    return changed


def _become(node: Node, other: Node, text: Text, origins: Origins) -> None:
    for name in Node.__struct_fields__:
        setattr(node, name, getattr(other, name))
    origins.put(node, text)
    origins.copy_facts(other, node)
