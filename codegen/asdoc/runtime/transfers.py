"""Objects of S3 as files: in one request where they are small, else in parts, several at a time.

An upload or a copy that fails is taken back, and a file that was not read to its end is not left behind.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from .errors import AsdocError
from .exceptions import ParamValidationError, TransportError

if TYPE_CHECKING:
    from .schema import Service
    from .settings import Settings

Made = TypeVar("Made")
Callback = Callable[[int], object]
"""Told of each number of bytes that was carried over, in the thread that carried them."""
_MIB = 1024 * 1024
_MOST_PARTS = 10_000
_LEAST_PART, _LARGEST_PART = 5 * _MIB, 5 * 1024 * _MIB
_OF_PARTS = frozenset(
    (
        "ChecksumAlgorithm", "CopySource", "CopySourceIfMatch", "CopySourceIfModifiedSince", "CopySourceIfNoneMatch",
        "CopySourceIfUnmodifiedSince", "CopySourceSSECustomerAlgorithm", "CopySourceSSECustomerKey",
        "CopySourceSSECustomerKeyMD5", "ExpectedBucketOwner", "ExpectedSourceBucketOwner", "RequestPayer",
        "SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5",
    )
)  # fmt: skip
"""What is told again with each part of an upload."""
_OF_ALL = frozenset(f"Checksum{name}" for name in ("CRC32", "CRC32C", "CRC64NVME", "SHA1", "SHA256"))
_AT_THE_END = _OF_PARTS - {"ChecksumAlgorithm"} | {"IfMatch", "IfNoneMatch", "ChecksumType"} | _OF_ALL
_SOURCE = "CopySource"


class TransferConfig(NamedTuple):
    """How objects are carried over. Names and defaults are those of boto3's, which is taken as well."""

    multipart_threshold: int = 8 * _MIB
    """Bytes from which on an object goes in parts."""
    multipart_chunksize: int = 8 * _MIB
    """Bytes of a part."""
    max_concurrency: int = 10
    """How many parts are on their way at a time."""
    use_threads: bool = True
    num_download_attempts: int = 5
    """How often a part is read whose answer breaks off."""


class Client(Protocol):
    """What a transfer asks of a client: one that blocks, or what stands for one that is awaited."""

    @property
    def _settings(self) -> Settings: ...

    def _service(self) -> Service: ...

    def _call(self, operation_name: str, arguments: Mapping[str, Any], /) -> Any: ...


class Readable(Protocol):
    def read(self, amount: int, /) -> bytes: ...


class Writable(Protocol):
    def write(self, data: bytes, /) -> object: ...


