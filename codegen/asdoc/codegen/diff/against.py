"""What an API-changes page says of a day, held against what two specs show: both ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from asdoc.codegen import installed
from asdoc.codegen.pages import Node, OperationPage, read_pages
from asdoc.codegen.pages.changes_delta import project
from asdoc.codegen.services import candidates
from asdoc.codegen.spec.load import Spec, load_spec
from asdoc.runtime.errors import AsdocError

from . import gains
from .scope import alike
from .sides import Side

_FEW = 6


class Differing(NamedTuple):
    """Where a page and two specs disagree."""

    page: str
    agreed: int
    """How many new and updated operations, with all their members, both tell alike."""
    claimed: tuple[str, ...]
    """What the page says and the specs do not show."""
    unclaimed: tuple[str, ...]
    """What the specs show and the page does not say."""

    @property
    def agrees(self) -> bool:
        return not self.claimed and not self.unclaimed

    def lines(self) -> list[str]:
        return [
            f"{self.page}: {self.agreed} operations agree, {len(self.claimed)} facts are claimed and not found, "
            f"{len(self.unclaimed)} found and not claimed",
            *(f"  claimed, not found: {told}" for told in self.claimed),
            *(f"  found, not claimed: {told}" for told in self.unclaimed),
        ]


def check(path: Path, old: Side, new: Side, services: Iterable[str]) -> Differing:
    """Hold the page in the file against the two sides. Raises AsdocError where it is no such page."""
    pages = claims(path)
    names = candidates_of(pages)
    both = sorted({*services} & {*old.services} & {*new.services})
    # A title that no service has may be a new one for the service that is meant.
    fitting = [name for name in both if name in names] or ([] if names & {*installed.services()} else both)
    if len(fitting) != 1:
        raise AsdocError(
            f"holding {path} against what differs: the page is of {pages[0].service_title!r}, and the two sides have "
            f"{', '.join(both) if 0 < len(both) < _FEW else f'{len(both)} services'}.",
            hint="Give the page of a service that both sides have; where there are several, say which with --service.",
        )
    scope = alike(load_spec(old.specs, fitting[0]), load_spec(new.specs, fitting[0]))
    return compare(str(path), pages, scope.old, scope.new)


def claims(path: Path) -> list[OperationPage]:
    """The operations that a page says are new or updated. Raises AsdocError where it is no API-changes page."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise AsdocError(f"reading {path}: {error.strerror or error}") from error
    pages, _ = read_pages(str(path), data)
    told = [page for page in pages if isinstance(page, OperationPage) and page.delta is not None]
    if not told:
        raise AsdocError(
            f"reading {path}: this is no API-changes page.",
            hint="Give the text of one, whose first line ends with `api methods`.",
        )
    return told


def candidates_of(pages: Iterable[OperationPage]) -> set[str]:
    from asdoc.codegen.pages import Identity

    return {name for page in pages for name in candidates(Identity(page.service, page.client, page.service_title))}


def compare(page: str, claimed: Iterable[OperationPage], old: Spec, new: Spec) -> Differing:
    """Both ways: what the page claims against what the specs show, and the other way round."""
    shown = {operation.method: set(_shown(operation)) for operation in gains.operations(old, new)}
    told = {operation.method: _told(operation, shown.get(operation.method, set())) for operation in claimed}
    agreed = sum(facts == shown.get(method) for method, facts in told.items())
    every = {fact for facts in shown.values() for fact in facts}, {fact for facts in told.values() for fact in facts}
    return Differing(page, agreed, tuple(sorted(every[1] - every[0])), tuple(sorted(every[0] - every[1])))


def _told(page: OperationPage, shown: set[str]) -> set[str]:
    """What a page claims of one operation, of which the specs show that."""
    delta = page.delta
    if delta is None:
        return set()
    new = delta.kind == "new"
    told = {f"{page.method} is {delta.kind}"}
    if new:
        told |= set(_required(page.input, f"{page.method} needs "))
    sides = {
        verb: list(_paths(node, f"{page.method} {verb} "))
        for verb, node in (
            ("takes", page.input if new else delta.request),
            ("answers", page.output if new else delta.response),
        )
    }
    taken, answered = ({fact.partition(f" {verb} ")[2] for fact in facts} for verb, facts in sides.items())
    if not new and taken == answered:
        # Shown once, it is of both sides or of either: of which, the page does not tell.
        proved = [verb for verb, facts in sides.items() if shown.intersection(facts)]
        sides = {verb: facts for verb, facts in sides.items() if verb in proved or not proved}
    return told.union(*sides.values())


def _shown(operation: gains.Operation) -> Iterator[str]:
    yield f"{operation.method} is {'new' if operation.new else 'updated'}"
    if operation.new:
        yield from _required(operation.input, f"{operation.method} needs ")
        yield from _paths(operation.input, f"{operation.method} takes ")
        yield from _paths(operation.output, f"{operation.method} answers ")
        return
    # A page whose two sides gained the same shows it once.
    for node, told, verb in (
        (operation.input, operation.request, "takes"),
        (operation.output, operation.response, "answers"),
    ):
        if node is not None and told:
            yield from _paths(project(node, told, 0), f"{operation.method} {verb} ")


def _required(node: Node | None, path: str) -> Iterator[str]:
    """Every member that must be given. What an operation gained a page shows without it."""
    if node is None or node.recursive:
        return
    for name, member in node.members.items():
        place = f"{path}.{name}" if not path.endswith(" ") else path + name
        if name in node.required:
            yield place
        yield from _required(member, place)
    yield from _required(node.member, f"{path}[]")
    yield from _required(node.value, f"{path}{{}}")


def _paths(node: Node | None, path: str) -> Iterator[str]:
    """Every member and value of a type, with what it is: `Log[].Kind: string`."""
    if node is None or node.recursive:
        return
    if node.type == "structure":
        for name, member in node.members.items():
            place = f"{path}.{name}" if not path.endswith(" ") else path + name
            yield f"{place}: {_LIKE.get(member.type, member.type)}"
            yield from _paths(member, place)
    elif node.type == "list":
        yield from _paths(node.member, f"{path}[]")
    elif node.type == "map":
        yield from _paths(node.value, f"{path}{{}}")
    for value in node.enum:
        yield f"{path} = {value}"


_LIKE = {"long": "integer", "double": "float"}
"""A page does not tell these apart."""
