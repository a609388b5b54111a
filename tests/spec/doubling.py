"""Work for processes of their own, which import it by name."""

from __future__ import annotations

import os
import signal

from asdoc.runtime.errors import AsdocError


def double(number: int) -> int:
    if number < 0:
        raise AsdocError("it is negative", hint="Take another.")
    if number == 0:
        raise LookupError("nothing to double")
    if number > 100:
        os.kill(os.getpid(), signal.SIGKILL)
    return 2 * number
