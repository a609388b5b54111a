"""Reader of the text of a rendered HTML page: boto3's pages after Sphinx, and after a tool that keeps the text alone.

    AppConfig.Client.stop_deployment(**kwargs)#

    Request Syntax

    response = client.stop_deployment(
        ApplicationId='string'
    )
    Parameters:
      • ApplicationId (string) –

        [REQUIRED]

Addresses are gone, so the method's name stands in for the operation's. Tools drop lists that hold little but links: a
page without the names of its exceptions says nothing about them (`untold`), and what is left of the bullets is matched
by name.
"""

from __future__ import annotations

import re
from typing import Any

from . import literals, naming, prose, rendered_bullets, syntax
from .bullets import Bullet
from .facts import AnyPage, Example, ExceptionPage, Identity, Node, OperationPage, OtherPage, PaginatorPage, WaiterPage
from .rst import index_of
from .source import Text

NAME = "rendered"

_CLIENT = r"([A-Za-z][A-Za-z0-9]*)"
_SIGNED = re.compile(
    rf"^{_CLIENT}\.Client\.([a-z_][a-z0-9_]*)\((.*)\)[#¶]?$"
    rf"|^class {_CLIENT}\.(Paginator|Waiter|Client\.exceptions)\.([A-Za-z][A-Za-z0-9_]*)[#¶]?$",
    re.MULTILINE,
)
_OTHER = re.compile(rf"^(?:class )?({_CLIENT}(?:\.[A-Za-z]\w*)+)(?:\(.*\))?[#¶]$", re.MULTILINE)
_HEAD = 400_000
"""How far a page is searched for its signature; that of a service has its methods first."""

_BULLET = re.compile(r"( *)(?:• )?(?:([A-Za-z_][A-Za-z0-9_]*) )?\(([A-Za-z][A-Za-z -]*)\) –(?: (.*))?")
_ERROR = re.compile(r" *• [A-Za-z][A-Za-z0-9]*\.Client\.exceptions\.([A-Za-z_][A-Za-z0-9_]*)")
_METHOD = re.compile(r"[A-Za-z][A-Za-z0-9]*\.Client\.([a-z_][a-z0-9_]*)(?:\(\))?")
_POLLS = re.compile(
    r"Polls [A-Za-z][A-Za-z0-9]*\.Client\.([a-z_][a-z0-9_]*)(?:\(\))? every (\d{1,9}) seconds "
    r"until a successful state is reached\. An error is raised after (\d{1,9}) failed checks\."
)
_SEE_ALSO = "See also: AWS API Documentation"
_REQUEST = "Request Syntax"
_EVENTS = "The response of this operation contains an EventStream member."
_FIELD = re.compile(r"type ([A-Za-z_][A-Za-z0-9_]*):")
_ELIDED = "# This section is too large to render."
UNTOLD = ("documentation",)


def recognises(text: Text) -> bool:
    """True for a page of this format: a signature as Sphinx prints it, at the beginning of a line."""
    return _SIGNED.search(text.text, 0, _HEAD) is not None or _OTHER.search(text.text, 0, _HEAD) is not None


def identify(text: Text) -> Identity:
    """The class of the client that the signature names."""
    match = _SIGNED.search(text.text, 0, _HEAD)
    if match is not None:
        return Identity(client=match[1] or match[4])
    match = _OTHER.search(text.text, 0, _HEAD)
    return Identity(client=match[2] if match is not None else "")


def read(text: Text) -> list[AnyPage]:
    """The facts of the page. Raises PageError where it is not whole."""
    match = _SIGNED.search(text.text, 0, _HEAD)
    if match is None:
        other = _OTHER.search(text.text, 0, _HEAD)
        if other is None:
            raise text.refuse(1, "this page names nothing of a client")
        return [_other(text, other[2], other[1])]
    number = text.text.count("\n", 0, match.start()) + 1
    client, method, arguments, owner, kind, name = match.groups()
    if method is None:
        return [_of_class(text, number, owner, kind, name)]
    if arguments not in ("", "**kwargs") or _is_hand_written(text, number, arguments):
        return [_other(text, client, method)]
    return [operation(text, number, client, method)]


