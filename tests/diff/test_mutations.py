"""Single edits of specs: each is found, by the rule that the edit means, and the difference is the edit.

ASDOC_MUTATIONS=20000 tries more than a run of the tests does.
"""

from __future__ import annotations

import os
import random
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asdoc.codegen.diff import applied, changes
from asdoc.codegen.diff.flat import facts
from asdoc.codegen.spec.load import Spec

from .editing import committed
from .edits import Edited, edited
from .mutations import MUTATIONS

_SERVICES = ("appconfig", "appconfigdata", "proton")
_QUIET = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
_EXAMPLES = int(os.environ.get("ASDOC_MUTATIONS", "40"))


@st.composite
def _edits(draw: st.DrawFn) -> Edited:
    mutation = draw(st.sampled_from(MUTATIONS))
    spec = committed(draw(st.sampled_from(_SERVICES)))
    found = edited(mutation, spec, lambda count: draw(st.integers(0, count - 1)))
    return found or edited(MUTATIONS[0], spec, lambda _: 0)  # type: ignore[return-value]  # every spec has operations


@settings(max_examples=_EXAMPLES, deadline=None, suppress_health_check=_QUIET)
@given(_edits(), st.integers(0, 1 << 32))
def test_an_edit_is_found_and_classed_and_is_the_difference(edit: Edited, seed: int) -> None:
    order = random.Random(seed)  # noqa: S311 - shuffles
    found = changes(edit.old, edit.new)
    assert {change.rule for change in found} == edit.expected, (edit.mutation, edit.where)
    assert applied(edit.old, found) == facts(edit.new)
    back = changes(edit.new, edit.old)
    assert applied(edit.new, back) == facts(edit.old)
    assert changes(edit.new, edit.new) == ()
    shuffled = changes(_shuffled(edit.old, order), _shuffled(edit.new, order))
    assert [change.fingerprint for change in shuffled] == [change.fingerprint for change in found]
    assert len({change.fingerprint for change in found}) == len(found)


def test_every_mutation_has_a_place_in_some_spec() -> None:
    for mutation in MUTATIONS:
        assert any(edited(mutation, committed(service), lambda _: 0) for service in _SERVICES), mutation.name


def _shuffled(spec: Spec, order: random.Random) -> Spec:
    """The same spec with everything in another order that tells nothing by its order."""

    def mixed(node: Any, key: str = "") -> Any:
        if isinstance(node, dict):
            keys = list(node)
            order.shuffle(keys)
            return {name: mixed(node[name], name) for name in keys}
        if isinstance(node, list) and key in ("enum", "required", "errors"):
            return order.sample(node, len(node))
        return node

    examples = order.sample(spec.examples, len(spec.examples))
    return msgspec.structs.replace(
        spec,
        shapes=mixed(spec.shapes),
        operations=mixed(spec.operations),
        waiters=mixed(spec.waiters),
        examples=examples,
    )
