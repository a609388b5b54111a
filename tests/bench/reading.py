"""Reading pages: operations a second and core, with the line of every fact, beside docutils' bare parse of the pages.

The pages are boto3's own, of services of every size; the other formats are taken where `make fidelity` has written
them.
"""

from __future__ import annotations

import io
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from asdoc.codegen.pages import OperationPage, read_pages
from tests.bench.measure import Row, pair, row

OUT = Path(__file__).resolve().parents[2] / "out" / "fidelity"
SERVICES = (
    "appconfig", "apigateway", "batch", "connect", "dynamodb", "ec2", "ecs", "glue", "iam", "kms", "lambda", "rds",
    "s3", "sagemaker", "sns", "sqs", "ssm", "wafv2",
)  # fmt: skip
TURNS = 5
_DOCUTILS_PAGES = 60
_CORES = 4
Document = tuple[str, bytes]
T = TypeVar("T")


def rows() -> Iterator[Row]:
    documents = _pages()
    few = _spread(documents, _DOCUTILS_PAGES)
    turns = [(_seconds_each(few), _docutils(few)) for _ in range(TURNS)]
    figure = pair([own for own, _ in turns], [other for _, other in turns])
    yield row("reading a page (.rst), CPU, against docutils' parse", figure, 1e6, "µs", "40x")
    many = _spread(documents, 4_000)
    seconds_each = statistics.median(_seconds_each(many) for _ in range(TURNS))
    yield Row("pages (.rst) a second and core", f"{1 / seconds_each:,.0f}/s", "", "", "3,000/s")
    seconds, count, size = _all_cores(documents)
    yield Row(f"all {count:,} pages on {_CORES} cores", f"{seconds:.2f} s", "", "", "3 s")
    yield Row("memory of a process that reads them, at its peak", f"{size / 1e6:.0f} MB", "", "", "400 MB")
    for name in ("rendered", "changes", "single", "html"):
        texts = _documents(OUT / name)
        if texts:
            yield Row(
                f"operations ({name}) a second and core", f"{1 / _seconds_each(texts):,.0f}/s", "", "", _GOALS[name]
            )


_GOALS = {"rendered": "1,000/s", "changes": "1,000/s", "single": "", "html": ""}


def _pages() -> list[Document]:
    """The operation pages of all services where they are there, else of some."""
    folder = OUT / "pages"
    if not (folder / "manifest.json").exists():
        command = [str(Path(sys.executable).with_name("asdoc")), "pages", *SERVICES, "--out", str(folder)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return [
        (path.relative_to(folder).as_posix(), content)
        for path in sorted(folder.glob("*/client/*.rst"))
        if b"**Request Syntax**" in (content := path.read_bytes())
    ]


def _documents(folder: Path) -> list[Document]:
    paths = sorted(path for path in folder.rglob("*") if path.suffix in (".rst", ".txt", ".html"))
    return [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in _spread(paths, 400)]


def _spread(items: list[T], count: int) -> list[T]:
    """So many of them, taken at equal distances."""
    return items[:: max(1, len(items) // count)]


def _seconds_each(documents: list[Document]) -> float:
    """Processor time an operation; the collector of garbage is at work as in any program."""
    began, operations = time.process_time(), 0
    for name, content in documents:
        operations += _read(name, content)
    return (time.process_time() - began) / operations


def _read(name: str, content: bytes) -> int:
    return sum(isinstance(page, OperationPage) for page in read_pages(name, content)[0])


def _section() -> type[Any]:
    """A directive of Sphinx as docutils alone knows it: its content is parsed, nothing more."""
    import docutils.nodes
    from docutils.parsers.rst import Directive

    class Section(Directive):
        has_content = True
        required_arguments = 1
        final_argument_whitespace = True

        def run(self) -> list[docutils.nodes.Node]:
            body = docutils.nodes.container()
            self.state.nested_parse(self.content, self.content_offset, body)
            return [body]

    return Section


def _docutils(documents: list[Document]) -> float:
    """Processor time a page of docutils' parser alone: no transforms, no writer, nothing reported."""
    import docutils.frontend
    import docutils.parsers.rst
    import docutils.utils
    from docutils.parsers.rst import directives

    for name in ("py:method", "py:class", "py:attribute"):
        directives.register_directive(name, _section())
    parser = docutils.parsers.rst.Parser()
    settings = docutils.frontend.get_default_settings(parser)
    settings.report_level, settings.halt_level, settings.warning_stream = 5, 5, io.StringIO()
    began = time.process_time()
    for name, content in documents:
        parser.parse(content.decode(), docutils.utils.new_document(name, settings))
    return (time.process_time() - began) / len(documents)


def _all_cores(documents: list[Document]) -> tuple[float, int, int]:
    """(seconds on four cores, operations, most bytes that one process had), the pages read from the disk by each."""
    folder = OUT / "pages"
    names = [name for name, _ in documents]
    shares = [names[number :: _CORES * 4] for number in range(_CORES * 4)]
    with ProcessPoolExecutor(_CORES) as pool:
        list(pool.map(_ready, range(_CORES)))
        began = time.perf_counter()
        done = list(pool.map(_share, [str(folder)] * len(shares), shares))
        seconds = time.perf_counter() - began
    return seconds, sum(count for count, _ in done), max(size for _, size in done)


def _ready(number: int) -> int:
    time.sleep(0.1)
    return number + os.getpid()


def _share(folder: str, names: list[str]) -> tuple[int, int]:
    count = sum(_read(name, (Path(folder) / name).read_bytes()) for name in names)
    return count, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    for line in rows():
        print(*line, sep="  ")
