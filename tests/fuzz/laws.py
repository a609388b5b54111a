"""The laws that hold whatever a page contains.

- A page is read, or refused with its file, a line of it, and a reason; nothing else is raised.
- No page takes more than two seconds of processor time, and a small one takes its share of that.
- A refused page keeps no other from being read: its neighbour's service is written.
- Nothing is written outside the output folder, and in it only what a spec or a package consists of.
- Generated code holds no line that a template did not write.
- Every JSON file that is written is JSON, also for a reader that takes it strictly.
"""

from __future__ import annotations

import shutil
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import msgspec

from asdoc.codegen.extract import Extraction, attempt
from asdoc.codegen.generate import render
from asdoc.codegen.manifest import carry_out, plan
from asdoc.codegen.pages import AnyPage, Node, OperationPage, PageError, Text, read_pages
from asdoc.codegen.spec import files
from asdoc.runtime.errors import AsdocError

from . import garden, skeleton, wire

LIMIT = 2.0
"""Seconds of processor time that any page may take."""
_START, _EACH = 0.25, 2e-6
"""Of a small page: seconds whatever its size, and seconds a byte."""
_TRIES = 3
_SPEC = frozenset((*files.GENERATED, "wire.json"))
_PACKAGE = frozenset((*skeleton.FILES, "service.json", "cases.json", "py.typed"))
_POND = {"service": "pond", "client": "Pond", "title": "Amazon Pond"}


class BrokenLawError(AssertionError):
    """A law that a page broke: which, and how. `key` is equal for what has one cause."""

    def __init__(self, law: str, told: str, key: str = "") -> None:
        super().__init__(f"{law}: {told}")
        self.key = f"{law}: {key or told}"


class Read(NamedTuple):
    """A page that kept the laws: its facts, or why it was refused."""

    pages: list[AnyPage]
    refusal: str
    seconds: float


def allowed(size: int) -> float:
    """Seconds of processor time that a page of so many bytes may take."""
    return min(LIMIT, _START + size * _EACH)


def read(name: str, data: bytes) -> Read:
    """Read the document, and hold the reader to its laws. Raises BrokenLawError."""
    pages, text, refusal, seconds = _timed(name, data)
    if seconds > allowed(len(data)):  # the processor may have been busy with something else
        seconds = min(seconds, *(_timed(name, data)[3] for _ in range(_TRIES)))
        if seconds > allowed(len(data)):
            raise BrokenLawError("slow", f"{seconds:.2f} s for {len(data):,} bytes", "read")
    if refusal is not None:
        _refused(name, data, refusal)
        return Read([], refusal.reason, seconds)
    assert text is not None
    for page in pages:
        _within(page, len(text.lines) - 1)
    return Read(pages, "", seconds)


def _timed(name: str, data: bytes) -> tuple[list[AnyPage], Text | None, PageError | None, float]:
    began = time.process_time()
    try:
        with _raising("read", PageError):
            pages, text = read_pages(name, data)
    except PageError as error:
        return [], None, error, time.process_time() - began
    return pages, text, None, time.process_time() - began


@contextmanager
def _raising(law: str, *expected: type[Exception]) -> Iterator[None]:
    try:
        yield
    except expected:
        raise
    except BrokenLawError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        place = traceback.extract_tb(error.__traceback__)[-1]
        key = f"{type(error).__name__} in {Path(place.filename).name}:{place.name}"
        raise BrokenLawError(f"{law} raises", f"{key}: {str(error)[:300]}", key) from error


def _refused(name: str, data: bytes, error: PageError) -> None:
    lines = data.count(b"\n") + 1
    if error.path != name or not 1 <= error.line <= lines or not error.reason.strip():
        raise BrokenLawError(
            "refusal", f"{error.path}:{error.line} of {lines} lines: {error.reason!r}", error.reason[:40]
        )
    if error.message != f"{name}:{error.line}: {error.reason}":
        raise BrokenLawError("refusal", f"the message is {error.message!r}", "message")


def _within(page: AnyPage, last: int) -> None:
    """Every line that a fact names is one of the page."""
    lines: list[int] = []
    todo: list[Node | None] = [getattr(page, "input", None), getattr(page, "output", None)]
    while todo:
        node = todo.pop()
        if node is not None:
            lines += (node.line, node.bullet, node.union, node.idempotent)
            todo += (*node.members.values(), node.member, node.key, node.value)
    if isinstance(page, OperationPage):
        lines += (page.method_line, page.operation_line, page.deprecated, *(line for _, line in page.errors))
        for example in page.examples:
            lines += (example.caption_line, example.params_line, example.output_line)
            lines += (example.params_end - 1, example.output_end - 1)
    if lines and not 0 <= min(lines) <= max(lines) <= last:
        raise BrokenLawError("lines", f"a fact stands in line {max(lines)} of {last}", "outside")


