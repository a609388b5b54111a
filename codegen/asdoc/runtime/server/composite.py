"""Several services behind one address."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..http import HttpRequest, HttpResponse
from .backend import ServiceBackend
from .control import PREFIX, Control
from .kept import Kept
from .reading import Headers
from .scopes import read_credential


class CompositeBackend:
    """Hands a request to the service it is signed for; an unsigned one to the first that has such an operation.

    Services may share a signing name, as AppConfig and AppConfig Data do: then the operation tells which is meant. Its
    backends share one clock.
    """

    def __init__(self, backends: Sequence[ServiceBackend]) -> None:
        self.backends = tuple(backends)
        self.max_body = max(backend.max_body for backend in self.backends)
        self._by_signing_name: dict[str, tuple[ServiceBackend, ...]] = {}
        for backend in self.backends:
            name = backend.service.signing_name
            self._by_signing_name[name] = (*self._by_signing_name.get(name, ()), backend)
        self.control = Control(self.backends)

    def tick(self) -> None:
        for backend in self.backends:
            backend.tick()

    def handle(self, request: HttpRequest) -> HttpResponse:
        path, _, query = request.target.partition("?")
        headers = {"host": request.host, **request.headers}
        return self.answer(request.method, path, query, headers, request.body, decoded=False, size=len(request.body))

    def recall(self, path: str, authorization: str | None, headers: Callable[[], Headers]) -> tuple[Kept, str] | None:
        """As `ServiceBackend.recall`."""
        signing_name = read_credential(authorization).signing_name
        # The first has precedence; what another has kept may be a path that the first knows too.
        return self._by_signing_name.get(signing_name, self.backends)[0].recall(path, authorization, headers)

    def answer(
        self, method: str, path: str, query: str, headers: Headers, body: bytes, *, decoded: bool, size: int
    ) -> HttpResponse:
        """As `ServiceBackend.answer`."""
        if path.startswith(PREFIX):
            return self.control.handle(method, path, headers, body)
        meant = self._meant(headers)
        backend = meant[0]
        if len(meant) > 1:
            backend = next((b for b in meant if b.knows(method, path, query, headers)), backend)
        return backend.answer(method, path, query, headers, body, decoded=decoded, size=size)

    def cut_short(self, method: str, path: str, headers: Headers) -> HttpResponse:
        """As `ServiceBackend.cut_short`."""
        return self._meant(headers)[0].cut_short(method, path, headers)

    def _meant(self, headers: Headers) -> tuple[ServiceBackend, ...]:
        signing_name = read_credential(headers.get("authorization")).signing_name
        return self._by_signing_name.get(signing_name, self.backends)
