"""Specs with one edit, made for tests."""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import cache
from pathlib import Path

import msgspec

from asdoc.codegen.spec.load import Spec, load_spec

SPECS = Path(__file__).resolve().parents[2] / "specs"


@cache
def committed(service: str = "appconfig") -> Spec:
    return load_spec(SPECS, service)


def copied(spec: Spec) -> Spec:
    """A spec that may be changed in place."""
    parts = ("metadata", "shapes", "operations", "waiters", "examples")
    return msgspec.structs.replace(spec, **{part: copy.deepcopy(getattr(spec, part)) for part in parts})


def edited(edit: Callable[[Spec], object], spec: Spec | None = None) -> Spec:
    fresh = copied(spec or committed())
    edit(fresh)
    return fresh