def _of_class(text: Text, number: int, client: str, kind: str, name: str) -> AnyPage:
    if kind == "Paginator":
        return _paginator(text, number, client, name)
    if kind == "Waiter":
        return _waiter(text, number, client, name)
    return _exception(text, number, client, name)


def _other(text: Text, client: str, title: str) -> OtherPage:
    return OtherPage(path=text.path, sha256=text.sha256, service="", client=client, title=title)


def _is_hand_written(text: Text, number: int, arguments: str) -> bool:
    """True for a method such as `close`, which shows no syntax and links to no reference."""
    return not arguments and not any(line in (_REQUEST, _SEE_ALSO) for line in text.lines[number:])


def operation(text: Text, number: int, client: str, method: str) -> OperationPage:
    """The facts of the operation whose signature stands at line `number`. Raises PageError where it is not whole."""
    lines = text.lines
    see_also = index_of(lines, _SEE_ALSO, number)
    heading, opening, request = _request(text, see_also or number, f"response = client.{method}(")
    returns, output_at = _returns(text, request.end if request is not None else heading)
    input_ = _input(text, opening, request, heading, returns)
    errors_at = index_of(lines, "Exceptions", output_at or returns)
    examples_at = index_of(lines, "Examples", errors_at or output_at or returns)
    output = None
    if output_at:
        output = _answer(text, output_at, errors_at or examples_at or len(lines), "Response Structure")
    errors = _errors(text, errors_at, examples_at or len(lines)) if errors_at else []
    page = OperationPage(
        path=text.path,
        sha256=text.sha256,
        service="",
        client=client,
        method=method,
        method_line=number,
        operation=naming.operation_of(text, number, method),
        operation_derived=True,
        operation_line=number,
        documentation="",
        deprecated=prose.deprecated(text, number, heading, "Danger"),
        input=input_,
        output=output,
        errors=errors,
        untold=UNTOLD if errors or not errors_at else (*UNTOLD, "errors"),
    )
    if examples_at:
        page.examples = _examples(text, examples_at + 1, f"response = client.{method}(")
    return page


def _request(text: Text, start: int, call: str) -> tuple[int, int, syntax.Syntax | None]:
    """(line of the heading, first line of the block, the scanned block); the block is None where the page elides it."""
    lines = text.lines
    heading = index_of(lines, _REQUEST, start)
    while heading:
        opening = _next(lines, heading + 1)
        if opening and lines[opening] == _ELIDED:
            return heading, opening, None
        if opening and lines[opening] in (call, call + ")"):
            return heading, opening, syntax.scan(text, opening)
        heading = index_of(lines, _REQUEST, heading + 1)
    raise text.refuse(len(lines) - 1, "the page ends before the request syntax")


def _returns(text: Text, start: int) -> tuple[int, int]:
    """(line where the parameters end, line of the heading above the answer or 0 where nothing is returned)."""
    lines = text.lines
    field = "Returns:" if "\nReturns:\n" in text.text else "returns:"
    number = index_of(lines, field, start)
    while number:
        following = _next(lines, number + 1)
        if following and lines[following] == "None":
            return number, 0
        if following and lines[following].startswith(_EVENTS):
            following = _next(lines, following + 1)
        if following and lines[following] == "Response Syntax":
            return number, following
        number = index_of(lines, field, number + 1)
    raise text.refuse(len(lines) - 1, "the page ends before it says what the operation returns")


def _next(lines: list[str], number: int) -> int:
    """The first line from `number` on that is not blank; 0 without one."""
    total = len(lines)
    while number < total:
        if lines[number].strip():
            return number
        number += 1
    return 0


