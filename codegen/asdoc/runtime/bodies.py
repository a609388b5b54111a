"""How the body of an answer is taken apart before `readers` make it the documented output: a row a protocol."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, Protocol

import msgspec

from . import timestamps
from .schema import Service, Shape

Take = Callable[[bytes], Any]
"""From a body to plain values. Raises ValueError where the body is not of the protocol."""


class Bodies(Protocol):
    """Compiles, for one service, how bodies are taken apart."""

    scalars: ClassVar[Mapping[str, Callable[[Any], Any]]]
    """What makes a scalar of the output out of a plain value, by type."""
    documented: ClassVar[bool]
    """True where plain values have members by their documented names, not by those on the wire."""
    dense: ClassVar[bool]
    """True where a null in a map that is not told to be sparse is no entry."""

    def structure(self, shape: Shape, wrapper: str = "", usual: str = "") -> Take:
        """Of a structure that is the whole body; `wrapper` names an element around it, `usual` one that may be."""
        ...

    def error(self, shape: Shape) -> Take:
        """Of the members of an error."""
        ...

    def payload(self, node: Shape) -> Take:
        """Of the one member that is the whole body."""
        ...


def _boolean(value: Any) -> bool:
    return value if isinstance(value, bool) else str(value).lower() == "true"


_NUMBERS: dict[str, Callable[[Any], Any]] = {
    "boolean": _boolean,
    "integer": int,
    "long": int,
    "float": float,
    "double": float,
}
TEXTS: dict[str, Callable[[Any], Any]] = {**_NUMBERS, "timestamp": timestamps.parse, "blob": base64.b64decode}
"""Of JSON, XML and headers, in which times and blobs are texts or numbers."""

_decode_any = msgspec.json.Decoder().decode


def _any_json(body: bytes) -> Any:
    """What a text of JSON holds, numbers beyond 64 bits and bare NaN included. Raises ValueError where it is none."""
    try:
        return _decode_any(body)
    except msgspec.MsgspecError as error:
        import json

        try:
            return json.loads(body)
        except ValueError:
            raise ValueError(f"no JSON: {error}") from error


def decode_json(body: bytes) -> dict[str, Any]:
    """The JSON object of a body; an empty body, and null, are an empty one. Raises ValueError where it is none."""
    if not body.strip():
        return {}
    decoded = _any_json(body)
    if decoded is None:
        return {}
    if not isinstance(decoded, dict):
        raise ValueError(f"a JSON {type(decoded).__name__} where an object was expected")  # noqa: TRY004  # of data, not of a caller
    return decoded


def decode_cbor(body: bytes) -> dict[str, Any]:
    """The CBOR map of a body; an empty body is an empty one. Raises ValueError where it is none."""
    from .protocols.cbor import decode

    decoded = decode(body) if body else {}
    if not isinstance(decoded, dict):
        raise ValueError(f"a CBOR {type(decoded).__name__} where a map was expected")  # noqa: TRY004  # of data, not of a caller
    return decoded


def placed(shape: Shape) -> frozenset[str]:
    """The members of what is answered (`Service.answered`) that stand elsewhere than in the body's structure."""
    return frozenset(name for name, node in shape.members.items() if node.location or name == shape.payload)


class _Json:
    scalars: ClassVar[Mapping[str, Callable[[Any], Any]]] = TEXTS
    documented: ClassVar[bool] = False
    dense: ClassVar[bool] = False

    def __init__(self, service: Service) -> None:
        self.service = service

    def structure(self, shape: Shape, wrapper: str = "", usual: str = "") -> Take:
        return decode_json

    def error(self, shape: Shape) -> Take:
        return decode_json

    def payload(self, node: Shape) -> Take:
        shape = self.service.resolve(node)
        return decode_json if shape.type in ("structure", "map") else lambda body: _any_json(body) if body else None


def _moment(value: Any) -> datetime:
    return value if isinstance(value, datetime) else timestamps.from_epoch(value)


class _Cbor(_Json):
    scalars: ClassVar[Mapping[str, Callable[[Any], Any]]] = {**_NUMBERS, "timestamp": _moment, "blob": bytes}
    dense: ClassVar[bool] = True

    def structure(self, shape: Shape, wrapper: str = "", usual: str = "") -> Take:
        return decode_cbor

    def error(self, shape: Shape) -> Take:
        return decode_cbor

    def payload(self, node: Shape) -> Take:
        return decode_cbor


