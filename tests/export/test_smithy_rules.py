"""The rules by which Smithy models are judged here: each is seen to catch a model that breaks it, and it alone."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.export.smithy_rules import broken

Json = dict[str, Any]

SPACE = "com.amazonaws.garden#"


def member(target: str, **traits: Any) -> Json:
    name = target if "#" in target else SPACE + target
    return {"target": name, "traits": {f"smithy.api#{trait}": value for trait, value in traits.items()}}


GARDEN: Json = {
    "smithy": "2.0",
    "shapes": {
        f"{SPACE}Garden": {
            "type": "service",
            "version": "2020-01-01",
            "operations": [{"target": f"{SPACE}Plant"}, {"target": f"{SPACE}ListBeds"}],
            "traits": {
                "aws.api#service": {"sdkId": "Garden"},
                "aws.auth#sigv4": {"name": "garden"},
                "aws.protocols#restJson1": {},
            },
        },
        f"{SPACE}Plant": {
            "type": "operation",
            "input": {"target": f"{SPACE}PlantRequest"},
            "output": {"target": f"{SPACE}Bed"},
            "errors": [{"target": f"{SPACE}NoRoom"}],
            "traits": {
                "smithy.api#http": {"method": "POST", "uri": "/beds/{Name}/{Path+}?now", "code": 201},
                "smithy.api#examples": [
                    {"title": "one", "input": {"Name": "b1", "Path": "a/b", "Kind": "ROSE"}, "output": {"Rows": 1}}
                ],
                "smithy.waiters#waitable": {
                    "BedFull": {
                        "acceptors": [
                            {
                                "state": "success",
                                "matcher": {
                                    "output": {"path": "Kind", "expected": "ROSE", "comparator": "stringEquals"}
                                },
                            }
                        ],
                        "minDelay": 5,
                    }
                },
            },
        },
        f"{SPACE}ListBeds": {
            "type": "operation",
            "input": {"target": f"{SPACE}ListBedsRequest"},
            "output": {"target": f"{SPACE}Beds"},
            "traits": {
                "smithy.api#http": {"method": "GET", "uri": "/beds", "code": 200},
                "smithy.api#paginated": {
                    "inputToken": "Next",
                    "outputToken": "Next",
                    "items": "Items",
                    "pageSize": "Size",
                },
            },
        },
        f"{SPACE}PlantRequest": {
            "type": "structure",
            "members": {
                "Name": member("Name", httpLabel={}, required={}),
                "Path": member("smithy.api#String", httpLabel={}, required={}),
                "Kind": member("Kind"),
                "Depth": member("smithy.api#Integer", httpHeader="X-Depth"),
                "Seed": member("Seed"),
            },
        },
        f"{SPACE}ListBedsRequest": {
            "type": "structure",
            "members": {
                "Next": member("smithy.api#String", httpQuery="next"),
                "Size": member("smithy.api#Integer", httpQuery="size"),
            },
        },
        f"{SPACE}Beds": {
            "type": "structure",
            "members": {"Next": member("smithy.api#String"), "Items": member("BedList")},
        },
        f"{SPACE}BedList": {"type": "list", "member": {"target": f"{SPACE}Bed"}},
        f"{SPACE}Bed": {
            "type": "structure",
            "members": {"Rows": member("smithy.api#Integer"), "Kind": member("Kind"), "Inner": member("Bed")},
        },
        f"{SPACE}Name": {
            "type": "string",
            "traits": {"smithy.api#length": {"min": 2, "max": 8}, "smithy.api#pattern": "^[a-z0-9]+$"},
        },
        f"{SPACE}Kind": {
            "type": "enum",
            "members": {
                "ROSE": member("smithy.api#Unit", enumValue="ROSE"),
                "TULIP": member("smithy.api#Unit", enumValue="tulip"),
            },
        },
        f"{SPACE}Seed": {"type": "union", "members": {"Bulb": member("smithy.api#String")}},
        f"{SPACE}NoRoom": {
            "type": "structure",
            "members": {"message": member("smithy.api#String")},
            "traits": {"smithy.api#error": "client", "smithy.api#httpError": 409},
        },
    },
}


def at(document: Json, path: str) -> Any:
    """What stands in the model at `Shape/key/key`."""
    shape, *keys = path.split("/")
    node = document["shapes"][SPACE + shape]
    for key in keys:
        node = node[int(key) if isinstance(node, list) else key.replace("~", "#")]
    return node


def put(path: str, key: str, value: Any) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        at(document, path)[key.replace("~", "#")] = value

    return change


def trait(path: str, name: str, value: Any) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        at(document, path).setdefault("traits", {})[f"smithy.api#{name}"] = value

    return change


def drop(path: str, key: str) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        del at(document, path)[key.replace("~", "#")]

    return change


def shape(name: str, **told: Any) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        document["shapes"][name if "#" in name else SPACE + name] = told

    return change


def both(*changes: Callable[[Json], None]) -> Callable[[Json], None]:
    def change(document: Json) -> None:
        for one in changes:
            one(document)

    return change


HTTP, WAIT = "Plant/traits/smithy.api~http", "Plant/traits/smithy.waiters~waitable/BedFull"
EXAMPLE = "Plant/traits/smithy.api~examples/0"
BROKEN: dict[str, tuple[Callable[[Json], None], str]] = {
    "an unknown type": (put("Bed", "type", "record"), "there is no type 'record'"),
    "a key that a shape has not": (put("Name", "members", {}), "a string has no"),
    "no shape id": (shape("no-id#Name", type="string"), "no absolute shape id"),
    "ids that differ by case": (shape("NAME", type="string"), "by case alone"),
    "members that differ by case": (put("Bed/members", "rows", member("Name")), "by case alone"),
    "a member that is no identifier": (put("Bed/members", "9", member("Name")), "no identifier"),
    "a target that is not there": (put("Bed/members/Rows", "target", f"{SPACE}Row"), "there is no"),
    "an operation as a member": (put("Bed/members/Rows", "target", f"{SPACE}Plant"), "is no data"),
    "Unit as a member": (put("Bed/members/Rows", "target", "smithy.api#Unit"), "Unit may not be"),
    "an unknown trait": (trait("Name", "lengthy", {}), "no known trait"),
    "a length of a number": (trait("Bed/members/Rows", "length", {"min": 1}), "may not stand here"),
    "a range of a string": (trait("Name", "range", {"min": 1}), "may not stand here"),
    "a length below none": (trait("Name", "length", {"min": -1}), "may not be"),
    "a length of bounds that cross": (trait("Name", "length", {"min": 9, "max": 8}), "may not be"),
    "a fraction as a length": (trait("Name", "length", {"min": 1.5}), "may not be"),
    "a secret member": (trait("Bed/members/Rows", "sensitive", {}), "may not stand here"),
    "a default of text": (trait("Bed/members/Kind", "default", ""), "may not stand here"),
    "a time's format on a string": (trait("Name", "timestampFormat", "date-time"), "may not stand here"),
    "a token that is a number": (trait("Bed/members/Rows", "idempotencyToken", {}), "may not stand here"),
    "a header that is none": (trait("PlantRequest/members/Depth", "httpHeader", "X Depth"), "may not be"),
    "a label that may be left out": (
        drop("PlantRequest/members/Name/traits", "smithy.api~required"),
        "a label is not required",
    ),
    "a label that the URI has not": (put(HTTP, "uri", "/beds/{Path+}"), "labels of"),
    "a label of no member": (put(HTTP, "uri", "/beds/{Name}/{Row}/{Path+}"), "labels of"),
    "a label that is a part of a segment": (put(HTTP, "uri", "/beds/x{Name}/{Path+}"), "not a whole segment"),
    "a URI with a fragment": (put(HTTP, "uri", "/beds/{Name}/{Path+}#x"), "no URI of Smithy"),
    "a status that is none": (put(HTTP, "code", 20), "no such method or code"),
    "two places of one member": (trait("PlantRequest/members/Depth", "httpQuery", "d"), "conflict"),
    "two payloads": (
        both(*(trait(f"PlantRequest/members/{name}", "httpPayload", {}) for name in ("Kind", "Seed"))),
        "httpPayload stands on",
    ),
    "one header twice": (trait("PlantRequest/members/Kind", "httpHeader", "x-depth"), "bound to one httpHeader"),
    "a query that is a literal, too": (
        trait("PlantRequest/members/Kind", "httpQuery", "now"),
        "what a member is bound",
    ),
    "a query of an answer": (trait("Bed/members/Kind", "httpQuery", "kind"), "its output binds"),
    "a list of structures in a header": (
        put("PlantRequest/members", "Beds", member("BedList", httpHeader="X-Beds")),
        "a list of structure stands",
    ),
    "prefixed headers that are no map": (
        trait("PlantRequest/members/Depth", "httpPrefixHeaders", "x-"),
        "may not stand",
    ),
    "an enum without values": (put("Kind", "members", {}), "an enum has no value"),
    "an enum with a value twice": (
        put("Kind/members/TULIP/traits", "smithy.api~enumValue", "ROSE"),
        "two members have one value",
    ),
    "an enum of strings": (put("Kind/members/ROSE", "target", "smithy.api#String"), "not Unit"),
    "a union without members": (put("Seed", "members", {}), "a union has no member"),
    "a union that requires a member": (trait("Seed/members/Bulb", "required", {}), "member of a union is required"),
    "an event that is a string": (trait("Seed", "streaming", {}), "an event is no structure"),
    "a stream that is no payload": (
        both(
            shape("Bytes", type="blob", traits={"smithy.api#streaming": {}}),
            put("Bed/members", "Body", member("Bytes", default="")),
        ),
        "a stream is no payload",
    ),
    "a stream that may be nothing": (
        both(
            shape("Bytes", type="blob", traits={"smithy.api#streaming": {}}),
            put("PlantRequest/members", "Body", member("Bytes", httpPayload={})),
        ),
        "neither required nor has a default",
    ),
    "an error of no side": (trait("NoRoom", "error", "both"), "may not be"),
    "an error that is none": (drop("NoRoom/traits", "smithy.api~error"), "is no error"),
    "keys that are numbers": (
        shape("Rows", type="map", key={"target": "smithy.api#Integer"}, value={"target": "smithy.api#String"}),
        "keys are no strings",
    ),
    "a service of no protocol": (drop("Garden/traits", "aws.protocols~restJson1"), "speaks no protocol"),
    "a service that is not of AWS": (drop("Garden/traits", "aws.api~service"), "has no aws.api#service"),
    "an operation of no service": (
        put("Garden", "operations", [{"target": f"{SPACE}Plant"}]),
        "does not have",
    ),
    "an operation without http": (drop("ListBeds/traits", "smithy.api~http"), "has no http"),
    "two operations of one URI": (
        put("ListBeds/traits", "smithy.api~http", {"method": "POST", "uri": "/beds/{Row}/{Way+}?now"}),
        "has the method and URI of",
    ),
    "an input that is a list": (put("ListBeds/input", "target", f"{SPACE}BedList"), "its input is no structure"),
    "pages by a member that is not there": (
        put("ListBeds/traits/smithy.api~paginated", "items", "Rows"),
        "there is no Rows",
    ),
    "pages of what is no list": (put("ListBeds/traits/smithy.api~paginated", "items", "Next"), "is a string"),
    "a token that is required": (trait("ListBedsRequest/members/Next", "required", {}), "Next is required"),
    "pages without tokens": (drop("ListBeds/traits/smithy.api~paginated", "inputToken"), "has no tokens"),
    "a waiter of no name": (
        lambda document: put("Plant/traits/smithy.waiters~waitable", "full", at(document, WAIT))(document),
        "no name of a waiter",
    ),
    "a waiter that never succeeds": (put(f"{WAIT}/acceptors/0", "state", "failure"), "never succeeds"),
    "a waiter that waits too long": (put(WAIT, "minDelay", 600), "out of order"),
    "a waiter that compares a boolean with text": (
        put(f"{WAIT}/acceptors/0/matcher/output", "comparator", "booleanEquals"),
        "is no boolean",
    ),
    "a waiter with a path that is none": (put(f"{WAIT}/acceptors/0/matcher/output", "path", "a..b"), "no JMESPath"),
    "an example without what is required": (drop(f"{EXAMPLE}/input", "Path"), "lacks Path"),
    "an example of another type": (put(f"{EXAMPLE}/output", "Rows", "1"), "is no integer"),
    "an example out of bounds": (put(f"{EXAMPLE}/input", "Name", "b"), "breaks its length"),
    "an example against the pattern": (put(f"{EXAMPLE}/input", "Name", "B-1"), "does not match"),
    "an example out of the enum": (put(f"{EXAMPLE}/input", "Kind", "OAK"), "not in its enum"),
    "an example of an unknown member": (put(f"{EXAMPLE}/input", "Row", 1), "has no member Row"),
    "an example of two members of a union": (put(f"{EXAMPLE}/input", "Seed", {}), "not exactly one member"),
    "an example without a title": (put(EXAMPLE, "title", ""), "has no title"),
    "a list of itself": (
        shape("Lists", type="list", member={"target": f"{SPACE}Lists"}),
        "holds itself by lists and maps alone",
    ),
    "a structure that needs itself": (trait("Bed/members/Inner", "required", {}), "can never end"),
    "another version": (lambda document: document.update(smithy="1.0"), "is not `smithy: 2.0`"),
}


def test_the_garden_itself_breaks_no_rule() -> None:
    assert broken(GARDEN) == []


@pytest.mark.parametrize("name", BROKEN)
def test_the_rules_catch(name: str) -> None:
    change, reason = BROKEN[name]
    document = copy.deepcopy(GARDEN)
    change(document)
    assert reason in "\n".join(broken(document))
