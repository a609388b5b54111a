"""From a view to the files of a package, as a map of path to text: nothing is read from or written to the output."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from . import quoting
from .format import format_python
from .views import Package

TEMPLATES = Path(__file__).parent / "templates"
PYTHON_FILES = ("__init__.py", "models.py", "models.pyi", "errors.py", "client.py", "async_client.py", "backend.py")


@cache
def _environment() -> Environment:
    # Escaping is not HTML's: what comes from a page passes one of the filters below, or has passed one in its view.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the output is Python, not HTML
    )
    environment.filters.update(
        literal=quoting.literal, identifier=quoting.identifier, comment=quoting.clean, docstring=quoting.docstring
    )
    return environment


def render_python(package: Package) -> dict[str, str]:
    """The Python files of a package, formatted, by their name in it."""
    return format_python(
        {name: _environment().get_template(f"{name}.jinja2").render(package=package) for name in PYTHON_FILES}
    )


def templates_of(name: str) -> tuple[str, ...]:
    """The templates that a file of a package is made from; none for the tables, which are data."""
    if name not in PYTHON_FILES:
        return ()
    return (f"{name}.jinja2", "_macros.jinja2")


@cache
def hash_templates(names: Iterable[str]) -> str:
    """SHA-256 over the texts of the named templates."""
    digest = hashlib.sha256()
    for name in names:
        digest.update((TEMPLATES / name).read_bytes())
    return digest.hexdigest()
