"""Reader of the `.rst` pages that boto3's own generator writes: the kind of a page, and the pages of operations.

A line scanner: sections are found by their heading lines at the indentation of the method's body, so a heading inside
prose, which stands elsewhere or without its `::`, is never taken for one.
"""

from __future__ import annotations

import re

from . import bullets, literals, naming, prose, syntax
from .facts import AnyPage, Example, ExceptionPage, Identity, Node, OperationPage, OtherPage
from .source import Text

NAME = "rst"

_METHOD = re.compile(r"( *)\.\. py:method:: (?:([A-Za-z][A-Za-z0-9]*)\.Client\.)?([a-z_][a-z0-9_]*)\((.*)\)")
_CLASS = re.compile(
    r"\.\. py:class:: ([A-Za-z][A-Za-z0-9]*)\.(Client|Paginator|Waiter)(?:\.(?:exceptions\.)?([A-Za-z][A-Za-z0-9_]*))?"
)
_CRUMB = re.compile(r":doc:`([^`<]*) <(?:\.\./)+([a-z0-9][a-z0-9._-]*)>`(.*)")
_SEE_ALSO_BEGINS = "See also: `AWS API Documentation "
_SEE_ALSO = re.compile(
    r" *See also: `AWS API Documentation "
    r"<(https://docs\.aws\.amazon\.com/goto/WebAPI/[A-Za-z0-9.-]+/([A-Za-z][A-Za-z0-9]*))>`_"
)
_ERROR = re.compile(r" +\* +:py:class:`[A-Za-z][A-Za-z0-9]*\.Client\.exceptions\.([A-Za-z_][A-Za-z0-9_]*)`")
_ELIDED = "# This section is too large to render."
_ELIDED_PAD = "    "
"""The indentation of the note that stands for an elided section, wherever the section would have stood."""


def recognises(text: Text) -> bool:
    """True for a page of this format: a link to its service or a title, then a Python directive of Sphinx."""
    return "\n.. py:" in text.text and (text.text[:400].lstrip().startswith(":doc:`") or ".Client\n" in text.text)


def identify(text: Text) -> Identity:
    """The service that the page links to at its top."""
    return Identity(service=_crumb(text)[1])


def read(text: Text) -> list[AnyPage]:
    """The facts of the page. Raises PageError where it is not whole."""
    return [_read(text)]


def _read(text: Text) -> AnyPage:
    from . import rst_extra  # the rarer kinds; they use the scanners of this module

    crumb, service = _crumb(text)
    number = next((at for at, line in enumerate(text.lines) if line.startswith(".. py:")), 0)
    if not number:
        raise text.refuse(len(text.lines) - 1, "the page ends before it says what it documents")
    line = text.lines[number]
    if (match := _CLASS.fullmatch(line)) is not None:
        client, kind, name = match.groups()
        if kind == "Paginator" and name:
            return rst_extra.paginator(text, number, service, client, name)
        if kind == "Waiter" and name:
            return rst_extra.waiter(text, number, service, client, name)
        if name:
            return exception(text, number, service, client, name)
        return rst_extra.service(text, number, client)
    if (match := _METHOD.fullmatch(line)) is not None and match[2]:
        if _is_model_driven(text, number, match[4]):
            return operation(text, number, service, match)
        return OtherPage(path=text.path, sha256=text.sha256, service=service, client=match[2], title=match[3])
    if "/ Resource /" in crumb or line.startswith((".. py:class::", ".. py:method::", ".. py:attribute::")):
        title = line.partition(":: ")[2].partition("(")[0]
        return OtherPage(
            path=text.path, sha256=text.sha256, service=service, client=title.partition(".")[0], title=title
        )
    raise text.refuse(number, "this directive is none of a boto3 page")


def _crumb(text: Text) -> tuple[str, str]:
    for line in text.lines[1:6]:
        if (match := _CRUMB.match(line)) is not None:
            return match[3], match[2]
    return "", ""


def _is_model_driven(text: Text, number: int, arguments: str) -> bool:
    """False for a method that a person wrote, such as `close`: its docstring begins after a line of white space."""
    if arguments not in ("", "**kwargs"):
        return False
    following = text.lines[number + 2] if number + 2 < len(text.lines) else ""
    return not (following.strip() == "" and len(following) > 2)


