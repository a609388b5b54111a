"""How a value that came from a page goes into Python source: as a literal, an identifier, a comment or a docstring.

Nothing else may carry such a value into a template, so a page can never write a line of code.
"""

from __future__ import annotations

import json
import keyword
import re
import textwrap
from collections.abc import Iterable

from asdoc.runtime.errors import AsdocError

_NOT_PRINTED = re.compile(r"[^\x20-\x7e]")


def literal(value: object) -> str:
    """The Python literal of a string, number, boolean, None, or of tuples, lists and dicts of these.

    Strings are in double quotes, as the formatter of the generated code leaves them. Raises TypeError for any other
    type: there is no way from an object's repr into source.
    """
    if value is None or isinstance(value, bool):
        return repr(value)
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        # What JSON escapes is escaped alike in Python. All else beyond ASCII is spelled out, so that no
        # character of a page can reorder or hide a line of code.
        return _NOT_PRINTED.sub(lambda match: _escape(match.group()), json.dumps(value, ensure_ascii=False))
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{literal(key)}: {literal(item)}' for key, item in value.items())}}}"
    raise TypeError(f"no literal for {type(value).__name__}")


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def identifier(value: str) -> str:
    """`value` itself where it is a plain ASCII identifier and no keyword. Raises AsdocError otherwise."""
    if value.isascii() and value.isidentifier() and not keyword.iskeyword(value):
        return value
    raise AsdocError(
        f"generating code: {value[:80]!r} was to become a Python name, and is none",
        hint="This is a fault in asdoc: every name is meant to be made safe before it reaches a template.",
    )


def clean(text: str) -> str:
    """`text` on one line of printable ASCII: safe as a comment."""
    return " ".join(_NOT_PRINTED.sub(lambda match: " " if match.group().isspace() else "?", text).split())


def wrap(text: str, *, width: int = 96, indent: str = "") -> list[str]:
    """`text` in lines of at most `width` characters; lines after the first begin with `indent`. Words never break."""
    return textwrap.wrap(clean(text), width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def docstring(lines: Iterable[str], indent: int = 0) -> str:
    """A docstring, quotes included, of lines that may each hold values from pages; `indent` is in columns."""
    safe = [_leading(line) + clean(line).replace("\\", "\\\\").replace('"""', '\\"\\"\\"') for line in lines]
    if safe and safe[-1].endswith('"') and len(safe) == 1:
        safe[-1] += " "
    if len(safe) == 1:
        return f'"""{safe[0]}"""'
    margin = " " * indent
    body = "\n".join(f"{margin}{line}".rstrip() if number else line for number, line in enumerate(safe))
    return f'"""{body}\n{margin}"""'


def _leading(line: str) -> str:
    return " " * (len(line) - len(line.lstrip(" ")))
