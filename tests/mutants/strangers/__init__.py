"""Faults as somebody writes them who has read the pages and not the suite: one small change each, to each service."""

from __future__ import annotations

from collections.abc import Iterator

from ..mutant import Mutant
from . import appconfig, appconfigdata, proton, wire


def mutants() -> Iterator[Mutant]:
    for room in (appconfig, appconfigdata, proton, wire):
        yield from room.mutants()