@contextmanager
def sandbox() -> Iterator[Path]:
    """A folder some levels down in a temporary one, of which all is watched."""
    top = Path(tempfile.mkdtemp(prefix="asdoc-fuzz-"))
    try:
        inner = top / "a" / "b" / "c"
        inner.mkdir(parents=True)
        yield inner
        outside = [path for path in top.rglob("*") if inner not in path.parents and inner != path and path.is_file()]
        if outside:
            raise BrokenLawError("outside", f"written: {outside[0].relative_to(top)}", "file")
    finally:
        shutil.rmtree(top, ignore_errors=True)


def extracted(folder: Path, name: str, data: bytes) -> Extraction:
    """Extract the document, and a good one of another service beside it, into `folder/specs`. Raises BrokenLawError."""
    pages = folder / "pages"
    (pages / "pond").mkdir(parents=True)
    (pages / "pond" / "dig.rst").write_text(garden.document("rst", _POND))
    (pages / name).write_bytes(data)
    before = {path: path.read_bytes() for path in pages.rglob("*") if path.is_file()}
    began = time.process_time()
    with _raising("extract"):
        done = attempt([pages], folder / "specs")
    seconds = time.process_time() - began
    if seconds > LIMIT + allowed(len(data)):
        raise BrokenLawError("slow", f"{seconds:.2f} s to extract {len(data):,} bytes", "extract")
    if done.failed:
        told = done.failed[0].message.replace(str(folder), "")
        raise BrokenLawError("failed", told, _key(done.failed[0]))
    if "pond" not in done.services and not any("pond" in error.message for error in done.refused):
        raise BrokenLawError("neighbour", f"the good page was not written; {done.refused}", "lost")
    for error in done.refused:
        if error.path != name or error.line < 1 or not error.reason:
            raise BrokenLawError("refusal", error.message, "extract")
    if {path: path.read_bytes() for path in pages.rglob("*") if path.is_file()} != before:
        raise BrokenLawError("outside", "the pages themselves were changed", "pages")
    _only(folder / "specs", _SPEC, ("schema", ".extracted"))
    return done


def _key(error: AsdocError) -> str:
    """What is alike in errors of one cause: where they arose, or what they say with the names left out."""
    if error.__cause__ is not None:
        place = traceback.extract_tb(error.__cause__.__traceback__)[-1]
        return f"{type(error.__cause__).__name__} in {Path(place.filename).name}:{place.name}"
    return error.message.rpartition(": ")[2][:60]


def _only(root: Path, known: frozenset[str], besides: tuple[str, ...]) -> None:
    for path in root.rglob("*"):
        relative = path.relative_to(root)
        if relative.parts[0] in besides or path.is_dir():
            continue
        if len(relative.parts) != 2 or relative.name not in known or path.is_symlink():
            raise BrokenLawError("outside", f"this is no file of ours: {relative}", "name")
        if path.suffix == ".json":
            try:
                msgspec.json.decode(path.read_bytes())
            except msgspec.DecodeError as error:
                raise BrokenLawError("json", f"{relative}: {error}", relative.name) from error


def generated(folder: Path, services: list[str]) -> int:
    """Generate the code of what was extracted, and hold it to the templates. Returns how many lines it has.

    A spec that no code can be made of is refused by an AsdocError, which is a verdict too: then there are none.
    """
    for service in services:
        wire.write(folder / "specs" / service)
    with _raising("extract"):
        done = attempt([folder / "pages"], folder / "specs")
    if done.failed:
        raise BrokenLawError("failed", done.failed[0].message.replace(str(folder), ""), _key(done.failed[0]))
    lines = 0
    for service in services:
        wire.add_walks(folder / "specs" / service)
        try:
            with _raising("generate", AsdocError):
                rendered = render(folder / "specs", [service])
        except AsdocError as error:
            if "fault" in error.hint:
                raise BrokenLawError("generate", error.message, error.message[:60]) from error
            continue
        for path, text in rendered.files.items():
            pure = PurePosixPath(path)
            if len(pure.parts) != 2 or not pure.parts[0].isidentifier() or pure.name not in _PACKAGE:
                raise BrokenLawError("outside", f"a generated file is called {path!r}", "name")
            if pure.suffix in (".py", ".pyi"):
                try:
                    skeleton.check(pure.name, text)
                except skeleton.ForeignLineError as error:
                    raise BrokenLawError("code", str(error), pure.name) from error
                lines += text.count("\n")
        out = folder / "generated" / "asdoc"
        carry_out(out, plan(out, rendered.files, rendered.specs, everything=False))
        _only(out, _PACKAGE, ("MANIFEST.json",))
    return lines
