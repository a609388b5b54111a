"""Hypothesis strategies: a document of the corpus, mangled once or several times."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from hypothesis import strategies as st

from . import garden, hostile
from .corpus import Document, file_name, names_in

Draw = Callable[[st.SearchStrategy[Any]], Any]
Lines = list[bytes]

_MOST = 2_000_000
"""Bytes that a repetition may make; what is larger still is refused by its size, as a test of its own shows."""
_STAGES = 1_000


class Mangled(NamedTuple):
    kind: str
    name: str
    data: bytes
    stage: int
    """Below 1,000; how far the document is to be carried is decided by it, so that all lengths are tried evenly."""

    def __repr__(self) -> str:
        return f"Mangled({self.kind}, {len(self.data)} bytes, {self.stage})"


class _Case(NamedTuple):
    """What a mutation has at hand."""

    document: Document
    others: Sequence[Document]


def _line(draw: Draw, lines: Lines) -> int:
    return int(draw(st.sampled_from(range(len(lines)))))  # integers() would like the ends of a page best


def _range(draw: Draw, lines: Lines, most: int = 40) -> tuple[int, int]:
    start = _line(draw, lines)
    return start, start + int(draw(st.sampled_from(range(1, most + 1))))


def _drop(draw: Draw, lines: Lines, _: _Case) -> None:
    start, end = _range(draw, lines)
    del lines[start:end]


def _duplicate(draw: Draw, lines: Lines, _: _Case) -> None:
    start, end = _range(draw, lines)
    lines[end:end] = lines[start:end]


def _swap(draw: Draw, lines: Lines, _: _Case) -> None:
    one, other = _line(draw, lines), _line(draw, lines)
    lines[one], lines[other] = lines[other], lines[one]


def _move(draw: Draw, lines: Lines, _: _Case) -> None:
    start, end = _range(draw, lines)
    moved = lines[start:end]
    del lines[start:end]
    at = draw(st.integers(0, len(lines)))
    lines[at:at] = moved


def _indent(draw: Draw, lines: Lines, _: _Case) -> None:
    start, end = _range(draw, lines)
    pad = b" " * draw(st.integers(1, 9))
    lines[start:end] = [pad + line for line in lines[start:end]]


def _dedent(draw: Draw, lines: Lines, _: _Case) -> None:
    start, end = _range(draw, lines)
    by = draw(st.integers(1, 9))
    lines[start:end] = [line[min(by, len(line) - len(line.lstrip(b" "))) :] for line in lines[start:end]]


def _join(draw: Draw, lines: Lines, _: _Case) -> None:
    start, end = _range(draw, lines, 8)
    lines[start:end] = [draw(st.sampled_from((b"", b" "))).join(lines[start:end])]


def _cut(draw: Draw, lines: Lines, _: _Case) -> None:
    at = _line(draw, lines)
    lines[at] = lines[at][: draw(st.integers(0, 60))]


def _truncate(draw: Draw, lines: Lines, _: _Case) -> None:
    del lines[_line(draw, lines) :]


def _truncate_bytes(draw: Draw, lines: Lines, _: _Case) -> None:
    at = _line(draw, lines)
    lines[at:] = [lines[at][: draw(st.integers(0, len(lines[at])))]]


def _flip(draw: Draw, lines: Lines, _: _Case) -> None:
    at = _line(draw, lines)
    if lines[at]:
        changed = bytearray(lines[at])
        changed[draw(st.integers(0, len(changed) - 1))] ^= 1 << draw(st.integers(0, 7))
        lines[at] = bytes(changed)


_BYTES = st.sampled_from(
    (b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x00", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\x1a", b"\t",
     "\u2028".encode(), "\x85".encode(), b"\x0b", b"\x0c", "\u00a0".encode(), "\u202e".encode(), "•".encode(), b"\\")
)  # fmt: skip


def _byte(draw: Draw, lines: Lines, _: _Case) -> None:
    at = _line(draw, lines)
    split = draw(st.integers(0, len(lines[at])))
    lines[at] = lines[at][:split] + draw(_BYTES) + lines[at][split:]


def _noise(draw: Draw, lines: Lines, _: _Case) -> None:
    lines[_line(draw, lines)] = draw(st.text(max_size=30)).encode("utf-8", "surrogatepass")


def _phrase(draw: Draw, lines: Lines, _: _Case) -> None:
    at = _line(draw, lines)
    pad = b" " * (len(lines[at]) - len(lines[at].lstrip(b" ")) + draw(st.sampled_from((0, 0, 2, 4))))
    phrase = pad + draw(st.sampled_from(hostile.PHRASES)).encode()
    if draw(st.booleans()):
        lines[at] = phrase
    else:
        lines.insert(at, phrase)


def _splice(draw: Draw, lines: Lines, case: _Case) -> None:
    other = draw(st.sampled_from(case.others)).lines
    start, end = _range(draw, other, 60)
    at = _line(draw, lines)
    if draw(st.booleans()):
        lines[at:] = other[start:]
    else:
        lines[at:at] = other[start:end]


_HOSTILE = st.sampled_from(hostile.NAMES) | st.text(max_size=12)


def _name(draw: Draw) -> bytes:
    return str(draw(_HOSTILE)).encode("utf-8", "surrogatepass")


def _rename(draw: Draw, lines: Lines, case: _Case) -> None:
    """Everywhere, so that what names the same thing goes on to agree."""
    old = draw(st.sampled_from(names_in(case.document)))
    lines[:] = b"\n".join(lines).replace(old, _name(draw)).split(b"\n")


def _misname(draw: Draw, lines: Lines, case: _Case) -> None:
    """In one line only, of those that have the name."""
    old = draw(st.sampled_from(names_in(case.document)))
    holding = [at for at, line in enumerate(lines) if old in line]
    if holding:
        at = draw(st.sampled_from(holding))
        lines[at : at + 1] = lines[at].replace(old, _name(draw)).split(b"\n")


def _inject(draw: Draw, lines: Lines, _: _Case) -> None:
    """A hostile name in the midst of a line, whatever that is: prose, a type, a literal."""
    at = _line(draw, lines)
    split = draw(st.integers(0, len(lines[at])))
    lines[at : at + 1] = (lines[at][:split] + _name(draw) + lines[at][split:]).split(b"\n")


def _number(draw: Draw, lines: Lines, _: _Case) -> None:
    holding = [at for at, line in enumerate(lines) if line.rstrip(b",")[-1:].isdigit()]
    if holding:
        at = draw(st.sampled_from(holding))
        kept = lines[at].rstrip(b",").rstrip(b"0123456789.")
        lines[at] = kept + draw(st.sampled_from(hostile.NUMBERS)).encode() + b","


def _nest(draw: Draw, lines: Lines, case: _Case) -> None:
    opener = draw(st.sampled_from(hostile.OPENERS[case.document.kind])).encode()
    depth = draw(st.sampled_from((3, 59, 61, 62, 200, 1_200, 10_000)))
    at = _line(draw, lines)
    if draw(st.booleans()):
        pad = lines[at][: len(lines[at]) - len(lines[at].lstrip(b" "))]
        step = draw(st.sampled_from((0, 0, 2, 4))) if depth <= 1_200 else 0
        lines[at:at] = [pad + b" " * (level * step) + opener for level in range(depth)]
    else:
        lines[at] += opener * depth


def _deepen(draw: Draw, lines: Lines, _: _Case) -> None:
    """Below an explained parameter the same again, further and further in."""
    explained = [at for at, line in enumerate(lines) if b") --" in line or ") –".encode() in line]
    if explained:
        at = draw(st.sampled_from(explained))
        pad = len(lines[at]) - len(lines[at].lstrip(b" "))
        head = draw(st.sampled_from((lines[at].lstrip(b" "), *_HEADS)))
        depth = draw(st.sampled_from((2, 20, 57, 60, 61, 118, 122, 600)))
        lines[at + 1 : at + 1] = [b" " * (pad + 2 * level) + head for level in range(1, depth + 1)]


_HEADS = (b"- *(list) --* ", b"- *(dict) --* ", b"- *(string) --* ", b"- **x** *(dict) --* ", b"- **x** *(list) --* ",
          "• (list) –".encode(), "• (dict) –".encode(), "• (string) –".encode(), "• x (dict) –".encode())  # fmt: skip


def _repeat(draw: Draw, lines: Lines, _: _Case) -> None:
    start, end = _range(draw, lines, 4)
    repeated = lines[start:end]
    size = max(1, sum(len(line) + 1 for line in repeated))
    times = min(draw(st.sampled_from((10, 300, 3_000, 40_000))), _MOST // size)
    if draw(st.booleans()):
        lines[start:end] = repeated * times
    else:
        lines[start:end] = [b"".join(repeated) * times]


_Mutation = Callable[[Draw, Lines, _Case], None]
_WEIGHTS: dict[_Mutation, int] = {
    _drop: 6, _duplicate: 4, _swap: 4, _move: 4, _indent: 4, _dedent: 4, _join: 3, _cut: 4, _truncate: 3,
    _truncate_bytes: 3, _flip: 4, _byte: 4, _noise: 4, _phrase: 8, _splice: 6, _rename: 10, _misname: 6, _inject: 6,
    _number: 4, _nest: 2, _deepen: 2, _repeat: 1,
}  # fmt: skip
MUTATIONS = tuple(_WEIGHTS)
_WEIGHTED = tuple(mutation for mutation, weight in _WEIGHTS.items() for _ in range(weight))


@st.composite
def _grown(draw: Draw, kind: str) -> Document:
    """The small document, with hostile names in one to four of its places."""
    places = draw(st.lists(st.sampled_from(garden.places(kind)), min_size=1, max_size=4, unique=True))
    names = {place: str(draw(_HOSTILE)) for place in places}
    escape = garden.escaped if kind == "html" and draw(st.booleans()) else None
    return Document(kind, "", garden.document(kind, names, escape=escape).encode("utf-8", "surrogatepass"))


@st.composite
def mangled(draw: Draw, documents: Sequence[Document], others: Sequence[Document] = ()) -> Mangled:
    """A document of those given, all of one format, mangled one to five times; `others` give what is spliced in.

    One in five is the small one of that format with hostile names in its places, and may be left at that.
    """
    stage = draw(st.integers(0, _STAGES - 1))
    is_grown = draw(st.integers(0, 4)) == 4
    document = draw(_grown(documents[0].kind)) if is_grown else draw(st.sampled_from(documents))
    case = _Case(document, others or documents)
    lines = document.lines
    for mutation in draw(st.lists(st.sampled_from(_WEIGHTED), min_size=0 if is_grown else 1, max_size=5)):
        mutation(draw, lines, case)
        lines = lines or [b""]
    return Mangled(document.kind, file_name(document.kind), b"\n".join(lines), stage)