def operation(text: Text, number: int, service: str, match: re.Match[str]) -> OperationPage:
    lines = text.lines
    pad = match[1] + "  "
    method = match[3]
    see_also, address, name = see_also_line(text, number)
    derived = not name
    start = see_also or number
    syntax_line, request = request_block(text, start, pad)
    returns = index_of(lines, pad + ":rtype: dict", syntax_line)
    nothing = index_of(lines, pad + ":returns: None", syntax_line) if not returns else 0
    if not returns and not nothing:
        raise text.refuse(len(lines) - 1, "the page ends before it says what the operation returns")
    input_ = request_tree(text, request, syntax_line, returns or nothing, pad)
    errors_at = index_of(lines, pad + "**Exceptions**", returns or nothing)
    examples_at = index_of(lines, pad + "**Examples**", errors_at or returns or nothing)
    output = None
    if returns:
        output = answer(text, returns, errors_at or examples_at or len(lines), pad + "  ", "**Response Structure**")
    page = OperationPage(
        path=text.path,
        sha256=text.sha256,
        service=service,
        client=match[2],
        method=method,
        method_line=number,
        operation=name or naming.operation_of(text, number, method),
        operation_derived=derived,
        operation_line=see_also or number,
        documentation=address,
        deprecated=prose.deprecated(text, number, syntax_line),
        input=input_,
        output=output,
        errors=_errors(text, errors_at, examples_at or len(lines)) if errors_at else [],
    )
    if examples_at:
        page.examples = _examples(text, examples_at + 1, f"response = client.{method}(")
    return page


def index_of(lines: list[str], line: str, start: int, end: int | None = None) -> int:
    """The number of the first line from `start` on that is exactly `line`; 0 without one."""
    try:
        return lines.index(line, start, end if end is not None else len(lines))
    except ValueError:
        return 0


def see_also_line(text: Text, start: int) -> tuple[int, str, str]:
    """(line, address, operation name) of the link to the API reference; (0, "", "") without one."""
    number, counted = 1, 0
    at = text.text.find(_SEE_ALSO_BEGINS)
    while at >= 0:
        number += text.text.count("\n", counted, at)
        counted = at
        if number > start and (match := _SEE_ALSO.match(text.lines[number])) is not None:
            return number, match[1], match[2]
        at = text.text.find(_SEE_ALSO_BEGINS, at + 1)
    return 0, "", ""


def request_block(text: Text, start: int, pad: str) -> tuple[int, syntax.Syntax | None]:
    """(line of the heading, the scanned block); the block is None where the page elides it."""
    lines = text.lines
    heading = index_of(lines, pad + "**Request Syntax**", start)
    elided = index_of(lines, _ELIDED_PAD + "**Request Syntax**", start, heading + 1 if heading else None)
    if elided and _is_elided(text, elided):
        return elided, None
    while heading:
        opening = _block(text, heading)
        if opening:
            return heading, syntax.scan(text, opening)
        heading = index_of(lines, pad + "**Request Syntax**", heading + 1)
    raise text.refuse(len(lines) - 1, "the page ends before the request syntax")


def _block(text: Text, heading: int) -> int:
    """The first line of the literal block that the heading announces; 0 where it announces none."""
    lines = text.lines
    number = _next(lines, heading + 1)
    if number and lines[number].strip() == "::":
        return _next(lines, number + 1)
    return 0


def _next(lines: list[str], number: int) -> int:
    """The first line from `number` on that is not blank; 0 without one."""
    total = len(lines)
    while number < total:
        if lines[number].strip():
            return number
        number += 1
    return 0


def _is_elided(text: Text, heading: int) -> bool:
    opening = _block(text, heading)
    return bool(opening) and text.lines[opening].strip() == _ELIDED


def request_tree(text: Text, request: syntax.Syntax | None, heading: int, end: int, pad: str) -> Node | None:
    """The input: None where the operation takes nothing."""
    start = request.end if request is not None else heading + 5
    elided = index_of(text.lines, _ELIDED_PAD + "**Parameters**", start, end)
    listed = None if elided and _is_elided(text, elided) else bullets.scan(text, start, end, pad)
    if request is not None and not request.root.members and not listed:
        return None
    root = bullets.combine(text, request, listed, root=False)
    if listed:
        prose.enrich(text, root, listed, start, end)
    root.line = root.line or heading
    return root


