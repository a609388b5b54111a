"""The lines of pages that a fact rests on, and what was read in each.

A sentence that the fact itself determines, such as the parameter's name beside the word REQUIRED, is told from the
others by its hash alone; so the reading of a line is known without its page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from asdoc.codegen.pages import hash_of
from asdoc.codegen.spec import Spec

from .at_hand import Pages
from .subject import Subject, target_of
from .values import Reading

_OPERATION = "the operation"
_WORDS = ("string", "integer", "float", "double", "boolean", "dict", "list", "datetime", "bytes", "document")


def parse(source: str) -> tuple[str, int, str]:
    """`page:line#hash` in parts."""
    head, _, digest = source.rpartition("#")
    page, _, line = head.rpartition(":")
    return page, int(line), digest


def readings(spec: Spec, subject: Subject, pages: Pages) -> tuple[Reading, ...]:
    """Every line that the fact rests on, the pages in order."""
    found = [reading(spec, pages, source, told, subject.member) for source, told in _told(spec, subject).items()]
    if subject.kind == "error":
        # Of a format whose sentence is not known beforehand, the pages at hand tell which line names the error.
        named = [
            msgspec.structs.replace(read, reading=f"raises {subject.shape}") if read.reading == _OPERATION else read
            for read in found
            if read.reading != _OPERATION or subject.shape in read.sentence
        ]
        found = named or found
    return tuple(sorted(found, key=lambda read: (read.page, read.line)))


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
    found = {source: known.get(parse(source)[2], _OPERATION) for source in told["source"]}
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
    return (f"*   :py:class:`{name}`", f"*     :py:class:`{name}`", f"• {name}", name)


def _of_error(spec: Spec, subject: Subject) -> dict[str, str]:
    hashes = {hash_of(sentence) for sentence in _error_sentences(spec.client, subject.shape)}
    sources = subject.node["source"]
    own = [source for source in sources if parse(source)[2] in hashes]
    found = dict.fromkeys(own or sources, f"raises {subject.shape}" if own else _OPERATION)
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


def reading(spec: Spec, pages: Pages, source: str, told: str, member: str = "") -> Reading:
    """What was `told` by a source, with the sentence where its page is at hand, and its words on `member`."""
    page, line, digest = parse(source)
    about: dict[str, str] = next((known for known in spec.sources["pages"] if known["path"] == page), {})
    state, sentence = pages.sentence(page, line, digest)
    explained, explanation = pages.explanation(page, line, member) if sentence and member else (0, "")
    return Reading(
        page=page,
        line=line,
        hash=digest,
        reading=told,
        reader=about.get("reader", ""),
        date=about.get("date", ""),
        dated=about.get("dated", ""),
        state=state,
        sentence=sentence,
        explained=explained,
        explanation=explanation,
    )
