"""Bringing a tree up to date: new pages in, specs, packages, cases and changelogs out, all of it or nothing."""

from __future__ import annotations

from .decide import Decision
from .run import ServiceUpdate, Update, update
from .sources import Folders, Installed, Release, Source

__all__ = ["Decision", "Folders", "Installed", "Release", "ServiceUpdate", "Source", "Update", "update"]
