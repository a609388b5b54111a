"""Clients of any service of botocore's, upon answers that are played."""

from __future__ import annotations

import sys
from functools import cache
from types import ModuleType
from typing import Any

from asdoc.runtime.client import BaseClient
from asdoc.runtime.exceptions import TransportError
from asdoc.runtime.http import HttpResponse
from asdoc.runtime.models import Models
from asdoc.runtime.schema import Service

from .plays import Plays
from .tables import table


class _Answers(ModuleType):
    """What `models.py` of a generated package is."""

    def __init__(self, name: str, service: Service) -> None:
        super().__init__(name)
        self._models = Models(name)
        vars(self._models)["service"] = service


@cache
def _package(name: str) -> str:
    package = f"played_to_{name.replace('-', '_')}"
    sys.modules[package] = ModuleType(package)
    sys.modules[f"{package}.models"] = _Answers(f"{package}.models", table(name, resolved=True))
    sys.modules[f"{package}.errors"] = ModuleType(f"{package}.errors")
    return package


def played(
    name: str, *acts: HttpResponse | TransportError, kind: type[Any] = BaseClient, **settings: Any
) -> tuple[Any, Plays]:
    """A client whose `_call` takes an operation and its arguments, and the transport that plays to it."""

    class Client(kind):  # type: ignore[misc]  # the base is the caller's choice
        _package = _package(name)

        def _service(self) -> Service:
            return table(name, resolved=True)

    transport = Plays(*acts)
    keys = {"aws_access_key_id": "AKID", "aws_secret_access_key": "secret"}
    return Client("us-east-1", **{"transport": transport, **keys, **settings}), transport
