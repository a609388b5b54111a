from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asdoc.runtime.server.pagination import make_token, read_token
from asdoc.runtime.server.store import MemoryStore
from tests.server.conftest import Wire, authorization

SCOPE = ("111122223333", "us-east-1")
KEY = b"k" * 32


def create(wire: Wire, count: int, **headers: str) -> list[str]:
    return [wire.json("POST", "/applications", {"Name": f"a{n}"}, **headers)["Id"] for n in range(count)]


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 50])
def test_the_pages_together_are_the_list(wire: Wire, size: int) -> None:
    made = create(wire, 6)
    seen: list[str] = []
    token = ""
    for _ in range(10):
        found = wire.json("GET", f"/applications?max_results={size}{token}")
        assert len(found["Items"]) <= size
        seen += [item["Id"] for item in found["Items"]]
        if "NextToken" not in found:
            break
        token = f"&next_token={found['NextToken']}"
    assert seen == made


def test_a_token_outlives_the_item_it_points_at(wire: Wire) -> None:
    made = create(wire, 4)
    token = wire.json("GET", "/applications?max_results=2")["NextToken"]
    wire.send("DELETE", f"/applications/{made[1]}")
    wire.send("DELETE", f"/applications/{made[2]}")
    found = wire.json("GET", f"/applications?next_token={token}")
    assert [item["Id"] for item in found["Items"]] == made[3:]


def test_a_token_of_another_list_is_refused(wire: Wire) -> None:
    first, *_ = create(wire, 3)
    for number in range(3):
        wire.send("POST", f"/applications/{first}/environments", {"Name": f"e{number}"})
    token = wire.json("GET", "/applications?max_results=1")["NextToken"]
    for target in (
        "/deploymentstrategies",
        f"/applications/{first}/environments",
        f"/applications/{first}/configurationprofiles",
    ):
        wire.refused(wire.send("GET", f"{target}?next_token={token}"), 400, "BadRequestException")
    create(wire, 3, authorization=authorization("444455556666"))
    other = wire.send("GET", f"/applications?next_token={token}", authorization=authorization("444455556666"))
    wire.refused(other, 400, "BadRequestException")


def test_a_token_holds_for_its_filter_alone(wire: Wire) -> None:
    (application,) = create(wire, 1)
    profiles = f"/applications/{application}/configurationprofiles"
    for number in range(3):
        wire.send("POST", profiles, {"Name": f"p{number}", "LocationUri": "hosted"})
    token = wire.json("GET", f"{profiles}?max_results=1&type=AWS.Freeform")["NextToken"]
    assert wire.send("GET", f"{profiles}?next_token={token}&type=AWS.Freeform").status == 200
    wire.refused(wire.send("GET", f"{profiles}?next_token={token}"), 400, "BadRequestException")


@pytest.mark.parametrize(
    "change", [lambda t: t[:-2], lambda t: t + "A", lambda t: "A" * len(t), lambda t: t[::-1], lambda t: "é"]
)
def test_a_broken_token_is_refused(wire: Wire, change: object) -> None:
    create(wire, 2)
    token = wire.json("GET", "/applications?max_results=1")["NextToken"]
    broken = change(token)  # type: ignore[operator]  # a function of the parameters above
    wire.refused(wire.send("GET", f"/applications?next_token={broken}"), 400, "BadRequestException")


@given(st.text(), st.integers(0, 2**64 - 1))
def test_a_token_is_read_as_it_was_made(binding: str, place: int) -> None:
    assert read_token(binding, make_token(binding, place, KEY), KEY) == place


@given(st.text(max_size=60))
def test_made_up_tokens_are_refused(token: str) -> None:
    with pytest.raises(ValueError, match="token"):
        read_token("list", token, KEY)


@given(st.lists(st.tuples(st.sampled_from("pd"), st.integers(0, 9))), st.booleans(), st.integers(1, 4))
def test_a_store_pages_through_what_it_keeps_in_order(
    steps: list[tuple[str, int]], newest_first: bool, limit: int
) -> None:
    store, model = MemoryStore(), {}
    for action, number in steps:
        key = str(number)
        if action == "p":
            store.put(SCOPE, "kind", "", key, number)
            model[key] = number
        else:
            assert store.delete(SCOPE, "kind", "", key) == (key in model)
            model.pop(key, None)
    wanted = list(model.values())
    assert store.count(SCOPE, "kind", "") == len(wanted)
    found: list[int] = []
    after: int | None = None
    while entries := store.page(SCOPE, "kind", "", after=after, limit=limit, newest_first=newest_first):
        after = entries[-1][0]
        found += [record for _, record in entries]
    assert found == (wanted[::-1] if newest_first else wanted)
