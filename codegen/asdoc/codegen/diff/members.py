"""What differs between two shapes that stand in each other's place, each difference by its rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from . import flat, patterns, types
from .change import Draft, pointer
from .flat import Edit, Facts, Path
from .pairs import INPUT, INSIDE, NOWHERE, OUTPUT, Pair

_Choose = Callable[[Any, Any], str]
_FOLDED = {"shape", "min", "max", "pattern", "sparse", "timestampFormat"}
"""Traits of a simple type that go with the type, when that is another altogether."""


_ENUMS = ("enum-introduced", "enum-dropped")
_WIRE_UNION = ("x-wire", "union")
_CONSTRAINTS = ("min", "max", "pattern")


class Compared(NamedTuple):
    """Two shapes, for those who read them."""

    pair: Pair
    direction: str
    name: str
    """What subjects begin with: the shape, or where it stands, if that goes by another name there."""
    before: Facts
    after: Facts
    old: Mapping[str, Any]
    """All shapes of the older spec, under their newer names."""
    new: Mapping[str, Any]

    @property
    def side(self) -> str:
        """Whose rules hold: an error is read like an answer."""
        return INPUT if self.direction == INPUT else OUTPUT


def differences(compared: Compared) -> list[Draft]:
    """The changes, without operations and places, which the caller knows."""
    edits = flat.edits((flat.SHAPES, compared.pair.after), compared.before, compared.after)
    if not edits:
        return []
    if compared.direction == NOWHERE:
        name = compared.name
        return [
            Draft(rule="unused-shape-changed", subject=name, pointer=pointer("shapes.json", "$defs", name), edits=edits)
        ]
    by_node: dict[Path, dict[Path, Edit]] = {}
    for edit in edits:
        way, leaf = flat.split(edit.path[2:])
        by_node.setdefault(way, {})[leaf] = edit
    found: list[Draft] = []
    claimed: dict[Path, Draft] = {}
    """Nodes that came, went or are of another type: what is inside them belongs to the same change."""
    for way in sorted(by_node, key=lambda way: (not way, way)):  # the structure itself comes last
        told = by_node[way]
        owner = next((claimed[way[:end]] for end in range(len(way), 0, -1) if way[:end] in claimed), None)
        if owner is not None:
            owner.edits += told.values()
            continue
        typed = told.pop(("type",), None)
        if typed is not None:
            draft = _of_type(compared, way, typed)
            found.append(draft)
            if not draft.rule.endswith(("-retargeted", "-widened", "-narrowed")):
                claimed[way] = draft
                whole = typed.before is None or typed.after is None
                for leaf in [leaf for leaf in told if whole or leaf[-1] in _FOLDED or leaf[0] in ("enum", "x-open")]:
                    draft.edits.append(told.pop(leaf))
        replaced = _constraints(compared, way, told)
        if replaced is not None:
            found.append(replaced)
        for leaf, edit in told.items():
            member = claimed.get(("properties", leaf[-1])) if leaf[-2:-1] == ("required",) else None
            if member is not None and member.rule.endswith(("-added", "-removed")):
                member.edits.append(edit)
            else:
                found.append(_of_leaf(compared, way, leaf, edit))
    return found


def _of_type(compared: Compared, way: Path, edit: Edit) -> Draft:
    """The change of a node that came, went, or is of another type."""
    is_member = len(way) == 2
    if edit.before is None and is_member:
        return _draft(compared, way, edit, _added(compared, way[1]), "", types.kind(edit.after or {}))
    if edit.after is None and is_member:
        return _draft(compared, way, edit, "member-removed", types.kind(edit.before or {}), "")
    if edit.before is None or edit.after is None:
        return _draft(compared, way, edit, "type-told", None, None)
    opened = any((*way, "x-open") in facts for facts in (compared.before, compared.after))
    name = types.rule(edit.before, edit.after, compared.old, compared.new, opened=opened)
    if name in _ENUMS and not _told_by_page(compared, way, old=name == "enum-introduced"):
        name = "type-told"  # no page shows the values that the plain text may have
    elif name in _ENUMS and _is_of_one_name(compared, way, edit):
        name = "enum-told"  # one of the two pages may have been too long to show them
    draft = _draft(compared, way, edit, name, types.kind(edit.before), types.kind(edit.after))
    draft.derived = name == "type-retargeted"
    return draft


def _added(compared: Compared, member: str) -> str:
    after = compared.after
    if compared.direction != INPUT:
        return "union-member-added" if ("x-union",) in after and ("x-union",) in compared.before else "member-added"
    filled = any(("properties", member, *leaf) in after for leaf in (("x-idempotent",), ("x-wire", "idempotencyToken")))
    required = any((*leaf, member) in after for leaf in (("required",), ("x-wire", "required")))
    return "member-required-added" if required and not filled else "member-added"


def _required(compared: Compared, member: str, *, old: bool) -> bool:
    """Whether a page or the wire source says that a member is required."""
    facts = compared.before if old else compared.after
    return ("required", member) in facts or ("x-wire", "required", member) in facts


def _told_by_page(compared: Compared, way: Path, *, old: bool) -> bool:
    """Whether a page tells the member: what only the wire source tells has no values, and no source."""
    shape = (compared.old if old else compared.new)[compared.pair.before if old else compared.pair.after]
    return "x-source" in shape.get("properties", {}).get(way[1] if len(way) > 1 else "", {})


def _is_of_one_name(compared: Compared, way: Path, edit: Edit) -> bool:
    """Whether the wire source gives the plain text the name that the enum has."""
    plain = compared.before if "$ref" in (edit.after or {}) else compared.after
    return plain.get((*way, "x-wire", "shape")) in {types.kind(edit.before or {}), types.kind(edit.after or {})}


def _constraints(compared: Compared, way: Path, told: dict[Path, Edit]) -> Draft | None:
    """Take out a pattern that went as bounds came, or the other way round: together they are one change."""
    edits = {leaf[-1]: edit for leaf, edit in told.items() if leaf[0] == "x-wire" and leaf[-1] in _CONSTRAINTS}
    gone = {name for name, edit in edits.items() if edit.after is None}
    came = {name for name, edit in edits.items() if edit.before is None}
    if not gone or not came or ("pattern" in gone) == ("pattern" in came):
        return None
    befores, afters = ({name: edits[name][at] for name in sorted(names)} for at, names in ((1, gone), (2, came)))
    draft = _draft(compared, way, edits[min(gone)], "constraint-replaced", befores, afters)
    draft.edits = [told.pop(("x-wire", name)) for name in sorted(gone | came)]
    return draft


def _of_leaf(compared: Compared, way: Path, leaf: Path, edit: Edit) -> Draft:
    """The change of one fact of a node."""
    if leaf[0] == "x-error" or leaf == ("x-wire", "retryable"):
        return _draft(compared, way, edit, _OF_ERROR.get(leaf[-1], "error-fault-changed"), edit.before, edit.after)
    named = {("required",): "required", ("x-wire", "required"): "required", ("enum",): "enum"}.get(leaf[:-1])
    if leaf == ("x-wire", "min") and {edit.before, edit.after} == {None, 0} and not _is_number(compared, way):
        return _draft(compared, way, edit, "bound-told", edit.before, edit.after)
    row = _TABLE[compared.side].get(named or (leaf[-1] if leaf[0] == "x-wire" else leaf[0])) or "fact-changed"
    choice = row[0 if edit.before is None else 1 if edit.after is None else 2] if isinstance(row, tuple) else row
    name = choice if isinstance(choice, str) else choice(edit.before, edit.after)
    if (
        named == "required" and _required(compared, leaf[-1], old=True) == _required(compared, leaf[-1], old=False)
    ) or (leaf == ("x-union",) and _WIRE_UNION in compared.before and _WIRE_UNION in compared.after):
        name = "type-told"  # another source says so, and nothing else does
    if leaf == ("x-wire", "payload") and _is_first_body(compared, edit):
        name = "payload-added"
    if named == "required":
        return _draft(compared, ("properties", leaf[-1]), edit, name, None, None)
    if named == "enum":
        before, after = (None, leaf[-1]) if edit.before is None else (leaf[-1], None)
        return _draft(compared, way, edit, name, before, after)
    return _draft(compared, way, edit, name, edit.before, edit.after)


def _is_first_body(compared: Compared, edit: Edit) -> bool:
    """Whether requests that had no body may have one now."""
    body = ("properties", edit.after, "type")
    if compared.side != INPUT or edit.before is not None or body in compared.before or body not in compared.after:
        return False
    members = {path[1] for path in compared.before if path[0] == "properties"}
    return all(("properties", member, "x-wire", "location") in compared.before for member in members)


def _is_number(compared: Compared, way: Path) -> bool:
    told = compared.after.get((*way, "type")) or {}
    return told.get("type") in ("integer", "number")


def _draft(compared: Compared, way: Path, edit: Edit, rule: str, before: Any, after: Any) -> Draft:
    return Draft(
        rule=rule if rule.startswith("error-") else f"{compared.side}-{rule}",
        direction=compared.direction,
        subject=compared.name + told(way),
        pointer=pointer("shapes.json", "$defs", compared.pair.after, *way),
        before=before,
        after=after,
        edits=[edit],
    )


def told(way: Path) -> str:
    """`("properties", "Tags", "items")` is `.Tags[]`."""
    text, at = "", 0
    while at < len(way):
        if way[at] == "properties":
            text += f".{way[at + 1]}"
            at += 2
        else:
            text += INSIDE[way[at]]
            at += 1
    return text


def _bound(raised: str, lowered: str) -> _Choose:
    return lambda before, after: raised if after > before else lowered


def _turned(off: str, on: str) -> _Choose:
    return lambda _, after: on if after else off


def _order(before: list[str], after: list[str]) -> str:
    """Whether members that were there before follow one another as they did."""
    same = [name for name in before if name in after] == [name for name in after if name in before]
    return "element-order-told" if same else "serialization-changed"


_OF_ERROR = {
    "code": "error-code-changed",
    "status": "error-status-changed",
    "fault": "error-fault-changed",
    "retryable": "error-retryable-changed",
}
_Row = str | tuple[str | _Choose, str | _Choose, str | _Choose]
"""The rule, without its direction; or one of what came, of what went and of what changed."""
_STREAMING = dict.fromkeys(
    ["x-streaming", "x-eventstream", "streaming", "requiresLength", "eventstream"], "streaming-changed"
)
_BOTH: dict[str, _Row] = {
    **_STREAMING,
    "enum": ("enum-value-added", "enum-value-removed", ""),
    "min": ("minimum-raised", "minimum-lowered", _bound("minimum-raised", "minimum-lowered")),
    "max": ("maximum-lowered", "maximum-raised", _bound("maximum-raised", "maximum-lowered")),
    "pattern": (patterns.rule, patterns.rule, patterns.rule),
    "location": "location-changed",
    "payload": "payload-changed",
    "timestampFormat": "timestamp-format-changed",
    "x-sensitive": "sensitivity-changed",
    "deprecated": ("member-deprecated", "member-undeprecated", _turned("member-undeprecated", "member-deprecated")),
    "x-union": ("union-introduced", "union-dropped", _turned("union-dropped", "union-introduced")),
    "union": ("union-introduced", "union-dropped", _turned("union-dropped", "union-introduced")),
    "shape": "type-name-changed",
    "synthetic": "type-name-changed",
    **dict.fromkeys(["x-open", "x-documented", "x-recursive"], "type-told"),
    **dict.fromkeys(["name", "queryName", "locationName", "member"], "wire-name-changed"),
    **dict.fromkeys(
        [
            "flattened",
            "xmlNamespace",
            "xmlAttribute",
            "wrapper",
            "jsonvalue",
            "x-jsonvalue",
            "hostLabel",
            "eventpayload",
            "eventheader",
            "event",
        ],
        "serialization-changed",
    ),
}
_TOKEN: _Row = ("token-added", "token-removed", _turned("token-removed", "token-added"))
_TABLE: dict[str, dict[str, _Row]] = {
    INPUT: {
        **_BOTH,
        "required": ("member-became-required", "member-became-optional", ""),
        "sparse": ("nulls-allowed", "nulls-refused", _turned("nulls-refused", "nulls-allowed")),
        "xmlOrder": ("serialization-changed", "element-order-told", _order),
        "x-idempotent": _TOKEN,
        "idempotencyToken": _TOKEN,
    },
    OUTPUT: {
        **_BOTH,
        "required": ("member-guaranteed", "member-no-longer-guaranteed", ""),
        "sparse": ("nulls-introduced", "nulls-dropped", _turned("nulls-dropped", "nulls-introduced")),
        "xmlOrder": "element-order-told",
        "x-idempotent": "type-told",
        "idempotencyToken": "type-told",
    },
}
