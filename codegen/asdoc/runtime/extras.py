"""What boto3's clients of some services have beside their operations. Each signs something, and sends nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .client import BaseClient


class S3(BaseClient):
    """The base of S3's client."""

    def generate_presigned_post(
        self,
        Bucket: str,  # noqa: N803 - as boto3 has it
        Key: str,  # noqa: N803
        Fields: Mapping[str, Any] | None = None,  # noqa: N803
        Conditions: Sequence[Any] | None = None,  # noqa: N803
        ExpiresIn: int = 3600,  # noqa: N803
    ) -> dict[str, Any]:
        """The `url` and the `fields` of a form by which whoever has them may upload one object, for so many seconds.

        `Key` may end in `${filename}`, which stands for the name of the file. Each of `Fields` needs one of
        `Conditions`, such as `{"acl": "public-read"}` or `["content-length-range", 1, 9]`.

        Raises ParamValidationError, and what finding credentials does.
        """
        from .signed import posting

        return posting(self._made.get("caller") or self._start(), Bucket, Key, Fields, Conditions, ExpiresIn)

    def upload_file(
        self,
        Filename: str,  # noqa: N803
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
        Callback: Callable[[int], object] | None = None,  # noqa: N803
        Config: Any = None,  # noqa: N803
    ) -> None:
        """Make an object of a file: in one request, or in parts where it is large.

        `ExtraArgs` are arguments of `put_object`. `Callback` is told of the bytes as they are sent. `Config` is a
        `TransferConfig` of `asdoc.runtime.transfers`, or boto3's. Raises OSError for a file that cannot be read, and
        what `put_object` does.
        """
        from .transfers import upload_file

        upload_file(self, Filename, Bucket, Key, ExtraArgs, Callback, Config)

    def upload_fileobj(
        self,
        Fileobj: Any,  # noqa: N803
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
        Callback: Callable[[int], object] | None = None,  # noqa: N803
        Config: Any = None,  # noqa: N803
    ) -> None:
        """As `upload_file`, of what is left of anything that reads as a file in binary mode."""
        from .transfers import upload_fileobj

        upload_fileobj(self, Fileobj, Bucket, Key, ExtraArgs, Callback, Config)

    def download_file(
        self,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        Filename: str,  # noqa: N803
        ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
        Callback: Callable[[int], object] | None = None,  # noqa: N803
        Config: Any = None,  # noqa: N803
    ) -> None:
        """Make a file of an object. The file is there when all of it is.

        `ExtraArgs` are arguments of `get_object`. Raises OSError for a file that cannot be written, and what
        `head_object` and `get_object` do.
        """
        from .transfers import download_file

        download_file(self, Filename, Bucket, Key, ExtraArgs, Callback, Config)

    def download_fileobj(
        self,
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        Fileobj: Any,  # noqa: N803
        ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
        Callback: Callable[[int], object] | None = None,  # noqa: N803
        Config: Any = None,  # noqa: N803
    ) -> None:
        """As `download_file`, into anything that is written as a file in binary mode."""
        from .transfers import download_fileobj

        download_fileobj(self, Fileobj, Bucket, Key, ExtraArgs, Callback, Config)

    def copy(
        self,
        CopySource: Mapping[str, str],  # noqa: N803
        Bucket: str,  # noqa: N803
        Key: str,  # noqa: N803
        ExtraArgs: Mapping[str, Any] | None = None,  # noqa: N803
        Callback: Callable[[int], object] | None = None,  # noqa: N803
        SourceClient: BaseClient | None = None,  # noqa: N803
        Config: Any = None,  # noqa: N803
    ) -> None:
        """Copy an object within S3, `CopySource` being its bucket, key and, where one is meant, version.

        `ExtraArgs` are arguments of `copy_object`. `SourceClient` looks at the object that is copied, where that is in
        another region. Raises what `head_object` and `copy_object` do.
        """
        from .transfers import copy

        copy(self, CopySource, SourceClient, Bucket, Key, ExtraArgs, Callback, Config)


class Rds(BaseClient):
    """The base of the client of RDS."""

    def generate_db_auth_token(
        self,
        DBHostname: str,  # noqa: N803
        Port: int,  # noqa: N803
        DBUsername: str,  # noqa: N803
        Region: str | None = None,  # noqa: N803
    ) -> str:
        """What a user of a database gives for a password, for 15 minutes.

        Raises InvalidEndpointError for what is no host, and what finding credentials does.
        """
        from .signed import connecting

        caller = self._made.get("caller") or self._start()
        return connecting(caller, f"{DBHostname}:{Port}", user_of(DBUsername), Region or self._region, "rds-db", 900)


class Dsql(BaseClient):
    """The base of the client of Aurora DSQL."""

    def generate_db_connect_auth_token(
        self,
        Hostname: str,  # noqa: N803
        Region: str | None = None,  # noqa: N803
        ExpiresIn: int = 900,  # noqa: N803
    ) -> str:
        """What a user of a cluster gives for a password. Raises as `generate_presigned_url` does."""
        from .signed import connecting

        caller = self._made.get("caller") or self._start()
        return connecting(caller, Hostname, USER, Region or self._region, "dsql", ExpiresIn)

    def generate_db_connect_admin_auth_token(
        self,
        Hostname: str,  # noqa: N803
        Region: str | None = None,  # noqa: N803
        ExpiresIn: int = 900,  # noqa: N803
    ) -> str:
        """What the user `admin` of a cluster gives for a password."""
        from .signed import connecting

        caller = self._made.get("caller") or self._start()
        return connecting(caller, Hostname, ADMIN, Region or self._region, "dsql", ExpiresIn)


def user_of(user: str) -> dict[str, str]:
    """What is signed for a user of a database."""
    return {"Action": "connect", "DBUser": user}


USER = {"Action": "DbConnect"}
ADMIN = {"Action": "DbConnectAdmin"}
"""What is signed for one user, and for all."""
BASES = {"s3": "S3", "rds": "Rds", "dsql": "Dsql"}
"""Service -> the base of its clients, where it is one of these; that of the awaited one has `Async` before it."""