def _document(text: str) -> Any:
    """What a text of JSON holds, which IAM percent-encodes; a text that is none, as it is."""
    from urllib.parse import unquote

    for told in (text, unquote(text)):
        try:
            return _decode_any(told)
        except msgspec.MsgspecError:
            continue
    return text


class _Xml:
    scalars: ClassVar[Mapping[str, Callable[[Any], Any]]] = {**TEXTS, "document": _document}
    documented: ClassVar[bool] = True
    dense: ClassVar[bool] = False

    def __init__(self, service: Service) -> None:
        from .xml import XmlShapes

        self.shapes = XmlShapes(service)

    def structure(self, shape: Shape, wrapper: str = "", usual: str = "") -> Take:
        from . import xml

        plain = self.shapes.structure(shape, placed(shape))

        def take(body: bytes) -> Any:
            root = xml.parse(body)
            inner = xml.child(root, wrapper) if wrapper else root
            if inner is None:
                raise ValueError(f"no element {wrapper} in {xml.local(root.tag)}")
            if usual and not wrapper and (found := xml.child(root, usual)) is not None:
                inner = found
            return plain([inner])

        return take

    def error(self, shape: Shape) -> Take:
        from . import xml

        plain = self.shapes.structure(shape, placed(shape))
        return lambda body: plain([xml.error_of(xml.parse(body))])

    def payload(self, node: Shape) -> Take:
        from . import xml

        plain = self.shapes.node(node)
        return lambda body: plain([xml.parse(body)])


BODIES: dict[str, Callable[[Service], Bodies]] = {
    "rest-json": _Json,
    "json": _Json,
    "smithy-rpc-v2-cbor": _Cbor,
    "rest-xml": _Xml,
    "query": _Xml,
    "ec2": _Xml,
}
"""Protocol, as botocore names it -> how its bodies are taken apart."""

_ERROR_MEMBERS = ("message", "Message")


def error_of_json(body: bytes) -> tuple[str, str, bool]:
    """(code, message, whether the body tells anything) of an error in JSON."""
    return _told(decode_json(body), _BY_CODE)


def error_of_cbor(body: bytes) -> tuple[str, str, bool]:
    return _told(decode_cbor(body), _BY_TYPE)


def error_of_typed_json(body: bytes) -> tuple[str, str, bool]:
    """Of JSON 1.0 and 1.1: an error is named by its type, and may have a member that is called `Code`."""
    return _told(decode_json(body), _BY_TYPE)


_BY_CODE = ("code", "Code", "__type")
_BY_TYPE = ("__type", "code", "Code")


def _told(body: Mapping[str, Any], names: tuple[str, ...]) -> tuple[str, str, bool]:
    code = next((code for name in names if isinstance(code := body.get(name), str) and code), "")
    message = next((text for key in _ERROR_MEMBERS if isinstance(text := body.get(key), str)), "")
    if not message and isinstance(described := body.get("error_description"), str):
        message = described  # OAuth's word for it, which services of IAM Identity Center speak
    return code, message, bool(body)


def error_of_xml(body: bytes) -> tuple[str, str, bool]:
    from . import xml

    error = xml.error_of(xml.parse(body))
    message = xml.child(error, "Message")
    if message is None:
        message = xml.child(error, "message")
    return xml.text_of(xml.child(error, "Code")), xml.text_of(message), len(error) > 0


_TOLD_ELSEWHERE = frozenset(("Code", "Message", "message", "RequestId", "HostId"))


def details_of_xml(body: bytes) -> dict[str, Any]:
    """What an error in XML says besides its code and message, as boto3 has it: `Type`, or a bucket's name."""
    from . import xml

    error = xml.error_of(xml.parse(body))
    told = xml.details(error) if xml.local(error.tag) == "Error" else {}
    return {name: value for name, value in told.items() if name not in _TOLD_ELSEWHERE}


DETAILS: dict[str, Callable[[bytes], dict[str, Any]]] = dict.fromkeys(("rest-xml", "query", "ec2"), details_of_xml)
"""Protocol -> what stands in its errors beside code and message; in JSON nothing but the error's own members."""

ERRORS: dict[str, Callable[[bytes], tuple[str, str, bool]]] = {
    "json": error_of_typed_json,
    "smithy-rpc-v2-cbor": error_of_cbor,
    "rest-xml": error_of_xml,
    "query": error_of_xml,
    "ec2": error_of_xml,
}
"""Protocol -> how an error is told in its body; rest-json is what stands in for the others."""
