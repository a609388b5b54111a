"""What every target does."""

from __future__ import annotations

from typing import Protocol

from asdoc.runtime.http import HttpRequest, HttpResponse


class Target(Protocol):
    """An implementation under test."""

    name: str
    """As the user named it."""
    endpoint: str
    """URL that requests are built for."""
    fresh: bool
    """True where the target can forget everything between two cases, so that nothing has to be cleared away."""

    def send(self, request: HttpRequest) -> HttpResponse:
        """The answer, whatever its status. Raises TransportError where there is none."""
        ...

    def reset(self) -> None:
        """Forget everything. Called only where `fresh`."""
        ...

    def close(self) -> None: ...
