"""Putting live values where a plan says that literals stand for them."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from asdoc.runtime.schema import Service, Shape

from .leaves import Key, Path, at, is_special
from .references import FROM, SENT, TEXT, UNKNOWN, altered, parse, refers, slots
from .world import OWN, ArnLink, ArnPart, Binding, Link, Open

_KEY = Shape(type="string")
_UNTOLD = Shape()
"""Of a place that the table does not know."""


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
        self.names: dict[str, int] = {}
        """Step or resource by its name -> the call that it means."""
        self.unique = uuid4().hex[:8]
        """Sets the names of this world apart from those of others at one target."""
        self.count = 1
        """Which repetition of a call this is."""

    def refer(self, shape: Shape, value: Mapping[str, str]) -> Any:
        """What a `$from`, `$sent`, `$unknown` or `$text` stands for, in the type of its place. Raises UnboundError."""
        key, text = next(iter(value.items()))
        if key == TEXT:
            pieces = slots(text)
            pieces[1::2] = [str(self._slot(slot)) for slot in pieces[1::2]]
            return as_type(shape, "".join(pieces))
        try:
            found = self._named(text, "sent" if key == SENT else "answer")
        except UnboundError:
            if key != UNKNOWN:
                raise
            # What a call was given is as good a pattern of what is unknown as what it gave.
            found = self._named(text, "sent")
        return as_type(shape, found if key in {FROM, SENT} else altered(found))

    def _slot(self, slot: str) -> Any:
        own = {"region": self.region, "account": self.account, "n": self.count, "unique": self.unique}
        return own[slot] if slot in own else self._named(slot, "answer")

    def _named(self, text: str, side: str) -> Any:
        reference = parse(text)
        step = self.names.get(reference.name, OWN)
        exchange = self.exchanges.get(step)
        tree: Any = exchange and (exchange.sent if side == "sent" else exchange.answer)
        if isinstance(tree, dict) and reference.path[0] not in tree and len(tree) == 1:
            # Many answers hold one structure, which is the thing itself.
            tree = next(iter(tree.values()))
        try:
            return at(tree, reference.path)
        except LookupError as error:
            raise UnboundError(step, side, reference.path) from error

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
        members = self.service.resolve(self.service.shapes.get(shape, _UNTOLD)).members
        bound = {path[0] for path in links}
        built: dict[str, Any] = {}
        for name, item in tree.items():
            member = members.get(name, _UNTOLD)
            if name in bound:
                binding = links.get((name,))
                if isinstance(binding, Link) and not documented and not isinstance(item, dict | list):
                    built[name] = as_type(self.service.resolve(member), self.live(binding))
                    continue
                built[name] = self._build(member, item, (name,), links, documented=documented)
            else:
                built[name] = self._plain(member, item, documented=documented)
        return built

    def _plain(self, node: Shape, value: Any, *, documented: bool) -> Any:
        """As `_build`, where nothing is bound: no path is needed."""
        shape = self.service.resolve(node)
        if isinstance(value, str):
            return value if shape.type == "string" else native(shape, value)
        if isinstance(value, dict):
            if is_special(value):
                return self._leaf(shape, value, (), {}, documented=documented)
            if shape.type == "map":
                entry = shape.value or _UNTOLD
                return {name: self._plain(entry, item, documented=documented) for name, item in value.items()}
            members = shape.members
            return {
                name: self._plain(members.get(name, _UNTOLD), item, documented=documented)
                for name, item in value.items()
            }
        if isinstance(value, list):
            member = shape.member or _UNTOLD
            return [self._plain(member, item, documented=documented) for item in value]
        return native(shape, value)

    def _build(self, node: Shape, value: Any, path: Path, links: Mapping[Path, Binding], *, documented: bool) -> Any:
        shape = self.service.resolve(node)
        if isinstance(value, dict) and not is_special(value):
            built = {}
            is_map = shape.type == "map"
            for name, item in value.items():
                key, member = name, shape.members.get(name)
                if is_map:
                    key = self._leaf(_KEY, name, (*path, Key(name)), links, documented=documented)
                    member = shape.value
                built[key] = self._build(member or _UNTOLD, item, (*path, name), links, documented=documented)
            return built
        if isinstance(value, list):
            return [
                self._build(shape.member or _UNTOLD, item, (*path, index), links, documented=documented)
                for index, item in enumerate(value)
            ]
        return self._leaf(shape, value, path, links, documented=documented)

    def _leaf(self, shape: Shape, value: Any, path: Path, links: Mapping[Path, Binding], *, documented: bool) -> Any:
        if shape.type == "string" and not links and isinstance(value, str):
            return value
        if refers(value):
            try:
                return self.refer(shape, value)
            except UnboundError:
                if not documented:
                    raise
                return _placeholder(shape)
        binding = links.get(path) if links else None
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
        if refers(value):
            return self.refer(shape, value)
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


def _placeholder(shape: Shape) -> Any:
    """Something of the type that a live value will have."""
    if shape.type in {"integer", "long", "float", "double"}:
        return max(1, int(shape.min or 0))
    if shape.type == "timestamp":
        return datetime(2026, 1, 1, tzinfo=UTC)
    return {"blob": b"-", "boolean": True}.get(shape.type, "x" * max(1, int(shape.min or 0)))


def native(shape: Shape, value: Any) -> Any:
    """A documented literal as the Python value that a caller would pass."""
    if isinstance(value, dict) and is_special(value):
        if "$repeat" in value:
            part, times = value["$repeat"]
            return (part * times).encode() if shape.type == "blob" else part * times
        if "$datetime" in value:
            # A time tuple has weekday, day of the year and a daylight flag behind the second; they say nothing more.
            parts = [int(part) for part in value["$datetime"][:6]] + [0] * 6
            return datetime(parts[0], parts[1], parts[2], parts[3], parts[4], parts[5], tzinfo=UTC)
        return base64.b64decode(value["$bytes"]) if "$bytes" in value else value
    if shape.type == "blob" and isinstance(value, str):
        return value.encode()
    if shape.type in {"integer", "long"} and isinstance(value, str) and value.lstrip("-").isdigit():
        # Examples quote numbers now and then.
        return int(value)
    if shape.type == "timestamp" and isinstance(value, str):
        return datetime.fromisoformat(value)
    if shape.type == "timestamp" and isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    return value
