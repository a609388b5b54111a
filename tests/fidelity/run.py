"""One run over a format: documents are read, and every fact is scored, a service a job."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import msgspec

from asdoc.codegen.pages import OperationPage, PageError, read_pages

from . import examples, score, truth, untold
from .score import Miss, Tally

_SHOWN_SLOW = 10


class Slow(msgspec.Struct, order=True):
    seconds: float
    """Processor time."""
    page: str


class Outcome(msgspec.Struct):
    """What came of one service."""

    service: str
    tally: Tally
    misses: list[Miss]
    slow: list[Slow]
    documents: int
    seconds: float
    """Processor time of reading alone."""


def score_service(format_name: str, service: str, folder: Path, data: Path) -> Outcome:
    """Read every document below `folder`, and score it against the models below `data`."""
    operations = truth.operations(truth.loader(data), service)
    lost = _lost(folder)
    outcome = Outcome(service, Tally(), [], [], 0, 0.0)
    seen: set[str] = set()
    methods = {operation.method: operation for operation in operations.values()}
    for path in _documents(format_name, folder):
        name = path.relative_to(folder.parent).as_posix()
        content = path.read_bytes()
        began = time.process_time()
        try:
            pages, text = read_pages(name, content)
        except PageError as error:
            outcome.misses.append(Miss(service, path.stem, "refused", "", None, error.reason, error.path, error.line))
            continue
        took = time.process_time() - began
        outcome.documents += 1
        outcome.seconds += took
        outcome.slow.append(Slow(took, name))
        starts = sorted(page.method_line for page in pages if isinstance(page, OperationPage))
        for page in pages:
            if isinstance(page, OperationPage):
                end = next((line for line in starts if line > page.method_line), len(text.lines))
                known = methods.get(page.method)
                outcome.tally.found["operation"] += 1
                if known is None:
                    outcome.misses.append(
                        Miss(service, page.operation, "operation", "", None, page.method, page.path, page.method_line)
                    )
                    continue
                seen.add(known.name)
                gone = untold.elided(text, page.method_line, end)
                _score_page(outcome, untold.Context(format_name, gone, page, known))
    for name, operation in operations.items():
        outcome.tally.expected["operation"] += 1
        if name not in seen:
            miss = Miss(service, name, "operation", "", name, None, "", 0)
            miss.reason = lost.get(operation.method, lost.get(name, "")) or untold.left_out(operation)
            _count(outcome, miss)
    outcome.slow = sorted(outcome.slow, reverse=True)[:_SHOWN_SLOW]
    return outcome


def _score_page(outcome: Outcome, context: untold.Context) -> None:
    page, known = context.page, context.truth
    tally, misses = score.compare(outcome.service, page, known)
    example_tally, example_misses = examples.compare(outcome.service, page, known)
    outcome.tally.add(tally)
    outcome.tally.add(example_tally)
    if page.operation == known.name:
        outcome.tally.right["operation"] += 1
    else:
        misses.append(
            Miss(outcome.service, known.name, "operation", "", known.name, page.operation, page.path, page.method_line)
        )
    for miss in misses + example_misses:
        miss.reason = untold.reason(context, miss)
        _count(outcome, miss)


def _count(outcome: Outcome, miss: Miss) -> None:
    """A fact that the page cannot tell is neither expected nor found; any other difference is a miss."""
    if miss.reason:
        outcome.tally.excluded[miss.reason] += 1
        outcome.tally.expected[miss.kind] -= miss.expected is not None
        outcome.tally.found[miss.kind] -= miss.found is not None
    else:
        outcome.misses.append(miss)


def _documents(format_name: str, folder: Path) -> list[Path]:
    """The documents of operations: boto3's own pages have other kinds beside them."""
    if format_name == "rst":
        return sorted(folder.glob("client/*.rst"))
    return sorted(path for path in folder.rglob("*") if path.suffix in (".rst", ".txt", ".html"))


def _lost(folder: Path) -> dict[str, str]:
    """Methods that the writer of a format could not show, and why."""
    path = folder / "lost.json"
    return dict(json.loads(path.read_text())) if path.exists() else {}


def score_all(
    format_name: str,
    services: Sequence[str],
    folder: Path,
    data: Path,
    jobs: int,
    progress: Callable[[str], None],
) -> Iterator[Outcome]:
    """The outcomes of all services, in the order in which they come."""
    with ProcessPoolExecutor(jobs) as pool:
        waiting = [
            pool.submit(score_service, format_name, service, folder / service, data)
            for service in services
            if (folder / service).is_dir()
        ]
        for done in as_completed(waiting):
            outcome = done.result()
            progress(outcome.service)
            yield outcome
