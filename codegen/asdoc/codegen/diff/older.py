"""Run as a script, in processes of its own: have the boto3 that is found first write its pages and its wire facts.

    PYTHONPATH=FOLDER python -P older.py PAGES SPECS PROCESSES SERVICE…

FOLDER is where pip put that boto3 with all it needs. A service that this boto3 does not know is left out. Standard
output tells, as JSON, the services that it does. It ends when standard input does: whoever started it is gone then,
and may be started again, to write the same files.
"""

from __future__ import annotations

import collections
import collections.abc
import importlib
import inspect
import json
import os
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

_VENDORED = ("botocore.vendored.six", "urllib3.packages.six")
_MOVES = (
    "http_client",
    "queue",
    "urllib",
    "urllib.parse",
    "urllib.request",
    "urllib.error",
    "configparser",
    "builtins",
)
"""What botocore and urllib3 took of six."""


def _as_it_was() -> None:
    """Give packages of 2019 what Python has given up since: old names in `collections` and `inspect`, and six."""
    for name in collections.abc.__all__:
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))
    if not hasattr(inspect, "getargspec"):
        # Four values, of which the first and the last two are looked at.
        inspect.getargspec = lambda function: inspect.getfullargspec(function)[:4]  # type: ignore[attr-defined]  # gone since 3.11
        inspect.formatargspec = _signature  # type: ignore[attr-defined]  # gone since 3.11
    if sys.version_info >= (3, 12):
        six = importlib.import_module("six")
        for name in _VENDORED:
            sys.modules[name] = six
            sys.modules[f"{name}.moves"] = six.moves
            for part in _MOVES:
                sys.modules[f"{name}.moves.{part}"] = importlib.import_module(f"six.moves.{part}")
    warnings.simplefilter("ignore")


def _signature(
    args: list[str], varargs: str | None = None, varkw: str | None = None, defaults: tuple[Any, ...] | None = None
) -> str:
    """`(operation_name, size=None, **kwargs)`"""
    plain = len(args) - len(defaults or ())
    shown = args[:plain] + [f"{name}={value!r}" for name, value in zip(args[plain:], defaults or (), strict=True)]
    return f"({', '.join(shown + [f'*{varargs}'] * bool(varargs) + [f'**{varkw}'] * bool(varkw))})"


def _end_with_standard_input() -> None:
    def wait() -> None:
        while os.read(0, 1):
            pass
        os._exit(1)  # a thread cannot end its process otherwise

    threading.Thread(target=wait, daemon=True).start()


def main(pages: Path, specs: Path, processes: int, services: list[str]) -> None:
    """Write the services' pages below `pages` and their wire facts below `specs`. Raises AsdocError."""
    from asdoc.codegen import installed, wire, workers
    from asdoc.codegen.boto3_pages import unfinished, write_pages

    known = [name for name in services or installed.services() if name in installed.services()]
    if _writes_folders():
        write_pages(unfinished(known, pages), pages, resources=False, processes=processes)
    else:
        failed: list[Any] = []
        jobs = {name: name for name in sorted(known, key=installed.size, reverse=True)}
        workers.run(
            partial(_write_single, pages=pages),
            jobs,
            lambda _, error: failed.append(error) if error else None,
            doing="writing the page of",
            processes=processes,
        )
        if failed:
            raise workers.together(failed, "services could not be written")
    wire.write_wire(known, specs, processes=processes)
    print(json.dumps(known))


def _writes_folders() -> bool:
    """Whether this boto3 writes a page for each operation; before 1.26 it wrote one a service."""
    documenter: Any = importlib.import_module("boto3.docs.service").ServiceDocumenter
    return "root_docs_path" in inspect.signature(documenter.__init__).parameters


def _exceptions(service: str, session: Any) -> bytes:
    """The exceptions of a service, which botocore documents since 1.14, and boto3 shows since it writes folders."""
    documenter: Any = getattr(importlib.import_module("botocore.docs.client"), "ClientExceptionsDocumenter", None)
    if documenter is None:
        return b""
    structure: Any = importlib.import_module("botocore.docs.bcdoc.restdoc").DocumentStructure(service, target="html")
    documenter(session.client(service)).document_exceptions(structure)
    told: bytes = structure.flush_structure()
    return b"\n\n" + told


@contextmanager
def _listing_errors() -> Iterator[None]:
    """Within, the pages of every botocore list the errors of a method, as they do since 1.14."""
    documenter: Any = importlib.import_module("botocore.docs.client").ClientDocumenter
    write = documenter._add_model_driven_method

    def write_with_errors(self: Any, section: Any, method: str) -> None:
        write(self, section, method)
        client = self._client
        errors = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method]).error_shapes
        if errors:
            listed = section.add_new_section("exceptions")
            listed.style.new_line()
            listed.style.bold("Exceptions")
            listed.style.new_line()
            for error in errors:
                listed.style.li(f":py:class:`{type(client).__name__}.Client.exceptions.{error.name}`")

    if not hasattr(documenter, "_add_method_exceptions_list"):
        documenter._add_model_driven_method = write_with_errors
    try:
        yield
    finally:
        documenter._add_model_driven_method = write


def _write_single(service: str, *, pages: Path) -> None:
    """Write the one page of a service."""
    from asdoc.codegen.boto3_pages import CREDENTIALS, REGION, alone
    from asdoc.runtime.files import write_atomic

    with alone(), _listing_errors():
        session = importlib.import_module("boto3.session").Session(region_name=REGION, **CREDENTIALS)
        documenter: Any = importlib.import_module("boto3.docs.service").ServiceDocumenter
        text: bytes = documenter(service, session).document_service()
        text += _exceptions(service, session)
    write_atomic(pages / service / f"{service}.rst", text)


if __name__ in ("__main__", "__mp_main__"):  # also in the processes that it starts
    _as_it_was()

if __name__ == "__main__":
    _end_with_standard_input()
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:])
