"""What a forked child must not inherit: modules that other threads are in the midst of importing, and locks they hold.

The first calls of a client import what they need. A child that is forked meanwhile would wait for ever for a thread
that it does not have. So a fork waits for what is being made, and the child gets locks of its own.
"""

from __future__ import annotations

import os
import sys
from _thread import RLock, allocate_lock  # `threading` costs the making of a client as much as all else

making = RLock()
"""Held by whoever makes what the first calls need, for as long as no network is waited for, and by a fork."""
_AWAITED = frozenset(("asdoc", "msgspec", "pycurl")) | sys.stdlib_module_names
"""Packages whose imports elsewhere are waited for, too: none of them waits for anything of the program's in turn."""


def _settle() -> None:
    making.acquire()
    for name in tuple(sys.modules):
        if name.partition(".")[0] in _AWAITED and _begun(name):
            try:
                __import__(name)  # which waits for who is at it
            except Exception:  # noqa: BLE001, S112  # told to the thread that imports it
                continue


def _begun(name: str) -> bool:
    spec = getattr(sys.modules.get(name), "__spec__", None)
    return bool(getattr(spec, "_initializing", False))


def _renew() -> None:
    making.release()
    settings, defaults = sys.modules.get("asdoc.runtime.settings"), sys.modules.get("asdoc.runtime.defaults")
    if settings is not None:
        for kept in vars(settings.Settings).values():
            if hasattr(kept, "attrname") and hasattr(kept, "lock"):  # a cached_property of Python 3.11
                kept.lock = RLock()
    if defaults is not None:
        vars(defaults)["_finding"] = allocate_lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_settle, after_in_parent=making.release, after_in_child=_renew)
