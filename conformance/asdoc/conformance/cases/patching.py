"""The three RFC 6902 operations that a reading of an example may use."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from typing import Any

from asdoc.runtime.errors import AsdocError


def patched(document: dict[str, Any], operations: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A copy of `document` with `add`, `replace` and `remove` applied. Raises AsdocError where one cannot be."""
    result = copy.deepcopy(document)
    for operation in operations:
        try:
            _apply(result, operation)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise AsdocError(
                f"applying {dict(operation)} to an example: there is no such place",
                hint="Correct the erratum in patches.json.",
            ) from error
    return result


def _apply(document: Any, operation: Mapping[str, Any]) -> None:
    *parents, last = [part.replace("~1", "/").replace("~0", "~") for part in operation["path"].split("/")[1:]]
    holder = document
    for part in parents:
        holder = holder[int(part)] if isinstance(holder, list) else holder[part]
    kind = operation["op"]
    if kind not in {"add", "replace", "remove"}:
        raise ValueError(kind)
    if isinstance(holder, list):
        index = len(holder) if last == "-" else int(last)
        if kind == "add":
            holder.insert(index, operation["value"])
        elif kind == "replace":
            holder[index] = operation["value"]
        else:
            del holder[index]
    elif kind == "remove":
        del holder[last]
    else:
        if kind == "replace" and last not in holder:
            raise KeyError(last)
        holder[last] = operation["value"]
