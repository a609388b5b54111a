"""An HTML page of Sphinx as a list of blocks in the order of the page: headings, code, parameters, paragraphs.

The parser is lxml, which takes any markup and bounds its depth. The lines of code blocks are laid, without their
markup, where they stand in the source, so that the scanners of syntax and literals tell the lines of the page itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from lxml import etree

from . import prose
from .bullets import Bullet
from .facts import Example, Node
from .rendered_bullets import REQUIRED, TYPES
from .source import Text

MAX_LINES = 65_000
"""The parser counts lines with 16 bits. The longest page that boto3 has of an operation takes a tenth of that."""

MAX_CONTENT = 4_000_000
"""Characters; four times the largest page, which is that of a channel of MediaLive."""
MAX_ELEMENTS = 100_000
"""Paragraphs, items, code blocks and fields; that page has a tenth of them."""

HEADING, FIELD, CODE, BULLET, PARAGRAPH, ITEM, UNION, TOKEN = range(8)
"""Kinds of blocks: a line of bold text alone, the name of a field, a code block, an explained parameter, a paragraph
outside lists, a list item that is no parameter, and the two sentences of prose that state a fact."""

_TYPE = re.compile(r"\s*\(([A-Za-z][A-Za-z -]*)\) (?:–|--)\s*")
_IS_TYPE = frozenset(("em", "a", "code", "span"))
_WANTED = ("p", "pre", "li", "dt")


class Block(NamedTuple):
    kind: int
    line: int
    text: str = ""
    """Of a heading, field, paragraph or item."""
    bullet: Bullet | None = None
    element: etree._Element | None = None
    """Of a paragraph or an item."""


class Shown(Text):
    """The code blocks of a page, on the lines where they stand, and nothing else."""

    __slots__ = ("displaced", "last", "used")

    def __init__(self, text: Text) -> None:
        self.path = text.path
        self.sha256 = text.sha256
        self.text = text.text
        self.lines = [""] * len(text.lines)
        self.last = len(text.lines) - 1
        self.used = 1
        self.displaced: dict[int, int] = {}
        """Line here -> line of the page, where the two are not the same."""


def start(text: Text) -> int:
    """Where the content of a page begins; what stands above it are the links of its margin, often more than half."""
    return max(text.text.find("<article"), 0)


def parse(text: Text) -> etree._Element:
    """The root element of the content. Raises PageError for a page that is cut off, or that the parser gives up."""
    if len(text.lines) > MAX_LINES:
        raise text.refuse(MAX_LINES, f"an HTML page of {len(text.lines):,} lines is no page of an operation")
    begins = start(text)
    ends = text.text.rfind("</article") if begins else text.text.lower().rfind("</html")
    if ends < begins:
        raise text.refuse(len(text.lines) - 1, "the page ends before its closing tag")
    if ends - begins > MAX_CONTENT:
        raise text.refuse(1, f"an HTML page with {ends - begins:,} characters of content is no page of an operation")
    # The lines above are kept as empty ones, so that the parser counts from the top.
    markup = "\n" * text.text.count("\n", 0, begins) + text.text[begins:ends]
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(markup.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise text.refuse(error.lineno or 1, "the HTML parser finds no element here") from error
    for problem in parser.error_log:
        if problem.level == etree.ErrorLevels.FATAL:
            raise text.refuse(min(problem.line, len(text.lines) - 1), f"the HTML parser gives up: {problem.message}")
    if root is None:
        raise text.refuse(1, "this HTML page is empty")
    return root


def content(element: etree._Element) -> str:
    """The text of an element and of all within it, its white space as it stands."""
    return "".join(element.itertext())


def blocks(body: etree._Element, shown: Shown) -> list[Block]:
    """The blocks below `body`; the code among them is laid into `shown`. Raises PageError for far too many."""
    found: list[Block] = []
    add = found.append
    depths: dict[etree._Element, int] = {}
    sentences = prose.UNION in shown.text or prose.TOKEN in shown.text
    for count, element in enumerate(body.iter(*_WANTED)):
        if count > MAX_ELEMENTS:
            raise shown.refuse(
                element.sourceline or 1, f"a page of more than {count - 1:,} paragraphs is none of boto3"
            )
        tag = element.tag
        if tag == "p":
            parent = element.getparent()
            in_item = parent is None or parent.tag == "li"
            lone = None
            if not in_item and parent is not None and parent.tag == "dd" and element.getprevious() is None:
                lone = _bullet(parent, element, -1)
            if lone is not None:
                add(lone)
            elif not in_item:
                add(_paragraph(element))
            if sentences:
                told = content(element)
                if prose.UNION in told:
                    add(Block(UNION, element.sourceline or 0))
                elif prose.TOKEN in told:
                    add(Block(TOKEN, element.sourceline or 0))
        elif tag == "li":
            above = element.getparent()
            outer = above.getparent() if above is not None else None
            depth = depths[element] = depths.get(outer, 0) + 1 if outer is not None else 1
            first = element[0] if len(element) else None
            head_of = first if first is not None and first.tag == "p" else element
            add(_bullet(element, head_of, depth) or Block(ITEM, element.sourceline or 0, element=element))
        elif tag == "pre":
            if next(element.iterancestors("pre"), None) is None:  # else it is shown with the one around it
                add(_code(element, shown))
        else:
            add(Block(FIELD, element.sourceline or 0, content(element).strip().rstrip(":")))
    return found


def _paragraph(element: etree._Element) -> Block:
    bold = _bold(element)
    if bold and next(element.iterancestors("li"), None) is None:
        return Block(HEADING, element.sourceline or 0, bold)
    return Block(PARAGRAPH, element.sourceline or 0, content(element).strip(), element=element)


def _bold(element: etree._Element) -> str:
    """The text of a paragraph that is one bold word or two, and nothing beside."""
    if len(element) != 1 or element[0].tag != "strong" or (element.text or "").strip():
        return ""
    return "" if (element[0].tail or "").strip() else (element[0].text or "").strip()


def _bullet(holder: etree._Element, head: etree._Element, depth: int) -> Block | None:
    """The parameter that an item, or a field that holds only one, explains; None where it is prose.

    `<strong>Name</strong> (<em>type</em>) – `, `<strong>Name</strong> <em>(type) –</em>`, or the latter without a name.
    """
    if not len(head):
        return None
    typed = head[0]
    name = None
    begun = (head.text or "").strip()
    if typed.tag == "strong" and not begun:
        name = typed.text or ""
        begun = (typed.tail or "").strip()
        following = typed.getnext()
        if following is None or not (name.isidentifier() and name.isascii()):
            return None
        typed = following
    if begun not in ("", "(") or typed.tag not in _IS_TYPE:
        return None
    told = begun + content(head).lstrip()[len(name or "") :].lstrip().removeprefix(begun)
    match = _TYPE.match(told)
    if match is None or (kind := TYPES.get(match[1])) is None:
        return None
    rest = told[match.end() :]
    required = rest.startswith(REQUIRED)
    if not rest:
        following = head.getnext() if head is not holder else None
        required = following is not None and content(following).lstrip().startswith(REQUIRED)
    line = head.sourceline or 0
    return Block(BULLET, line, bullet=Bullet(name, kind, line, depth, required, match[1]))


def _code(element: etree._Element, shown: Shown) -> Block:
    """Lay a code block into `shown`; the block's line is its first that is not blank.

    On a page without line breaks between its elements, a block may begin on the line on which another ends.
    """
    lines = content(element).rstrip().split("\n")
    told = element.sourceline or 0
    start = max(told, shown.used)
    shown.used = start + len(lines)
    if start > told:
        shown.displaced.update((start + at, min(told + at, shown.last)) for at in range(len(lines) + 1))
    shown.lines[start : shown.used] = lines
    skipped = next((at for at, line in enumerate(lines) if line.strip()), 0)
    return Block(CODE, start + skipped)


def to_page(shown: Shown, roots: Iterable[Node | None], examples: Iterable[Example]) -> None:
    """Have what was read from code that could not be laid where it stands name its lines of the page."""
    if not shown.displaced:
        return
    todo = list(roots)
    while todo:
        node = todo.pop()
        if node is not None:
            node.line = shown.displaced.get(node.line, node.line)
            todo += (*node.members.values(), node.member, node.key, node.value)
    for example in examples:
        for name in ("params_line", "params_end", "output_line", "output_end"):
            line = getattr(example, name)
            setattr(example, name, shown.displaced.get(line, line))