def _input(text: Text, opening: int, request: syntax.Syntax | None, heading: int, end: int) -> Node | None:
    """The input: None where the operation takes nothing."""
    lines = text.lines
    start = request.end if request is not None else opening + 1
    told = index_of(lines, "Parameters:", start, end) or index_of(lines, "Parameters", start, end)
    explained = told and lines[_next(lines, told + 1)] != _ELIDED
    listed = _bullets(text, told + 1, end) if explained else None
    if not told and (fields := _fields(text, start, end)):
        listed = sorted(fields + _bullets(text, start, end), key=_line_of)
    if request is not None and not request.root.members and not listed:
        return None
    root = rendered_bullets.combine(text, request, opening, listed, root=False)
    if listed:
        prose.enrich(text, root, listed, told or start, end)
    root.line = root.line or heading
    return root


def _answer(text: Text, heading: int, end: int, told_by: str) -> Node:
    """The structure that the block below line `heading` and the bullets below the line `told_by` show."""
    lines = text.lines
    opening = _next(lines, heading + 1)
    if not opening or opening >= end:
        raise text.refuse(heading, "the syntax of the answer is missing")
    scanned = None if lines[opening] == _ELIDED else syntax.scan(text, opening)
    after = scanned.end if scanned is not None else opening + 1
    told = index_of(lines, told_by, after, end)
    if not told:
        raise text.refuse(min(end, len(lines) - 1), "the page ends before the answer is explained")
    listed = None if lines[_next(lines, told + 1)] == _ELIDED else _bullets(text, told + 1, end)
    root = rendered_bullets.combine(text, scanned, opening, listed, root=True)
    if listed:
        prose.enrich(text, root, listed, told, end)
    root.line = root.line or heading
    return root


def _bullets(text: Text, start: int, end: int) -> list[Bullet]:
    """The explained parameters of the lines from `start` up to, not including, `end`; a lone one has no bullet sign."""
    lines = text.lines
    found: list[Bullet] = []
    types = rendered_bullets.TYPES
    for number, line in [pair for pair in enumerate(lines[start:end], start) if ") –" in pair[1]]:
        match = _BULLET.fullmatch(line)
        if match is None or (kind := types.get(match[3])) is None:
            continue
        indent, name, told, rest = match.groups()
        if rest:
            required = rest.startswith(rendered_bullets.REQUIRED)
        else:
            following = _next(lines, number + 1)
            required = following != 0 and lines[following].lstrip().startswith(rendered_bullets.REQUIRED)
        found.append(Bullet(name, kind, number, len(indent), required, told))
    return found


def _fields(text: Text, start: int, end: int) -> list[Bullet]:
    """The arguments of a page on which Sphinx left the fields as they were: `type NAME:`, then `param NAME:`."""
    lines = text.lines
    found: list[Bullet] = []
    for number in range(start, end):
        if (match := _FIELD.fullmatch(lines[number])) is None:
            continue
        told = _next(lines, number + 1)
        opening = _next(lines, told + 1) if told else 0
        if opening and lines[opening] == f"param {match[1]}:":
            first = lines[_next(lines, opening + 1)]
            bullet = rendered_bullets.from_fields(match[1], lines[told], opening, first)
            found += [bullet] if bullet is not None else []
    return found


def _line_of(bullet: Bullet) -> int:
    return bullet.line


def _errors(text: Text, start: int, end: int) -> list[tuple[str, int]]:
    """The listed exceptions; none where the page has lost their list."""
    found: list[tuple[str, int]] = []
    for number in range(start + 1, end):
        line = text.lines[number]
        if (match := _ERROR.fullmatch(line)) is not None:
            found.append((match[1], number))
        elif line.strip():
            raise text.refuse(number, "this is not the name of an exception")
    return found


