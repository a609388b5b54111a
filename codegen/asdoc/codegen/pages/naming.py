"""The name that stands in for an operation's where a page has only that of its method."""

from __future__ import annotations

from .source import Text


def operation_of(text: Text, line: int, method: str) -> str:
    """`stop_deployment` → `StopDeployment`. Raises PageError for a method after which nothing can be called."""
    name = "".join(part.capitalize() for part in method.split("_"))
    if not name.isidentifier():
        raise text.refuse(line, f"no operation can be called after the method {method}")
    return name
