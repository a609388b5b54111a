"""Checksums of bodies, which S3 and others take with a request and give with an answer.

The standard library has CRC-32, the SHA family and MD5. CRC-32C and CRC-64/NVME are computed here, a table step a byte,
unless `awscrt` is installed; the XXHash family only with it.
"""

from __future__ import annotations

import base64
import hashlib
import importlib
from binascii import crc32
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, Protocol

from .exceptions import ChecksumError, MissingDependencyError

PREFIX = "x-amz-checksum-"
DEFAULT = "CRC32"


class Hash(Protocol):
    """One checksum in the making."""

    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class _Crc:
    """A reflected CRC, `step` taking the bytes and the value so far."""

    def __init__(self, step: Callable[[bytes, int], int], size: int) -> None:
        self._step = step
        self._size = size
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = self._step(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(self._size, "big")


class _Finalized:
    """XXHash of awscrt, which ends by another name."""

    def __init__(self, held: Any) -> None:
        self._held = held

    def update(self, data: bytes, /) -> None:
        self._held.update(data)

    def digest(self) -> bytes:
        return bytes(self._held.finalize())


@cache
def _table(polynomial: int) -> tuple[int, ...]:
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ polynomial if value & 1 else value >> 1
        table.append(value)
    return tuple(table)


def _by_table(polynomial: int, bits: int) -> Callable[[bytes, int], int]:
    table, mask = _table(polynomial), (1 << bits) - 1

    def step(data: bytes, value: int) -> int:
        value ^= mask
        for byte in data:
            value = value >> 8 ^ table[(value ^ byte) & 0xFF]
        return value ^ mask

    return step


def _crt() -> Any:
    try:
        return importlib.import_module("awscrt.checksums")
    except ImportError:
        return None


@cache
def _step(name: str, polynomial: int, bits: int) -> Callable[[bytes, int], int]:
    fast = getattr(_crt(), name, None)
    return fast if fast is not None else _by_table(polynomial, bits)


def _xxhash(name: str) -> Callable[[], Hash]:
    def make() -> Hash:
        kind = getattr(_crt(), "XXHash", None)
        if kind is None:
            raise MissingDependencyError(
                f"making a checksum: {name} needs the package awscrt, which is not installed",
                hint="Install it with: pip install awscrt",
            )
        return _Finalized(getattr(kind, name)())

    return make


_KINDS: dict[str, Callable[[], Hash]] = {
    "CRC32": lambda: _Crc(crc32, 4),
    "CRC32C": lambda: _Crc(_step("crc32c", 0x82F63B78, 32), 4),
    "CRC64NVME": lambda: _Crc(_step("crc64nvme", 0x9A6C9329AC4BC9B5, 64), 8),
    "SHA1": hashlib.sha1,
    "SHA256": hashlib.sha256,
    "SHA512": hashlib.sha512,
    "MD5": lambda: hashlib.md5(usedforsecurity=False),
    "XXHASH64": _xxhash("new_xxhash64"),
    "XXHASH3": _xxhash("new_xxhash3_64"),
    "XXHASH128": _xxhash("new_xxhash3_128"),
}
"""Algorithm, as the services name it -> a new checksum."""
_PREFERRED = ("CRC64NVME", "CRC32C", "CRC32", "SHA1", "SHA256", "SHA512")
"""The order in which one of several in an answer is chosen."""


def known(algorithm: str) -> bool:
    return algorithm.upper() in _KINDS


def new(algorithm: str) -> Hash:
    """A new checksum. Raises KeyError for an unknown algorithm, MissingDependencyError where a package is needed."""
    return _KINDS[algorithm.upper()]()


def encoded(held: Hash) -> str:
    return base64.b64encode(held.digest()).decode()


def of(algorithm: str, parts: Iterable[bytes]) -> str:
    """The checksum of a body, as a header carries it."""
    held = new(algorithm)
    for part in parts:
        held.update(part)
    return encoded(held)


class Expected:
    """The checksum that an answer promises, compared when its body was read."""

    def __init__(self, algorithm: str, told: str, operation_name: str) -> None:
        self._algorithm = algorithm
        self._told = told
        self._held = new(algorithm)
        self._operation_name = operation_name

    def update(self, part: bytes, /) -> None:
        self._held.update(part)

    def finish(self) -> None:
        found = encoded(self._held)
        if found != self._told:
            raise ChecksumError(
                f"reading the answer to {self._operation_name}: its {self._algorithm} is {found}, and {self._told} was "
                "promised",
                hint="The body was changed or cut on its way; ask for it again.",
            )


def expected(headers: Mapping[str, str], algorithms: Iterable[str], operation_name: str) -> Expected | None:
    """What an answer promises of its body by one of the algorithms; None where it promises nothing that can be held.

    A checksum of checksums, as S3 has for what was uploaded in parts (`...-3`), says nothing of the bytes.
    """
    wanted = {algorithm.upper() for algorithm in algorithms}
    for algorithm in _PREFERRED:
        told = headers.get(PREFIX + algorithm.lower(), "")
        if algorithm in wanted and told and "-" not in told:
            return Expected(algorithm, told, operation_name)
    return None