def _examples(text: Text, start: int, call: str) -> list[Example]:
    """All examples from line `start` on: a caption, the call, what comes of it.

    One whose call is no block of code on the page, but flowed text with `::` above it, is not told any more.
    """
    lines = text.lines
    found: list[Example] = []
    number = _next(lines, start)
    if not number:
        raise text.refuse(len(lines) - 1, "the page ends before the first example")
    while number:
        caption_line = opening = number
        while opening < len(lines) and lines[opening] not in (call, call + ")"):
            opening += 1
        if opening == len(lines):
            raise text.refuse(opening - 1, f"the page ends before the example that line {caption_line} announces")
        flowed = lines[opening - 1].strip() == "::"
        params: dict[str, Any] = {}
        if flowed:
            number = index_of(lines, "print(response)", opening)
        else:
            params, number = literals.scan(text, opening)
        params_end = number
        for expected in ("print(response)", "Expected Output:"):
            number = _after(text, number, expected, opening)
        output_line = _next(lines, number)
        if not output_line:
            raise text.refuse(len(lines) - 1, f"the page ends before the output of the example of line {opening}")
        output, number = literals.scan(text, output_line)
        output.pop("ResponseMetadata", None)
        if not flowed:
            found.append(
                Example(
                    params=params,
                    output=output,
                    params_line=opening,
                    params_end=params_end,
                    output_line=output_line,
                    output_end=number,
                    caption_line=caption_line,
                    caption="\n".join(line.strip() for line in lines[caption_line:opening]).strip(),
                )
            )
        number = _next(lines, number)
    return found


def _after(text: Text, number: int, expected: str, opening: int) -> int:
    """The line after `expected`, which must be the next that is not blank."""
    number = _next(text.lines, number)
    if not number:
        raise text.refuse(len(text.lines) - 1, f"the page ends before the output of the example of line {opening}")
    if text.lines[number] != expected:
        raise text.refuse(number, f"`{expected}` should stand here")
    return number + 1


def _paginator(text: Text, number: int, client: str, name: str) -> PaginatorPage:
    start = index_of(text.lines, _SEE_ALSO, number) or number
    heading, opening, request = _request(text, start, "response_iterator = paginator.paginate(")
    returns, output_at = _returns(text, request.end if request is not None else heading)
    input_ = _input(text, opening, request, heading, returns)
    output = _answer(text, output_at, len(text.lines), "Response Structure") if output_at else None
    sizes = False
    if input_ is not None and (config := input_.members.pop("PaginationConfig", None)) is not None:
        sizes = "PageSize" in config.members
    if output is not None:
        output.members.pop("NextToken", None)
    return PaginatorPage(
        path=text.path,
        sha256=text.sha256,
        service="",
        client=client,
        name=name,
        operation=name,
        operation_line=number,
        method=next((match[1] for line in text.lines[number:start] if (match := _METHOD.search(line))), ""),
        page_size=sizes,
        input=input_,
        output=output,
    )


def _waiter(text: Text, number: int, client: str, name: str) -> WaiterPage:
    start = index_of(text.lines, _SEE_ALSO, number) or number
    polls = next((at for at in range(number, start) if _POLLS.fullmatch(text.lines[at])), 0)
    match = _POLLS.fullmatch(text.lines[polls])
    if match is None:
        raise text.refuse(start, "the page does not say what the waiter polls, and how often")
    heading, opening, request = _request(text, start, "waiter.wait(")
    returns, _ = _returns(text, request.end if request is not None else heading)
    input_ = _input(text, opening, request, heading, returns)
    if input_ is not None:
        input_.members.pop("WaiterConfig", None)
    return WaiterPage(
        path=text.path,
        sha256=text.sha256,
        service="",
        client=client,
        name=name,
        operation=naming.operation_of(text, polls, match[1]),
        operation_line=polls,
        method=match[1],
        delay=int(match[2]),
        max_attempts=int(match[3]),
        polls_line=polls,
        input=input_,
    )


def _exception(text: Text, number: int, client: str, name: str) -> ExceptionPage:
    heading = index_of(text.lines, "Syntax", number)
    if not heading:
        raise text.refuse(len(text.lines) - 1, "the page ends before the syntax of the answer")
    return ExceptionPage(
        path=text.path,
        sha256=text.sha256,
        service="",
        client=client,
        name=name,
        name_line=number,
        output=_answer(text, heading, len(text.lines), "Structure"),
    )
