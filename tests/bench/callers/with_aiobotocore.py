"""Calls through aiobotocore."""

from __future__ import annotations

import asyncio
from functools import partial

from aiobotocore.config import AioConfig  # type: ignore[import-not-found, unused-ignore]  # in an environment of its own
from aiobotocore.session import get_session  # type: ignore[import-not-found, unused-ignore]  # as above

from tests.bench.callers.turns import arguments, awaited, endpoint


async def main() -> None:
    config = AioConfig(retries={"mode": "standard"}, max_pool_connections=64)
    async with get_session().create_client("appconfig", endpoint_url=endpoint(), config=config) as client:
        await awaited({name: partial(getattr(client, name), **given) for name, given in arguments().items()})


asyncio.run(main())
