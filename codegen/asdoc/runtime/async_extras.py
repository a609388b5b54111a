"""What `extras` has, for clients that are awaited: credentials may have to be fetched."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .async_client import BaseAsyncClient
from .extras import ADMIN, USER, user_of


class AsyncS3(BaseAsyncClient):
    """The base of S3's client that is awaited."""

    async def generate_presigned_post(
        self,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        Fields: Mapping[str, Any] | None = None,  # noqa: N803
        Conditions: Sequence[Any] | None = None,  # noqa: N803
        ExpiresIn: int = 3600,  # noqa: N803
    ) -> dict[str, Any]:
        """As the blocking client's."""
        from .signed import posting

        caller = self._made.get("caller") or await self._begin()
        return await asyncio.to_thread(posting, caller, Bucket, Key, Fields, Conditions, ExpiresIn)

    async def upload_file(
        self,
        Filename: str,  # noqa: N803
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
        Callback: Callable[[int], object] | None = None,  # noqa: N803
        Config: Any = None,  # noqa: N803
    ) -> None:
        """As the blocking client's. The file is read, and `Callback` is told, in other threads."""
        from .transfers import upload_file

        await self._carried(upload_file, Filename, Bucket, Key, ExtraArgs, Callback, Config)

    async def upload_fileobj(
        self,
        Fileobj: Any,  # noqa: N803
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
        Callback: Callable[[int], object] | None = None,  # noqa: N803
        Config: Any = None,  # noqa: N803
    ) -> None:
        """As `upload_file`, of what is left of anything that reads as a file in binary mode, plainly."""
        from .transfers import upload_fileobj

        await self._carried(upload_fileobj, Fileobj, Bucket, Key, ExtraArgs, Callback, Config)

    async def download_file(
        self,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        Filename: str,  # noqa: N803
        ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
        Callback: Callable[[int], object] | None = None,  # noqa: N803
        Config: Any = None,  # noqa: N803
    ) -> None:
        """As the blocking client's. The file is written, and `Callback` is told, in other threads."""
        from .transfers import download_file

        await self._carried(download_file, Filename, Bucket, Key, ExtraArgs, Callback, Config)

    async def download_fileobj(
        self,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        Fileobj: Any,  # noqa: N803
        ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
        Callback: Callable[[int], object] | None = None,  # noqa: N803
        Config: Any = None,  # noqa: N803
    ) -> None:
        """As `download_file`, into anything that is written as a file in binary mode, plainly."""
        from .transfers import download_fileobj

        await self._carried(download_fileobj, Fileobj, Bucket, Key, ExtraArgs, Callback, Config)

    async def copy(
        self,
        CopySource: Mapping[str, str],  # noqa: N803
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
        Callback: Callable[[int], object] | None = None,  # noqa: N803
        SourceClient: BaseAsyncClient | None = None,  # noqa: N803
        Config: Any = None,  # noqa: N803
    ) -> None:
        """As the blocking client's. `Callback` is told in other threads."""
        from .async_transfers import Carrier
        from .transfers import copy

        looker = None if SourceClient is None else Carrier(SourceClient)
        await self._carried(copy, CopySource, looker, Bucket, Key, ExtraArgs, Callback, Config)

    async def _carried(self, how: Callable[..., None], *arguments: Any) -> None:
        from .async_transfers import carried

        await carried(self, lambda carrier: how(carrier, *arguments))


class AsyncRds(BaseAsyncClient):
    """The base of the client of RDS that is awaited."""

    async def generate_db_auth_token(
        self,
        DBHostname: str,  # noqa: N803
        Port: int,  # noqa: N803
        DBUsername: str,  # noqa: N803
        Region: str | None = None,  # noqa: N803
    ) -> str:
        """As the blocking client's."""
        from .signed import connecting

        caller, host = self._made.get("caller") or await self._begin(), f"{DBHostname}:{Port}"
        region = Region or self._region
        return await asyncio.to_thread(connecting, caller, host, user_of(DBUsername), region, "rds-db", 900)


class AsyncDsql(BaseAsyncClient):
    """The base of the client of Aurora DSQL that is awaited."""

    async def generate_db_connect_auth_token(
        self,
        Hostname: str,  # noqa: N803
        Region: str | None = None,  # noqa: N803
        ExpiresIn: int = 900,  # noqa: N803
    ) -> str:
        """As the blocking client's."""
        from .signed import connecting

        caller, region = self._made.get("caller") or await self._begin(), Region or self._region
        return await asyncio.to_thread(connecting, caller, Hostname, USER, region, "dsql", ExpiresIn)

    async def generate_db_connect_admin_auth_token(
        self,
        Hostname: str,  # noqa: N803
        Region: str | None = None,  # noqa: N803
        ExpiresIn: int = 900,  # noqa: N803
    ) -> str:
        """As the blocking client's."""
        from .signed import connecting

        caller, region = self._made.get("caller") or await self._begin(), Region or self._region
        return await asyncio.to_thread(connecting, caller, Hostname, ADMIN, region, "dsql", ExpiresIn)
