"""The base of generated clients that are awaited: the same calls as those of `client`, in an event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Self

from . import deadline
from .client_base import ClientBase
from .config import Config
from .exceptions import CredentialsError, TransportError
from .forks import making

if TYPE_CHECKING:
    import aiohttp

    from .calls import Caller
    from .credentials.provided import Provider
    from .http import AsyncHandler, Handler
    from .transports.base import AsyncTransport


class BaseAsyncClient(ClientBase):
    """A client of one service, for asyncio. Safe to use from many tasks, and from several event loops.

    It takes what the blocking client takes, but that `session` is an `aiohttp.ClientSession`, which belongs to one
    event loop, `transport` anything whose `send` is awaited, and `backend` may be a handler that is. By default each
    event loop gets a pool of connections of its own, and needs nothing installed. Cancelling a call closes the
    connection that it was using, and harms no other.

    Raises NoRegionError and InvalidEndpointError at once; what concerns credentials is raised by the first call.
    """

    _awaits = True

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
        transport: AsyncTransport | None = None,
        session: aiohttp.ClientSession | None = None,
        backend: Handler | AsyncHandler | None = None,
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

    async def _call(self, operation_name: str, arguments: Mapping[str, Any]) -> Any:
        """Send one call, again where that is called for, and give its result. Raises as the blocking client does."""
        caller: Caller = self._made.get("caller") or await self._begin()
        transport: AsyncTransport = self._made.get("transport") or self._open()
        road = caller.roads.get(operation_name)
        if road is not None and (request := road.request(arguments, self._config)) is not None:
            try:
                response = await transport.send(request, **caller.limits)
            except TransportError as error:
                call = caller.resumed(operation_name, arguments, request)
                wait = call.failed(error)
            else:
                if 200 <= response.status < 300:
                    return road.result(response)
                call = caller.resumed(operation_name, arguments, request)
                wait = call.answered(response)
        else:
            if caller.fetches(operation_name):
                await _fetched(caller, operation_name, deadline.end(self._config.deadline))
            call = caller.call(operation_name, arguments, self._config)
            wait = call.wait
        while True:
            if wait:
                await self._sleep(wait)
                if caller.fetches(operation_name):
                    await _fetched(caller, operation_name, call.until)
            if call.seeks is not None:
                await call.seeks.seek_awaited(self, call)
                if caller.fetches(operation_name):
                    await _fetched(caller, operation_name, call.until)
            request, limits = call.request(), call.limits()
            try:
                response = await transport.send(request, **limits)
            except TransportError as error:
                wait = call.failed(error)
            else:
                if call.custom is not None:
                    response = call.custom.response(response)
                if 200 <= response.status < 300:
                    if response.stream is not None:
                        response = await call.begun(response)
                    return call.result(response)
                wait = call.answered(response)

    async def generate_presigned_url(
        self,
        ClientMethod: str,  # noqa: N803 - as boto3 has it
        Params: Mapping[str, Any] | None = None,  # noqa: N803
        ExpiresIn: int = 3600,  # noqa: N803
        HttpMethod: str | None = None,  # noqa: N803
    ) -> str:
        """A URL by which whoever has it may make one call, for so many seconds. Raises as the blocking client does."""
        from .presign import of_session, presigned

        caller: Caller = self._made.get("caller") or await self._begin()
        # credentials may have to be fetched
        call = await asyncio.to_thread(of_session, caller, ClientMethod, Params or {}, self._config)
        keys = None
        if call is not None and call.seeks is not None:
            await call.seeks.seek_awaited(self, call)
            keys = call.keys
        return await asyncio.to_thread(presigned, caller, ClientMethod, Params or {}, ExpiresIn, HttpMethod, keys)

    _sleep = staticmethod(asyncio.sleep)

    async def _begin(self) -> Caller:
        """As `_start`, and holds up no event loop where the machine is asked where it stands."""
        if self._settings.defaults_mode == "auto":
            await asyncio.to_thread(getattr, self._settings, "connect_timeout")
        return self._start()

    async def close(self) -> None:
        """Close the connections that the client opened; calls after that raise ClientClosedError.

        Calls that are under way end as they would. A transport or session that was handed in stays open.
        """
        transport: AsyncTransport | None = self._close()
        if transport is not None:
            await transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()

    def _open(self) -> AsyncTransport:
        with making:
            return self._opened()

    def _opened(self) -> AsyncTransport:
        transport: AsyncTransport
        settings = self._settings
        if self._backend is not None:
            from .transports.aio_inprocess import AsyncInProcessTransport

            transport = AsyncInProcessTransport(self._backend)
        elif self._session is not None:
            from .transports.aiohttp_session import AiohttpTransport

            transport = AiohttpTransport(self._session, verify=settings.verify)
        else:
            from .transports.aio_pool import AsyncPoolTransport

            transport = AsyncPoolTransport(**settings.pool())
        made: AsyncTransport = self._made.setdefault("transport", transport)
        return made


async def _fetched(caller: Caller, operation_name: str, until: float | None) -> None:
    """Have a thread fetch what would hold up the event loop, until a monotonic time. Raises a CredentialsError,
    DeadlineExceededError."""
    source = caller.credentials
    try:
        await asyncio.to_thread(source.current if until is None else partial(source.within, until))
    except CredentialsError:
        if caller.plan(operation_name).auth is None:
            raise
        # an operation that is signed in another way may need none
