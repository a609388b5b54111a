"""The table of rules: what kinds of changes there are, how severe each is, and why."""

from __future__ import annotations

import difflib
from functools import cache
from pathlib import Path

import msgspec

from asdoc.runtime.errors import AsdocError

from .. import yaml_text

SEVERITIES = ("breaking", "risky", "safe", "docs")
"""From worst to least."""


class Rule(msgspec.Struct, frozen=True):
    """One kind of change."""

    id: str
    severity: str
    """breaking: what worked stops working; risky: it may; safe: it does not; docs: only what is told has changed."""
    says: str
    """The sentence about one change, with `{subject}`, `{before}` and `{after}` to be filled in."""
    why: str
    """A paragraph: whom it affects, and how."""


@cache
def rules() -> dict[str, Rule]:
    """All rules by id, in the order of the table."""
    table = yaml_text.safe_load(Path(__file__).with_name("rules.yaml").read_text(encoding="utf-8"))
    return {rule.id: rule for rule in msgspec.convert(table, list[Rule])}


def rule(name: str) -> Rule:
    """The rule of that id. Raises AsdocError, with the nearest ids, where there is none."""
    if (found := rules().get(name)) is not None:
        return found
    near = difflib.get_close_matches(name, rules(), n=3, cutoff=0.5)
    raise AsdocError(
        f"explaining a rule: none is called {name[:80]!r}.",
        hint=f"Did you mean {', '.join(near)}?" if near else "`asdoc diff --rules` lists all.",
    )


def at_least(severity: str) -> frozenset[str]:
    """That severity and the worse ones."""
    return frozenset(SEVERITIES[: SEVERITIES.index(severity) + 1])
