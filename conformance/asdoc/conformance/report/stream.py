"""The event stream on disk: one event a line, written as the run goes on, and read whenever a report is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from asdoc.runtime.errors import AsdocError

from ..events import FORMAT, VERDICTS, CaseFinished, Event, RunFinished, RunStarted
from .model import Report, gather

_LONGEST = 64 << 20
"""Bytes of a line. A case's event is bounded far below; a longer line is no event."""
_decoder = msgspec.json.Decoder(Event)
_encoder = msgspec.json.Encoder()


def line_of(event: Event) -> bytes:
    """An event as its line."""
    return _encoder.encode(event) + b"\n"


def written(events: Iterable[Event], path: Path) -> Iterator[Event]:
    """The events, each written to the file before it is handed on: what was learnt outlives a run that breaks off.

    Raises AsdocError where the file cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("wb")
    except OSError as error:
        raise _unwritable(path, error) from error
    with file:
        for event in events:
            _write(file, event, path)
            yield event


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
        event: Event = _decoder.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise AsdocError(
            f"reading the events of {path}, line {number}: {error}",
            hint="A stream has one event a line, as `asdoc verify --events FILE` writes it.",
        ) from error
    if isinstance(event, CaseFinished) and event.verdict not in VERDICTS:
        raise AsdocError(
            f"reading the events of {path}, line {number}: {event.verdict!r} is no verdict.",
            hint=f"Verdicts are {', '.join(VERDICTS)}.",
        )
    if isinstance(event, RunStarted) and event.format != FORMAT:
        raise AsdocError(
            f"reading the events of {path}, line {number}: format {event.format}, this version reads {FORMAT}.",
            hint="Read it with the version of asdoc that wrote it, or run `asdoc verify` again.",
        )
    return event


def read_runs(path: Path) -> list[Report]:
    """The runs of a file, in which one may follow another. Raises AsdocError where one is not whole."""
    runs: list[Report] = []
    pending: list[Event] = []
    for event in read_events(path):
        pending.append(event)
        if isinstance(event, RunFinished):
            runs.append(gather(pending))
            pending = []
    if pending or not runs:
        raise AsdocError(
            f"reading the events of {path}: the run did not come to its end.",
            hint="It was broken off, or the file was cut short: run `asdoc verify` again.",
        )
    return runs


def read_run(path: Path) -> Report:
    """The only run of a file. Raises AsdocError where there are several."""
    runs = read_runs(path)
    if len(runs) > 1:
        raise AsdocError(
            f"reading the events of {path}: it holds {len(runs)} runs, and this report is of one.",
            hint="`asdoc matrix` puts several side by side.",
        )
    return runs[0]
