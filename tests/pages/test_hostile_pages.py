"""Hostile pages of every format, from the page to the import of the code that is made of it.

`python -m tests.fuzz` tries the same by the hundred thousand; these are the cases that one can name, and a share of it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from asdoc.codegen.pages import AnyPage, Node, OperationPage, PageError, read_pages
from tests.explore import examples
from tests.fuzz import garden, hostile, imported, laws
from tests.fuzz.corpus import KINDS, corpus
from tests.fuzz.run import Share, Tally, judge
from tests.fuzz.strategies import Mangled, mangled

ASDOC = Path(sys.executable).with_name("asdoc")
TRAP = "asdoc_trap"
"""A module that nothing imports, unless a page has written a line of code."""
CODE = (*hostile.NEEDED, f'a"""\nimport {TRAP}')
DEEP = 10_000
PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def file_of(kind: str) -> str:
    return Path(garden.FILES[kind]).name


def operations(kind: str, data: bytes) -> list[OperationPage] | int:
    """The operations of a document that keeps the laws; or, if it is refused, the line that the refusal names."""
    found = laws.read(file_of(kind), data)
    if found.refusal:
        with pytest.raises(PageError) as told:
            read_pages(file_of(kind), data)
        return told.value.line
    return [page for page in found.pages if isinstance(page, OperationPage)]


