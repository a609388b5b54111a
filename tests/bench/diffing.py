"""Differences: what an unchanged tree costs, and two specs compared, beside a walk of their models as plain JSON.

The older side is the installed spec with every twentieth member gone, so that nothing has to be fetched. The walk does
a part of the work: it knows no rule, no rename, nobody who is affected, and no sentence.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from asdoc.codegen.boto3_pages import write_pages
from asdoc.codegen.diff import changes
from asdoc.codegen.extract import extract
from asdoc.codegen.spec.load import Spec, load_spec
from asdoc.codegen.wire import write_wire
from tests.bench.measure import Row, pair, row

ROOT = Path(__file__).resolve().parents[2]
TURNS = 5
_EVERY = 20
_SERVICES = {"appconfig": "", "ec2": "3 s"}
"""And how long the comparison may take."""


def rows() -> Iterator[Row]:
    yield from _check()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        write_pages(list(_SERVICES), folder / "pages", resources=False, processes=2)
        write_wire(list(_SERVICES), folder / "specs")
        extract([folder / "pages"], folder / "specs", processes=2)
        for service, goal in _SERVICES.items():
            new = load_spec(folder / "specs", service)
            old = _older(new)
            changes(old, new)
            figures = [(_seconds(changes, old, new), _seconds(_walk, old, new)) for _ in range(TURNS)]
            figure = pair([own for own, _ in figures], [other for _, other in figures])
            what = (
                f"diff of {service}, {len(new.operations)} operations, {len(changes(old, new))} changes, against a walk"
            )
            yield row(what, figure, 1e3, "ms", goal)


def _check() -> Iterator[Row]:
    command = [sys.executable, "-c", "from asdoc.cli.main import main; main()", "generate", "--check"]
    seconds: list[float] = []
    for _ in range(TURNS):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True, cwd=ROOT)
        seconds.append(time.perf_counter() - began)
    yield Row("asdoc generate --check of an unchanged tree", f"{sorted(seconds)[TURNS // 2]:.2f} s", "", "", "1 s")


def _older(spec: Spec) -> Spec:
    """The spec without every twentieth member."""
    shapes: dict[str, Any] = {}
    at = 0
    for name, shape in spec.shapes.items():
        kept = {}
        for member, told in shape.get("properties", {}).items():
            at += 1
            if at % _EVERY:
                kept[member] = told
        shapes[name] = {**shape, "properties": kept} if "properties" in shape else shape
        if "required" in shape:
            shapes[name]["required"] = [member for member in shape["required"] if member in kept]
    return msgspec.structs.replace(spec, shapes=shapes)


def _walk(old: Spec, new: Spec) -> int:
    """How many places of two documents differ."""
    return sum(
        _differing(first, second) for first, second in ((old.shapes, new.shapes), (old.operations, new.operations))
    )


def _differing(first: Any, second: Any) -> int:
    if isinstance(first, dict) and isinstance(second, dict):
        return sum(_differing(first.get(key), second.get(key)) for key in first.keys() | second.keys())
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return sum(map(_differing, first, second))
    return int(first != second)


def _seconds(work: Callable[[Spec, Spec], object], old: Spec, new: Spec) -> float:
    began = time.process_time()
    work(old, new)
    return time.process_time() - began


if __name__ == "__main__":
    for line in rows():
        print(*line, sep="  ")
