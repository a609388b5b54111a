"""What differs in operations, waiters, examples and the service as a whole, each difference by its rule."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from asdoc.codegen.spec.load import Spec

from . import flat
from .change import Draft, pointer
from .flat import Edit

_AUTH, _RESULT = "operation-auth-changed", "pagination-result-changed"
_OPERATION = {
    "method": "method-name-changed",
    "documentation": "documentation-address-changed",
    "derived": "operation-derivation-changed",
    "wire method": "http-method-changed",
    "wire uri": "uri-changed",
    "wire status": "status-code-changed",
    "wire hostPrefix": "host-prefix-changed",
    "wire auth": _AUTH,
    "wire authtype": _AUTH,
    "wire unsignedPayload": "payload-signing-changed",
    "wire checksum": "checksum-changed",
    "wire checksumRequired": "checksum-changed",
    "wire requestCompression": "request-compression-changed",
    "wire input": "operation-wrapping-changed",
    "wire output": "operation-wrapping-changed",
    "pagination input_token": "pagination-token-changed",
    "pagination output_token": "pagination-token-changed",
    "pagination more_results": "pagination-token-changed",
    "pagination result_key": _RESULT,
    "pagination limit_key": "pagination-limit-changed",
    "pagination pageSize": "pagination-limit-changed",
}
"""Rules of facts that are there and change. Of some it matters which way: `_TURNED`."""
_TURNED = {
    "deprecated": ("operation-undeprecated", "operation-deprecated"),
    "wire idempotent": ("idempotency-lost", "idempotency-gained"),
    "wire readonly": ("readonly-lost", "readonly-gained"),
}
"""Rules of what is not so any more, and of what is so now."""
_WAITER = {
    "operation": "waiter-operation-changed",
    "method": "waiter-operation-changed",
    "delay": "waiter-timing-changed",
    "maxAttempts": "waiter-timing-changed",
}
_SERVICE = {
    "client": "client-name-changed",
    "protocol": "protocol-changed",
    "apiVersion": "api-version-changed",
    "uid": "api-version-changed",
    **dict.fromkeys(["endpoints", "endpointPrefix", "globalEndpoint"], "endpoint-changed"),
    **dict.fromkeys(["signatureVersion", "signingName", "auth"], "signing-changed"),
    **dict.fromkeys(["targetPrefix", "jsonVersion"], "target-changed"),
    **dict.fromkeys(["serviceAbbreviation", "serviceFullName", "serviceId"], "service-name-changed"),
}
_TOLD_LATER = {"auth", "protocols", "endpoints", "uid", "serviceId", "signingName", "xmlNamespace"}
"""What older models do not say, though it was so."""
_OF_JSON = {"targetPrefix", "jsonVersion"}
"""What nobody looks at but clients of the protocol `json`."""


def service(old: Spec, new: Spec) -> Iterator[Draft]:
    """Changes of the service as a whole."""
    entity = (flat.SERVICE, "")
    for edit in flat.edits(entity, flat.of_entity(old, entity), flat.of_entity(new, entity)):
        key = edit.path[-1]
        yield Draft(
            rule=_service_rule(key, edit, old, new),
            subject=key,
            pointer=pointer("operations.json", *(("client",) if key == "client" else ("wire", key))),
            operations=set(),
            before=edit.before,
            after=edit.after,
            edits=[edit],
        )


def _service_rule(key: str, edit: Edit, old: Spec, new: Spec) -> str:
    protocols = [_spoken(spec) for spec in (old, new)]
    if key in _TOLD_LATER and (edit.before is None or edit.after is None):
        return "service-fact-told"
    if key in _OF_JSON and ("json" not in protocols[0] or (edit.after is None and "json" not in protocols[1])):
        return "service-fact-told"
    if key == "protocol" and edit.before in protocols[1]:
        return "protocol-preferred"
    if key == "protocols":
        return _of_lists(edit, "protocols-removed", "protocols-added", "protocols-reordered")
    if key == "auth":
        return _of_lists(edit, "signing-changed", "signing-added", "signing-changed")
    return _SERVICE.get(key, "service-fact-changed")


def _spoken(spec: Spec) -> set[str]:
    """The protocols of a service."""
    return {spec.metadata.get("protocol", ""), *(spec.metadata.get("protocols") or ())}


def _of_lists(edit: Edit, removed: str, added: str, ordered: str) -> str:
    """The rule of a list that lost something, gained something and lost nothing, or has another order."""
    before, after = ([told] if isinstance(told, str) else list(told or ()) for told in (edit.before, edit.after))
    if any(item not in after for item in before):
        return removed
    # What stands first is what clients take.
    return added if len(after) > len(before) and after[:1] == before[:1] else ordered


def operation(
    name: str, before: Mapping[str, Any], after: Mapping[str, Any], required: Mapping[str, bool]
) -> list[Draft]:
    """Changes of an operation that both specs have. `required` tells of an input whether it has required members."""
    found: dict[str, Draft] = {}
    entity = (flat.OPERATIONS, name)
    edits = flat.edits(entity, flat.of_operation(before), flat.of_operation(after))
    for edit in edits:
        rule, told = _operation_rule(edit, required, before, after)
        if rule in ("pagination-added", "pagination-removed") and rule in found:
            found[rule].edits.append(edit)
            continue
        draft = Draft(
            rule=rule,
            subject=name,
            pointer=pointer("operations.json", "operations", name, *edit.path[2:]),
            operations={name},
            before=told[0],
            after=told[1],
            edits=[edit],
        )
        found[rule if rule.startswith("pagination-") and told == (None, None) else "/".join(edit.path)] = draft
    return list(found.values())


def _operation_rule(
    edit: Edit, required: Mapping[str, bool], before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[str, tuple[Any, Any]]:
    leaf = edit.path[2:]
    values = (edit.before, edit.after)
    if leaf[0] == "errors":
        if edit.before is None:
            return "operation-error-added", (None, leaf[1])
        return "operation-error-removed", (leaf[1], None)
    if leaf[0] == "pagination" and ("pagination" in before) != ("pagination" in after):
        return ("pagination-added" if "pagination" in after else "pagination-removed"), (None, None)
    if leaf[0] in ("input", "output"):
        if not edit.before:
            came = "operation-input-required" if required.get(edit.after) else "operation-input-added"
            return (came if leaf[0] == "input" else "operation-output-added"), (None, edit.after)
        if not edit.after:
            return f"operation-{leaf[0]}-removed", (edit.before, None)
        return f"{leaf[0]}-type-retargeted", values
    key = " ".join(leaf[:2])
    if key in _TURNED:
        return _TURNED[key][bool(edit.after)], values
    if key == "pagination result_key":
        return _of_lists(edit, _RESULT, "pagination-result-added", _RESULT), values
    if key == "wire auth" and edit.before and edit.after:
        return _of_lists(edit, _AUTH, "operation-auth-added", _AUTH), values
    if leaf[0] == "derived":
        return "operation-derivation-changed", values
    return _OPERATION.get(
        key, "pagination-detail-changed" if leaf[0] == "pagination" else "operation-fact-changed"
    ), values


def waiter(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Draft]:
    """Changes of a waiter that both specs have."""
    entity = (flat.WAITERS, name)
    for edit in flat.edits(entity, flat.of_waiter(before), flat.of_waiter(after)):
        yield Draft(
            rule=_WAITER.get(edit.path[2], "waiter-acceptors-changed"),
            subject=name,
            pointer=pointer("operations.json", "waiters", *edit.path[1:]),
            operations={str(after["operation"])},
            before=edit.before,
            after=edit.after,
            edits=[edit],
        )


def waiters(old: Spec, new: Spec) -> Iterator[Draft]:
    """Changes of all waiters."""
    for name in sorted(old.waiters.keys() | new.waiters.keys()):
        if name in old.waiters and name in new.waiters:
            yield from waiter(name, old.waiters[name], new.waiters[name])
            continue
        came = name in new.waiters
        told = (new if came else old).waiters[name]
        draft = Draft(
            rule="waiter-added" if came else "waiter-removed",
            subject=name,
            pointer=pointer("operations.json", "waiters", name),
            operations={str(told["operation"])},
            edits=_whole((flat.WAITERS, name), flat.of_waiter(told), came=came),
        )
        yield draft


def _whole(entity: flat.Entity, told: flat.Facts, *, came: bool) -> list[Edit]:
    return flat.edits(entity, {}, told) if came else flat.edits(entity, told, {})


def gone_or_new(name: str, told: Mapping[str, Any], *, came: bool) -> Draft:
    """The change that an operation is gone, or new."""
    return Draft(
        rule="operation-added" if came else "operation-removed",
        subject=name,
        pointer=pointer("operations.json", "operations", name),
        operations={name},
        edits=_whole((flat.OPERATIONS, name), flat.of_operation(told), came=came),
    )


def examples(old: Spec, new: Spec) -> Iterator[Draft]:
    """Changes of examples. One that stands at another place is known by its content."""
    befores = {example["id"]: example for example in old.examples}
    afters = {example["id"]: example for example in new.examples}
    differing = {
        name
        for name in befores.keys() | afters.keys()
        if name not in befores or name not in afters or _content(befores[name]) != _content(afters[name])
    }
    sources = {_content(befores[name]): name for name in sorted(differing & befores.keys(), reverse=True)}
    places = {_content(afters[name]): name for name in sorted(differing & afters.keys(), reverse=True)}
    for name in sorted(differing):
        before, after = befores.get(name), afters.get(name)
        entity = (flat.EXAMPLES, name)
        rule, ends = "example-changed", ("", "")
        if after is not None and _content(after) in sources:
            rule, ends = "example-moved", (sources[_content(after)], name)
        elif before is not None and _content(before) in places:
            rule, ends = ("example-added", ends) if after else ("example-moved", (name, places[_content(before)]))
        elif before is None or after is None:
            rule = "example-added" if after else "example-removed"
        told: Mapping[str, Any] = after or before or {}
        yield Draft(
            rule=rule,
            subject=ends[1] or name,
            pointer=pointer("examples.json", "examples", ends[1] or name),
            operations={str(told["operation"])},
            before=ends[0] or None,
            after=ends[1] or None,
            derived=rule == "example-moved",
            edits=flat.edits(entity, flat.of_example(before or {}), flat.of_example(after or {})),
        )


def _content(example: Mapping[str, Any]) -> str:
    return json.dumps([example["operation"], example["params"], example["output"]], sort_keys=True)
