"""Events out of the frames of a stream: each as the documented union, with one member set."""

from __future__ import annotations

import typing
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from inspect import iscoroutinefunction
from types import ModuleType
from typing import Any

import msgspec

from .bodies import ERRORS, Bodies, error_of_json
from .eventstream import Frame, FrameDecoder, FrameError
from .exceptions import ConnectionClosedError, ProtocolError, ServiceError
from .http import HttpResponse
from .readers import Readers, member_types
from .response import EventStream, Structure, member_names
from .schema import Operation, Service, Shape

INITIAL = "initial-response"
"""The type of the first event of the protocols that have a body for all members: it holds the other members."""
_PART = 64 * 1024
_Read = Callable[[Frame], Any]


class EventPlan:
    """All that can be known of the events of an operation before one is there."""

    def __init__(
        self,
        service: Service,
        operation: Operation,
        member: str,
        *,
        bodies: Bodies,
        readers: Readers,
        model: type[Structure] | None,
        errors: ModuleType | None,
    ) -> None:
        """`model` is the class of the output, whose annotations tell that of the events."""
        self._operation = operation
        self._errors = errors
        self._told = ERRORS.get(service.protocol, error_of_json)
        output = service.shapes[operation.output]
        union = service.resolve(output.members[member])
        kinds = typing.get_args(member_types(model).get(member)) if model is not None else ()
        self._union = kinds[0] if kinds and isinstance(kinds[0], type) and issubclass(kinds[0], Structure) else None
        held = member_types(self._union) if self._union is not None else {}
        self._readers: dict[str, _Read] = {}
        self._raised: dict[str, tuple[_Read, str]] = {}
        for name, node in union.members.items():
            kind = held.get(name)
            nested = kind if isinstance(kind, type) and issubclass(kind, Structure) else None
            shape = service.resolve(node)
            self._readers[node.name or name] = _event_reader(service, shape, bodies, readers, nested)
            self._raised[node.name or name] = (_event_reader(service, shape, bodies, readers, None), node.shape)
        self._names = {node.name or name: name for name, node in union.members.items()}

    def stream(self, response: HttpResponse) -> EventStream[Any]:
        """The events of a successful answer."""
        return self._stream(response, FrameDecoder(), ())

    def begin(self, response: HttpResponse) -> tuple[bytes, EventStream[Any]]:
        """The payload of the first event, which holds the other members of the output, and the events after it.

        An answer that has no such event begins with what it has. Waits for the first event, unless an async client
        has `waited` for it.
        """
        decoder = FrameDecoder()
        frames: list[Frame] = []
        with self._reading():
            frames += decoder.feed(response.body)
            stream: Any = response.stream
            while not frames and stream is not None and not iscoroutinefunction(stream.read):
                part = stream.read(_PART)
                if not part:
                    break
                frames += decoder.feed(part)
        initial = b""
        if frames and frames[0].text(":event-type") == INITIAL:
            initial = frames.pop(0).payload
        rest = msgspec.structs.replace(response, body=b"")
        return initial, self._stream(rest, decoder, frames)

    def _stream(self, response: HttpResponse, decoder: FrameDecoder, before: Sequence[Frame]) -> EventStream[Any]:
        pending = list(before)

        def feed(part: bytes) -> Iterator[Any]:
            with self._reading():
                yield from self._events(pending)
                pending.clear()
                if part:
                    yield from self._events(decoder.feed(part))
                elif not decoder.between:
                    raise ConnectionClosedError(
                        f"reading the events of {self._operation.name}: the stream ended within an event"
                    )

        return EventStream(response.body, response.stream, feed)

    def _events(self, frames: Iterable[Frame]) -> Iterator[Any]:
        for frame in frames:
            event = self.event(frame)
            if event is not None:
                yield event

    @contextmanager
    def _reading(self) -> Iterator[None]:
        try:
            yield
        except FrameError as error:
            raise ProtocolError(f"reading the events of {self._operation.name}: {error}") from error

    def event(self, frame: Frame) -> Any:
        """The event of a frame; None for one that is not documented. Raises the service's error where it is one."""
        kind = frame.text(":message-type")
        if kind in ("error", "exception"):
            raise self._error(frame, kind)
        name = frame.text(":event-type")
        reader = self._readers.get(name)
        if reader is None:
            return None
        try:
            value = reader(frame)
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
            raise ProtocolError(
                f"reading the events of {self._operation.name}: the event {name} is not the documented one ({error})"
            ) from error
        told = {self._names[name]: value}
        if self._union is None:
            return told
        names = member_names(self._union)
        return self._union(**{names[member]: held for member, held in told.items() if member in names})

    def _error(self, frame: Frame, kind: str) -> ServiceError:
        """An error that the service documents for its stream, or one of the stream itself."""
        if kind == "error":
            told = {"Error": {"Code": frame.text(":error-code"), "Message": frame.text(":error-message")}}
            return ServiceError(told, self._operation.name)
        code = frame.text(":exception-type")
        read, name = self._raised.get(code, (None, ""))
        members: dict[str, Any] = {}
        message = ""
        # an error that is told badly is still that error
        with suppress(ValueError, TypeError, AttributeError, KeyError, RecursionError):
            if read is None:
                message = self._told(frame.payload)[1]
            else:
                members = read(frame)
        message = members.get("Message", members.get("message", message))
        found: type[ServiceError] = getattr(self._errors, name, ServiceError) if name else ServiceError
        return found({**members, "Error": {"Code": code, "Message": message}}, self._operation.name)


def _event_reader(
    service: Service, shape: Shape, bodies: Bodies, readers: Readers, model: type[Structure] | None
) -> _Read:
    """How one event is read: members from headers, and from the payload, which may be one member's alone."""
    headers = {name: node for name, node in shape.members.items() if node.event_header}
    payload = next((name for name, node in shape.members.items() if node.event_payload), "")
    whole = readers.structure(shape, model)
    take = bodies.structure(shape)
    held: Callable[[bytes], Any] | None = None
    if payload:
        held = _payload_reader(service, shape.members[payload], bodies, readers, model, payload)
    nothing_else = len(headers) == len(shape.members)

    def read(frame: Frame) -> Any:
        members: dict[str, Any] = {}
        for name, node in headers.items():
            value = frame.headers.get(node.name or name)
            if value is not None:
                members[name] = value
        if held is not None:
            members[payload] = held(frame.payload)
        if held is not None or nothing_else:
            return whole({}, members)
        return whole(take(frame.payload), members)

    return read


def _payload_reader(
    service: Service, node: Shape, bodies: Bodies, readers: Readers, model: type[Structure] | None, name: str
) -> Callable[[bytes], Any]:
    kind = service.resolve(node).type
    if kind == "blob":
        return bytes
    if kind == "string":
        return bytes.decode
    take, reader = bodies.payload(node), readers.member(node, model, name)
    return lambda payload: reader(take(payload))


async def waited(response: HttpResponse) -> HttpResponse:
    """An answer of an async client once its first event has come, so that it can be parsed without waiting.

    Raises TransportError.
    """
    decoder = FrameDecoder()
    body = response.body
    stream: Any = response.stream
    try:
        begun = bool(list(decoder.feed(body)))
        while not begun and stream is not None:
            part = await stream.read(_PART)
            if not part:
                break
            body += part
            begun = bool(list(decoder.feed(part)))
    except FrameError:
        pass  # whoever parses it says so
    return msgspec.structs.replace(response, body=body)
