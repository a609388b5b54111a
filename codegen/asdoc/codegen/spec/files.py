"""The files of a spec: their names, their bytes, and the meta-schemas that they must hold to."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import yaml
from jsonschema import Draft202012Validator

from asdoc.runtime.errors import AsdocError

from .. import yaml_text

SCHEMAS = Path(__file__).with_name("schema")
GENERATED = ("shapes.json", "operations.json", "examples.json", "sources.json")
"""Written by `asdoc extract`."""
WRITTEN_BY_HAND = ("patches.json", "statements.yaml", "resources.yaml")


class SpecError(AsdocError):
    """A file of a spec that is missing, is no JSON or YAML, or breaks its meta-schema."""


def dumps(document: Any) -> str:
    """The bytes of a spec's file: two runs on the same facts write the same."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def write_all(folder: Path, texts: dict[str, str]) -> None:
    """Write the files of a service, or none: each is complete on the disk before the first takes its place.

    Raises AsdocError where one cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".fresh.") as fresh:
            for name, text in texts.items():
                (Path(fresh) / name).write_text(text, encoding="utf-8", newline="\n")
            for name in texts:
                (Path(fresh) / name).replace(folder / name)
    except OSError as error:
        raise AsdocError(
            f"writing the spec in {folder}: {error.strerror or error}",
            hint="Check that the folder may be written to and has room.",
        ) from error


@cache
def validator(name: str) -> Draft202012Validator:
    """The validator of `shapes`, `operations`, `wire`, ... as in `schema/NAME.schema.json`."""
    return Draft202012Validator(_schema(name))


@cache
def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    return schema


def check(document: Any, name: str, where: str) -> None:
    """Raise SpecError, naming the file `where` and the JSON pointer, unless the document holds to its meta-schema."""
    if _is_valid(document, name):
        return
    errors = validator(name).iter_errors(document)
    worst = min(errors, key=lambda error: (list(map(str, error.absolute_path)), error.message), default=None)
    if worst is None:
        return
    pointer = "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in worst.absolute_path)
    message = worst.message if len(worst.message) <= 200 else worst.message[:200] + "…"
    raise SpecError(
        f"{where}#{pointer}: {message}",
        hint=f"The file must hold to schema/{name}.schema.json.",
    )


@cache
def _quick_validator(name: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(_schema(name))


def _is_valid(document: Any, name: str) -> bool:
    """Whether a compiled validator has nothing to object, a hundred times sooner than the one that tells the errors.

    It also objects where it cannot tell: a document that nests deep, or holds what JSON does not have.
    """
    try:
        return _quick_validator(name).is_valid(document)
    except ValueError:
        return False


def load(path: Path, *, kind: str = "") -> Any:
    """The JSON or YAML file, checked against the meta-schema of its stem (or `kind`). Raises SpecError."""
    try:
        content = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror if isinstance(error, OSError) else "this is not UTF-8 text") or str(error)
        raise SpecError(f"reading {path}: {reason}", hint="`asdoc extract PAGES --out SPECS` writes a spec.") from error
    try:
        document = yaml_text.safe_load(content) if path.suffix == ".yaml" else json.loads(content)
    except (ValueError, yaml.YAMLError, RecursionError) as error:
        # libyaml tells the line after the last of what ends too soon
        line = min(getattr(error, "lineno", None) or _yaml_line(error), len(content.splitlines()) or 1)
        reason = str(getattr(error, "msg", None) or getattr(error, "problem", None) or "it nests too deep")
        raise SpecError(
            f"reading {path}:{line}: {reason}", hint="Mend the file, or take it from version control."
        ) from error
    check(document, kind or path.stem, str(path))
    return document


def _yaml_line(error: Exception) -> int:
    mark = getattr(error, "problem_mark", None)
    return int(mark.line) + 1 if mark is not None else 1
