"""How a spec is edited at one place: which places there are, and what is done to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from asdoc.codegen.spec.load import Spec

from .editing import committed, copied

Rules = Mapping[str, str]
"""By `input` and `output`."""


class Site(NamedTuple):
    """A place of a spec that can be edited: `("Deployment", "State")`."""

    names: tuple[str, ...]
    node: Mapping[str, Any]


class Mutation(NamedTuple):
    name: str
    sites: Callable[[Spec], Iterator[Site]]
    edit: Callable[[Spec, Site], object]
    rules: frozenset[str] | Rules
    """All of them, or those for each who reads the shape."""


class Edited(NamedTuple):
    mutation: str
    where: str
    old: Spec
    new: Spec
    expected: frozenset[str]


def directions(spec: Spec, shape: str) -> set[str]:
    """Who reads a shape: the service an input, the caller an output or an error."""
    return _directions(spec.service)[shape]


@cache
def _directions(service: str) -> dict[str, set[str]]:
    spec = committed(service)
    found: dict[str, set[str]] = {name: set() for name in spec.shapes}

    def visit(name: str, side: str) -> None:
        if side not in found[name]:
            found[name].add(side)
            text = repr(spec.shapes[name])
            for other in spec.shapes:
                if f"'#/$defs/{other}'" in text:
                    visit(other, side)

    for operation in spec.operations.values():
        for root, side in ((operation["input"], "input"), (operation["output"], "output")):
            if root:
                visit(root, side)
        for error in operation["errors"]:
            visit(error, "error")
    return found


def edited(mutation: Mutation, spec: Spec, pick: Callable[[int], int]) -> Edited | None:
    """The mutation done at one of its sites; None where the spec has none."""
    sites = list(mutation.sites(spec))
    if not sites:
        return None
    site = sites[pick(len(sites))]
    new = copied(spec)
    mutation.edit(new, site)
    if isinstance(mutation.rules, frozenset):
        expected = mutation.rules
    else:
        sides = {"input" if side == "input" else "output" for side in directions(spec, site.names[0])}
        expected = frozenset(mutation.rules[side] for side in sides)
    return Edited(mutation.name, ".".join(site.names), spec, new, expected)


def operations() -> Callable[[Spec], Iterator[Site]]:
    return lambda spec: (Site((name,), told) for name, told in spec.operations.items())


def operations_where(test: Callable[[Mapping[str, Any]], bool]) -> Callable[[Spec], Iterator[Site]]:
    return lambda spec: (Site((name,), told) for name, told in spec.operations.items() if test(told))


def members(test: Callable[[Mapping[str, Any], Mapping[str, Any], str], bool]) -> Callable[[Spec], Iterator[Site]]:
    """Members of structures for which the test holds of member, structure and name."""

    def sites(spec: Spec) -> Iterator[Site]:
        for name, shape in spec.shapes.items():
            for key, member in shape.get("properties", {}).items():
                if test(member, shape, key):
                    yield Site((name, key), member)

    return sites


def structures(test: Callable[[Mapping[str, Any]], bool]) -> Callable[[Spec], Iterator[Site]]:
    return lambda spec: (
        Site((name,), shape) for name, shape in spec.shapes.items() if "properties" in shape and test(shape)
    )


def enums(least: int = 1) -> Callable[[Spec], Iterator[Site]]:
    return lambda spec: (
        Site((name, value), shape)
        for name, shape in spec.shapes.items()
        if len(shape.get("enum", ())) > least
        for value in shape["enum"]
    )


def errors_of(spec: Spec) -> Iterator[Site]:
    return (Site((name,), shape) for name, shape in spec.shapes.items() if "status" in shape.get("x-error", {}))


def waiters(spec: Spec) -> Iterator[Site]:
    return (Site((name,), told) for name, told in spec.waiters.items())


def examples(spec: Spec) -> Iterator[Site]:
    return (Site((example["id"],), example) for example in spec.examples)


def is_optional(member: Mapping[str, Any], shape: Mapping[str, Any], name: str) -> bool:
    told = [*shape.get("required", ()), *shape.get("x-wire", {}).get("required", ())]
    return name not in told and "x-idempotent" not in member


def plain(kind: str) -> Callable[..., bool]:
    return lambda member, *_: member.get("type") == kind and "x-type" not in member and "enum" not in member


def anything(*_: Any) -> bool:
    return True


def member_of(spec: Spec, site: Site) -> dict[str, Any]:
    found: dict[str, Any] = spec.shapes[site.names[0]]["properties"][site.names[1]]
    return found


def wire_of(spec: Spec, site: Site) -> dict[str, Any]:
    found: dict[str, Any] = member_of(spec, site).setdefault("x-wire", {})
    return found


def fill(holder: dict[str, Any], **told: Any) -> dict[str, Any]:
    holder.update(told)
    return holder


def add_member(spec: Spec, site: Site, *, required: bool) -> None:
    shape = spec.shapes[site.names[0]]
    shape["properties"]["Quokka"] = {"type": "integer"}
    if required:
        shape.setdefault("required", []).append("Quokka")


def drop_member(spec: Spec, site: Site) -> None:
    shape = spec.shapes[site.names[0]]
    del shape["properties"][site.names[1]]
    for holder in (shape, shape.get("x-wire", {})):
        if site.names[1] in holder.get("required", ()):
            holder["required"].remove(site.names[1])


def rename_member(spec: Spec, site: Site) -> None:
    shape = spec.shapes[site.names[0]]
    new = site.names[1] + "_"
    shape["properties"][new] = shape["properties"].pop(site.names[1])
    for holder in (shape, shape.get("x-wire", {})):
        if site.names[1] in holder.get("required", ()):
            holder["required"].remove(site.names[1])
            holder["required"].append(new)


def of_operation(**told: Any) -> Callable[[Spec, Site], object]:
    return lambda spec, site: fill(spec.operations[site.names[0]], **told)


def of_http(**told: Any) -> Callable[[Spec, Site], object]:
    return lambda spec, site: fill(spec.operations[site.names[0]]["wire"], **told)


def of_pages(**told: Any) -> Callable[[Spec, Site], object]:
    return lambda spec, site: fill(spec.operations[site.names[0]]["pagination"], **told)


def of_wire(**told: Any) -> Callable[[Spec, Site], object]:
    return lambda spec, site: fill(wire_of(spec, site), **told)


def of_waiter(**told: Any) -> Callable[[Spec, Site], object]:
    return lambda spec, site: fill(spec.waiters[site.names[0]], **told)


def of_error(**told: Any) -> Callable[[Spec, Site], object]:
    return lambda spec, site: fill(spec.shapes[site.names[0]]["x-error"], **told)


def of_service(key: str, value: Any) -> tuple[Callable[[Spec], Iterator[Site]], Callable[[Spec, Site], object]]:
    return (
        lambda spec: iter([Site((key,), spec.metadata)] if key in spec.metadata else []),
        lambda spec, _: fill(spec.metadata, **{key: value}),
    )


def services(which: Callable[[Mapping[str, Any]], bool]) -> Callable[[Spec], Iterator[Site]]:
    return lambda spec: iter([Site((spec.service,), spec.metadata)] if which(spec.metadata) else [])


def speaks_json(told: Mapping[str, Any], *, wanted: bool) -> bool:
    return bool(told["protocol"] == "json") == wanted


def labels(spec: Spec) -> Iterator[Site]:
    """Members in the address of the one operation that takes them."""
    inputs = [told["input"] for told in spec.operations.values()]
    for name, told in spec.operations.items():
        for member, node in spec.shapes.get(told["input"], {}).get("properties", {}).items():
            if node.get("x-wire", {}).get("location") == "uri" and inputs.count(told["input"]) == 1:
                yield Site((name, member), node)


def rename_label(spec: Spec, site: Site) -> None:
    operation, member = site.names
    told = spec.operations[operation]
    wire = spec.shapes[told["input"]]["properties"][member]["x-wire"]
    told["wire"]["uri"] = told["wire"]["uri"].replace(f"{{{wire.get('name', member)}}}", "{quokka}")
    wire["name"] = "quokka"


def both(rule: str) -> Rules:
    return {"input": f"input-{rule}", "output": f"output-{rule}"}


def sides(input: str, output: str) -> Rules:
    return {"input": f"input-{input}", "output": f"output-{output}"}


def one(rule: str) -> frozenset[str]:
    return frozenset([rule])


def without(key: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda told: key not in told


def bounded(key: str) -> Callable[..., bool]:
    return lambda member, *_: key in member.get("x-wire", {})


def unbounded(key: str) -> Callable[[Mapping[str, Any], Mapping[str, Any], str], bool]:
    return lambda member, *_: key not in member.get("x-wire", {}) and member.get("type") == "string"


def change_type(spec: Spec, site: Site) -> None:
    member = member_of(spec, site)
    member["type"] = "boolean" if member["type"] == "string" else "string"


def put(spec: Spec, name: str, like: str) -> None:
    told = dict(spec.operations[like], name=name, method="quokka", input="", output="", errors=[])
    told["wire"] = {**told["wire"], "uri": "/quokkas"}
    told.pop("pagination", None)
    spec.operations[name] = told


def rename_shape(spec: Spec, site: Site) -> None:
    old, reference = site.names[0], f"#/$defs/{site.names[0]}"

    def visit(node: dict[str, Any]) -> None:
        if node.get("$ref") == reference:
            node["$ref"] = "#/$defs/Quokka"
        for key in ("items", "additionalProperties", "propertyNames"):
            if key in node:
                visit(node[key])
        for member in node.get("properties", {}).values():
            visit(member)

    spec.shapes["Quokka"] = spec.shapes.pop(old)
    for shape in spec.shapes.values():
        visit(shape)
    for operation in spec.operations.values():
        for side in ("input", "output"):
            if operation[side] == old:
                operation[side] = "Quokka"


def ordinary(member: Mapping[str, Any], shape: Mapping[str, Any], name: str) -> bool:
    return "x-union" not in shape and "x-error" not in shape


def used(spec: Spec) -> Iterator[Site]:
    return (
        Site((name,), shape) for name, shape in spec.shapes.items() if "x-error" not in shape and directions(spec, name)
    )


def an_enum(spec: Spec) -> str:
    return next(name for name, shape in spec.shapes.items() if "enum" in shape)
