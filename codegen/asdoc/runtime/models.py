"""The models of a service, each made from the table when it is first asked for.

A service may have thousands, of which a program uses a few: only these, and what they hold, are ever made. What editors
and type checkers see of them stands in the package's `models.pyi`, which is made of the same table by the same names.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from threading import RLock
from typing import Any, ForwardRef, Literal, NotRequired, Optional, TypedDict, Union

import msgspec

from .arguments import BlobInput, TimestampInput
from .names import Side, attributes
from .response import EmptyResponse, Output, Structure, TaggedUnion
from .schema import Operation, Service, Shape, load_service
from .streaming import EventStream, StreamingBody

_SIMPLE = {
    "string": str,
    "character": str,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
    "boolean": bool,
}
_SCALARS: dict[Side, dict[str, Any]] = {
    "output": {**_SIMPLE, "timestamp": datetime, "blob": bytes},
    "input": {**_SIMPLE, "timestamp": TimestampInput, "blob": BlobInput},
}
_LIST: dict[Side, Any] = {"output": list, "input": Sequence}
_MAP: dict[Side, Any] = {"output": dict, "input": Mapping}


class Models:
    """What the `models` module of a generated package gives its names by.

    `types` and `dicts` map the Python names of classes, enums and dictionaries to the shapes that they stand for, where
    these are not called as their shape, or as their shape and `Dict`.
    """

    def __init__(
        self, module: str, *, types: Mapping[str, str] | None = None, dicts: Mapping[str, str] | None = None
    ) -> None:
        self._module = module
        self._shapes: dict[Side, Mapping[str, str]] = {"output": types or {}, "input": dicts or {}}
        self._unusual: dict[Side, dict[str, str]] = {
            side: {shape: python for python, shape in told.items()} for side, told in self._shapes.items()
        }
        self._made: dict[tuple[Side, str], Any] = {}
        self._lock = RLock()

    @cached_property
    def service(self) -> Service:
        return load_service(self._module.rpartition(".")[0])

    @cached_property
    def _outputs(self) -> frozenset[str]:
        return frozenset(operation.output for operation in self.service.operations.values())

    def named(self, name: str) -> Any:
        """The type called `name`: what the module's `__getattr__` is. Raises AttributeError where there is none."""
        found = None if name.startswith("_") else self._find(name)
        if found is None:
            raise AttributeError(f"module {self._module!r} has no attribute {name!r}")
        self._space[name] = found
        return found

    def names(self) -> list[str]:
        """All names that the module has: what its `__dir__` is."""
        from .names import name_types

        told = name_types(self.service)
        return sorted({*told.classes.values(), *told.dicts.values(), *told.enums.values()})

    def answer(self, operation: Operation) -> type[Output]:
        """The class that an operation answers with; EmptyResponse where it documents no output."""
        made: type[Output] = self._structure("output", operation.output) if operation.output else EmptyResponse
        return made

    @property
    def _space(self) -> dict[str, Any]:
        return vars(sys.modules[self._module])

    def _find(self, name: str) -> Any:
        shapes = self.service.shapes
        if name in shapes and name.endswith("Dict") and name.removesuffix("Dict") in shapes:
            return self._find_exactly(name)
        shape_name = self._shapes["output"].get(name, name)
        if shape_name in shapes and (shape_name != name or name not in self._unusual["output"]):
            if shapes[shape_name].type == "structure":
                return self._structure("output", shape_name)
            values = tuple(dict.fromkeys(shapes[shape_name].enum))
            return Union[Literal[values], str] if values else None  # noqa: UP007 # of values known at run time alone
        shape_name = self._shapes["input"].get(name, name.removesuffix("Dict"))
        if shape_name == name or shape_name not in shapes or shapes[shape_name].type != "structure":
            return None
        return self._structure("input", shape_name)

    def _find_exactly(self, name: str) -> Any:
        """What a name means that may be a shape's own, or that of another shape's dictionary."""
        from .names import name_types

        told = name_types(self.service)
        sides: tuple[tuple[Side, Mapping[str, str]], ...] = (("output", told.classes), ("input", told.dicts))
        for side, names in sides:
            for shape, python in names.items():
                if python == name:
                    return self._structure(side, shape)
        values = next((self.service.shapes[shape].enum for shape, python in told.enums.items() if python == name), ())
        return Union[Literal[values], str] if values else None  # noqa: UP007 # of values known at run time alone

    def _structure(self, side: Side, name: str) -> Any:
        made = self._made.get((side, name))
        if made is None:
            with self._lock:
                made = self._made.get((side, name))
                if made is None:
                    making = _Making(self, side)
                    made = making.structure(name)
                    # What holds itself is found by these names, which no member can hide, when it is first used.
                    self._space.update({self.private(side, shape): kind for shape, kind in making.fresh.items()})
                    self._made.update({(side, shape): kind for shape, kind in making.fresh.items()})
        return made

    # -- what the making of a structure asks

    def made(self, side: Side, shape: str) -> Any:
        return self._made.get((side, shape))

    def python(self, side: Side, shape: str) -> str:
        return self._unusual[side].get(shape) or (shape if side == "output" else f"{shape}Dict")

    def private(self, side: Side, shape: str) -> str:
        return f"_{self.python(side, shape)}"

    def answered(self, name: str, shape: Shape, types: Mapping[str, Any]) -> Any:
        """The class of a structure that a service answers."""
        names = attributes(shape)
        fields = [(names[member], Optional[kind], None) for member, kind in types.items()]  # noqa: UP045 # a ForwardRef
        return msgspec.defstruct(
            self.python("output", name),
            fields,
            bases=(Output if name in self._outputs else TaggedUnion if shape.union else Structure,),
            module=self._module,
            namespace={"__doc__": f"{name} of {self.service.client}, as its pages document it."},
            rename={attribute: member for member, attribute in names.items() if attribute != member} or None,
            kw_only=True,
        )

    def given(self, name: str, shape: Shape, types: Mapping[str, Any]) -> Any:
        """The dictionary by which a caller gives a structure."""
        keys = {member: kind if member in shape.required else NotRequired[kind] for member, kind in types.items()}
        made: Any = TypedDict(self.python("input", name), keys)  # type: ignore[misc]  # known at run time alone
        made.__module__ = self._module
        return made


