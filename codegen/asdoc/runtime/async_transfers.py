"""Objects of S3 as files, for clients that are awaited.

Files block, so that a thread of its own carries the object, as it does for clients that block; its calls are made in
the loop that waits for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from threading import Lock
from typing import TYPE_CHECKING, Any

from .exceptions import ClientSideError
from .streaming import StreamingBody

if TYPE_CHECKING:
    from .async_client import BaseAsyncClient
    from .schema import Service
    from .settings import Settings

_LAST = "AbortMultipartUpload"
"""What is still called when nobody waits any more: parts that are left behind cost money."""


class Carrier:
    """A client that is awaited, as a transfer in another thread sees it: `_call` waits there, and gives what is read.

    Made in the loop that the calls are made in. A deadline that stands there holds for them.
    """

    def __init__(self, client: BaseAsyncClient) -> None:
        self._client = client
        self._loop = asyncio.get_running_loop()
        self._context = copy_context()
        self._lock = Lock()
        self._running: set[Future[Any]] = set()
        self._stopped = False

    @property
    def _settings(self) -> Settings:
        return self._client._settings

    def _service(self) -> Service:
        return self._client._service()

    def _call(self, operation_name: str, arguments: Mapping[str, Any]) -> Any:
        with self._lock:
            if self._stopped and operation_name != _LAST:
                raise ClientSideError(f"calling {operation_name}: what waited for the transfer was cancelled")
            calling = self._whole(operation_name, arguments)
            future = self._context.copy().run(asyncio.run_coroutine_threadsafe, calling, self._loop)
            self._running.add(future)
        try:
            return future.result()
        finally:
            self._running.discard(future)

    async def _whole(self, operation_name: str, arguments: Mapping[str, Any]) -> Any:
        result = await self._client._call(operation_name, arguments)
        if operation_name == "GetObject":
            async with result["Body"] as body:
                result["Body"] = StreamingBody(await body.aread())
        return result

    def stop(self) -> None:
        """Call off what is under way, and refuse what comes but for the end."""
        with self._lock:
            self._stopped = True
            for future in tuple(self._running):
                future.cancel()


async def carried(client: BaseAsyncClient, work: Callable[[Any], None]) -> None:
    """Have `work` done with a `Carrier` of a client, in a thread. Cancelled, it ends when all is taken back."""
    carrier = Carrier(client)
    pool = ThreadPoolExecutor(1, thread_name_prefix="asdoc-transfer")
    working = asyncio.get_running_loop().run_in_executor(pool, work, carrier)
    pool.shutdown(wait=False)
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        carrier.stop()
        await asyncio.wait([working])
        working.exception()  # seen, and of no more interest
        raise
