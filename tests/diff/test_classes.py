"""Changes of models of 2025 and 2026 that look worse than they are, and those that look alike and are not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from asdoc.codegen.diff import changes
from asdoc.codegen.diff.rules import rules
from asdoc.codegen.spec.load import Spec

from .editing import committed, copied


def _told(
    edit: Callable[[Spec], object], service: str = "appconfig", *, old: Callable[[Spec], object] | None = None
) -> Any:
    before = copied(committed(service))
    if old is not None:
        old(before)
    after = copied(before)
    edit(after)
    return {(change.rule, rules()[change.rule].severity) for change in changes(before, after)}


def _wire(spec: Spec, shape: str, member: str) -> dict[str, Any]:
    wire: dict[str, Any] = spec.shapes[shape]["properties"][member]["x-wire"]
    return wire


def _label(spec: Spec, name: str) -> None:
    told = spec.operations["GetApplication"]["wire"]
    told["uri"] = told["uri"].replace("{ApplicationId}", f"{{{name}}}")
    _wire(spec, "GetApplicationRequest", "ApplicationId")["name"] = name


def test_a_placeholder_of_another_name_breaks_nobody() -> None:
    assert _told(lambda spec: _label(spec, "applicationId")) == {
        ("uri-label-renamed", "safe"),
        ("input-label-renamed", "safe"),
    }


def test_two_members_that_change_places_in_an_address_break_callers() -> None:
    def edit(spec: Spec) -> None:
        names = ("ApplicationId", "EnvironmentId")
        for member, name in zip(names, reversed(names), strict=True):
            _wire(spec, "GetEnvironmentRequest", member)["name"] = name

    assert _told(edit) == {("input-wire-name-changed", "breaking")}


def test_an_address_that_has_another_member_in_it_breaks_callers() -> None:
    def edit(spec: Spec) -> None:
        told = spec.operations["GetApplication"]["wire"]
        told["uri"] = told["uri"].replace("{ApplicationId}", "{Other}")

    assert _told(edit) == {("uri-changed", "breaking")}


def _endpoint(path: str) -> Callable[[Spec], None]:
    def edit(spec: Spec) -> None:
        spec.metadata["endpoints"] = {"rules": [[[], {"url": f"https://appconfig.{{Region}}.amazonaws.com{path}"}]]}

    return edit


def test_what_moved_from_the_endpoint_into_the_address_is_told_as_that() -> None:
    def edit(spec: Spec) -> None:
        _endpoint("")(spec)
        for told in spec.operations.values():
            told["wire"]["uri"] = "/v2" + told["wire"]["uri"]

    assert _told(edit, old=_endpoint("/v2")) == {("uri-part-moved", "risky"), ("endpoint-changed", "risky")}
    assert ("uri-changed", "breaking") in _told(edit, old=_endpoint("/v3"))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (["a", "json"], ["cbor", "a", "json"], ("protocols-reordered", "safe")),
        (["a"], ["a", "cbor"], ("protocols-added", "safe")),
        (["a", "json"], ["a"], ("protocols-removed", "breaking")),
        (None, ["a"], ("service-fact-told", "docs")),
    ],
)
def test_a_protocol_breaks_nobody_before_it_is_gone(before: Any, after: Any, expected: tuple[str, str]) -> None:
    def put(protocols: Any) -> Callable[[Spec], None]:
        def edit(spec: Spec) -> None:
            spec.metadata["protocol"] = "a"
            spec.metadata.pop("protocols", None)
            if protocols is not None:
                spec.metadata["protocols"] = protocols

        return edit

    assert _told(put(after), old=put(before)) == {expected}


def test_another_protocol_is_preferred_while_the_old_one_is_spoken() -> None:
    def edit(spec: Spec) -> None:
        spec.metadata.update(protocol="smithy-rpc-v2-cbor", protocols=["smithy-rpc-v2-cbor", "json"])

    told = _told(edit, "proton")
    assert ("protocol-preferred", "risky") in told
    assert not [rule for rule, severity in told if severity == "breaking"]
    assert ("protocol-changed", "breaking") in _told(lambda spec: spec.metadata.update(protocol="query"), "proton")


def test_nulls_break_those_who_read_them_and_those_who_may_not_give_them_any_more() -> None:
    def sparse(on: bool, shape: str, member: str) -> Callable[[Spec], None]:
        return lambda spec: _wire(spec, shape, member).update(sparse=on)

    given = ("CreateDeploymentStrategyRequest", "Tags")
    got = ("Applications", "Items")
    assert _told(sparse(True, *given)) == {("input-nulls-allowed", "safe")}
    assert _told(sparse(False, *given), old=sparse(True, *given)) == {("input-nulls-refused", "breaking")}
    assert _told(sparse(True, *got)) == {("output-nulls-introduced", "risky")}
    assert _told(sparse(False, *got), old=sparse(True, *got)) == {("output-nulls-dropped", "safe")}


def test_an_order_of_elements_matters_to_those_who_write_them() -> None:
    def order(*names: str, shape: str) -> Callable[[Spec], None]:
        return lambda spec: spec.shapes[shape].setdefault("x-wire", {}).update(xmlOrder=list(names))

    for shape, severities in (("CreateApplicationRequest", ("docs", "breaking")), ("Applications", ("docs", "docs"))):
        longer = _told(order("A", "C", "B", shape=shape), old=order("A", "B", shape=shape))
        other = _told(order("B", "A", shape=shape), old=order("A", "B", shape=shape))
        assert tuple(severity for told in (longer, other) for _, severity in told) == severities


def test_a_body_where_there_was_none_breaks_nobody() -> None:
    def edit(spec: Spec) -> None:
        shape = spec.shapes["GetApplicationRequest"]
        shape["properties"]["Body"] = {"type": "string"}
        shape.setdefault("x-wire", {})["payload"] = "Body"

    assert _told(edit) == {("input-payload-added", "safe"), ("input-member-added", "safe")}

    def another(spec: Spec) -> None:
        shape = spec.shapes["CreateApplicationRequest"]  # of which the members are the body
        shape["properties"]["Body"] = {"type": "string"}
        shape.setdefault("x-wire", {})["payload"] = "Body"

    assert ("input-payload-changed", "breaking") in _told(another)


@pytest.mark.parametrize(
    ("before", "after", "rule"),
    [
        ("[a-z]+", "^[a-z]+$", "pattern-anchored"),
        ("^[a-z]+", "^[a-z]+$", "pattern-anchored"),
        ("^[a-z]+$", "[a-z]+", "pattern-unanchored"),
        ("^[a-z]+$", "[a-z]+$", "pattern-unanchored"),
        ("^[a-z]+", "[a-z]+$", "pattern-changed"),
        ("^(a|b)$", "(a|b)", "pattern-unanchored"),
        ("^a|b$", "a|b", "pattern-changed"),
        ("^[|(]x$", "[|(]x", "pattern-unanchored"),
        (r"^a\$", r"a\$", "pattern-unanchored"),
        (r"a\$", "a", "pattern-changed"),
        (r"a\\$", r"a\\", "pattern-unanchored"),
        (r"\Aa\z", "^a$", "pattern-told"),
        ("[a-z]+", "[a-y]+", "pattern-changed"),
        (None, r"[\s\S]*", "pattern-told"),
        (r"^[\S\s]*$", None, "pattern-told"),
        (r"[\s\S]*", "[a-z]+", "pattern-added"),
        ("[a-z]+", r"^[\s\S]*$", "pattern-removed"),
        (None, r"[\s\S]+", "pattern-added"),
        (None, ".*", "pattern-added"),
    ],
)
def test_what_two_patterns_take_is_told_where_it_shows(before: str | None, after: str | None, rule: str) -> None:
    def put(pattern: str | None) -> Callable[[Spec], None]:
        def edit(spec: Spec) -> None:
            wire = _wire(spec, "CreateApplicationRequest", "Name")
            wire.pop("pattern", None)
            if pattern is not None:
                wire["pattern"] = pattern

        return edit

    assert {name for name, _ in _told(put(after), old=put(before))} == {f"input-{rule}"}