class _Making:
    """One structure, and all that it holds and that was not made before."""

    def __init__(self, models: Models, side: Side) -> None:
        self.models = models
        self.side: Side = side
        self.fresh: dict[str, Any] = {}
        self._open: set[str] = set()

    def structure(self, name: str) -> Any:
        shape = self.models.service.shapes[name]
        self._open.add(name)
        types = {member: self.annotation(node) for member, node in shape.members.items()}
        self._open.discard(name)
        make = self.models.answered if self.side == "output" else self.models.given
        self.fresh[name] = make(name, shape, types)
        return self.fresh[name]

    def annotation(self, node: Shape, inside: frozenset[str] = frozenset()) -> Any:
        shape = self.models.service.resolve(node)
        side = self.side
        if node.jsonvalue or shape.jsonvalue or node.shape in inside:
            return Any
        if node.shape and shape.type == "structure":
            held = self._held(node.shape)
            stream: Any = EventStream
            return stream[held] if node.eventstream or shape.eventstream else held
        deeper = inside | {node.shape} if node.shape else inside
        if shape.type == "list" and shape.member is not None:
            item = self.annotation(shape.member, deeper)
            return _LIST[side][Optional[item] if shape.sparse else item]  # noqa: UP045 # of a ForwardRef, too
        if shape.type == "map" and shape.value is not None:
            held = self.annotation(shape.value, deeper)
            return _MAP[side][str, Optional[held] if shape.sparse else held]  # noqa: UP045
        if shape.type in ("structure", "map", "list"):
            return _MAP[side][str, Any]
        if shape.type == "blob" and side == "output" and (node.streaming or shape.streaming):
            return StreamingBody
        return _SCALARS[side].get(shape.type, Any)

    def _held(self, name: str) -> Any:
        if name in self._open:
            return ForwardRef(self.models.private(self.side, name))
        return self.models.made(self.side, name) or self.fresh.get(name) or self.structure(name)
