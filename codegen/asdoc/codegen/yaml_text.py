"""YAML read by libyaml where PyYAML brings it: a tenth of the time."""

from __future__ import annotations

from typing import Any

import yaml

_DEEPEST = 10_000
"""Levels that libyaml's binding, which calls itself a level deeper each, is known to bear."""

_FAST: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def loader(text: str) -> type[yaml.SafeLoader]:
    """The loader for a text.

    libyaml ends the whole process where nesting is too deep; PyYAML's own raises RecursionError. No text nests deeper
    than it has brackets, or than its longest line has characters.
    """
    brackets = text.count("[") + text.count("{")
    longest = max(map(len, text.splitlines()), default=0)
    return yaml.SafeLoader if max(brackets, longest) > _DEEPEST else _FAST


def safe_load(text: str) -> Any:
    """The document. Raises yaml.YAMLError, and RecursionError where it nests too deep."""
    return yaml.load(text, Loader=loader(text))  # noqa: S506 - both are safe loaders


def compose(text: str) -> yaml.Node | None:
    """The document as nodes, which know where they stand. Raises as `safe_load`."""
    node: yaml.Node | None = yaml.compose(text, Loader=loader(text))
    return node
