"""Finding a service among the installed packages, and reading its cases."""

from __future__ import annotations

import importlib
from importlib import metadata
from pathlib import Path

import msgspec

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.schema import load_service

from .lending import lent
from .model import CaseFile, Suite

_GROUP = "asdoc.services"
_FORMAT = 1
_WRITERS = "`asdoc generate` writes the cases of a package, `Tape.write` of asdoc.testing those of a recorded run."
_decoder = msgspec.json.Decoder(CaseFile)


def service_packages() -> dict[str, str]:
    """Name of each service that is installed, and its package."""
    return {point.name: point.value for point in metadata.entry_points(group=_GROUP)}


def load_suite(service: str, *, cases: Path | None = None) -> Suite:
    """The cases and the table of an installed service. Raises AsdocError where there is no such service.

    `cases` is a file of cases to take in place of the package's own.
    """
    packages = service_packages()
    if service not in packages:
        known = ", ".join(sorted(packages)) or "none is installed"
        raise AsdocError(
            f"looking for the service {service!r}: not one of {known}.", hint="Services are named as boto3 names them."
        )
    package = packages[service]
    try:
        module = importlib.import_module(package)
    except ImportError as error:
        raise AsdocError(
            f"importing {package}: {error}", hint="Run `asdoc generate`, or install asdoc again."
        ) from error
    file = read_cases(cases or Path(str(module.__file__)).with_name("cases.json"))
    if file.service != service:
        raise AsdocError(
            f"reading the cases {cases}: they are of {file.service}, not of {service}.",
            hint=f"Run them with --service {file.service}.",
        )
    suite = Suite(service=load_service(package), file=file)
    return lent(suite, load_suite(file.borrows)) if file.borrows else suite


def read_cases(path: Path) -> CaseFile:
    """The content of a `cases.json`. Raises AsdocError where it is not one, or of another format."""
    try:
        file = _decoder.decode(path.read_bytes())
    except OSError as error:
        raise AsdocError(f"reading the cases {path}: {error.strerror}", hint=_WRITERS) from error
    except msgspec.MsgspecError as error:
        raise AsdocError(f"reading the cases {path}: {error}", hint=_WRITERS) from error
    if file.format != _FORMAT:
        raise AsdocError(
            f"reading the cases {path}: format {file.format}, this version reads {_FORMAT}.",
            hint=_WRITERS,
        )
    return file
