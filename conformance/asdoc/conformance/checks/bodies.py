"""What an answer says before any table is asked: its media type, its JSON, and the code and message of an error."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from asdoc.runtime.bodies import error_of_cbor, error_of_xml
from asdoc.runtime.http import HttpResponse


def read_json(data: bytes, constant: Callable[[str], Any] | None = None) -> Any:
    """What a body of JSON says. `constant` reads NaN and Infinity, otherwise than Python does.

    Raises ValueError, and RecursionError where it is too deep.
    """
    try:
        return msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # Much quicker, and stricter: what it refuses may be a number that is too large, or half a surrogate pair.
        return json.loads(data, parse_constant=constant)


def media_type(response: HttpResponse) -> str:
    return response.headers.get("content-type", "").partition(";")[0].strip().lower()


def error_code(response: HttpResponse) -> tuple[str, str]:
    """Code and message of an error answer; empty where it carries none."""
    code = response.headers.get("x-amzn-errortype", "")
    message = ""
    try:
        body = read_json(response.body)
    except ValueError:
        body = None
    if body is None and response.body:
        return _coded(code, *_other_error(response))
    if isinstance(body, dict):
        lowered = {name.lower(): value for name, value in body.items()}
        code = code or _text(lowered.get("__type")) or _text(lowered.get("code"))
        message = _text(lowered.get("message"))
    return _coded(code, "", message)


def _coded(code: str, other: str, message: str) -> tuple[str, str]:
    return (code or other).partition(":")[0].rpartition("#")[2], message


def _other_error(response: HttpResponse) -> tuple[str, str]:
    """Code and message where the body is XML or CBOR; empty where it is neither."""
    read = error_of_cbor if media_type(response) == "application/cbor" else error_of_xml
    try:
        code, message, _ = read(response.body)
    except (ValueError, LookupError, TypeError):
        return "", ""
    return code, message


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
