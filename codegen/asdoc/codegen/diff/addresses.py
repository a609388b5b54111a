"""Addresses that are written otherwise and mean the same: another name of a placeholder, a part that moved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from asdoc.codegen.spec.load import Spec

from .change import Draft, pointer

_LABEL = re.compile(r"\{([^{}+]+)(\+?)\}")
_PATH = re.compile(r'"https?://[^/"]+(/[^"]+)"')


def settle(drafts: Iterable[Draft], old: Spec, new: Spec) -> None:
    """Give those drafts another rule of which the two specs show that requests go where they went."""
    left = _paths(old) - _paths(new)
    for draft in drafts:
        if draft.rule == "uri-changed":
            if _same(draft.subject, old, new):
                draft.rule = "uri-label-renamed"
            elif left & _gained(draft, old, new):
                draft.rule, draft.derived = "uri-part-moved", True
        elif draft.rule == "input-wire-name-changed" and all(
            _is_label(draft, name, new) and _same(name, old, new) for name in draft.operations
        ):
            draft.rule = "input-label-renamed"


def _same(operation: str, old: Spec, new: Spec) -> bool:
    """Whether both addresses of an operation have the same members in the same places."""
    if operation not in old.operations or operation not in new.operations:
        return False
    return _filled(old, operation) == _filled(new, operation)


def _filled(spec: Spec, operation: str) -> str:
    """The address with members in the places of labels: `/detector/{DetectorId}/master`."""
    told = spec.operations[operation]
    members = spec.shapes.get(told["input"], {}).get("properties", {})
    names = {member["x-wire"].get("name", name): name for name, member in members.items() if _location(member) == "uri"}
    return _LABEL.sub(lambda label: f"{{{names.get(label[1], '?' + label[1])}{label[2]}}}", _uri(told))


def _is_label(draft: Draft, operation: str, spec: Spec) -> bool:
    """Whether the draft is of a member that stands in the address of the operation."""
    shape, member = spec.operations[operation]["input"], draft.subject.rpartition(".")[2]
    told = spec.shapes.get(shape, {}).get("properties", {}).get(member, {})
    return _location(told) == "uri" and draft.pointer == pointer("shapes.json", "$defs", shape, "properties", member)


def _gained(draft: Draft, old: Spec, new: Spec) -> set[str]:
    """What stands before an address that did not; empty where that is not all that differs."""
    uris = [_uri(spec.operations.get(draft.subject, {})) for spec in (old, new)]
    return {uris[1].removesuffix(uris[0])} if uris[0] and uris[1].endswith(uris[0]) else set()


def _paths(spec: Spec) -> set[str]:
    """What follows the host in the endpoints of a service: `/v2`."""
    return set(_PATH.findall(json.dumps(spec.metadata.get("endpoints"))))


def _location(member: Mapping[str, Any]) -> str:
    return str(member.get("x-wire", {}).get("location", ""))


def _uri(operation: Mapping[str, Any]) -> str:
    return str(operation.get("wire", {}).get("uri", ""))
