"""Protocol suites that others keep, run through generated clients: `python -m tests.protocols.suites FOLDER`.

FOLDER is `tests/unit/protocols` of botocore's source distribution, which is not ours and is not kept here. Each case
goes the way of a user: a folder of data, `asdoc extract --model`, `asdoc generate`, an import and a call; by the
blocking client and the awaited one, and with a handler in the process and a server on a socket.
"""

from __future__ import annotations

import base64
import copy
import itertools
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import click

from asdoc.runtime.errors import AsdocError

from .suite.cases import Case, cases, packages
from .suite.compare import Difference, answered, sent
from .suite.known import KNOWN, Known
from .suite.meaning import given
from .suite.wire import WAYS, Answer, Server, Way, call

_TOKEN = uuid.UUID("00000000-0000-4000-8000-000000000000")
"""What the suites take every idempotency token for."""
_EMPTY = {
    "json": Answer(body=b"{}"),
    "query": Answer(body=b"<R/>"),
    "ec2": Answer(body=b"<R/>"),
    "smithy-rpc-v2-cbor": Answer(headers={"smithy-protocol": "rpc-v2-cbor"}),
}
_SHOWN = 600


def differences(case: Case, way: Way, server: Server) -> list[Difference]:
    """Where a case and what is done in one way differ."""
    try:
        if case.sends:
            request, _ = call(case, _arguments(case), _EMPTY.get(case.protocol, Answer()), way, server)
            return list(sent(case, request, way))
        _, outcome = call(case, _required(case), _answer(case), way, server)
        return list(answered(case, outcome))
    except AsdocError as error:
        return [Difference(f"call, which raises {type(error).__name__}", "an answer", error.message)]


def _arguments(case: Case) -> Any:
    told = copy.deepcopy(case.told.get("params", {}))
    return given(told, case.given["input"], case.model["shapes"]) if "input" in case.given else told


def _answer(case: Case) -> Answer:
    told = case.told["response"]
    body = told.get("body")
    if body is None:
        content = b"<xml/>" if case.protocol == "query" else b""
    elif case.protocol == "smithy-rpc-v2-cbor" or _streams_events(case):
        content = base64.b64decode(body)
    else:
        content = body.encode()
    return Answer(told["status_code"], told.get("headers", {}), content)


def _streams_events(case: Case) -> bool:
    shapes = case.model["shapes"]
    output = shapes[case.given["output"]["shape"]] if "output" in case.given else {}
    return any(shapes[member["shape"]].get("eventstream") for member in output.get("members", {}).values())


_OF_TYPE = {"blob": b"a", "list": [], "map": {}, "boolean": True, "timestamp": 0, "float": 1.0, "double": 1.0}


def _required(case: Case) -> Any:
    """Arguments of a call of which only the answer is looked at."""
    shapes = case.model["shapes"]

    def value(name: str) -> Any:
        shape = shapes[name]
        if shape["type"] == "structure":
            return {member: value(shape["members"][member]["shape"]) for member in shape.get("required", [])}
        return (shape.get("enum") or ["a"])[0] if shape["type"] == "string" else _OF_TYPE.get(shape["type"], 1)

    return value(case.given["input"]["shape"]) if "input" in case.given else {}


def excused(case: Case, difference: Difference, way: Way) -> Known | None:
    """Why a difference is meant."""
    return next((known for known in KNOWN if known.tells(case, difference, way)), None)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", default="", metavar="TEXT", help="The cases whose names hold TEXT: 'input/rest-json[3:'.")
@click.option("--known", "show_known", is_flag=True, help="Tell each difference that is meant, too.")
@click.option("--keep", type=click.Path(path_type=Path), help="Make the packages here, and leave them.")
def main(folder: Path, only: str, show_known: bool, keep: Path | None) -> None:
    """Run the cases of FOLDER. The exit code is 1 where a difference is found that is not meant."""
    chosen = cases(folder, only)
    if not chosen:
        raise click.ClickException(f"{folder} holds no case whose name holds {only!r}.")
    unmeant = 0
    used: set[Known] = set()
    rows: list[tuple[str, ...]] = [("file", "cases", "ways", "same", "meant", "different")]
    with (
        tempfile.TemporaryDirectory(prefix="suites.") as temporary,
        packages(keep or Path(temporary), chosen),
        Server().named_anything() as server,
        mock.patch("uuid.uuid4", return_value=_TOKEN),
    ):
        for file, held in itertools.groupby(chosen, key=lambda case: case.file):
            of_file = list(held)
            kinds = [_judged(case, server, used, show_known=show_known) for case in of_file]
            counts = [sum(kind == name for kind in kinds) for name in ("same", "meant", "different")]
            unmeant += counts[2]
            rows.append((file, str(len(of_file)), str(len(WAYS)), *map(str, counts)))
    for line in _table(rows):
        click.echo(line)
    if not only:
        for known in KNOWN:
            if known not in used:
                unmeant += 1
                click.echo(f"no case differs so any more: {', '.join(known.cases) or known.what}: {known.reason}")
    if unmeant:
        raise SystemExit(1)


def _judged(case: Case, server: Server, used: set[Known], *, show_known: bool) -> str:
    """`same`, `meant` or `different` in all ways; what differs is told, once for the ways that differ alike."""
    told: dict[str, list[Way]] = {}
    verdict = "same"
    for way in WAYS:
        for difference in differences(case, way, server):
            known = excused(case, difference, way)
            if known is not None:
                used.add(known)
                verdict = "meant" if verdict == "same" else verdict
            else:
                verdict = "different"
            if known is None or show_known:
                told.setdefault("\n".join(_lines(difference, known)), []).append(way)
    if told:
        click.echo(f"{case.name} ({case.protocol})")
        for text, ways in told.items():
            click.echo(text + ("" if len(ways) == len(WAYS) else f"\n    only {'; '.join(map(str, ways))}"))
    return verdict


def _lines(difference: Difference, known: Known | None) -> Iterator[str]:
    yield f"  {difference.what}"
    yield f"    expected {str(difference.expected)[:_SHOWN]}"
    yield f"    found    {str(difference.found)[:_SHOWN]}"
    if known is not None:
        yield f"    meant: {known.reason}"


def _table(rows: list[tuple[str, ...]]) -> Iterator[str]:
    totals = [str(sum(int(row[at]) for row in rows[1:])) for at in (1, 3, 4, 5)]
    rows = [*rows, ("together", totals[0], str(len(WAYS)), *totals[1:])]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        first, *rest = [
            cell.ljust(width) if not at else cell.rjust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        yield "  ".join([first, *rest])


if __name__ == "__main__":
    main()