class Transfer:
    """One object of one client, `where` its bucket and key are. `extra` are arguments of the requests that take them.

    Raises ParamValidationError for an argument that the operation `of` does not have.
    """

    def __init__(
        self,
        client: Client,
        of: str,
        where: Mapping[str, Any],
        extra: Mapping[str, Any] | None,
        callback: Callback | None,
        config: Any,
    ) -> None:
        self._client = client
        self._where = dict(where)
        self._extra = dict(extra or {})
        self._told = callback or (lambda count: None)
        self._config: Any = config or TransferConfig()
        unknown = sorted(self._extra.keys() - self._members(of))
        if unknown:
            raise ParamValidationError(of, [f"ExtraArgs: {', '.join(unknown)}: unknown"])

    def upload(self, file: Readable, size: int | None) -> None:
        """Send what is left of a file; `size` is how much that is, where it is known."""
        whole = next((name for name in self._extra if name in _OF_ALL), "")
        if whole:
            # the sum that the caller has is of the object, not of sums of parts
            self._extra = {"ChecksumAlgorithm": whole[8:], "ChecksumType": "FULL_OBJECT", **self._extra}
        elif self._client._settings.choices().sums:
            self._extra.setdefault("ChecksumAlgorithm", "CRC32")
        first = _read(file, self._config.multipart_threshold)
        if len(first) < self._config.multipart_threshold:
            self._call("PutObject", Body=first)
            self._told(len(first))
            return
        chunk = self._chunk(size)

        def send(upload: str, number: int, data: bytes) -> dict[str, Any]:
            result = self._call("UploadPart", among=_OF_PARTS, UploadId=upload, PartNumber=number, Body=data)
            self._told(len(data))
            return _part(number, result)

        with self._in_parts() as upload:
            parts = enumerate(_chunks(first, file, chunk), start=1)
            tasks = (lambda number=number, data=data: send(upload, number, data) for number, data in parts)
            self._complete(upload, list(self._several(tasks)))

    def download(self, file: Writable) -> None:
        """Write the object into a file, in order."""
        head = self._call("HeadObject")
        size, tag = head.get("ContentLength") or 0, head.get("ETag")
        if size < self._config.multipart_threshold:
            ranges: list[dict[str, Any]] = [{}]
        else:
            chunk = self._config.multipart_chunksize
            # the same object for all parts, or none
            ranges = [
                {"Range": f"bytes={at}-{min(at + chunk, size) - 1}", **({"IfMatch": tag} if tag else {})}
                for at in range(0, size, chunk)
            ]
        tasks = (lambda told=told: self._got(told) for told in ranges)
        for data in self._several(tasks):
            file.write(data)

    def copy(self, source: Client) -> None:
        """Copy the object that `CopySource` of `where` tells, which `source` can see, within S3."""
        at = self._where[_SOURCE]
        head = {name.removeprefix(_SOURCE): value for name, value in self._extra.items() if name.startswith(_SOURCE)}
        if owner := self._extra.get("ExpectedSourceBucketOwner"):
            head["ExpectedBucketOwner"] = owner
        if payer := self._extra.get("RequestPayer"):
            head["RequestPayer"] = payer
        size: int = source._call("HeadObject", {**at, **head}).get("ContentLength") or 0
        if size < self._config.multipart_threshold:
            self._call("CopyObject")
            self._told(size)
            return
        chunk = self._chunk(size)

        def send(upload: str, number: int, begin: int) -> dict[str, Any]:
            end = min(begin + chunk, size)
            told = f"bytes={begin}-{end - 1}"
            result = self._call(
                "UploadPartCopy", among=_OF_PARTS, UploadId=upload, PartNumber=number, CopySourceRange=told
            )
            self._told(end - begin)
            return _part(number, result.get("CopyPartResult") or {})

        with self._in_parts() as upload:
            parts = enumerate(range(0, size, chunk), start=1)
            tasks = (lambda number=number, begin=begin: send(upload, number, begin) for number, begin in parts)
            self._complete(upload, list(self._several(tasks)))

    # -- what they share

    def _members(self, operation: str) -> Mapping[str, Any]:
        service = self._client._service()
        return service.shapes[service.operations[operation].input].members

    def _call(self, operation: str, among: frozenset[str] | None = None, **own: Any) -> Any:
        members = self._members(operation)
        extra = {name: value for name, value in self._extra.items() if among is None or name in among}
        given = {**self._where, **extra}
        return self._client._call(operation, {**{name: given[name] for name in given if name in members}, **own})

    @contextmanager
    def _in_parts(self) -> Iterator[str]:
        """An upload in parts, which is taken back where it fails."""
        upload: str = self._call("CreateMultipartUpload")["UploadId"]
        try:
            yield upload
        except BaseException:
            with suppress(AsdocError):
                self._call("AbortMultipartUpload", among=_OF_PARTS, UploadId=upload)
            raise

    def _complete(self, upload: str, parts: list[dict[str, Any]]) -> None:
        self._call("CompleteMultipartUpload", among=_AT_THE_END, UploadId=upload, MultipartUpload={"Parts": parts})

    def _chunk(self, size: int | None) -> int:
        """Bytes of a part: no more parts than S3 takes, and none smaller."""
        chunk = min(max(self._config.multipart_chunksize, _LEAST_PART), _LARGEST_PART)
        while size is not None and chunk * _MOST_PARTS < size:
            chunk *= 2
        return int(chunk)

    def _got(self, told: dict[str, Any]) -> bytes:
        left = self._config.num_download_attempts
        while True:
            left -= 1
            try:
                with self._call("GetObject", **told)["Body"] as body:
                    data: bytes = body.read()
            except TransportError:
                if left <= 0:
                    raise
            else:
                self._told(len(data))
                return data

    def _several(self, tasks: Iterable[Callable[[], Made]]) -> Iterator[Made]:
        """What the tasks give, in their order; so many run at a time, and no more results are kept than that."""
        most = self._config.max_concurrency if self._config.use_threads else 1
        if most <= 1:
            yield from (task() for task in tasks)
            return
        from concurrent.futures import Future, ThreadPoolExecutor

        running: deque[Future[Made]] = deque()
        with ThreadPoolExecutor(most, thread_name_prefix="asdoc-transfer") as pool:
            try:
                for task in tasks:
                    # a deadline that stands here holds for the parts as well
                    running.append(pool.submit(copy_context().run, task))
                    if len(running) >= most:
                        yield running.popleft().result()
                while running:
                    yield running.popleft().result()
            finally:
                for future in running:
                    future.cancel()


