"""One run at a time writes to a folder."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from asdoc.runtime.errors import AsdocError


@contextlib.contextmanager
def locked(folder: Path, doing: str) -> Iterator[None]:
    """Hold the folder, which is made where it is missing. Raises AsdocError while another run holds it, or without it.

    The lock is on the folder itself and ends with the process, however that ends, so nothing is left behind. Where
    the system or its disk has no such locks, there is none.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise AsdocError(
            f"{doing} below {folder}: {error.strerror or error}", hint="Check that the folder may be written to."
        ) from error
    try:
        _lock(descriptor, folder, doing)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path, doing: str) -> None:
    try:
        import fcntl
    except ModuleNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise AsdocError(
            f"{doing} below {folder}: another run is writing there.", hint="Wait until it is done, or end it."
        ) from error
    except OSError:
        return
