"""Reader of boto3's HTML pages, as Sphinx writes them with the furo theme.

Its markup tells names and types apart from prose, and links give the service's name and the operation's, so such a page
tells all that its `.rst` source does.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from . import html_blocks, literals, naming, prose, rendered_bullets, syntax
from .bullets import Bullet
from .facts import (
    AnyPage,
    Example,
    ExceptionPage,
    Identity,
    Node,
    OperationPage,
    OtherPage,
    PaginatorPage,
    ServicePage,
    WaiterPage,
)
from .html_blocks import BULLET, CODE, FIELD, HEADING, ITEM, PARAGRAPH, TOKEN, UNION, Block, Shown, blocks, content
from .source import Text

NAME = "html"

_HEAD = 2_000
_CLIENT = r"([A-Za-z][A-Za-z0-9]{0,99})"
_SIGNED = re.compile(rf' id="{_CLIENT}\.(?:Client|Paginator|Waiter)[".]')
_CRUMB = re.compile(
    r'href="(?:\.\./){1,9}([a-z0-9][a-z0-9.-]{0,99}?)\.html"[^>]{0,99}>(?:<[^>]{0,99}>)?[^<]{0,99}'
    r"(?:</span>)?</a>\s{0,9}/ (?:Client|Paginator|Waiter) /"
)
_DOCUMENTED = re.compile(rf"{_CLIENT}((?:\.[A-Za-z_]\w*)*)")
_CLASS = re.compile(r"\.(Paginator|Waiter|Client\.exceptions)\.([A-Za-z][A-Za-z0-9_]*)")
_METHOD = re.compile(r"\.Client\.([a-z_][a-z0-9_]*)")
_ARGUMENTS = re.compile(r"\((.*)\)", re.DOTALL)
_SEE_ALSO = re.compile(r"https://docs\.aws\.amazon\.com/goto/WebAPI/[A-Za-z0-9.-]+/([A-Za-z][A-Za-z0-9]*)")
_ERROR = re.compile(r"[A-Za-z][A-Za-z0-9]*\.Client\.exceptions\.([A-Za-z_][A-Za-z0-9_]*)")
_LINKED = re.compile(r"[A-Za-z][A-Za-z0-9]*\.Client\.([a-z_][a-z0-9_]*)(?:\(\))?")
_POLLS = re.compile(
    r"Polls [A-Za-z][A-Za-z0-9]*\.Client\.([a-z_][a-z0-9_]*)(?:\(\))? every (\d{1,9}) seconds "
    r"until a successful state is reached\. An error is raised after (\d{1,9}) failed checks\."
)
_LISTED = re.compile(r"(?:\./)?([a-z0-9][a-z0-9.-]*)/(client|paginator|waiter)/([A-Za-z_][A-Za-z0-9_]*)\.html")
_ELIDED = "# This section is too large to render."
_RESPONSE = ("Response Syntax", "Response Structure")


def recognises(text: Text) -> bool:
    """True for an HTML page that Sphinx made."""
    head = text.text[:_HEAD].lower()
    return "<" in head[:200] and ("<html" in head or "<article" in head) and "phinx" in text.text


def identify(text: Text) -> Identity:
    """The service that the page links to at its top, and the class that it documents."""
    begins = html_blocks.start(text)
    crumb = _CRUMB.search(text.text, begins)
    signed = _SIGNED.search(text.text, begins)
    return Identity(service=crumb[1] if crumb else "", client=signed[1] if signed else "")


def read(text: Text) -> list[AnyPage]:
    """The facts of the page. Raises PageError where it is not whole."""
    return [_read(text)]


class _Page:
    """The blocks of a page below its signature, and where a block of some kind and text stands among them."""

    __slots__ = ("blocks", "client", "line", "service", "shown", "text")

    def __init__(self, text: Text, signature: etree._Element, body: etree._Element, client: str) -> None:
        self.text = text
        self.shown = Shown(text)
        self.line = signature.sourceline or 1
        self.client = client
        self.service = identify(text).service
        self.blocks = blocks(body, self.shown)

    def find(self, kind: int, told: str, start: int, end: int | None = None) -> int:
        """The position of the first such block from `start` on; -1 without one."""
        for at in range(start, len(self.blocks) if end is None else end):
            block = self.blocks[at]
            if block.kind == kind and block.text == told:
                return at
        return -1

    def code(self, at: int) -> str:
        """The first line of the code block that the block at this position is; empty where it is none."""
        if at < len(self.blocks) and self.blocks[at].kind == CODE:
            return self.shown.lines[self.blocks[at].line].strip()
        return ""

    @property
    def last(self) -> int:
        return len(self.text.lines) - 1


def _read(text: Text) -> AnyPage:
    root = html_blocks.parse(text)
    for signature in root.iter("dt"):
        match = _DOCUMENTED.fullmatch(signature.get("id") or "")
        body = signature.getnext()
        if match is None or not match[2]:
            continue
        if match[2] == ".Client":
            return _service(text, root, signature, match[1])
        if body is None:
            raise text.refuse(signature.sourceline or 1, "the page ends before it says what it documents")
        page = _Page(text, signature, body, match[1])
        if (named := _METHOD.fullmatch(match[2])) is not None:
            arguments = _ARGUMENTS.search(content(signature))
            return _to_page(page, _method(page, named[1], arguments[1] if arguments else ""))
        if (owned := _CLASS.fullmatch(match[2])) is not None:
            return _to_page(page, _of_class(page, owned[1], owned[2]))
        return _other(page.text, page.service, match[1], match[1] + match[2])
    title = root.find(".//h1")
    return _other(text, "", "", (title.text or "").strip() if title is not None else "")


def _to_page(page: _Page, found: AnyPage) -> AnyPage:
    roots = [getattr(found, side, None) for side in ("input", "output")]
    html_blocks.to_page(page.shown, roots, getattr(found, "examples", ()))
    return found


def _of_class(page: _Page, kind: str, name: str) -> AnyPage:
    if kind == "Paginator":
        return _paginator(page, name)
    if kind == "Waiter":
        return _waiter(page, name)
    return _exception(page, name)


def _other(text: Text, service: str, client: str, title: str) -> OtherPage:
    return OtherPage(path=text.path, sha256=text.sha256, service=service, client=client, title=title)


def _method(page: _Page, method: str, arguments: str) -> AnyPage:
    see_also, _, _ = _reference(page)
    shows = see_also >= 0 or page.find(HEADING, "Request Syntax", 0) >= 0
    if arguments.strip() not in ("", "**kwargs") or (not arguments.strip() and not shows):
        return _other(page.text, page.service, page.client, method)
    return operation(page, method)


def operation(page: _Page, method: str) -> OperationPage:
    """The facts of an operation. Raises PageError where it is not whole."""
    see_also, address, name = _reference(page)
    start = max(see_also, 0)
    call = f"response = client.{method}("
    heading, request = _request(page, start, call)
    returns, output_at = _returns(page, heading)
    input_ = _input(page, heading, request, returns)
    errors_at = page.find(HEADING, "Exceptions", max(output_at, returns))
    examples_at = page.find(HEADING, "Examples", max(output_at, returns, errors_at))
    output_end = next((at for at in (errors_at, examples_at) if at >= 0), len(page.blocks))
    output = _answer(page, output_at, output_end, *_RESPONSE) if output_at >= 0 else None
    return OperationPage(
        path=page.text.path,
        sha256=page.text.sha256,
        service=page.service,
        client=page.client,
        method=method,
        method_line=page.line,
        operation=name or naming.operation_of(page.text, page.line, method),
        operation_derived=not name,
        operation_line=page.blocks[see_also].line if name else page.line,
        documentation=address,
        deprecated=_deprecated(page, heading),
        input=input_,
        output=output,
        errors=_errors(page, errors_at, examples_at) if errors_at >= 0 else [],
        examples=_examples(page, examples_at, call) if examples_at >= 0 else [],
    )


def _reference(page: _Page) -> tuple[int, str, str]:
    """(position, address, operation name) of the link to the API reference; (-1, "", "") without one."""
    for at, block in enumerate(page.blocks):
        if block.kind == PARAGRAPH and block.text.startswith("See also: AWS API") and block.element is not None:
            for link in block.element.iter("a"):
                if (match := _SEE_ALSO.fullmatch(link.get("href") or "")) is not None:
                    return at, match[0], match[1]
    return -1, "", ""


def _deprecated(page: _Page, end: int) -> int:
    if prose.DEPRECATED not in page.text.text:
        return 0
    for block in page.blocks[:end]:
        if block.kind == PARAGRAPH and block.text.startswith(prose.DEPRECATED) and block.element is not None:
            holder = block.element.getparent()
            if holder is not None and "danger" in (holder.get("class") or "").split():
                return block.line
    return 0


def _request(page: _Page, start: int, call: str) -> tuple[int, syntax.Syntax | None]:
    """(position of the heading, the scanned block); the block is None where the page elides it."""
    heading = page.find(HEADING, "Request Syntax", start)
    while heading >= 0:
        opening = page.code(heading + 1)
        if opening == _ELIDED:
            return heading, None
        if opening in (call, call + ")"):
            return heading, syntax.scan(page.shown, page.blocks[heading + 1].line)
        heading = page.find(HEADING, "Request Syntax", heading + 1)
    raise page.text.refuse(page.last, "the page ends before the request syntax")


def _returns(page: _Page, start: int) -> tuple[int, int]:
    """(position of the field that tells what is returned, that of the answer's heading or -1 where nothing is)."""
    field = "Returns" if page.find(FIELD, "Returns", start) >= 0 else "returns"
    at = page.find(FIELD, field, start)
    while at >= 0:
        if at + 1 < len(page.blocks) and page.blocks[at + 1].text == "None":
            return at, -1
        heading = page.find(HEADING, _RESPONSE[0], at, min(at + 4, len(page.blocks)))
        if heading >= 0:
            return at, heading
        at = page.find(FIELD, field, at + 1)
    raise page.text.refuse(page.last, "the page ends before it says what the operation returns")


def _input(page: _Page, heading: int, request: syntax.Syntax | None, end: int) -> Node | None:
    """The input: None where the operation takes nothing."""
    told = page.find(FIELD, "Parameters", heading, end)
    if told < 0:
        told = next((at for at in range(heading, end) if page.blocks[at].text.startswith("type ")), -1)
    listed = _bullets(page, told, end) if told >= 0 else None
    if request is not None and not request.root.members and not listed:
        return None
    opening = page.blocks[heading + 1].line
    root = rendered_bullets.combine(page.shown, request, opening, listed, root=False)
    _mark(page, root, told, end)
    root.line = root.line or page.blocks[heading].line
    return root


def _answer(page: _Page, heading: int, end: int, above: str, below: str) -> Node:
    """The structure that the code and the bullets below the headings `above` and `below` show."""
    opening = page.code(heading + 1)
    line = page.blocks[heading].line
    if not opening or heading + 1 >= end:
        raise page.text.refuse(line, f"no code stands below {above}")
    first = page.blocks[heading + 1].line
    scanned = None if opening == _ELIDED else syntax.scan(page.shown, first)
    told = page.find(HEADING, below, heading, end)
    if told < 0:
        raise page.text.refuse(line, f"the page ends before {below}")
    listed = None if page.code(told + 1) == _ELIDED else _bullets(page, told, end)
    root = rendered_bullets.combine(page.shown, scanned, first, listed, root=True)
    _mark(page, root, told, end)
    root.line = root.line or line
    return root


def _bullets(page: _Page, start: int, end: int) -> list[Bullet]:
    found: list[Bullet] = []
    for at, block in enumerate(page.blocks[start:end], start):
        bullet = _field(page, at) if block.kind == FIELD and block.text.startswith("type ") else block.bullet
        if bullet is not None:
            found.append(bullet)
    return found


def _field(page: _Page, at: int) -> Bullet | None:
    """The argument of fields that Sphinx left as they were: `type NAME` at this position, its type, `param NAME`."""
    name = page.blocks[at].text.removeprefix("type ")
    told, param, first = (*page.blocks[at + 1 : at + 4], *(Block(FIELD, 0),) * 3)[:3]
    if param.kind != FIELD or param.text != f"param {name}":
        return None
    return rendered_bullets.from_fields(name, told.text, param.line, first.text)


def _mark(page: _Page, root: Node, start: int, end: int) -> None:
    """Mark unions and idempotency tokens on the nodes whose explanation holds the sentence.

    Nodes are told apart by the lines of their bullets, so where several share one, nothing is marked.
    """
    found: dict[int, list[tuple[int, int]]] = {UNION: [], TOKEN: []}
    above = 0
    for block in page.blocks[max(start, 0) : end] if start >= 0 else ():
        if block.kind == BULLET:
            if block.line == above:
                return
            above = block.line
        elif block.kind in found:
            found[block.kind].append((above, block.line))
    if found[UNION] or found[TOKEN]:
        prose.mark(root, found[UNION], found[TOKEN])


def _errors(page: _Page, start: int, examples: int) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for block in page.blocks[start : examples if examples >= 0 else None]:
        if block.kind == ITEM and block.element is not None:
            match = _ERROR.fullmatch(content(block.element).strip())
            if match is None:
                raise page.text.refuse(block.line, "this is not the name of an exception")
            found.append((match[1], block.line))
    if not found:
        raise page.text.refuse(page.blocks[start].line, "no exception stands below this heading")
    return found


def _examples(page: _Page, start: int, call: str) -> list[Example]:
    """All examples below the heading: a caption, the call, what comes of it.

    One whose call is no block of code on the page, but flowed text, is not told any more.
    """
    found: list[Example] = []
    caption: list[Block] = []
    called: tuple[dict[str, Any], int, int] | None = None
    expected = False
    for block in page.blocks[start + 1 :]:
        if block.kind == CODE and expected:
            output, end = literals.scan(page.shown, block.line)
            output.pop("ResponseMetadata", None)
            if called is not None:
                found.append(_example(called, output, block.line, end, caption))
            called, caption, expected = None, [], False
        elif block.kind == CODE and page.shown.lines[block.line].strip() in (call, call + ")"):
            params, end = literals.scan(page.shown, block.line)
            called = (params, block.line, end)
        elif block.kind == PARAGRAPH and block.text == "Expected Output:":
            expected = True
        elif called is None:
            caption.append(block)
    if called is not None:
        raise page.text.refuse(called[1], "no output follows this example")
    return found


def _example(
    called: tuple[dict[str, Any], int, int], output: dict[str, Any], line: int, end: int, caption: list[Block]
) -> Example:
    params, opening, params_end = called
    return Example(
        params=params,
        output=output,
        params_line=opening,
        params_end=params_end,
        output_line=line,
        output_end=end,
        caption_line=caption[0].line if caption else opening,
        caption="\n".join(block.text for block in caption if block.text),
    )


def _paginator(page: _Page, name: str) -> PaginatorPage:
    see_also, _, operation = _reference(page)
    if see_also < 0:
        raise page.text.refuse(page.last, "the page ends before it names the operation")
    linked = (_LINKED.search(block.text) for block in page.blocks[:see_also] if block.kind == PARAGRAPH)
    heading, request = _request(page, see_also, "response_iterator = paginator.paginate(")
    returns, output_at = _returns(page, heading)
    input_ = _input(page, heading, request, returns)
    output = _answer(page, output_at, len(page.blocks), *_RESPONSE) if output_at >= 0 else None
    sizes = False
    if input_ is not None and (config := input_.members.pop("PaginationConfig", None)) is not None:
        sizes = "PageSize" in config.members
    if output is not None:
        output.members.pop("NextToken", None)
    return PaginatorPage(
        path=page.text.path,
        sha256=page.text.sha256,
        service=page.service,
        client=page.client,
        name=name,
        operation=operation,
        operation_line=page.blocks[see_also].line,
        method=next((match[1] for match in linked if match is not None), ""),
        page_size=sizes,
        input=input_,
        output=output,
    )


def _waiter(page: _Page, name: str) -> WaiterPage:
    see_also, _, operation = _reference(page)
    polls = next((block for block in page.blocks if block.kind == PARAGRAPH and block.text.startswith("Polls ")), None)
    match = _POLLS.fullmatch(polls.text) if polls is not None else None
    if match is None or polls is None or see_also < 0:
        raise page.text.refuse(page.last, "the page does not say what the waiter polls, and how often")
    heading, request = _request(page, see_also, "waiter.wait(")
    returns, _ = _returns(page, heading)
    input_ = _input(page, heading, request, returns)
    if input_ is not None:
        input_.members.pop("WaiterConfig", None)
    return WaiterPage(
        path=page.text.path,
        sha256=page.text.sha256,
        service=page.service,
        client=page.client,
        name=name,
        operation=operation,
        operation_line=page.blocks[see_also].line,
        method=match[1],
        delay=int(match[2]),
        max_attempts=int(match[3]),
        polls_line=polls.line,
        input=input_,
    )


def _exception(page: _Page, name: str) -> ExceptionPage:
    heading = page.find(HEADING, "Syntax", 0)
    if heading < 0:
        raise page.text.refuse(page.last, "the page ends before the syntax of the answer")
    return ExceptionPage(
        path=page.text.path,
        sha256=page.text.sha256,
        service=page.service,
        client=page.client,
        name=name,
        name_line=page.line,
        output=_answer(page, heading, len(page.blocks), "Syntax", "Structure"),
    )


def _service(text: Text, root: etree._Element, signature: etree._Element, client: str) -> ServicePage:
    """The page of a service lists what it documents elsewhere."""
    found: dict[str, dict[str, int]] = {"client": {}, "paginator": {}, "waiter": {}}
    name = ""
    for link in root.iter("a"):
        if (match := _LISTED.fullmatch(link.get("href") or "")) is not None:
            name = name or match[1]
            if match[1] == name:
                found[match[2]].setdefault(match[3], link.sourceline or 0)
    if not name:
        raise text.refuse(signature.sourceline or 1, "this page of a service lists no method")
    return ServicePage(
        path=text.path,
        sha256=text.sha256,
        service=name,
        client=client,
        client_line=signature.sourceline or 1,
        methods=found["client"],
        paginators=found["paginator"],
        waiters=found["waiter"],
    )
