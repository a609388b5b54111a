"""The event stream on disk: one event a line, written as the run goes on, and read whenever a report is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from asdoc.runtime.errors import AsdocError

from ..events import FORMAT, VERDICTS, CaseFinished, Event, RunFinished, RunStarted
from .model import Report, gather
from .words import counted

_LONGEST = 64 << 20
"""Bytes of a line. A case's event is bounded far below; a longer line is no event."""
_HEAD = 4096
"""Bytes in which the first event of a run says what it is."""


class _Head(msgspec.Struct, frozen=True):
    event: Any = None
    format: Any = FORMAT


_head = msgspec.json.Decoder(_Head)
_decoder = msgspec.json.Decoder(Event)
_encoder = msgspec.json.Encoder()


def line_of(event: Event) -> bytes:
    """An event as its line."""
    return _encoder.encode(event) + b"\n"


def written(events: Iterable[Event], path: Path) -> Iterator[Event]:
    """The events, each written to the file before it is handed on: what was learnt outlives a run that breaks off.

    What an earlier run has left there goes with the first event, so that a run that never begins costs nothing. Raises
    AsdocError where the file cannot be written.
    """
    there, begun = path.exists(), False
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    except OSError as error:
        raise _unwritable(path, error) from error
    try:
        with file:
            for event in events:
                if not begun:
                    begun = True
                    with suppress(OSError):  # a pipe has nothing to take away
                        file.truncate(0)
                _write(file, event, path)
                yield event
    finally:
        if not begun and not there:
            path.unlink(missing_ok=True)


def _write(file: BinaryIO, event: Event, path: Path) -> None:
    try:
        file.write(line_of(event))
        file.flush()
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> AsdocError:
    return AsdocError(
        f"writing the events to {path}: {error.strerror or error}", hint="Check that the folder may be written to."
    )


def read_events(path: Path) -> Iterator[Event]:
    """The events of a file, one by one. Raises AsdocError, with file and line, where it holds something else."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise AsdocError(
            f"reading the events of {path}: {error.strerror or error}",
            hint="`asdoc verify TARGET --service … --events FILE` writes one.",
        ) from error
    with file:
        number = 0
        while line := file.readline(_LONGEST):
            number += 1
            if line.strip():
                yield _event(line, path, number)


def _event(line: bytes, path: Path, number: int) -> Event:
    try:
        _check_format(line, path, number)
        event: Event = _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise AsdocError(
            f"reading the events of {path}, line {number}: {error}",
            hint="A stream has one event a line, as `asdoc verify --events FILE` writes it."
            if line.endswith(b"\n")
            else "The file ends here, within a line: the run was broken off, or the file cut short.",
        ) from error
    if isinstance(event, CaseFinished) and event.verdict not in VERDICTS:
        raise AsdocError(
            f"reading the events of {path}, line {number}: {event.verdict!r} is no verdict.",
            hint=f"Verdicts are {', '.join(VERDICTS)}.",
        )
    return event


def _check_format(line: bytes, path: Path, number: int) -> None:
    """Raises AsdocError where a run is of another format, whose events may have members of any other form."""
    if b'"run-started"' not in line[:_HEAD]:
        return
    head = _head.decode(line)
    if head.event == "run-started" and head.format != FORMAT:
        raise AsdocError(
            f"reading the events of {path}, line {number}: format {head.format!r}, this version reads {FORMAT}.",
            hint="Read it with the version of asdoc that wrote it, or run `asdoc verify` again.",
        )


def read_runs(path: Path) -> list[Report]:
    """The runs of a file, in which one may follow another. Raises AsdocError where one is not whole."""
    runs: list[Report] = []
    pending: list[Event] = []
    for event in read_events(path):
        if isinstance(event, RunStarted) == bool(pending):
            raise _not_whole(path)
        pending.append(event)
        if isinstance(event, RunFinished):
            runs.append(_whole(pending, path))
            pending = []
    if pending:
        raise _not_whole(path)
    if not runs:
        raise AsdocError(
            f"reading the events of {path}: it holds none.",
            hint="`asdoc verify TARGET --service … --events FILE` writes one.",
        )
    return runs


def _whole(events: list[Event], path: Path) -> Report:
    """The report of one run. Raises AsdocError where its end counts other cases than there are."""
    report = gather(events)
    told = sum(sum(event.totals.values()) for event in events if isinstance(event, RunFinished))
    held = len(report.cases)
    wrong = ""
    if told != held:
        wrong = f"its end counts {counted(told, 'case')}, and it holds {held}"
    elif len({case.id for case in report.cases}) < held:
        wrong = "it holds a case twice"
    if wrong:
        raise AsdocError(
            f"reading the events of {path}: {wrong}.", hint="Lines were lost or added: run `asdoc verify` again."
        )
    return report


def _not_whole(path: Path) -> AsdocError:
    return AsdocError(
        f"reading the events of {path}: the run did not come to its end.",
        hint="It was broken off, or the file was cut short: run `asdoc verify` again.",
    )


def read_run(path: Path) -> Report:
    """The only run of a file. Raises AsdocError where there are several."""
    runs = read_runs(path)
    if len(runs) > 1:
        raise AsdocError(
            f"reading the events of {path}: it holds {len(runs)} runs, and this report is of one.",
            hint="`asdoc matrix` puts several side by side.",
        )
    return runs[0]
