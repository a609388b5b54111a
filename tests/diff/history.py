"""One service through many versions of botocore: a changelog by date, and each step held against the models themselves.

    python -m tests.diff.history [--service appconfig] [--out FILE] [VERSION…]

Versions are fetched by pip once. Exit code 1 where a difference of two models was missed, or one invented.
"""

from __future__ import annotations

import argparse
import sys
import time
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import botocore

from asdoc.codegen.diff import Change, changes
from asdoc.codegen.diff.fetch import Fetched, fetch
from asdoc.codegen.diff.render import markdown
from asdoc.codegen.diff.report import Report
from asdoc.codegen.diff.scope import alike
from asdoc.codegen.spec.load import load_spec

from . import models

# The first is of the day after AppConfig came; from 1.27.28 to 1.27.29 goes what the page of the seeds tells.
VERSIONS = [
    *("1.13.28", "1.15.0", "1.17.0", "1.19.0", "1.20.26", "1.21.0", "1.23.20", "1.25.0", "1.27.28", "1.27.29"),
    *("1.29.50", "1.31.0", "1.34.40", "1.35.50", "1.37.0"),
]


class Step(NamedTuple):
    old: str
    new: str
    date: str
    changes: tuple[Change, ...]
    missed: list[models.Fact]
    """What the models show and asdoc did not find."""
    invented: list[models.Fact]
    """What asdoc found and the models do not show."""
    known: int
    """How many differences the models show."""


def step(old: Fetched, new: Fetched, service: str) -> Step:
    """What changed between two versions, by asdoc and by the models."""
    scope = alike(load_spec(old.specs, service), load_spec(new.specs, service))
    found = changes(scope.old, scope.new)
    ours = set(models.ours(found))
    theirs = models.differences(models.load(data(old), service), models.load(data(new), service))
    return Step(old.version, new.version, new.date, found, sorted(theirs - ours), sorted(ours - theirs), len(theirs))


def data(version: Fetched) -> Path:
    """The folder of the models that a version carries."""
    site = version.specs.with_name("site") / "botocore" / "data"
    return site if site.exists() else Path(botocore.__file__).with_name("data")


def entry(done: Step) -> str:
    """The step as an entry of a changelog."""
    return markdown.render(
        Report(old=f"botocore {done.old}", new=f"botocore {done.new}", date=done.date, services=1, changes=done.changes)
    )


def main() -> int:
    options = argparse.ArgumentParser()
    options.add_argument("--service", default="appconfig")
    options.add_argument("--out", type=Path)
    options.add_argument("versions", nargs="*", default=[*VERSIONS, str(botocore.__version__)])
    given = options.parse_args()
    began = time.monotonic()
    fetched = [fetch(f"botocore=={version}", [given.service]) for version in given.versions]
    steps = [step(old, new, given.service) for old, new in pairwise(fetched)]
    for done in steps:
        told = f"{done.known:4} differences, {len(done.changes):4} changes"
        print(f"{done.date or 'installed':10} {done.old:8} → {done.new:8} {told}", end="")
        print(f", {len(done.missed)} missed, {len(done.invented)} invented")
        for fact in (*done.missed, *done.invented):
            print(f"    {fact}")
    print(f"{len(fetched)} versions, {sum(done.known for done in steps)} differences, {time.monotonic() - began:.1f} s")
    if given.out is not None:
        given.out.write_text("# Changelog\n\n" + "\n".join(entry(done) for done in reversed(steps)), encoding="utf-8")
    return int(any(done.missed or done.invented for done in steps))


if __name__ == "__main__":
    sys.exit(main())
