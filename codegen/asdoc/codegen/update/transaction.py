"""Many files changed as one: all of them, or none, however the run ends.

The new contents are laid out in a folder of their own first. Then a list of what goes where is put beside them, in one
step: from then on the change holds, and a run that finds the list carries it out before it does anything else. A folder
without a list is of a run that ended before, and is thrown away.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import msgspec

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.files import write_atomic

NAME = ".asdoc-update"
_LIST = "list.json"
_CONTENTS = "contents"


class _Step(msgspec.Struct, frozen=True):
    path: str
    """Of the file to change, relative to the folder that holds everything."""
    content: str = ""
    """Name of its new content; empty where the file goes."""


class Transaction:
    """Changes below `root`, a folder that holds all files that are to change. Callers hold a lock."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.folder = self.root / NAME

    def recover(self) -> int:
        """Finish what an earlier run had decided, or forget what it had not; returns how many files it changed.

        Raises AsdocError where that cannot be done.
        """
        if not self.folder.exists():
            return 0
        done = 0
        if (self.folder / _LIST).exists():
            done = self._carry_out()
        self._forget()
        return done

    def commit(self, contents: Mapping[Path, bytes | None]) -> None:
        """Give each file its new content, or remove it where that is None. Raises AsdocError."""
        steps: list[_Step] = []
        try:
            (self.folder / _CONTENTS).mkdir(parents=True)
            for number, (path, content) in enumerate(sorted(contents.items())):
                name = "" if content is None else str(number)
                steps.append(_Step(self._relative(path), name))
                if content is not None:
                    _write_through(self.folder / _CONTENTS / name, content)
            write_atomic(self.folder / _LIST, msgspec.json.format(msgspec.json.encode(steps), indent=1))
        except (OSError, AsdocError) as error:
            self._forget()
            reason = error.message if isinstance(error, AsdocError) else str(error.strerror or error)
            raise AsdocError(
                f"preparing an update below {self.root}: {reason}",
                hint="Nothing was changed. Check that the folder may be written to and has room.",
            ) from error
        self._carry_out()
        self._forget()

    def _relative(self, path: Path) -> str:
        whole = path.parent.resolve() / path.name
        if not whole.is_relative_to(self.root):
            raise AsdocError(f"{path} lies outside of {self.root}")
        return whole.relative_to(self.root).as_posix()

    def _carry_out(self) -> int:
        try:
            steps = msgspec.json.decode((self.folder / _LIST).read_bytes(), type=list[_Step])
            for step in steps:
                self._take(step)
        except (OSError, msgspec.MsgspecError) as error:
            raise AsdocError(
                f"carrying out the update in {self.folder}: {error}",
                hint="Mend the cause and run `asdoc update` again: it goes on from here.",
            ) from error
        return len(steps)

    def _take(self, step: _Step) -> None:
        target = self.root / step.path
        if not step.content:
            target.unlink(missing_ok=True)
            if target.parent != self.root and target.parent.is_dir() and not any(target.parent.iterdir()):
                target.parent.rmdir()
            return
        content = self.folder / _CONTENTS / step.content
        if content.exists():  # otherwise an interrupted run has moved it there already
            target.parent.mkdir(parents=True, exist_ok=True)
            content.replace(target)

    def _forget(self) -> None:
        # The list goes first: a folder that is half removed must not be taken for a change that holds.
        (self.folder / _LIST).unlink(missing_ok=True)
        shutil.rmtree(self.folder, ignore_errors=True)


def _write_through(path: Path, content: bytes) -> None:
    """To the disk itself: the list must not outlive what it lists."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
