"""Answers in the protocol of a service, each member there or not, written in the ways that protocols allow."""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random
from typing import Any
from xml.sax.saxutils import escape, quoteattr

_TEXTS = (
    "",
    "a",
    "a b",
    "é日本😀",
    "<x>&\"'",
    " lead",
    "trail ",
    "a\nb",
    "\t",
    "null",
    "true",
    "0",
    "a,b",
    "]]>",
    "x" * 50,
)
_HEADERS = ("a", "A1", "a b", "a,b", 'q"x"', "~", "x=y", "0", '"a,b",c', "a;b", "null", 'W/"x"')
_TIMES = (
    datetime(2015, 10, 21, 7, 28, tzinfo=UTC), datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2040, 2, 29, 12, 0, 0, 500000, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2026, 7, 1, 1, 2, 3, 123456, tzinfo=UTC), datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC),
)  # fmt: skip
_SCALARS: dict[str, tuple[Any, ...]] = {
    "integer": (0, 1, -1, 2**31, -(2**31), 2**63 - 1, 2**53 + 1),
    "long": (0, 1, -1, 2**31, -(2**31), 2**63 - 1, 2**53 + 1),
    "float": (0.0, -0.0, 1.5, 1e21, 1e-7, 100.0, -2.25, 1e300),
    "double": (0.0, -0.0, 1.5, 1e21, 1e-7, 100.0, -2.25, 1e300),
    "boolean": (True, False),
    "timestamp": _TIMES,
    "blob": (b"", b"a", b"\x00\xff\xfe", "é".encode(), b"x" * 40),
}
_DEEP = 4


def value(random: Random, shape: Any, depth: int = 0) -> Any:
    """What may stand where a shape does, structures by their documented names."""
    kind = shape.type_name
    if getattr(shape, "is_document_type", False):
        return {"k": random.choice([None, True, 0, 1.5, "", "é", [], {}, [{"a": None}]])}
    if kind == "structure":
        names = list(shape.members)
        many = 1 if shape.is_tagged_union else 0 if depth > _DEEP else random.choice([0, 1, 3, 6, len(names)])
        chosen = random.sample(names, min(len(names), many))
        return {name: value(random, shape.members[name], depth + 1) for name in chosen}
    if kind == "list":
        return [value(random, shape.member, depth + 1) for _ in range(0 if depth > _DEEP else random.choice([0, 1, 2]))]
    if kind == "map":
        size = 0 if depth > _DEEP else random.choice([0, 1, 2])
        return {value(random, shape.key, _DEEP): value(random, shape.value, depth + 1) for _ in range(size)}
    if kind in ("string", "character"):
        return random.choice([*shape.enum, "NOT_KNOWN"] if shape.enum else _TEXTS)
    return random.choice(_SCALARS[kind])


def _time(random: Random, shape: Any, time: datetime, usual: str) -> Any:
    """A number or a text, mostly in the form that the shape is told to have."""
    form = (shape.serialization.get("timestampFormat") or usual).lower()
    if random.random() < 0.2:
        form = random.choice(["iso8601", "rfc822", "unixtimestamp"])
    if form == "rfc822":
        return format_datetime(time.replace(microsecond=0), usegmt=True)
    if form == "unixtimestamp":
        return int(time.timestamp()) if not time.microsecond else time.timestamp()
    fraction = random.choice([f".{time.microsecond // 1000:03}", f".{time.microsecond:06}"]) if time.microsecond else ""
    return f"{time:%Y-%m-%dT%H:%M:%S}{fraction}Z"


def as_json(random: Random, shape: Any, held: Any) -> Any:
    kind = shape.type_name
    if held is None or getattr(shape, "is_document_type", False):
        return held
    if kind == "structure":
        written = {
            shape.members[name].serialization.get("name", name): as_json(random, shape.members[name], inner)
            for name, inner in held.items()
        }
        return written if shape.is_tagged_union or random.random() < 0.9 else written | {"Unknown": {"a": None}}
    if kind == "list":
        return [as_json(random, shape.member, inner) for inner in held]
    if kind == "map":
        return {key: as_json(random, shape.value, inner) for key, inner in held.items()}
    if kind == "timestamp":
        return _time(random, shape, held, "unixTimestamp")
    return base64.b64encode(held).decode() if kind == "blob" else held


def json_text(random: Random, held: Any) -> bytes:
    indent = 2 if random.random() < 0.2 else None
    return json.dumps(held, ensure_ascii=random.random() < 0.5, indent=indent).encode()


def _gap(random: Random) -> str:
    return random.choice(["", "", "", "\n  ", "<!-- gap -->", "\t"])


def element(random: Random, name: str, inner: str, attributes: str = "") -> str:
    attributes += ' extra="1"' if random.random() < 0.03 else ""
    if not inner and random.random() < 0.5:
        return f"<{name}{attributes}/>"
    return f"<{name}{attributes}>{inner}</{name}>"