# -- what clients of both kinds do; the last five arguments are those of boto3


def upload_file(client: Client, path: str, *told: Any) -> None:
    with open(path, "rb") as file:  # noqa: PTH123  # the import of pathlib costs more
        _of("PutObject", client, *told).upload(file, os.fstat(file.fileno()).st_size)


def upload_fileobj(client: Client, file: Readable, *told: Any) -> None:
    _of("PutObject", client, *told).upload(file, None)


def download_file(client: Client, path: str, *told: Any) -> None:
    transfer = _of("GetObject", client, *told)
    with written(path) as file:
        transfer.download(file)


def download_fileobj(client: Client, file: Writable, *told: Any) -> None:
    _of("GetObject", client, *told).download(file)


def copy(client: Client, source: Mapping[str, str], looker: Client | None, *told: Any) -> None:
    _of("CopyObject", client, *told, CopySource=dict(source)).copy(looker or client)


def _of(
    operation: str,
    client: Client,
    bucket: str,
    key: str,
    extra: Mapping[str, Any] | None,
    callback: Callback | None,
    config: Any,
    **where: Any,
) -> Transfer:
    return Transfer(client, operation, {"Bucket": bucket, "Key": key, **where}, extra, callback, config)


@contextmanager
def written(path: str) -> Iterator[Writable]:
    """A file that takes its name when all of it was written; until then, and where it fails, there is none."""
    from uuid import uuid4

    beside = f"{path}.{uuid4().hex[:8]}"
    try:
        with open(beside, "wb") as file:  # noqa: PTH123
            yield file
        os.replace(beside, path)  # noqa: PTH105
    except BaseException:
        with suppress(OSError):
            os.remove(beside)  # noqa: PTH107
        raise


def _part(number: int, result: Any) -> dict[str, Any]:
    """What the end of an upload tells of a part."""
    names = [name for name in result if name == "ETag" or (name.startswith("Checksum") and name != "ChecksumType")]
    return {"PartNumber": number, **{name: result[name] for name in names}}


def _read(file: Readable, amount: int) -> bytes:
    """So many bytes, fewer only at the end: a file may give fewer at a time."""
    parts: list[bytes] = []
    while amount > 0 and (part := file.read(amount)):
        if not isinstance(part, bytes):
            raise ParamValidationError("PutObject", [f"the file gives {type(part).__name__}: open it in binary mode"])
        parts.append(part)
        amount -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _chunks(first: bytes, file: Readable, size: int) -> Iterator[bytes]:
    """What was read already and what is left, in parts of a size."""
    held = first
    while True:
        if len(held) < size:
            held += _read(file, size - len(held))
        part, held = held[:size], held[size:]
        if not part:
            return
        yield part
