"""One run at a time writes to a folder."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from asdoc.runtime.errors import AsdocError


@contextlib.contextmanager
def locked(folder: Path, doing: str, *, patient: bool = False) -> Iterator[None]:
    """Hold the folder, which is made where it is missing. Raises AsdocError while another run holds it, or without it.

    A `patient` run waits until the other is done. The lock is on the folder itself and ends with the process, however
    that ends, so nothing is left behind. Where the system or its disk has no such locks, there is none.
    """
    descriptor = _held(folder, doing, patient)
    try:
        yield
    finally:
        os.close(descriptor)


def _held(folder: Path, doing: str, patient: bool) -> int:
    """A descriptor of the folder, locked."""
    while True:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(folder, os.O_RDONLY)
        except OSError as error:
            raise AsdocError(
                f"{doing} below {folder}: {error.strerror or error}", hint="Check that the folder may be written to."
            ) from error
        try:
            _lock(descriptor, folder, doing, patient)
            if _is_there(descriptor, folder):
                return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)  # the run that held it has removed it


def _is_there(descriptor: int, folder: Path) -> bool:
    """Whether the folder of that name is still the one that is open."""
    try:
        return os.path.samestat(os.fstat(descriptor), folder.stat())
    except OSError:
        return False


def _lock(descriptor: int, folder: Path, doing: str, patient: bool) -> None:
    try:
        import fcntl
    except ModuleNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if patient else fcntl.LOCK_NB))
    except BlockingIOError as error:
        raise AsdocError(
            f"{doing} below {folder}: another run is writing there.", hint="Wait until it is done, or end it."
        ) from error
    except OSError:
        return
