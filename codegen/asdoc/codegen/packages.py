"""The packages of a folder: what they are called, of which specs they are made, and which must be made again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.names import as_identifier

from . import manifest
from .spec.load import digest

# Folders of the namespace that are not services.
_OURS = frozenset({"runtime", "codegen", "behaviour", "cli", "conformance"})
_SERVICE = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")


def folder_of(service: str) -> str:
    """The name of the package of a service: its own, made one that Python can import."""
    if not _SERVICE.fullmatch(service):
        raise AsdocError(
            f"generating code: {service[:80]!r} is no name of a service",
            hint="A service goes by the name that boto3.client takes: lower-case letters, digits, - and _.",
        )
    return as_identifier(service.replace("-", "_"), _OURS)


def services_in(specs: Path) -> list[str]:
    """The services that have a spec in the folder. Raises AsdocError where there is none."""
    found = sorted(path.parent.name for path in specs.glob("*/operations.json"))
    if not found:
        raise AsdocError(
            f"generating code: {specs} holds no specs",
            hint="Run `asdoc extract` first, or name the folder with --specs.",
        )
    return found


def stale(specs: Path, out: Path, services: Sequence[str]) -> list[str]:
    """Those of `services` whose package in `out` is not known to be what its spec gives.

    Raises AsdocError where the manifest, or a spec, cannot be read.
    """
    specs_of = {folder_of(service): specs / service for service in services}
    fresh = manifest.fresh(out, {name: digest(path) for name, path in specs_of.items() if path.is_dir()})
    return [service for service in services if folder_of(service) not in fresh]
