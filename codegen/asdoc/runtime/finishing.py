"""The last touches to a request before it is signed: compression, and the checksum of what is then its body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from . import checksums
from .exceptions import ParamValidationError
from .http import HttpRequest
from .schema import Operation, Service
from .settings import COMPRESSED_FROM
from .uploads import TrailedUpload, parts_of


class Finishing:
    """What an operation's requests need; `request` does it."""

    def __init__(
        self,
        service: Service,
        operation: Operation,
        *,
        compress_from: int | None = COMPRESSED_FROM,
        sums: bool = True,
    ) -> None:
        """`compress_from` bytes on a body is compressed, where the service takes it so; None for never. Without `sums`
        there is a checksum only where the service demands one, or the caller names its algorithm."""
        shape = service.shapes.get(operation.input)
        self._operation = operation
        self._compresses = operation.compressed and compress_from is not None
        self._compress_from = compress_from or 0
        self._member = operation.checksum_algorithm_member
        self._checked = bool(self._member or operation.checksum_required)
        self._if_named = not (sums or operation.checksum_required)
        # what is signed as S3 takes the other checksums; a service that wants one elsewhere may know this alone
        self._digest = operation.checksum_required and not self._member and service.signing_name != "s3"
        node = shape.members.get(self._member) if shape is not None else None
        self._header = (node.name or self._member).lower() if node is not None and node.location == "header" else ""
        self._streams = streams_in(service, operation)
        if self._streams and shape is not None:
            # of a stream nobody knows the size ahead, so any is compressed, unless its length must be told
            held = shape.members[shape.payload]
            self._compresses &= not (held.requires_length or service.resolve(held).requires_length)
            self._compress_from = 0

    @staticmethod
    def needed(operation: Operation) -> bool:
        """False where an operation's requests are finished as they are."""
        return operation.compressed or operation.checksum_required or bool(operation.checksum_algorithm_member)

    def request(self, request: HttpRequest, given: Mapping[str, Any]) -> HttpRequest:
        """The request with what it needs. Raises ParamValidationError for an unknown algorithm."""
        if self._compresses and (request.upload is not None or len(request.body) >= self._compress_from):
            request = _compressed(request)
        wanted = self._checked and not (self._if_named and not given.get(self._member))
        if wanted and not any(name.startswith(checksums.PREFIX) for name in request.headers):
            request = self._with_checksum(request, given)
        if self._digest and request.upload is None:
            request.headers.setdefault("content-md5", checksums.of("MD5", [request.body]))
        return request

    def _with_checksum(self, request: HttpRequest, given: Mapping[str, Any]) -> HttpRequest:
        algorithm = str(given.get(self._member, "")) if self._member else ""
        if not algorithm:
            algorithm = checksums.DEFAULT
            if self._header:
                request.headers[self._header] = algorithm
        if not checksums.known(algorithm):
            raise ParamValidationError(
                self._operation.name, [f"{self._member}: no checksum is made by {algorithm[:80]!r} here"]
            )
        header = checksums.PREFIX + algorithm.lower()
        body = request.body if request.upload is None else request.upload
        if not (self._streams and request.scheme == "https"):
            request.headers[header] = checksums.of(algorithm, parts_of(body))
            return request
        headers = request.headers
        coding = headers.get("content-encoding", "")
        headers["content-encoding"] = f"{coding},aws-chunked" if coding else "aws-chunked"
        headers["x-amz-trailer"] = header
        length = len(body) if isinstance(body, bytes) else body.length
        told = headers.pop("content-length", None)
        if length is not None or told is not None:
            headers["x-amz-decoded-content-length"] = str(length if length is not None else told)
        return msgspec.structs.replace(request, body=b"", upload=TrailedUpload(body, algorithm, header))


def streams_in(service: Service, operation: Operation) -> bool:
    """True where the body of an operation's requests is one member that need not be in memory."""
    shape = service.shapes.get(operation.input)
    if shape is None or not shape.payload:
        return False
    node = shape.members[shape.payload]
    return service.resolve(node).type == "blob" and (node.streaming or service.resolve(node).streaming)


def _compressed(request: HttpRequest) -> HttpRequest:
    import gzip

    coding = request.headers.get("content-encoding", "")
    request.headers["content-encoding"] = f"{coding}, gzip" if coding else "gzip"
    return msgspec.structs.replace(request, body=gzip.compress(request.content()), upload=None)