def answer(text: Text, start: int, end: int, pad: str, heading: str) -> Node:
    """The structure that the syntax block and the bullets between `start` and `end` show. Raises PageError."""
    lines = text.lines
    above = heading.replace("Structure", "Syntax")
    block = index_of(lines, pad + above, start, end)
    elided = index_of(lines, _ELIDED_PAD + above, start, block + 1 if block else end)
    scanned = None
    if elided and _is_elided(text, elided):
        block, after = elided, elided + 5
    elif not block:
        raise text.refuse(min(end, len(lines) - 1), "the page ends before the syntax of the answer")
    else:
        opening = _block(text, block)
        if not opening or opening >= end:
            raise text.refuse(block, "the syntax of the answer is missing")
        scanned = syntax.scan(text, opening)
        after = scanned.end
    told = index_of(lines, pad + heading, after, end)
    unexplained = index_of(lines, _ELIDED_PAD + heading, after, told + 1 if told else end)
    listed = None
    if not unexplained or not _is_elided(text, unexplained):
        if not told:
            raise text.refuse(min(end, len(lines) - 1), "the page ends before the answer is explained")
        listed = bullets.scan(text, told + 1, end, pad)
    root = bullets.combine(text, scanned, listed, root=True)
    if listed is not None:
        if scanned is not None and end == len(lines):
            final = scanned.order[-1][1] if scanned.order else scanned.root
            if not final.bullet:
                raise text.refuse(end - 1, f"the page ends before it explains what line {final.line} shows")
        prose.enrich(text, root, listed, told, end)
    root.line = root.line or block
    return root


def exception(text: Text, number: int, service: str, client: str, name: str) -> ExceptionPage:
    output = answer(text, number, len(text.lines), "    ", "**Structure**")
    return ExceptionPage(
        path=text.path, sha256=text.sha256, service=service, client=client, name=name, name_line=number, output=output
    )


def _errors(text: Text, start: int, end: int) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for number in range(start + 1, end):
        line = text.lines[number]
        if ":py:class:" in line and (match := _ERROR.match(line)) is not None:
            found.append((match[1], number))
        elif line.strip():
            raise text.refuse(number, "this is not the name of an exception")
    if not found:
        raise text.refuse(end - 1, "the page ends before the first exception")
    return found


def _examples(text: Text, start: int, call: str) -> list[Example]:
    """All examples from line `start` on: a caption, the call, what comes of it."""
    lines = text.lines
    found: list[Example] = []
    number = _next(lines, start)
    if not number:
        raise text.refuse(len(lines) - 1, "the page ends before the first example")
    while number:
        caption_line = number
        while number < len(lines) and lines[number].strip() != "::":
            number += 1
        caption = "\n".join(line.strip() for line in lines[caption_line:number]).strip()
        opening = _next(lines, number + 1) if number < len(lines) else 0
        if not opening:
            raise text.refuse(len(lines) - 1, f"the page ends before the example that line {caption_line} announces")
        if lines[opening].strip() not in (call, call + ")"):
            raise text.refuse(opening, f"the example should begin with `{call}`")
        params, number = literals.scan(text, opening)
        params_end = number
        for expected in ("print(response)", "Expected Output:", "::"):
            number = _next(lines, number)
            if not number:
                raise text.refuse(len(lines) - 1, f"the page ends before the output of the example of line {opening}")
            if lines[number].strip() != expected:
                raise text.refuse(number, f"`{expected}` should stand here")
            number += 1
        output_line = _next(lines, number)
        if not output_line:
            raise text.refuse(len(lines) - 1, f"the page ends before the output of the example of line {opening}")
        output, number = literals.scan(text, output_line)
        output.pop("ResponseMetadata", None)
        found.append(
            Example(
                params=params,
                output=output,
                params_line=opening,
                params_end=params_end,
                output_line=output_line,
                output_end=number,
                caption_line=caption_line,
                caption=caption,
            )
        )
        number = _next(lines, number)
    return found
