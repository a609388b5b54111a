"""A run of a client, written down as cases that `asdoc verify` replays against any implementation."""

from __future__ import annotations

import base64
import os
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from asdoc.runtime.exceptions import ServiceError
from asdoc.runtime.files import write_atomic
from asdoc.runtime.redaction import HIDDEN, secret_name
from asdoc.runtime.schema import Service, Shape

if TYPE_CHECKING:
    from asdoc.runtime.hooks import Received
    from asdoc.runtime.http import HttpRequest

    class _Clock(Protocol):
        def now(self) -> datetime: ...

    class _Client(Protocol):
        @property
        def hooks(self) -> Any: ...

        def _service(self) -> Service: ...


_FORMAT = 1
_LEFT_OUT: Any = object()
"""In the place of a value that is not written down at all."""
_BYTES = bytes | bytearray | memoryview
_AT_HAND = str | _BYTES


class Tape:
    """What was recorded: one case for each call that was answered. Secrets never come onto it."""

    def __init__(self, service: Service, clock: _Clock | None, keep: Collection[str] = ()) -> None:
        self._service = service
        self._clock = clock
        self._keep = frozenset(keep)
        self._began = self._now()
        self._lock = threading.Lock()
        self._numbers: Counter[str] = Counter()
        self.cases: list[dict[str, Any]] = []
        """In the form in which they stand in a `cases.json`."""

    def write(self, path: str | os.PathLike[str]) -> None:
        """Write a `cases.json` to replay: `asdoc verify TARGET --service NAME --cases PATH`. The file is replaced as a
        whole or not at all. Raises AsdocError where it cannot be written."""
        import msgspec

        with self._lock:
            told = {"format": _FORMAT, "service": self._service.service, "cases": self.cases}
            data = msgspec.json.format(msgspec.json.encode(told), indent=1)
        write_atomic(Path(path), data + b"\n")

    def __len__(self) -> int:
        return len(self.cases)

    def __repr__(self) -> str:
        return f"<Tape of {len(self.cases)} calls of {self._service.service}>"

    def _now(self) -> float:
        return time.monotonic() if self._clock is None else self._clock.now().timestamp()

    def _take(self, received: Received) -> None:
        """Write down how a call ended; an attempt that is made again, or was not answered, is none."""
        if received.wait is not None or received.response is None:
            return
        error = received.error
        if error is not None and not isinstance(error, ServiceError):
            return
        operation = self._service.operations[received.operation_name]
        given = self._shape(operation.input)
        arguments = {
            name: _whole(received.request) if self._streamed(given.members.get(name), value) else value
            for name, value in received.arguments.items()
        }
        params = self._written(given, arguments, sent=True)
        case: dict[str, Any] = {
            "id": "",
            "kind": "example",
            "operation": operation.name,
            "params": {} if params is _LEFT_OUT else params,
            "output": None,
            "basis": "observed",
            "at": round(self._now() - self._began, 3),
        }
        if error is None:
            output = self._written(self._shape(operation.output), received.result, sent=False)
            case["output"] = {} if output is _LEFT_OUT else output
        else:
            case["error"] = error.code
        with self._lock:
            self._numbers[operation.name] += 1
            number = self._numbers[operation.name]
            case["id"] = f"{self._service.service}.recorded.{operation.name}.{number}"
            self.cases.append(case)

    def _shape(self, name: str) -> Shape:
        return self._service.shapes[name] if name else Shape(type="structure")

    def _streamed(self, node: Shape | None, value: Any) -> bool:
        """True for a body that is a file, or an iterable of its parts."""
        return node is not None and self._service.resolve(node).type == "blob" and not isinstance(value, _AT_HAND)

    def _written(self, node: Shape, value: Any, *, sent: bool) -> Any:
        """A value as a case holds it. What is secret is hidden in what was sent, and left out of an answer."""
        shape = self._service.resolve(node)
        if isinstance(value, datetime):
            moment = value.astimezone(UTC) if value.tzinfo else value
            return {"$datetime": list(moment.timetuple()[:6])}
        if isinstance(value, _BYTES):
            return {"$bytes": base64.b64encode(bytes(value)).decode()}
        if isinstance(value, Mapping) or hasattr(value, "to_dict"):
            written = {}
            left_out = False
            for name, held in value.items():
                if name == "ResponseMetadata" and not sent:
                    continue
                member = shape.members.get(name) or shape.value or Shape()
                if self._secret(name, member) or (shape.key is not None and self._secret("", shape.key)):
                    told = self._hidden(member, held) if sent else _LEFT_OUT
                elif hasattr(held, "read"):  # a stream is its reader's
                    told = _LEFT_OUT
                else:
                    told = self._written(member, held, sent=sent)
                if told is _LEFT_OUT:
                    left_out = True
                else:
                    written[name] = told
            # What is empty because its secrets were left out was not answered empty.
            return _LEFT_OUT if left_out and not written else written
        if isinstance(value, Sequence) and not isinstance(value, str):
            items = [self._written(shape.member or Shape(), item, sent=sent) for item in value]
            return _LEFT_OUT if _LEFT_OUT in items else items
        return value

    def _hidden(self, node: Shape, value: Any) -> Any:
        """Something of the same form in the place of a secret, which a replay can send."""
        shape = self._service.resolve(node)
        if isinstance(value, Mapping) or hasattr(value, "to_dict"):
            return {
                name: self._hidden(shape.members.get(name) or shape.value or Shape(), held)
                for name, held in value.items()
            }
        if isinstance(value, Sequence) and not isinstance(value, _AT_HAND):
            return [self._hidden(shape.member or Shape(), item) for item in value]
        if isinstance(value, bool):
            return value
        if isinstance(value, int | float):
            return int(node.min or shape.min or 0)
        return HIDDEN.ljust(int(node.min or shape.min or 0), HIDDEN[0])

    def _secret(self, name: str, node: Shape) -> bool:
        if name in self._keep:
            return False
        shape = self._service.resolve(node)
        parts = [self._service.resolve(part) for part in (shape.member, shape.value) if part is not None]
        return node.sensitive or shape.sensitive or any(part.sensitive for part in parts) or secret_name(name)


def _whole(request: HttpRequest) -> bytes:
    """What was sent of a body that is read as it is sent; something in its place where it cannot be read again."""
    upload = request.upload
    # what is sent with a checksum behind it is not the body alone
    if upload is None or not upload.repeatable or "x-amz-trailer" in request.headers:
        return HIDDEN.encode()
    return request.content()


@contextmanager
def record(client: _Client, *, clock: _Clock | None = None, keep: Collection[str] = ()) -> Iterator[Tape]:
    """Record what `client` calls within the block, in whichever threads.

    `clock` is that of its backend, where a test moves one: a replay then lets as much time pass between two calls. By
    default the time that really passes is recorded.

    What a model calls sensitive, or a name calls a secret, is not written down: `***` is sent in its place. `keep`
    names members that hold no secret here, such as `Content`: what a validator is to accept must be itself.
    """
    tape = Tape(client._service(), clock, keep)
    client.hooks.after_receiving(tape._take)
    try:
        yield tape
    finally:
        client.hooks.remove(tape._take)
