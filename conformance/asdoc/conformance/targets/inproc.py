"""Targets inside this process: a handler, an application of WSGI or ASGI, or something that makes one of them."""

from __future__ import annotations

import importlib
import inspect
import io
import threading
import traceback
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_to_bytes

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import TransportError
from asdoc.runtime.http import Handler, HttpRequest, HttpResponse
from asdoc.runtime.server.clock import ManualClock

from .asgi import asgi_handler, takes_asgi
from .base import call_hook, taken
from .described import Clock, Reset


class HandlerTarget:
    """A handler, called without a socket, by one thread at a time."""

    def __init__(
        self,
        handler: Handler,
        name: str,
        *,
        reset: Callable[[], None] | None = None,
        reset_hook: Reset | None = None,
        clock: Clock = Clock(),  # noqa: B008  a frozen value
    ) -> None:
        """With `reset` the handler is nobody else's, and forgets everything before each case."""
        self.name = name
        self.endpoint = "http://localhost"
        self.fresh = reset is not None
        self.private = self.fresh
        self.clock = clock
        self.reset_hook = reset_hook
        self._handler = handler
        self._reset = reset
        self._turn = threading.Lock()

    def send(self, request: HttpRequest) -> HttpResponse:
        """The handler's answer; 500 where it raises, as a server would answer for it.

        Raises AsdocError where it returns something else than an HttpResponse.
        """
        try:
            # An application that is called in process is rarely made for threads.
            with self._turn:
                response: object = self._handler(request)
        except TransportError:
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001  whatever a target raises is the target's answer
            text = f"{type(error).__name__}: {error}".encode(errors="replace")
            return HttpResponse(status=500, headers={"content-type": "text/plain"}, body=text)
        if not isinstance(response, HttpResponse):
            if inspect.iscoroutine(response):
                response.close()
            raise AsdocError(
                f"calling {self.name}: it returned a {type(response).__name__}, not an HttpResponse.",
                hint="A handler takes an asdoc.runtime.http.HttpRequest and returns an HttpResponse. One that is "
                "`async` is called where it takes what ASGI gives: (scope, receive, send).",
            )
        return taken(response, request)

    def reset(self) -> None:
        if self._reset:
            self._reset()
        elif self.reset_hook is not None:
            call_hook(self, self.reset_hook, "resetting")

    def close(self) -> None:
        pass


def load_object(name: str) -> Any:
    """What `module:attribute` names. Raises AsdocError where it names nothing."""
    module, _, attribute = name.partition(":")
    if not module.strip(".") or module.startswith(".") or not attribute:
        raise AsdocError(f"reading the target inproc:{name}: it is not of the form inproc:module:attribute.")
    try:
        found: Any = importlib.import_module(module)
    except ImportError as error:
        raise AsdocError(
            f"importing {module}: {error}", hint="Modules are looked for in the current folder too."
        ) from error
    except (Exception, SystemExit) as error:
        raise AsdocError(f"importing {module}: {_raised(error)}", hint=_BY_HAND.format(f"import {module}")) from error
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise AsdocError(f"looking for {attribute} in {module}: it has no {part}.")
        found = getattr(found, part)
    return found


_BY_HAND = "Try it by hand: python -c '{}'"


def _raised(error: BaseException) -> str:
    """What code of others raised, and where: of no use is where we called it."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({frames[-1].filename}:{frames[-1].lineno})" if frames and not isinstance(error, SyntaxError) else ""
    return f"{type(error).__name__}: {error}{where}"


def handler_of(found: Any, name: str) -> Handler:
    """The handler that an object is, has or makes.

    A class or a factory is called, with a manual clock where it takes one by that name; an object with `handle` gives
    that; a callable of one argument is a handler, one of two a WSGI application, and an `async` one of three an
    application of ASGI. Raises AsdocError for anything else.
    """
    if inspect.isclass(found):
        found = _made(found, name)
    if hasattr(found, "handle"):
        handler: Handler = found.handle
        return handler
    if callable(found):
        needed = _needed(found)
        if needed == 0:
            return handler_of(_made(found, name), name)
        if takes_asgi(found):
            return asgi_handler(found)
        if needed == 1:
            return found  # type: ignore[no-any-return]  # the count of its parameters is all that can be known of it
        if needed == 2:
            return wsgi_handler(found)
    raise AsdocError(
        f"using {name} as a target: a {type(found).__name__} is no handler, application of WSGI or ASGI, or backend.",
        hint="A handler takes an HttpRequest and returns an HttpResponse; a WSGI application takes "
        "(environ, start_response), and one of ASGI (scope, receive, send).",
    )


def _needed(found: Callable[..., Any]) -> int:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    try:
        parameters = inspect.signature(found).parameters.values()
    except (TypeError, ValueError):
        return 2
    return sum(parameter.kind in kinds and parameter.default is parameter.empty for parameter in parameters)


def _made(factory: Callable[..., Any], name: str) -> Any:
    try:
        takes_clock = "clock" in inspect.signature(factory).parameters
    except (TypeError, ValueError):
        takes_clock = False
    try:
        return factory(clock=ManualClock()) if takes_clock else factory()
    except (Exception, SystemExit) as error:
        raise AsdocError(
            f"making {name}: {_raised(error)}", hint="What makes a target is called without one."
        ) from error


def wsgi_handler(application: Callable[..., Any]) -> Handler:
    """A WSGI application as a handler."""

    def handle(request: HttpRequest, /) -> HttpResponse:
        path, _, query = request.target.partition("?")
        host, _, port = request.host.partition(":")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": request.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "RAW_URI": request.target,
            "QUERY_STRING": query,
            "SERVER_NAME": host,
            "SERVER_PORT": port or "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": request.host,
            "CONTENT_LENGTH": str(len(request.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": request.scheme,
            "wsgi.input": io.BytesIO(request.body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in request.headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
        head: dict[str, Any] = {}
        written: list[bytes] = []

        def start_response(
            status: str, headers: list[tuple[str, str]], exc_info: Any = None
        ) -> Callable[[bytes], None]:
            head["status"] = int(status.split(" ", 1)[0])
            joined: dict[str, str] = {}
            for name, value in headers:
                lowered = name.lower()
                joined[lowered] = f"{joined[lowered]}, {value}" if lowered in joined else value
            head["headers"] = joined
            return written.append

        result = application(environ, start_response)
        try:
            written += list(result)
        finally:
            if hasattr(result, "close"):
                result.close()
        return HttpResponse(status=head["status"], headers=head["headers"], body=b"".join(written))

    return handle
