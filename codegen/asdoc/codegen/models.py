"""What stands in the stub of a service's models: every type with its members, annotated."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.names import BUILDING_BLOCKS, as_identifier, attributes

from .types import Types

# What msgspec takes in no name either.
_NO_MEMBER = re.compile(r'["\\\x00-\x1f]')
_PLAIN_KEY = re.compile(r"[A-Za-z][0-9A-Za-z_]*")


@dataclass(frozen=True)
class Enum:
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    name: str
    member: str
    """The documented name."""
    annotation: str


@dataclass(frozen=True)
class Class:
    """A structure that is answered."""

    name: str
    base: str
    doc: tuple[str, ...]
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Dict:
    """A structure that is given."""

    name: str
    doc: tuple[str, ...]
    fields: tuple[Field, ...]
    functional: bool
    """True where a key is no name that a class body can hold."""


@dataclass(frozen=True)
class Models:
    """What the templates of `models.py` and `models.pyi` put together."""

    enums: tuple[Enum, ...]
    classes: tuple[Class, ...]
    dicts: tuple[Dict, ...]
    aliases: tuple[str, ...]
    """Types that a member of the same name hides inside its class, where `_Name` stands for them."""
    types: dict[str, str]
    dictionaries: dict[str, str]
    """Python name -> shape, of classes and enums and of dictionaries that are not called as their shape."""

    @property
    def annotations(self) -> tuple[str, ...]:
        fields = [field for made in self.classes for field in made.fields]
        fields += [field for made in self.dicts for field in made.fields]
        return tuple(field.annotation for field in fields)


def write_models(types: Types, docs: Mapping[str, list[str]]) -> Models:
    """The models of a service; `docs` has the lines of the docstring of each class by its name.

    Raises AsdocError where a member has a name that no model could have.
    """
    names = types.names
    aliases: set[str] = set()
    enums = [Enum(name, types.service.shapes[shape].enum) for shape, name in names.enums.items()]
    classes = [_class(types, shape, name, docs[name], aliases) for shape, name in names.classes.items()]
    dicts = [_dict(types, shape, name, docs[name], aliases) for shape, name in names.dicts.items()]
    return Models(
        enums=tuple(sorted(enums, key=lambda made: made.name)),
        classes=tuple(sorted(classes, key=lambda made: made.name)),
        dicts=tuple(sorted(dicts, key=lambda made: made.name)),
        aliases=tuple(sorted(aliases)),
        types=names.unusual("output"),
        dictionaries=names.unusual("input"),
    )


def _class(types: Types, shape_name: str, name: str, doc: list[str], aliases: set[str]) -> Class:
    shape = types.service.shapes[shape_name]
    named = attributes(shape)
    hiding = types.names.hidden & frozenset(named.values())
    fields = []
    for member, attribute in named.items():
        _refuse(shape_name, member)
        fields.append(Field(attribute, member, f"{types.answered(shape.members[member], hiding)} | None"))
    aliases |= _used(hiding, fields)
    outputs = {operation.output for operation in types.service.operations.values()}
    base = "Output" if shape_name in outputs else "TaggedUnion" if shape.union else "Structure"
    return Class(name, f"response.{base}", tuple(doc), tuple(fields))


def _dict(types: Types, shape_name: str, name: str, doc: list[str], aliases: set[str]) -> Dict:
    shape = types.service.shapes[shape_name]
    functional = not all(_keeps_its_name(member) for member in shape.members)
    hiding = frozenset() if functional else types.names.hidden & frozenset(shape.members)
    fields = []
    for member, node in shape.members.items():
        _refuse(shape_name, member)
        annotation = types.given(node, hiding)
        fields.append(Field(member, member, annotation if member in shape.required else f"NotRequired[{annotation}]"))
    aliases |= _used(hiding, fields)
    return Dict(name, tuple(doc), tuple(fields), functional)


def _used(hiding: frozenset[str], fields: list[Field]) -> set[str]:
    words = {word for field in fields for word in re.findall(r"\w+", field.annotation)}
    return {name for name in hiding if f"_{name}" in words}


def _refuse(shape: str, member: str) -> None:
    if _NO_MEMBER.search(member) or member == "ResponseMetadata":
        raise AsdocError(
            f"generating models: {shape[:80]!r} has a member called {member[:80]!r}",
            hint="No member's name holds a quote, a backslash or a control character, and ResponseMetadata is what "
            "a client adds to every answer: look at the page it was read from.",
        )


def _keeps_its_name(member: str) -> bool:
    return bool(_PLAIN_KEY.fullmatch(member)) and as_identifier(member, BUILDING_BLOCKS["input"]) == member
