"""The lines of pages that a fact rests on, what was read in each, and what stands there where the page is at hand.

A spec holds no sentence, only its hash. A sentence that the fact itself determines, such as the parameter's name beside
the word REQUIRED, is told from the others by that hash alone; so the reading of a line is known without its page.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from asdoc.codegen.pages import Node, PageError, hash_of, read_pages
from asdoc.codegen.spec import Spec
from asdoc.runtime.errors import AsdocError

from .subject import SIDES, Subject, target_of
from .values import Reading

_MOST_LINES = 2000
"""How long a documented call or its output may be."""
_BESIDE = re.compile(r"\) (?:--|–)\*?(.*)")
"""What stands in the line of an explained parameter behind its type."""
_MARKS = ("", "[REQUIRED]")
_HEADINGS = (":rtype:", ":returns:", "**", "Return type:", "Returns:", "Exceptions", "Examples", "dict")
_WORDS = ("string", "integer", "float", "double", "boolean", "dict", "list", "datetime", "bytes", "document")


class Pages:
    """A folder of pages, as far as they are at hand."""

    def __init__(self, folder: Path | None) -> None:
        """Raises AsdocError where the folder does not exist."""
        if folder is not None and not folder.is_dir():
            raise AsdocError(
                f"tracing: {folder} is no folder of pages",
                hint="Write the pages with `asdoc pages SERVICE --out DIR`, or trace without --pages.",
            )
        self.folder = folder
        self._lines: dict[str, list[str] | None] = {}

    def lines(self, page: str) -> list[str] | None:
        """The lines of a page, counted from 1; None where it is not at hand."""
        if page not in self._lines:
            self._lines[page] = self._read(page)
        return self._lines[page]

    def _read(self, page: str) -> list[str] | None:
        if self.folder is None:
            return None
        path = self.folder / page
        # A spec may be anybody's: its pages are looked for in this folder, and nowhere else.
        if not path.resolve().is_relative_to(self.folder.resolve()) or not path.is_file():
            return None
        try:
            text = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            return []
        return ["", *text.replace("\r\n", "\n").split("\n")]

    def nodes(self, page: str) -> list[tuple[str, Node]]:
        """(name, node) of every member that the page documents; none where it cannot be read any more."""
        lines = self.lines(page)
        return _nodes(page, "\n".join(lines[1:])) if lines else []


def parse(source: str) -> tuple[str, int, str]:
    """`page:line#hash` in parts."""
    head, _, digest = source.rpartition("#")
    page, _, line = head.rpartition(":")
    return page, int(line), digest


def readings(spec: Spec, subject: Subject, pages: Pages) -> tuple[Reading, ...]:
    """Every line that the fact rests on, the pages in order."""
    found = [_reading(spec, subject, pages, source, reading) for source, reading in _told(spec, subject).items()]
    return tuple(sorted(found, key=lambda reading: (reading.page, reading.line)))


def describe(spec: Spec, schema: Mapping[str, Any]) -> str:
    """What a value is, in a few words."""
    if name := target_of(dict(schema)):
        shape = spec.shapes[name]
        return f"{name}, one of {len(shape['enum'])} values" if "enum" in shape else name
    if "items" in schema:
        return f"list of {describe(spec, schema['items'])}"
    if "additionalProperties" in schema:
        return f"map of {describe(spec, schema['additionalProperties'])}"
    if "enum" in schema:
        return f"one of {len(schema['enum'])} values"
    if "properties" in schema:
        return f"structure of {len(schema['properties'])} members"
    return str(schema.get("x-type") or schema.get("type") or "any value")


def _told(spec: Spec, subject: Subject) -> dict[str, str]:
    """Source -> reading."""
    table = {
        "operation": _of_operation,
        "error": _of_error,
        "example": _of_example,
        "statement": _of_statement,
        "waiter": _of_waiter,
        "member": _of_member,
        "shape": _of_shape,
        "value": _of_value,
    }
    return table[subject.kind](spec, subject)


def _of_operation(spec: Spec, subject: Subject) -> dict[str, str]:
    told = subject.node
    known = {hash_of(sentence): reading for reading, sentence in _sentences(spec, told)}
    found = {source: known.get(parse(source)[2], "the operation") for source in told["source"]}
    for source in told.get("pagination", {}).get("source", ()):
        found.setdefault(source, "its paginator")
    return found


def _sentences(spec: Spec, told: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """(reading, sentence) of what a page prints about an operation in a fixed form."""
    method, client = told["method"], spec.client
    yield f"method {method}", f".. py:method:: {client}.Client.{method}(**kwargs)"
    yield f"method {method}", f".. py:method:: {client}.Client.{method}()"
    yield f"method {method}", f"{client}.Client.{method}(**kwargs)#"
    yield f"operation {told['name']}", f"See also: `AWS API Documentation <{told['documentation']}>`_"
    for error in told["errors"]:
        for sentence in _error_sentences(client, error):
            yield f"raises {error}", sentence


def _error_sentences(client: str, error: str) -> tuple[str, ...]:
    name = f"{client}.Client.exceptions.{error}"
    return (f"*   :py:class:`{name}`", f"• {name}", name)


def _of_error(spec: Spec, subject: Subject) -> dict[str, str]:
    hashes = {hash_of(sentence) for sentence in _error_sentences(spec.client, subject.shape)}
    sources = subject.node["source"]
    own = [source for source in sources if parse(source)[2] in hashes]
    found = dict.fromkeys(own or sources, f"raises {subject.shape}" if own else "the operation")
    for source in spec.shapes[subject.shape].get("x-source", ()):
        found.setdefault(source, f"structure of {subject.shape}")
    return found


def _of_example(_: Spec, subject: Subject) -> dict[str, str]:
    sources = subject.node["source"]
    names = ("caption", "call", "output")[-len(sources) :]
    return dict(zip(sources, names, strict=False))


def _of_statement(_: Spec, subject: Subject) -> dict[str, str]:
    source = subject.node["source"]
    return dict.fromkeys([source] if isinstance(source, str) else source, "restated")


def _of_waiter(_: Spec, subject: Subject) -> dict[str, str]:
    told = subject.node
    reading = f"polls {told['method']}, every {told['delay']} s, {told['maxAttempts']} times"
    return dict.fromkeys(told["source"], reading)


def _of_member(spec: Spec, subject: Subject) -> dict[str, str]:
    owner = spec.shapes[subject.shape]
    schema = owner["properties"][subject.member]
    kind = describe(spec, schema)
    more: dict[str, str] = {}
    if subject.member in owner.get("required", ()):
        more |= {hash_of(sentence): "required" for sentence in _required_sentences(subject.member)}
    if schema.get("x-idempotent"):
        more[hash_of("This field is autopopulated if not provided.")] = "made by the client where none is given"
    found: dict[str, str] = {}
    for source in schema.get("x-source", ()):
        found[source] = more.get(parse(source)[2], kind)
    return found


def _required_sentences(member: str) -> Iterable[str]:
    yield f":param {member}: **[REQUIRED]**"
    for word in _WORDS:
        yield f"- **{member}** *({word}) --* **[REQUIRED]**"


def _of_shape(spec: Spec, subject: Subject) -> dict[str, str]:
    return dict.fromkeys(subject.node.get("x-source", ()), describe(spec, subject.node))


def _of_value(spec: Spec, subject: Subject) -> dict[str, str]:
    sources = subject.node.get("x-source") or _of_member(spec, subject)
    return dict.fromkeys(sources, f"one of {len(subject.node['enum'])} values")


def _reading(spec: Spec, subject: Subject, pages: Pages, source: str, reading: str) -> Reading:
    page, line, digest = parse(source)
    about: dict[str, str] = next((told for told in spec.sources["pages"] if told["path"] == page), {})
    told: dict[str, Any] = {}
    lines = pages.lines(page)
    if lines is not None:
        sentence = _sentence(lines, line, digest)
        told = {"state": "changed"} if sentence is None else {"state": "as read", "sentence": sentence}
        if sentence is not None and subject.member:
            told |= _explanation(pages, lines, page, line, subject.member)
    return Reading(
        page=page,
        line=line,
        hash=digest,
        reading=reading,
        reader=about.get("reader", ""),
        date=about.get("date", ""),
        dated=about.get("dated", ""),
        **told,
    )


def _sentence(lines: list[str], line: int, digest: str) -> str | None:
    """What stands in that line, or from there on, and has the hash; None where nothing does any more."""
    if line >= len(lines):
        return None
    if hash_of(lines[line]) == digest:
        return lines[line].strip()
    # A documented call is hashed whole, without its margin.
    whole = ""
    for row in lines[line : line + _MOST_LINES]:
        whole += ("\n" if whole else "") + row.strip()
        if hash_of(whole) == digest:
            return whole.strip()
    return None


def _explanation(pages: Pages, lines: list[str], page: str, line: int, member: str) -> dict[str, Any]:
    """The page's own words about the member that stands in that line of the syntax, or is explained there."""
    nodes = pages.nodes(page)
    starts = {node.bullet for name, node in nodes if name == member and line in (node.line, node.bullet)} - {0}
    if len(starts) != 1:
        return {}  # in one line of an API-changes page several members of that name may stand
    (start,) = starts
    beside = _BESIDE.search(lines[start])
    if beside is not None and beside[1].strip(" *") not in _MARKS:
        return {"explained": start, "explanation": lines[start].strip()}
    told = next((at for at in range(start + 1, len(lines)) if lines[at].strip(" *") not in _MARKS), 0)
    bullets = {node.bullet for _, node in nodes}
    if not told or told in bullets or told + 1 in bullets or lines[told].strip().startswith(_HEADINGS):
        return {}
    return {"explained": told, "explanation": lines[told].strip()}


@cache
def _nodes(page: str, text: str) -> list[tuple[str, Node]]:
    try:
        read, _ = read_pages(page, text.encode())
    except PageError:
        return []
    found: list[tuple[str, Node]] = []
    for told in read:
        sides = (getattr(told, side, None) for side in SIDES)
        todo = [node for node in sides if isinstance(node, Node)]
        while todo:
            node = todo.pop()
            for name, child in node.members.items():
                found.append((name, child))
                todo.append(child)
            todo += [inner for inner in (node.member, node.key, node.value) if inner is not None]
    return found
