"""What a profile asks of its configurations: the form of feature flags, and its validators.

Validators are JSON Schemas, where the package jsonschema is installed; Lambda functions are not run.

A validator that cannot be run holds up neither a version nor a deployment, but ValidateConfiguration, which is asked
for nothing else, then answers that it is not implemented: it never says "valid" of what nobody looked at.
"""

from __future__ import annotations

from typing import Any

import msgspec

from asdoc.runtime.server.call import Call, ServiceFault
from asdoc.runtime.server.errors import NOT_IMPLEMENTED

from .flags import FLAGS, breaches
from .records import ConfigurationProfile
from .schemas import SHOWN, SchemaBrokenError, check_schema, violations


def check_validators(call: Call, validators: list[dict[str, str]]) -> None:
    """Raises the documented error where a validator's content is not what its type asks for."""
    for index, validator in enumerate(validators):
        where = f"Validators[{index}].Content"
        content = validator["Content"]
        if validator["Type"] == "LAMBDA":
            if not content.startswith("arn:"):
                raise call.invalid(f"{where}: must be the ARN of a Lambda function.")
            continue
        schema = _decode(content.encode())
        if schema is _BROKEN:
            raise call.invalid(f"{where}: is not a JSON Schema, as it is not JSON.")
        try:
            check_schema(schema)
        except SchemaBrokenError as error:
            raise call.invalid(f"{where}: is not a JSON Schema: {error}.") from error


def run_validators(call: Call, profile: ConfigurationProfile, content: bytes, *, strict: bool) -> None:
    """Check a configuration. Raises the documented error, with reason and details, where it is not valid.

    `strict` raises NotImplementedException (501) where a validator cannot be run; without it, that one is left out.
    """
    if profile.Type == FLAGS:
        _refuse(call, "is not one of feature flags", _flags_broken(content))
    for validator in profile.Validators or []:
        if validator["Type"] == "LAMBDA":
            if strict:
                raise ServiceFault(NOT_IMPLEMENTED, "Validators of type LAMBDA are not run by this backend.")
            continue
        details = _violations(validator["Content"], content)
        if details is None:
            if strict:
                raise ServiceFault(
                    NOT_IMPLEMENTED, "Validators of type JSON_SCHEMA are run only where jsonschema is installed."
                )
        else:
            _refuse(call, "breaks its JSON Schema", details)


def _refuse(call: Call, how: str, details: list[dict[str, Any]]) -> None:
    if details:
        raise call.invalid(
            f"The configuration {how}: {details[0]['Reason']}",
            Reason="InvalidConfiguration",
            Details={"InvalidConfiguration": details},
        )


def _flags_broken(content: bytes) -> list[dict[str, Any]]:
    document = _decode(content)
    if document is _BROKEN:
        return [_detail("json", "", "The configuration is not JSON.", "")]
    return [
        _detail(breach.constraint, breach.location, f"{breach.location}: {breach.reason}", breach.value)
        for breach in breaches(document)[:SHOWN]
    ]


def _violations(schema_text: str, content: bytes) -> list[dict[str, Any]] | None:
    """The violations of a JSON Schema by a configuration; None where nothing here can tell."""
    value = _decode(content)
    if value is _BROKEN:
        return [_detail("json", "", "The configuration is not JSON.", "")]
    try:
        found = violations(_decode(schema_text.encode()), value)
    except SchemaBrokenError as error:
        return [_detail("schema", "", f"The validator cannot be applied: {error}.", "")]
    return None if found is None else [_detail(*violation) for violation in found]


def _detail(constraint: str, location: str, reason: str, value: str) -> dict[str, Any]:
    detail = {"Constraint": constraint, "Location": location, "Reason": reason, "Type": "JSON_SCHEMA", "Value": value}
    return {name: text for name, text in detail.items() if text}


_BROKEN = object()


def _decode(text: bytes) -> Any:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _BROKEN
