"""Writing files so that a reader never meets half of one."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from .errors import AsdocError


def unwritable(path: Path, error: OSError) -> AsdocError:
    """What to raise where `path` could not be written: in the way may be a file where a folder should be."""
    file = next((parent for parent in path.parents if parent.is_file()), None)
    why = f"{file} is a file, not a folder" if file is not None else error.strerror or str(error)
    return AsdocError(f"writing {path}: {why}", hint="Name a place in a folder that may be written to and has room.")


def check_place(path: Path) -> None:
    """Raise AsdocError where `path` cannot be written, as far as can be told without writing it."""
    folder = next((parent for parent in path.absolute().parents if parent.exists()), Path("/"))
    wrong = errno.ENOTDIR if not folder.is_dir() else 0 if os.access(folder, os.W_OK | os.X_OK) else errno.EACCES
    if wrong:
        raise unwritable(path, OSError(wrong, os.strerror(wrong)))


def write_atomic(path: Path, data: bytes | str) -> None:
    """Write `data` (text as UTF-8) to `path`, creating its folders: to a temporary file beside it, then renamed.

    Raises AsdocError where the file cannot be written; what stood there before is then untouched.
    """
    content = data.encode() if isinstance(data, str) else data
    temporary = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
        temporary = ""
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
