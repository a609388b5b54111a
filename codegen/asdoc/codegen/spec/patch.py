"""RFC 6902: changes to a document, each of which applies exactly or not at all."""

from __future__ import annotations

import copy
from typing import Any

from asdoc.runtime.errors import AsdocError


class PatchError(AsdocError):
    """A change that does not fit the document any more."""


def apply(document: Any, operations: list[dict[str, Any]], *, where: str) -> Any:
    """A changed copy of `document`. `where` names the patch in errors. Raises PatchError at the first that fails."""
    changed = copy.deepcopy(document)
    for index, operation in enumerate(operations):
        try:
            changed = _ONE[operation["op"]](changed, operation)
        except (KeyError, IndexError, ValueError, TypeError) as error:
            what = f"`{operation.get('op')}` of {operation.get('path')!r}"
            raise PatchError(
                f"{where}/patch/{index}: {what} does not apply: {_reason(error)}",
                hint="The spec under the patch has changed. Read the page again, then mend the patch or drop it.",
            ) from error
    return changed


def _reason(error: Exception) -> str:
    return f"nothing stands at {error}" if isinstance(error, KeyError) else str(error)


def tokens(pointer: str) -> list[str]:
    """The parts of an RFC 6901 pointer. Raises ValueError where it is none."""
    if pointer == "":
        return []
    if not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} is no JSON pointer")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


def _index(container: list[Any], token: str, *, adding: bool = False) -> int:
    if adding and token == "-":  # noqa: S105 - no secret: RFC 6901 writes the end of an array so
        return len(container)
    if not token.isascii() or not token.isdigit() or (len(token) > 1 and token[0] == "0"):
        raise ValueError(f"{token!r} is no index of an array")
    index = int(token)
    if index >= len(container) + adding:
        raise ValueError(f"the array has {len(container)} items, no item {index}")
    return index


def resolve(document: Any, pointer: str) -> Any:
    """What stands at the pointer. Raises KeyError or ValueError where nothing does."""
    for token in tokens(pointer):
        if isinstance(document, list):
            document = document[_index(document, token)]
        elif isinstance(document, dict):
            document = document[token]
        else:
            raise TypeError(f"{token!r} is looked for inside a plain value")
    return document


def _parent(document: Any, pointer: str) -> tuple[Any, str]:
    parts = tokens(pointer)
    if not parts:
        raise ValueError("the whole document cannot be meant here")
    head = pointer.rsplit("/", 1)[0]
    return resolve(document, head), parts[-1]


def _put(document: Any, pointer: str, value: Any) -> Any:
    if pointer == "":
        return value
    container, token = _parent(document, pointer)
    if isinstance(container, list):
        container.insert(_index(container, token, adding=True), value)
    elif isinstance(container, dict):
        container[token] = value
    else:
        raise TypeError("a plain value holds nothing")
    return document


def _take(document: Any, pointer: str) -> Any:
    container, token = _parent(document, pointer)
    if isinstance(container, list):
        return container.pop(_index(container, token))
    if isinstance(container, dict):
        return container.pop(token)
    raise TypeError("a plain value holds nothing")


def _add(document: Any, operation: dict[str, Any]) -> Any:
    return _put(document, operation["path"], copy.deepcopy(operation["value"]))


def _remove(document: Any, operation: dict[str, Any]) -> Any:
    _take(document, operation["path"])
    return document


def _replace(document: Any, operation: dict[str, Any]) -> Any:
    value = copy.deepcopy(operation["value"])
    if operation["path"] == "":
        return value
    resolve(document, operation["path"])
    container, token = _parent(document, operation["path"])
    container[_index(container, token) if isinstance(container, list) else token] = value
    return document


def _move(document: Any, operation: dict[str, Any]) -> Any:
    source, target = operation["from"], operation["path"]
    if target.startswith(source + "/"):
        raise ValueError("a value cannot be moved into itself")
    if source == target:
        resolve(document, source)
        return document
    return _put(document, target, _take(document, source))


def _copy(document: Any, operation: dict[str, Any]) -> Any:
    return _put(document, operation["path"], copy.deepcopy(resolve(document, operation["from"])))


def _test(document: Any, operation: dict[str, Any]) -> Any:
    found = resolve(document, operation["path"])
    if not _equal(found, operation["value"]):
        raise ValueError(f"it holds {found!r}")
    return document


def _equal(left: Any, right: Any) -> bool:
    """JSON equality: true is not 1, and 1 is 1.0."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(_equal(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_equal, left, right))
    return bool(left == right)


_ONE = {"add": _add, "remove": _remove, "replace": _replace, "move": _move, "copy": _copy, "test": _test}
