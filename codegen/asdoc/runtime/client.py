"""The base of generated clients that block: one method of theirs is one call, in the thread that makes it."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from .client_base import ClientBase
from .config import Config
from .exceptions import TransportError
from .forks import making

if TYPE_CHECKING:
    import requests

    from .calls import Caller
    from .credentials.provided import Provider
    from .http import Handler
    from .transports.base import Transport


class BaseClient(ClientBase):
    """A client of one service. Safe to use from many threads, and after a fork.

    Region, endpoint and credentials come from the arguments, else from the environment as it is now, else from the
    shared files of AWS tools. `credentials` stands in for keys: `Credentials`, a function that gives some, or an object
    whose `get()` does; these are asked again ahead of the end of what they gave. `transport`, `session` and `backend`
    say what requests go over (one of them at most): anything with `send`, a `requests.Session`, or a backend's
    `handle`; by default, a pool of connections of its own, or what `Config.transport` names.

    Raises NoRegionError and InvalidEndpointError at once; what concerns credentials is raised by the first call.
    """

    def __init__(
        self,
        region_name: str | None = None,
        *,
        endpoint_url: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        aws_account_id: str | None = None,
        profile_name: str | None = None,
        credentials: Provider | None = None,
        verify: bool | str | None = None,
        config: Config | None = None,
        transport: Transport | None = None,
        session: requests.Session | None = None,
        backend: Handler | None = None,
    ) -> None:
        super().__init__(
            region_name,
            endpoint_url=endpoint_url,
            aws_access_key_id=aws_access_key_id,
            aws_secret_access_key=aws_secret_access_key,
            aws_session_token=aws_session_token,
            aws_account_id=aws_account_id,
            profile_name=profile_name,
            credentials=credentials,
            verify=verify,
            config=config,
            transport=transport,
            session=session,
            backend=backend,
        )

    def _call(self, operation_name: str, arguments: Mapping[str, Any]) -> Any:
        """Send one call, again where that is called for, and give its result.

        Raises ParamValidationError before anything is sent, a ServiceError (the class of its code) where the service
        answers with one, and what else `asdoc.runtime.exceptions` has.
        """
        caller: Caller = self._made.get("caller") or self._start()
        transport: Transport = self._made.get("transport") or self._open()
        road = caller.roads.get(operation_name)
        if road is not None and (request := road.request(arguments, self._config)) is not None:
            try:
                response = transport.send(request, **caller.limits)
            except TransportError as error:
                call = caller.resumed(operation_name, arguments, request)
                wait = call.failed(error)
            else:
                if 200 <= response.status < 300:
                    return road.result(response)
                call = caller.resumed(operation_name, arguments, request)
                wait = call.answered(response)
        else:
            call = caller.call(operation_name, arguments, self._config)
            wait = call.wait
        while True:
            if wait:
                self._sleep(wait)
            if call.seeks is not None:
                call.seeks.seek(self, call)
            request, limits = call.request(), call.limits()
            try:
                response = transport.send(request, **limits)
            except TransportError as error:
                wait = call.failed(error)
            else:
                if call.custom is not None:
                    response = call.custom.response(response)
                if 200 <= response.status < 300:
                    return call.result(response)
                wait = call.answered(response)

    def generate_presigned_url(
        self,
        ClientMethod: str,  # noqa: N803 - as boto3 has it
        Params: Mapping[str, Any] | None = None,  # noqa: N803
        ExpiresIn: int = 3600,  # noqa: N803
        HttpMethod: str | None = None,  # noqa: N803
    ) -> str:
        """A URL by which whoever has it may make one call, such as `get_object`, for so many seconds. Sends nothing,
        but for the keys of a directory bucket of S3, with whose end the URL ends too.

        Raises ClientSideError where there is no such method, ParamValidationError, UnsupportedProtocolError for what no
        URL can carry, and what finding credentials does.
        """
        from .presign import of_session, presigned

        caller: Caller = self._made.get("caller") or self._start()
        call, keys = of_session(caller, ClientMethod, Params or {}, self._config), None
        if call is not None and call.seeks is not None:
            call.seeks.seek(self, call)
            keys = call.keys
        return presigned(caller, ClientMethod, Params or {}, ExpiresIn, HttpMethod, keys)

    _sleep = staticmethod(time.sleep)

    def close(self) -> None:
        """Close the connections that the client opened; calls after that raise ClientClosedError.

        Calls that are under way end as they would. A transport or session that was handed in stays open.
        """
        transport: Transport | None = self._close()
        if transport is not None:
            transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _open(self) -> Transport:
        with making:
            return self._opened()

    def _opened(self) -> Transport:
        transport: Transport
        settings = self._settings
        if self._backend is not None:
            from .transports.inprocess import InProcessTransport

            transport = InProcessTransport(self._backend)
        elif self._session is not None:
            from .transports.requests_session import RequestsTransport

            transport = RequestsTransport(self._session, verify=settings.verify)
        elif self._config.transport == "fast":
            from .transports.curl import CurlTransport
            from .transports.pool import ready

            ready()
            transport = CurlTransport(**settings.pool())
        else:
            from .transports.pool import PoolTransport, ready

            ready()
            transport = PoolTransport(**settings.pool())
        made: Transport = self._made.setdefault("transport", transport)
        return made
