"""A spec in the formats of other tools: botocore's data, Smithy's JSON AST, OpenAPI, pydantic."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from asdoc.codegen.spec import Spec, load_spec
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.files import write_atomic

from . import botocore, openapi, pydantic, smithy
from .result import Exported


class Format(NamedTuple):
    export: Callable[[Spec], Exported]
    folder: bool
    """Whether it is a folder of files, rather than one file."""


FORMATS = {
    "botocore": Format(botocore.export, folder=True),
    "smithy": Format(smithy.export, folder=False),
    "openapi": Format(openapi.export, folder=False),
    "pydantic": Format(pydantic.export, folder=False),
}


def export(specs: Path, service: str, kind: str) -> Exported:
    """The spec of `service` below `specs` in the format `kind`.

    Raises AsdocError where there is no such spec, where it is broken or has no wire facts, and where the format
    cannot say how the service's protocol is spoken.
    """
    return FORMATS[kind].export(load_spec(specs, service))


def write(files: dict[str, str], kind: str, out: Path) -> list[Path]:
    """Write what `export` gave: to the file `out`, or into the folder `out`, all files or none. Gives their paths."""
    if not FORMATS[kind].folder:
        if out.is_dir():
            raise AsdocError(f"writing {out}: this is a folder.", hint=f"Name a file; {kind} is one.")
        (text,) = files.values()
        write_atomic(out, text)
        return [out]
    if out.exists() and not out.is_dir():
        raise AsdocError(f"writing below {out}: this is a file.", hint=f"Name a folder; {kind} is several files.")
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".fresh.") as folder:
            for name, text in files.items():
                write_atomic(Path(folder) / name, text)
            for name in files:
                (out / name).parent.mkdir(parents=True, exist_ok=True)
                (Path(folder) / name).replace(out / name)
    except OSError as error:
        raise AsdocError(
            f"writing below {out}: {error.strerror or error}",
            hint="Check that the folder may be written to and has room.",
        ) from error
    return [out / name for name in files]
