"""Calls through asdoc's async client; with `aiohttp` as third argument, over a session of aiohttp's."""

from __future__ import annotations

import asyncio
import sys
from functools import partial

from asdoc.appconfig import AsyncClient
from asdoc.runtime.config import Config
from tests.bench.callers.turns import arguments, awaited, endpoint


async def main() -> None:
    session = None
    if "aiohttp" in sys.argv[3:]:
        import aiohttp

        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=64), cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        )
    client = AsyncClient(endpoint_url=endpoint(), session=session, config=Config(max_pool_connections=64))
    await awaited({name: partial(getattr(client, name), **given) for name, given in arguments().items()})
    await client.close()
    if session is not None:
        await session.close()


asyncio.run(main())
