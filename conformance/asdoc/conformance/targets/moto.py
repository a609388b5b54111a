"""moto inside this process: its own WSGI application, without a socket and without a mock of botocore."""

from __future__ import annotations

import importlib
from typing import Any

from asdoc.runtime.errors import AsdocError

from .described import Reset
from .inproc import HandlerTarget, wsgi_handler


def moto_target() -> HandlerTarget:
    """moto, empty. Raises AsdocError where it is not installed."""
    try:
        server: Any = importlib.import_module("moto.moto_server.werkzeug_app")
    except ImportError as error:
        raise AsdocError(
            f"importing moto: {error}", hint="Install it with: pip install 'moto[server]'; or name the URL of another."
        ) from error
    application = server.DomainDispatcherApplication(server.create_backend_app)
    target = HandlerTarget(wsgi_handler(application), "moto", reset_hook=Reset(url="/moto-api/reset"))
    target.reset()
    return target