def text(random: Random, held: str) -> str:
    """A text in XML: escaped, in a section of its own, or with a comment in it."""
    kind = random.random()
    if kind < 0.06 and held and "]]>" not in held:
        return f"<![CDATA[{held}]]>"
    return escape(held) + ("<!-- c -->" if kind < 0.1 else "")


def tag(shape: Any, name: str) -> str:
    """What a member's element is called: of a flat list, as its items are."""
    if shape.type_name == "list" and shape.serialization.get("flattened"):
        name = shape.member.serialization.get("name", shape.serialization.get("name", name))
        return str(name)
    return str(shape.serialization.get("name", name))


def as_xml(random: Random, shape: Any, held: Any, name: str) -> str:
    kind = shape.type_name
    flat = shape.serialization.get("flattened")
    if kind == "structure":
        return _structure(random, shape, held, name)
    if kind == "list":
        item = name if flat else shape.member.serialization.get("name", "member")
        inner = "".join(_gap(random) + as_xml(random, shape.member, each, item) for each in held)
        return inner if flat else element(random, name, inner)
    if kind == "map":
        keys, values = (
            part.serialization.get("name", usual) for part, usual in ((shape.key, "key"), (shape.value, "value"))
        )
        entries = [
            as_xml(random, shape.key, key, keys) + _gap(random) + as_xml(random, shape.value, inner, values)
            for key, inner in held.items()
        ]
        inner = "".join(f"<{name if flat else 'entry'}>{entry}</{name if flat else 'entry'}>" for entry in entries)
        return inner if flat else element(random, name, inner)
    write = _TO_XML.get(kind)
    return element(random, name, str(held) if write is None else write(random, shape, held))


_TO_XML: dict[str, Callable[[Random, Any, Any], str]] = {
    "boolean": lambda random, shape, held: str(held).lower(),
    "timestamp": lambda random, shape, held: str(_time(random, shape, held, "iso8601")),
    "blob": lambda random, shape, held: base64.b64encode(held).decode(),
    "string": lambda random, shape, held: text(random, held),
    "character": lambda random, shape, held: text(random, held),
}


def _structure(random: Random, shape: Any, held: dict[str, Any], name: str) -> str:
    attributes, inner = "", ""
    for member, each in held.items():
        node = shape.members[member]
        if node.serialization.get("location"):
            continue
        if node.serialization.get("xmlAttribute"):
            attribute = node.serialization.get("name", member)
            space = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' if ":" in attribute else ""
            attributes += f"{space} {attribute}={quoteattr(each)}"
        else:
            inner += _gap(random) + as_xml(random, node, each, tag(node, member))
    inner += "<Unknown><V>1</V></Unknown>" if random.random() < 0.06 else ""
    return element(random, name, inner, attributes)


def as_cbor(random: Random, held: Any) -> bytes:
    """Lengths told or not, and floats as short as they can be."""
    if held is None or isinstance(held, bool):
        return {None: b"\xf6", True: b"\xf5", False: b"\xf4"}[held]
    if isinstance(held, int):
        return _head(0, held) if held >= 0 else _head(1, -1 - held)
    if isinstance(held, float):
        single = abs(held) < 1e30 and struct.unpack(">f", struct.pack(">f", held))[0] == held
        return (
            b"\xfa" + struct.pack(">f", held) if single and random.random() < 0.5 else b"\xfb" + struct.pack(">d", held)
        )
    if isinstance(held, datetime):
        return b"\xc1" + as_cbor(random, held.timestamp() if held.microsecond else int(held.timestamp()))
    if isinstance(held, bytes | str):
        major, raw = (2, held) if isinstance(held, bytes) else (3, held.encode())
        return _head(major, len(raw)) + raw
    parts = held if isinstance(held, list) else [part for pair in held.items() for part in pair]
    inner = b"".join(as_cbor(random, part) for part in parts)
    major = 4 if isinstance(held, list) else 5
    return bytes([major << 5 | 31]) + inner + b"\xff" if random.random() < 0.5 else _head(major, len(held)) + inner


def _head(major: int, number: int) -> bytes:
    if number < 24:
        return bytes([major << 5 | number])
    info, size = next((info, size) for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)) if number < 1 << 8 * size)
    return bytes([major << 5 | info]) + number.to_bytes(size, "big")


def header(random: Random, node: Any, held: Any) -> str:
    kind = node.type_name
    if node.serialization.get("jsonvalue"):
        return base64.b64encode(json.dumps({"a": [1, None]}).encode()).decode()
    if kind == "timestamp":
        return str(_time(random, node, held, "rfc822"))
    if kind == "list":
        return random.choice([", ", ","]).join(header(random, node.member, each) for each in held)
    if kind in ("string", "character"):
        return str(held) if held in node.enum else random.choice(_HEADERS)
    return str(held).lower() if kind == "boolean" else str(held)
