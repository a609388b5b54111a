"""Putting live values where a plan says that literals stand for them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from asdoc.runtime.schema import Service, Shape

from .leaves import Key, Path, at, is_special
from .world import ArnLink, ArnPart, Binding, Link, Open


class Exchange(NamedTuple):
    """What went out in a call, and what came back, as trees of Python values."""

    sent: dict[str, Any]
    answer: dict[str, Any]


class UnboundError(LookupError):
    """A call of the world did not give what a later literal stands for."""

    def __init__(self, step: int, side: str, path: Path) -> None:
        super().__init__(step, side, path)
        self.step = step
        self.side = side
        self.path = path


class Resolver:
    """The live values of one world so far."""

    def __init__(self, service: Service, *, region: str, account: str) -> None:
        self.service = service
        self.region = region
        self.account = account
        self.exchanges: dict[int, Exchange] = {}

    def live(self, binding: Link | ArnLink) -> Any:
        """The value behind a binding. Raises UnboundError where the call did not give one."""
        if isinstance(binding, ArnLink):
            return "".join(self._piece(piece) for piece in binding.pieces)
        exchange = self.exchanges.get(binding.step)
        tree = exchange and (exchange.sent if binding.side == "sent" else exchange.answer)
        try:
            value = at(tree, binding.path)
        except LookupError as error:
            raise UnboundError(binding.step, binding.side, binding.path) from error
        if isinstance(value, dict | list) or value is None or isinstance(value, tuple):
            raise UnboundError(binding.step, binding.side, binding.path)
        return value

    def _piece(self, piece: str | ArnPart | Link) -> str:
        if isinstance(piece, ArnPart):
            return self.region if piece.name == "region" else self.account
        return piece if isinstance(piece, str) else str(self.live(piece))

    def params(
        self, shape: str, tree: Mapping[str, Any], links: Mapping[Path, Binding], *, documented: bool = False
    ) -> dict[str, Any]:
        """Arguments of a call: bound literals replaced, the others in the type of their place.

        With `documented`, literals whose call gave nothing stay as documented instead of raising UnboundError.
        """
        built: dict[str, Any] = self._build(
            self.service.shapes.get(shape, Shape()), tree, (), links, documented=documented
        )
        return built

    def _build(self, node: Shape, value: Any, path: Path, links: Mapping[Path, Binding], *, documented: bool) -> Any:
        shape = self.service.resolve(node)
        if isinstance(value, dict) and not is_special(value):
            built = {}
            for name, item in value.items():
                key = self._leaf(Shape(type="string"), name, (*path, Key(name)), links, documented=documented)
                member = shape.value if shape.type == "map" else shape.members.get(name)
                built[key] = self._build(member or Shape(), item, (*path, name), links, documented=documented)
            return built
        if isinstance(value, list):
            return [
                self._build(shape.member or Shape(), item, (*path, index), links, documented=documented)
                for index, item in enumerate(value)
            ]
        return self._leaf(shape, value, path, links, documented=documented)

    def _leaf(self, shape: Shape, value: Any, path: Path, links: Mapping[Path, Binding], *, documented: bool) -> Any:
        binding = links.get(path)
        if isinstance(binding, Link | ArnLink):
            try:
                return as_type(shape, self.live(binding))
            except UnboundError:
                if not documented:
                    raise
        return native(shape, value)

    def expected(self, shape: Shape, value: Any, binding: Binding | None) -> Any:
        """What a literal of a documented answer must be here; `Open` where any value of its type may stand."""
        if isinstance(binding, Open):
            return binding
        if binding is not None:
            return as_type(shape, self.live(binding))
        return native(shape, value)


def as_type(shape: Shape, value: Any) -> Any:
    """A live value in the type of another place: a number may come back as text, and the reverse."""
    if shape.type == "string" and isinstance(value, int | float) and not isinstance(value, bool):
        return str(int(value)) if float(value).is_integer() else str(value)
    if shape.type in {"integer", "long"} and isinstance(value, str) and value.isdigit():
        return int(value)
    if shape.type == "blob" and isinstance(value, str):
        return value.encode()
    return value


def native(shape: Shape, value: Any) -> Any:
    """A documented literal as the Python value that a caller would pass."""
    if is_special(value):
        if "$datetime" in value:
            # A time tuple has weekday, day of the year and a daylight flag behind the second; they say nothing more.
            parts = [int(part) for part in value["$datetime"][:6]] + [0] * 6
            return datetime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], tzinfo=UTC)
        return base64.b64decode(value["$bytes"]) if "$bytes" in value else value
    if shape.type == "blob" and isinstance(value, str):
        return value.encode()
    if shape.type == "timestamp" and isinstance(value, str):
        return datetime.fromisoformat(value)
    if shape.type == "timestamp" and isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    return value
