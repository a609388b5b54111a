"""The literals of documented examples, read as data.

    response = client.stop_deployment(
        ApplicationId='339ohji',
        # a comment
        Tags={
            'group1': '1',
        },
    )

One value a line, as the pages print them. Quotes inside a string are not escaped on a page, so a string reaches to
the last quote of its line, and on to the next line where that is not its end. Nothing is ever evaluated.
"""

from __future__ import annotations

import base64
import datetime
import math
import re
from typing import Any

from .source import Text
from .syntax import MAX_DEPTH

_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
_DATETIME = re.compile(r"datetime\((\d{1,4}(?:, -?\d{1,3}){2,8})\)")
_CONTROLS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_ESCAPE = re.compile(r"\\([nrtbf])")
_WORDS = {"True": True, "False": False, "None": None}
_EMPTY: dict[str, type[dict[str, Any]] | type[list[Any]]] = {"{}": dict, "[]": list}
_MAX_DIGITS = 300


def scan(text: Text, start: int) -> tuple[dict[str, Any], int]:
    """The arguments or the dictionary that opens at line `start`, and the line after it. Raises PageError."""
    lines = text.lines
    opening = lines[start].strip()
    arguments = opening.endswith("(")
    if opening.endswith(("()", "{}")):
        return {}, start + 1
    if not arguments and opening != "{":
        raise text.refuse(start, "an example should begin here")
    root: dict[str, Any] = {}
    stack: list[dict[str, Any] | list[Any]] = []
    top: dict[str, Any] | list[Any] = root
    number = start
    last = len(lines)
    while True:
        number += 1
        if number >= last:
            raise text.refuse(last - 1, f"the page ends inside the example that begins at line {start}")
        line = lines[number].strip()
        if not line or line[0] == "#":
            continue
        bare = line[:-1] if line[-1] == "," else line
        if bare in ("}", "]", ")"):
            closes = (")" if arguments else "}") if not stack else "]" if isinstance(top, list) else "}"
            if bare != closes:
                raise text.refuse(number, f"`{bare}` closes nothing here; `{closes}` would")
            if not stack:
                return root, number + 1
            top = stack.pop()
            continue
        name = ""
        value = line
        if isinstance(top, dict):
            if arguments and not stack:
                name, found, value = line.partition("=")
            elif line[0] == "'":
                name, found, value = line[1:].partition("': ")
            else:
                found = ""
            if not found:
                raise text.refuse(number, "a named value should stand here", cut="the example")
            if name in top:
                raise text.refuse(number, f"{name!r} stands here a second time")
        item: Any
        if value in ("{", "["):
            if len(stack) > MAX_DEPTH:
                raise text.refuse(number, f"the values nest deeper than {MAX_DEPTH} levels")
            item = {} if value == "{" else []
            _put(top, name, item)
            stack.append(top)
            top = item
            continue
        if value[0:1] == "'" or value[0:2] == "b'":
            item, number = _string(text, number, value)
        else:
            item = _atom(text, number, value.removesuffix(","))
        _put(top, name, item)


def _put(container: dict[str, Any] | list[Any], name: str, item: object) -> None:
    if isinstance(container, list):
        container.append(item)
    else:
        container[name] = item


def _string(text: Text, number: int, value: str) -> tuple[object, int]:
    is_bytes = value[0] == "b"
    content = value[2:] if is_bytes else value[1:]
    begun = number
    lines = [content]
    while not lines[-1].endswith(("',", "'")):
        number += 1
        if number >= len(text.lines):
            raise text.refuse(begun, "the page ends inside the string that begins here")
        lines.append(text.lines[number].rstrip())
    content = "\n".join(lines)
    content = _ESCAPE.sub(lambda match: _CONTROLS[match[1]], content.removesuffix(",").removesuffix("'"))
    if is_bytes:
        return {"$bytes": base64.b64encode(content.encode()).decode()}, number
    return content, number


def _is_time(parts: list[int]) -> bool:
    try:
        year, month, day, hour, minute, second = parts
        datetime.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return False
    return True


def _atom(text: Text, number: int, value: str) -> object:
    if value in _WORDS:
        return _WORDS[value]
    if value in _EMPTY:
        return _EMPTY[value]()
    if len(value) <= _MAX_DIGITS and (match := _NUMBER.fullmatch(value)):
        if not (match[1] or match[2]):
            return int(value)
        if math.isfinite(told := float(value)):
            return told
    if match := _DATETIME.fullmatch(value):
        # A time tuple: after the seconds follow weekday, day of the year and daylight saving.
        parts = [int(part) for part in match[1].split(", ")][:6]
        parts += [0] * (6 - len(parts))
        if _is_time(parts):
            return {"$datetime": parts}
    raise text.refuse(number, "this value is none that an example shows", cut="the example")
