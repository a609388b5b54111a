"""What a call gives back: a typed structure that can also be read as the dictionary that the pages print."""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, KeysView, Mapping, ValuesView
from typing import TYPE_CHECKING, Any, NotRequired, TypeAlias, TypedDict, cast

import msgspec

from .streaming import EventStream, StreamingBody

if TYPE_CHECKING:
    from abc import ABCMeta

__all__ = [
    "EmptyResponse",
    "EventStream",
    "Output",
    "ResponseMetadata",
    "StreamingBody",
    "Structure",
    "TaggedUnion",
    "member_names",
    "to_plain",
]


class ResponseMetadata(TypedDict):
    """Of one answer: as boto3 gives it under the same key."""

    RequestId: NotRequired[str]
    """Absent where the answer carried none."""
    HostId: NotRequired[str]
    HTTPStatusCode: int
    HTTPHeaders: dict[str, str]
    RetryAttempts: int
    """How often the request was sent again; 0 where the first attempt was answered."""


_Metadata: TypeAlias = ResponseMetadata
_METADATA = "ResponseMetadata"
_names: dict[type, dict[str, str]] = {}
NULLS: dict[type, frozenset[str]] = {}
"""Members of a structure that boto3 has with the value None where they are absent."""


def member_names(cls: type[Structure]) -> dict[str, str]:
    """Documented name -> attribute, of every member of a structure; they differ where the name is a keyword."""
    names = _names.get(cls)
    if names is None:
        names = _names[cls] = dict(zip(cls.__struct_encode_fields__, cls.__struct_fields__, strict=True))
    return names


class Structure(msgspec.Struct, kw_only=True, omit_defaults=True, repr_omit_defaults=True):
    """Base of all generated models: members as attributes (None where absent) and as items (KeyError where absent).

    Equality is over the members present: `ResponseMetadata`, which no two answers share, is left out. A structure
    equals a plain dictionary of its present members, so `client.get_environment(...) == {...}` reads as on the page; a
    dictionary that holds "ResponseMetadata" is compared with it.
    """

    def __getitem__(self, name: str) -> Any:
        attribute = member_names(type(self)).get(name)
        value = None if attribute is None else getattr(self, attribute)
        if value is None and name not in NULLS.get(type(self), ()):
            raise KeyError(name)
        return value

    def __setitem__(self, name: str, value: Any) -> None:
        attribute = member_names(type(self)).get(name)
        if attribute is None:
            raise KeyError(f"{type(self).__name__} documents no {name!r}; copy() gives a dictionary that takes any key")
        setattr(self, attribute, value)

    def __delitem__(self, name: str) -> None:
        self.pop(name)

    def __contains__(self, name: object) -> bool:
        attribute = member_names(type(self)).get(name) if isinstance(name, str) else None
        if attribute is None:
            return False
        return getattr(self, attribute) is not None or name in NULLS.get(type(self), ())

    def __iter__(self) -> Iterator[str]:
        names, nulls = member_names(type(self)), NULLS.get(type(self), ())
        return (name for name, held in names.items() if getattr(self, held) is not None or name in nulls)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __bool__(self) -> bool:
        return any(True for _ in self)

    def keys(self) -> KeysView[str]:
        """The names of the members present, in the order of the documentation."""
        return dict.fromkeys(self).keys()

    def values(self) -> ValuesView[Any]:
        return self.copy().values()

    def items(self) -> ItemsView[str, Any]:
        return self.copy().items()

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def pop(self, name: str, *default: Any) -> Any:
        """Take a member out, as code written for boto3 does with "ResponseMetadata"."""
        try:
            value = self[name]
        except KeyError:
            if default:
                return default[0]
            raise
        self[name] = None
        return value

    def setdefault(self, name: str, default: Any = None) -> Any:
        """The member; where it is absent, `default`, which it then is. Raises KeyError for what is no member."""
        if name not in self:
            self[name] = default
        return self.get(name)

    def update(self, *others: Any, **members: Any) -> None:
        """Set members as `dict.update` does. Raises KeyError for what is none, and then sets nothing."""
        told = dict(*others, **members)
        for name in told:
            if name not in member_names(type(self)):
                self[name] = None  # refused
        for name, value in told.items():
            self[name] = value

    def copy(self) -> dict[str, Any]:
        """The members present as a dictionary, which takes other keys too; structures in it stay what they are."""
        return {name: self[name] for name in self}

    def __or__(self, other: Any) -> dict[str, Any]:
        return self.copy() | dict(other) if isinstance(other, Mapping) else NotImplemented

    def __ror__(self, other: Any) -> dict[str, Any]:
        return dict(other) | self.copy() if isinstance(other, Mapping) else NotImplemented

    def to_dict(self) -> dict[str, Any]:
        """The plain dictionary that boto3 would have given: nested, only what is present."""
        return {name: to_plain(value) for name, value in self.items()}

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Structure):
            if type(self) is not type(other):
                return NotImplemented
            mine, theirs = self.copy(), other.copy()
            mine.pop(_METADATA, None)
            theirs.pop(_METADATA, None)
            return mine == theirs
        if isinstance(other, dict):
            mine = self.copy()
            if _METADATA not in other:
                mine.pop(_METADATA, None)
            return mine == other
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # what can change has no hash, as a dictionary has none


# Not a base: its metaclass is not msgspec's. It also lets `match` statements see into an answer.
cast("ABCMeta", Mapping).register(Structure)


class TaggedUnion(Structure, forbid_unknown_fields=True):
    """Base of the models of which at most one member is set.

    Where a service answers with a member that no page knows yet, `SDK_UNKNOWN_MEMBER` tells its name, as
    `{"name": "…"}`. Source: what boto3's pages say of a tagged union.
    """

    SDK_UNKNOWN_MEMBER: dict[str, str] | None = None


class Output(Structure):
    """Base of the models that an operation answers with."""

    ResponseMetadata: _Metadata | None = None


class EmptyResponse(Output):
    """The answer of an operation that documents no output."""


def to_plain(value: Any) -> Any:
    """A value with every structure in it made a plain dictionary."""
    if isinstance(value, Structure):
        return value.to_dict()
    if isinstance(value, list | tuple):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: to_plain(item) for key, item in value.items()}
    return value