def shown(node: Node | None) -> object:
    """What of a type its syntax block shows by itself, but for the difference of a map and a structure."""
    if node is None:
        return None
    value = {"string": shown(node.value)} if node.type == "map" else {}
    kind = "structure" if node.type == "map" else node.type
    return (
        kind,
        node.enum,
        {**{name: shown(member) for name, member in node.members.items()}, **value},
        shown(node.member),
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_cut_at_any_line_is_refused_or_tells_nothing_that_the_whole_page_does_not(kind: str) -> None:
    data = garden.document(kind).encode()
    whole = operations(kind, data)
    assert isinstance(whole, list)
    lines = data.split(b"\n")
    refused = 0
    for end in range(len(lines)):
        cut = operations(kind, b"\n".join(lines[:end]))
        if isinstance(cut, int):
            refused += 1
            assert 1 <= cut <= max(end, 1)
            continue
        # Nothing shows that errors or examples are missing behind a cut between two of them. Nor does it on a
        # rendered page that its explanations are: real ones have lost whole lists. All else is whole.
        for page, known in zip(cut, whole, strict=False):
            assert (page.method, page.input) == (known.method, known.input)
            assert shown(page.output) == shown(known.output) if kind == "rendered" else page.output == known.output
            assert page.errors == known.errors[: len(page.errors)]
            assert page.examples == known.examples[: len(page.examples)]
    assert refused > 0.6 * len(lines)


@pytest.mark.parametrize(("kind", "escape"), [*((kind, None) for kind in KINDS), ("html", garden.escaped)])
def test_a_hostile_name_in_any_place_is_carried_or_refused(kind: str, escape: Callable[[str], str] | None) -> None:
    """And where it is carried, the name of a member, an operation, a method or an error is a plain identifier."""
    for place in garden.places(kind):
        for name in hostile.NAMES:
            found = laws.read(file_of(kind), garden.document(kind, {place: name}, escape=escape).encode())
            for told in names_of(found.pages):
                assert PLAIN.fullmatch(told), (place, name, told)


def names_of(pages: list[AnyPage]) -> Iterator[str]:
    """All names that become names in code."""
    for page in pages:
        if isinstance(page, OperationPage):
            yield from (page.method, page.operation, *(error for error, _ in page.errors))
            todo: list[Node | None] = [page.input, page.output]
            while todo:
                node = todo.pop()
                if node is not None:
                    yield from node.members
                    todo += (*node.members.values(), node.member, node.key, node.value)


@pytest.mark.parametrize("kind", KINDS)
def test_hostile_names_become_no_code(kind: str) -> None:
    """Each name, in all places at once that take it; what is generated is held to the templates, and imported.

    The formats share the whole corpus among them, for behind the reader all go one way.
    """
    documents: dict[str, tuple[str, bytes]] = {}
    shared = hostile.NAMES[KINDS.index(kind) :: len(KINDS)]
    for number, name in enumerate(dict.fromkeys((*CODE, *shared))):
        taken: dict[str, str] = {"service": f"garden{number}", "client": f"Garden{number}"}
        taken["title"] = f"Amazon Garden{number}"
        for place in garden.places(kind):
            for shown in (name, garden.escaped(name)) if kind == "html" else (name,):
                if place not in taken and isinstance(found := tried(kind, {**taken, place: shown}), str):
                    taken[place] = found
        assert {"prose"} <= set(taken)
        documents[f"garden{number}"] = (name, garden.document(kind, taken).encode())
    with laws.sandbox() as folder:
        for service, (name, data) in list(documents.items()):
            (folder / service).mkdir()
            inner = folder / service
            done = laws.extracted(inner, file_of(kind), data)
            assert service in done.services
            lines = laws.generated(inner, [service])
            if name == "ResponseMetadata":  # what every answer has of its own: no code is made of such a page
                assert lines == 0
                del documents[service]
                continue
            assert lines > 100
            for path in (inner / "generated" / "asdoc" / service).iterdir():
                target = folder / "generated" / "asdoc" / service / path.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(path.read_bytes())
        (folder / "generated" / f"{TRAP}.py").write_text("raise SystemExit('a page has run')\n")
        ran = subprocess.run(
            [sys.executable, imported.__file__, "generated", *documents],
            cwd=folder, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr[-3000:]


def tried(kind: str, names: dict[str, str]) -> str | None:
    """The last of the names, if the document is read whole with it."""
    found = laws.read(file_of(kind), garden.document(kind, names).encode())
    whole = [page for page in found.pages if isinstance(page, OperationPage)]
    return list(names.values())[-1] if whole and whole[0].input is not None and whole[0].output is not None else None


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("wrong", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80"], ids=bytes.hex)
def test_bytes_that_are_no_utf8_are_refused_at_their_line(kind: str, wrong: bytes) -> None:
    lines = garden.document(kind).encode().split(b"\n")
    for at in range(0, len(lines), 9):
        changed = [*lines[:at], lines[at] + wrong, *lines[at + 1 :]]
        with pytest.raises(PageError, match="UTF-8") as told:
            read_pages(file_of(kind), b"\n".join(changed))
        assert told.value.line == at + 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_zero_byte_anywhere_does_no_more_than_be_refused(kind: str) -> None:
    lines = garden.document(kind).encode().split(b"\n")
    for at, line in enumerate(lines):
        changed = [*lines[:at], line[: len(line) // 2] + b"\0" + line[len(line) // 2 :], *lines[at + 1 :]]
        laws.read(file_of(kind), b"\n".join(changed))


def within(kind: str, before: str, inserted: str) -> bytes:
    """The document with a text inserted before one of its own."""
    text = garden.document(kind)
    assert before in text
    return text.replace(before, inserted + before, 1).encode()


def bullets(kind: str, before: str, bullet: str, columns: int) -> bytes:
    """The document with bullets, each inside the one above it: as many as make a page of nearly the largest size."""
    return within(kind, before, "".join(f"{' ' * (columns + level)}{bullet}\n" for level in range(4_000)))


_STRUCTURES = "'x': {\n" * DEEP + "},\n" * DEEP
_LISTS = "'x': [\n" + "[\n" * DEEP
NESTED = {
    "rst: syntax": ("rst", within("rst", "          'Height': ...,\n", _STRUCTURES)),
    "rst: syntax of lists": ("rst", within("rst", "          'Height': ...,\n", _LISTS)),
    "rst: request": ("rst", within("rst", "        'Kind': 'OAK'|'ELM',\n", _STRUCTURES)),
    "rst: bullets": ("rst", bullets("rst", "  **Exceptions**", "- **x** *(dict) --* ", 6)),
    "rst: call of an example": ("rst", within("rst", "            'Row': 2,\n", _STRUCTURES)),
    "rst: output of an example": ("rst", within("rst", "        'Height': 0.5,\n", _LISTS)),
    "single: syntax": ("single", within("single", "            'Height': ...,\n", _STRUCTURES)),
    "single: bullets": ("single", bullets("single", "    **Exceptions**", "- **x** *(dict) --*", 8)),
    "single: example": ("single", within("single", "          'Height': 0.5,\n", _STRUCTURES)),
    "rendered: syntax": ("rendered", within("rendered", "    'Height': ...,\n", _STRUCTURES)),
    "rendered: bullets": ("rendered", bullets("rendered", "Exceptions\n", "• x (dict) –", 4)),
    "rendered: example": ("rendered", within("rendered", "    'Height': 0.5,\n", _STRUCTURES)),
    "html: syntax": ("html", within("html", "    'Height': ...,\n", _STRUCTURES)),
    "html: example": ("html", within("html", "    'Height': 0.5,\n", _LISTS)),
    "changes: syntax": ("changes", within("changes", "'Height': ...,", "'x': { " * DEEP)),
    "changes: call": ("changes", within("changes", "Site={", "x=" + "[ " * DEEP)),
}
"""Nesting that no type of a service has, each in a place of its own."""


@pytest.mark.parametrize(("kind", "data"), NESTED.values(), ids=NESTED)
def test_nesting_ten_thousand_deep_is_refused(kind: str, data: bytes) -> None:
    assert "nest deeper" in laws.read(file_of(kind), data).refusal


def test_a_dictionary_of_changes_that_nests_ten_thousand_deep_is_none() -> None:
    data = within("changes", "{'Site': {'Kind'", "{'x': " * DEEP)
    assert "does not show its changes" in laws.read(file_of("changes"), data).refusal


_EXPLAINED = "    **Response Structure**\n\n    - *(dict) --* \n      - **deep** *(list) --* \n"
_NOT_SHOWN = "    ::\n\n      # This section is too large to render.\n\n"


def answered(answer: str) -> bytes:
    """The `.rst` page with another answer."""
    text = garden.document("rst")
    before, _, rest = text.partition("    **Response Syntax**\n")
    _, errors, after = rest.partition("  **Exceptions**\n")
    return f"{before}    **Response Syntax**\n{answer}\n{errors}{after}".encode()


def nested(opened: str, depth: int) -> str:
    """A syntax block that nests so deep, and is not explained."""
    closed = "],\n" if opened.endswith("[") else "},\n"
    again = "[\n" if opened.endswith("[") else f"{opened}\n"
    inner = "'string'\n" if opened.endswith("[") else "'y': 'string'\n"
    block = f"{{\n{opened}\n{again * (depth - 1)}{inner}{closed * depth}}}\n"
    return f"    ::\n\n{block}\n    **Response Structure**\n{_NOT_SHOWN}"


def explained(bullet: str, depth: int) -> str:
    """Bullets that nest so deep, without a syntax block."""
    return _NOT_SHOWN + _EXPLAINED + "".join(f"{' ' * (8 + level)}{bullet}\n" for level in range(depth))


AS_DEEP = {
    "structures": nested("'x': {", 58),
    "lists": nested("'x': [", 58),
    "bullets of lists": explained("- *(list) --* ", 57),
    "bullets of structures": explained("- **x** *(dict) --* ", 57).replace("**deep** *(list)", "**deep** *(dict)"),
}


@pytest.mark.parametrize("answer", AS_DEEP.values(), ids=AS_DEEP)
def test_nesting_as_deep_as_a_page_may_goes_all_the_way_to_code(answer: str) -> None:
    data = answered(answer)
    assert laws.read("plant.rst", data).refusal == ""
    with laws.sandbox() as folder:
        assert "garden" in laws.extracted(folder, "plant.rst", data).services
        assert laws.generated(folder, ["garden"]) > 100


def test_bullets_that_nest_deeper_than_any_syntax_are_refused() -> None:
    assert "nest deeper" in laws.read("plant.rst", answered(explained("- *(list) --* ", 70))).refusal


MARKUP = ("<div>", "<ul><li>", "<dl><dd>", "<p>", "<span>", "<b>", "<table><tr><td>", "<pre>", "<li><p>", "<a>", "&lt;")


@pytest.mark.parametrize("markup", MARKUP)
@pytest.mark.parametrize("before", ["<p>See also", "<ul>\n<li><p><em>(dict)", "<pre>", "<dt class=", "</article>"])
def test_elements_ten_thousand_deep_are_read_or_refused(before: str, markup: str) -> None:
    found = laws.read("plant.html", within("html", before, markup * DEEP))
    whole = laws.read("plant.html", garden.document("html").encode())
    for page in found.pages:
        if isinstance(page, OperationPage):
            known = whole.pages[0]
            assert isinstance(known, OperationPage)
            assert page.method == known.method


@pytest.mark.parametrize("times", [1, 3, 200])
def test_code_within_code_is_shown_once(times: int) -> None:
    text = garden.document("html").replace("<p>See also", "<pre>" * times + "x\n" * 50_000 + "<p>See also", 1)
    assert "the page ends" in laws.read("plant.html", text.encode()).refusal


@pytest.mark.parametrize("before", [0, 5, 400])
def test_code_that_begins_on_the_line_on_which_other_code_ends_names_lines_of_its_page(before: int) -> None:
    text = garden.document("html").replace("<p>See also", "<pre>x</pre>" * before + "<p>See also", 1)
    (page,) = laws.read("plant.html", text.encode()).pages  # which holds every line of a fact to the page
    assert isinstance(page, OperationPage)
    assert page.output is not None
    lines = ["", *text.split("\n")]
    assert "'Height'" in lines[page.output.members["Height"].line]
    assert page.examples[0].output == {"Height": 0.5, "Site": {"Row": 2}}
    assert lines[page.examples[0].output_line].endswith("<span></span>{")


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_of_fifty_megabytes_is_refused_quickly(kind: str) -> None:
    data = garden.document(kind).encode() + b"\n  padding" * 5_000_000
    began = time.process_time()
    with pytest.raises(PageError, match=r":1: a page of [0-9,]+ bytes"):
        read_pages(file_of(kind), data)
    assert time.process_time() - began < laws.LIMIT


CUT = garden.document("rst").encode()[:900]
BAD = {
    "binary.rst": (bytes(range(128, 256)), 1, "UTF-8"),
    "cut.rst": (CUT, CUT.count(b"\n") + 1, "the page ends"),
    "empty.txt": (b"", 1, "no page of a format"),
    "deep.txt": (NESTED["rendered: syntax"][1], 0, "nest deeper"),
    "large.html": (garden.document("html").encode() + b"\n  padding" * 5_000_000, 1, "bytes"),
    "latin.txt": (garden.document("changes").replace("stands", "st\N{LATIN SMALL LETTER A WITH DIAERESIS}nds")
                  .encode("latin-1"), 2, "UTF-8"),
}  # fmt: skip
"""File -> its bytes, the line to be named (0: any), and a part of the reason."""


def test_bad_pages_among_good_ones_are_named_and_the_good_ones_written(tmp_path: Path) -> None:
    pages, out = tmp_path / "pages", tmp_path / "in" / "out"
    pages.mkdir()
    for kind in KINDS:
        names = {"service": f"{kind}beds", "client": f"{kind}beds".capitalize(), "title": f"Amazon {kind}beds"}
        (pages / f"good-{file_of(kind)}").write_text(garden.document(kind, names), encoding="utf-8")
    for name, (data, _, _) in BAD.items():
        (pages / name).write_bytes(data)
    before = sorted(tmp_path.rglob("*"))
    ran = subprocess.run(
        [ASDOC, "extract", str(pages), "--out", str(out)],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr
    for name, (_, line, reason) in BAD.items():
        (told,) = [one for one in ran.stderr.splitlines() if one.strip().startswith(f"{name}:")]
        assert reason in told
        assert f"{name}:{line}: " in told or not line
    for kind in KINDS:
        written = json.loads((out / f"{kind}beds" / "operations.json").read_text(encoding="utf-8"))
        assert "Plant" in written["operations"]
    after = [path for path in sorted(tmp_path.rglob("*")) if path not in before]
    assert after
    assert all(out == path or out in path.parents or path == out.parent for path in after)


WRONG = {
    "rst: a number beyond all": ("rst", "'Row': 2,", "'Row': 1e999,"),
    "rst: a day that is none": ("rst", "'Row': 2,", "'Row': datetime(2021, 2, 30),"),
    "rendered: an hour that is none": ("rendered", "'Row': 2,", "'Row': datetime(2021, 2, 3, 25, 0, 0),"),
    "changes: a day that is none": ("changes", "2021/03/04", "2021/99/99"),
    "changes: a day in other digits": ("changes", "2021/03/04", "2021/03/\N{ARABIC-INDIC DIGIT ZERO}4"),
    "rst: a name in other letters": ("rst", "Name: ", "\N{KELVIN SIGN}ame: "),
}
"""Values and names that a reader might take, and nothing behind it can hold."""


@pytest.mark.parametrize(("kind", "old", "new"), WRONG.values(), ids=WRONG)
def test_what_no_spec_can_hold_is_refused_by_its_page(kind: str, old: str, new: str) -> None:
    text = garden.document(kind)
    assert old in text
    assert laws.read(file_of(kind), text.replace(old, new).encode()).refusal


def test_a_name_in_letters_beyond_ascii_is_prose_to_the_reader_of_html() -> None:
    text = garden.document("html").replace("<strong>Row</strong>", "<strong>\N{KELVIN SIGN}elvin</strong>")
    assert set(names_of(laws.read("plant.html", text.encode()).pages)) >= {"Row"}
    assert "\N{KELVIN SIGN}elvin" not in set(names_of(laws.read("plant.html", text.encode()).pages))


@pytest.mark.parametrize("name", ["a" * 300, "9" * 101, "schema"], ids=len)
@pytest.mark.parametrize("kind", ["rst", "single", "rendered", "changes"])  # HTML has no such names: they end at 100
def test_a_service_that_no_folder_can_be_called_after_is_refused_by_its_page(kind: str, name: str) -> None:
    names = {"service": name, "client": f"S{name}"[1 if name == "schema" else 0 :], "title": name}
    with laws.sandbox() as folder:
        done = laws.extracted(folder, file_of(kind), garden.document(kind, names).encode())
        assert list(done.services) == ["pond"]
        (refused,) = done.refused
        assert refused.path == file_of(kind)
        assert refused.reason


@pytest.mark.parametrize("kind", KINDS)
def test_mangled_pages_keep_the_laws(kind: str, pages_dir: Path) -> None:
    documents = corpus(kind, pages_dir)
    others = [document for other in KINDS for document in corpus(other, pages_dir)[:20]]

    @seed(1)
    @settings(
        max_examples=examples(30),
        database=None,
        deadline=None,
        suppress_health_check=(HealthCheck.too_slow, HealthCheck.data_too_large),
    )
    @given(mangled(documents, others))
    def law(found: Mangled) -> None:
        judge(found, Share(100, 15), Tally(kind))

    law()


@settings(max_examples=100, database=None, deadline=None)
@given(name=st.text(max_size=40), where=st.sampled_from([(kind, place) for kind in KINDS for place in garden.NAMES]))
def test_no_name_in_any_place_does_more_than_be_refused(name: str, where: tuple[str, str]) -> None:
    kind, place = where
    laws.read(file_of(kind), garden.document(kind, {place: name}).encode("utf-8", "surrogatepass"))
