"""Target files: tables of targets, and the presets that stand beside them."""

from __future__ import annotations

import difflib
import json
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from asdoc.runtime.errors import AsdocError

from .described import Described

DEFAULT_FILE = "asdoc-targets.toml"
"""Looked for in the current folder where none is named."""
_MOST = 1e8
"""No number of seconds, or of requests in one, is greater: it is three years."""
SCHEMA = Path(__file__).with_name("targets.schema.json")
_PRESETS = Path(__file__).with_name("presets.toml")


def named(name: str, file: Path | None = None) -> Described:
    """The target of that name: in the file given, else in `asdoc-targets.toml` here, else among the presets.

    Raises AsdocError where there is none, or where the file is not as its schema has it.
    """
    tables = known(file)
    if name not in tables:
        close = difflib.get_close_matches(name, tables, n=1)
        raise AsdocError(
            f"looking for the target @{name}: it is none of {', '.join('@' + each for each in sorted(tables))}.",
            hint=f"Did you mean @{close[0]}?" if close else f"A table [{name}] in {file or DEFAULT_FILE} describes it.",
        )
    return tables[name]


def known(file: Path | None = None) -> dict[str, Described]:
    """Every target that has a name: the presets, and over them those of the file."""
    here = file if file is not None else Path(DEFAULT_FILE)
    tables = read(_PRESETS)
    if file is not None or here.is_file():
        tables.update(read(here))
    return tables


def read(path: Path) -> dict[str, Described]:
    """The targets of one file. Raises AsdocError that names file, table and member where something is wrong."""
    doing = f"reading the target file {path}"
    try:
        content = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise AsdocError(f"{doing}: {error.strerror}", hint="Name another with --targets FILE.") from error
    except UnicodeDecodeError as error:
        raise AsdocError(f"{doing}: it is not UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise AsdocError(f"{doing}: {error}", hint="It is TOML, with a table for each target.") from error
    _check(content, path, doing)
    return {name: _described(name, table, doing) for name, table in content.items()}


def _check(content: dict[str, Any], path: Path, doing: str) -> None:
    if path == _PRESETS:
        # A test holds them to the schema; every run need not.
        return
    # Imported here: a run that names its target by an address reads no file.
    from jsonschema import Draft202012Validator

    if odd := _endless(content, ""):
        raise AsdocError(f"{doing}: {odd} is no number below {_MOST:g}.", hint="Leave it out for what is usual.")
    validator = Draft202012Validator(json.loads(SCHEMA.read_text()))
    errors = sorted(validator.iter_errors(content), key=lambda error: [str(part) for part in error.absolute_path])
    if errors:
        told = "; ".join(
            f"{'.'.join(map(str, error.absolute_path)) or 'the file'}: {_told(error)}" for error in errors[:5]
        )
        more = f"; and {len(errors) - 5} more" if len(errors) > 5 else ""
        raise AsdocError(f"{doing}: {told}{more}", hint=f"What a target may hold stands in {SCHEMA}.")


def _endless(value: Any, where: str) -> str:
    """Where a number is none, or has no end, which TOML can write and no schema forbids; empty where none is."""
    if isinstance(value, dict):
        return next(filter(None, (_endless(item, f"{where}.{name}") for name, item in value.items())), "")
    return where.removeprefix(".") if isinstance(value, int | float) and not abs(value) < _MOST else ""


def _told(error: Any) -> str:
    """What is wrong, without the value itself where that may be a secret."""
    if any("key" in str(part) or "header" in str(part) for part in error.absolute_path):
        return f"its value does not hold to {error.validator} {json.dumps(error.validator_value)[:80]}"
    if error.validator == "additionalProperties" and isinstance(error.schema, dict):
        unknown = sorted(set(error.instance) - set(error.schema.get("properties", ())))
        close = [difflib.get_close_matches(name, error.schema.get("properties", ()), n=1) for name in unknown]
        hints = [
            f"{name} (did you mean {found[0]}?)" if found else name for name, found in zip(unknown, close, strict=True)
        ]
        return f"it may not hold {', '.join(hints)}"
    return str(error.message)[:200]


def _described(name: str, table: dict[str, Any], doing: str) -> Described:
    try:
        described = msgspec.convert({**table, "name": f"@{name}"}, Described)
    except msgspec.ValidationError as error:
        raise AsdocError(f"{doing}: {name}: {error}") from error
    if "{port}" in described.address and not described.command:
        raise AsdocError(
            f"{doing}: {name}.address holds {{port}}, and there is no command to give it to.",
            hint="Write the port into the address, or name the command that starts the target.",
        )
    if described.command and not described.address.startswith(("http://", "https://")):
        raise AsdocError(f"{doing}: {name} has a command, and {described.address!r} is no URL to reach it by.")
    return described
