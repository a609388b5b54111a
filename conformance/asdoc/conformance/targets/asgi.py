"""Applications of ASGI as handlers: each on an event loop of its own, in a thread beside the run."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeGuard
from urllib.parse import unquote

from asdoc.runtime.exceptions import ReadTimeout
from asdoc.runtime.http import Handler, HttpRequest, HttpResponse

_LONGEST = 30.0
"""Seconds that an application may take for its start, or for one answer."""


Application = Callable[..., Coroutine[Any, Any, None]]


def takes_asgi(found: object) -> TypeGuard[Application]:
    """Whether it is called as ASGI has it: awaited, with (scope, receive, send)."""
    called = found if inspect.isroutine(found) else getattr(found, "__call__", found)  # noqa: B004  its own method
    if not inspect.iscoroutinefunction(called):
        return False
    return callable(found) and len(inspect.signature(found).parameters) == 3


def asgi_handler(application: Application) -> Handler:
    """An application as a handler. It is told of its start; that it ends, it is not."""
    hosted = _Hosted(application)

    def handle(request: HttpRequest, /) -> HttpResponse:
        return hosted.answer(request)

    return handle


class _Hosted:
    """An application and the loop that it lives on, started at its first request."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lifespan: asyncio.Task[None] | None = None

    def answer(self, request: HttpRequest) -> HttpResponse:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            threading.Thread(target=self._loop.run_forever, name="asdoc-asgi", daemon=True).start()
            self._await(self._start())
        response: HttpResponse = self._await(self._one(request))
        return response

    def _await(self, work: Coroutine[Any, Any, Any]) -> Any:
        assert self._loop is not None  # noqa: S101  made before the first call
        try:
            return asyncio.run_coroutine_threadsafe(asyncio.wait_for(work, _LONGEST), self._loop).result()
        except TimeoutError as error:
            raise ReadTimeout(f"waiting for the application: it took more than {_LONGEST:g} s") from error

    async def _start(self) -> None:
        """Tell the application that it starts. One that does not care for it raises, or returns at once."""
        told: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        heard = asyncio.Event()
        failed: list[str] = []
        told.put_nowait({"type": "lifespan.startup"})

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "lifespan.startup.failed":
                failed.append(str(message.get("message", "")))
            heard.set()

        async def live() -> None:
            try:
                await self._application({"type": "lifespan", "asgi": _ASGI, "state": {}}, told.get, send)
            except Exception:  # noqa: BLE001  how an application says that it does not know of lifespans
                return
            finally:
                heard.set()

        self._lifespan = asyncio.ensure_future(live())
        await heard.wait()
        if failed:
            raise RuntimeError(f"the application did not start: {failed[0]}")

    async def _one(self, request: HttpRequest) -> HttpResponse:
        path, _, query = request.target.partition("?")
        host, _, port = request.host.partition(":")
        scope = {
            "type": "http", "asgi": _ASGI, "http_version": "1.1", "method": request.method, "scheme": request.scheme,
            "path": unquote(path, errors="surrogateescape"), "raw_path": path.encode(), "query_string": query.encode(),
            "root_path": "", "client": ("127.0.0.1", 0), "server": (host, int(port) if port.isdigit() else 80),
            "headers": [
                (b"host", request.host.encode()),
                (b"content-length", str(len(request.body)).encode()),
                *((name.encode(), value.encode()) for name, value in request.headers.items()
                  if name not in ("host", "content-length")),
            ],
        }  # fmt: skip
        given = [{"type": "http.request", "body": request.body, "more_body": False}]
        head: dict[str, Any] = {}
        body: list[bytes] = []
        over = asyncio.Event()

        async def receive() -> dict[str, Any]:
            if given:
                return given.pop()
            # As a server has it: the client goes when it has its answer.
            await over.wait()
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                head.update(message)
            elif message["type"] == "http.response.body":
                body.append(message.get("body", b""))
                if not message.get("more_body", False):
                    over.set()

        await self._application(scope, receive, send)
        joined: dict[str, str] = {}
        for name, value in head.get("headers", ()):
            key, text = bytes(name).decode("latin-1").lower(), bytes(value).decode("latin-1")
            joined[key] = f"{joined[key]}, {text}" if key in joined else text
        return HttpResponse(status=int(head["status"]), headers=joined, body=b"".join(body))


_ASGI = {"version": "3.0", "spec_version": "2.3"}
