"""Every store keeps the same promises, and those that write records down keep them over a restart."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asdoc.appconfig.backend import Backend
from asdoc.runtime.server.call import Scope
from asdoc.runtime.server.clock import ManualClock
from asdoc.runtime.server.store import MemoryStore, Store, StoreError
from asdoc.runtime.server.stores import open_store
from tests.explore import examples
from tests.server.conftest import Wire
from tests.server.postgres import postgres

HERE, THERE = ("111122223333", "us-east-1"), ("111122223333", "eu-west-1")


class Thing(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    number: int = 0
    content: bytes = b""
    at: datetime | None = None
    scope: Scope | None = None


KINDS = {"Thing": Thing, "Tags": dict[str, str], "Flag": bool, "Moment": datetime, "Number": int}


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    try:
        with postgres() as server:
            yield server.url
    except FileNotFoundError as error:
        pytest.skip(str(error))


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "postgresql":
        found: str = request.getfixturevalue("database")
        return found
    return "memory" if request.param == "memory" else f"sqlite:///{tmp_path}/store.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    opened.clear()
    opened.keeps(KINDS)
    yield opened
    opened.close()


def names(store: Store, **asked: Any) -> list[str]:
    return [record.name for _, record in store.page(HERE, "Thing", "", **asked)]


@pytest.mark.parametrize(
    ("kind", "record"),
    [
        ("Thing", Thing(name="x", number=2**40, content=bytes(range(256)), at=datetime(2024, 2, 29, 1, 2, 3, 4, UTC))),
        ("Thing", Thing(name="é\0", scope=Scope("111122223333", "us-east-1"))),
        ("Tags", {"a": "b", "": "é"}),
        ("Flag", True),
        ("Moment", datetime(1969, 12, 31, 23, 59, 59, 999999, UTC)),
    ],
)
def test_a_record_is_read_as_it_was_put(store: Store, kind: str, record: Any) -> None:
    store.put(HERE, kind, "parent", "key", record)
    found = store.get(HERE, kind, "parent", "key")
    assert found == record
    assert type(found) is type(record)
    assert [entry for _, entry in store.page(HERE, kind, "parent")] == [record]


def test_a_record_is_replaced_in_its_place(store: Store) -> None:
    for name in "abc":
        store.put(HERE, "Thing", "", name, Thing(name=name))
    before = store.page(HERE, "Thing", "")
    store.put(HERE, "Thing", "", "b", Thing(name="B"))
    assert names(store) == ["a", "B", "c"]
    assert [place for place, _ in store.page(HERE, "Thing", "")] == [place for place, _ in before]


def test_the_place_of_a_deleted_record_is_given_to_no_other(store: Store) -> None:
    store.put(HERE, "Thing", "", "a", Thing(name="a"))
    last = store.page(HERE, "Thing", "")[-1][0]
    assert store.delete(HERE, "Thing", "", "a")
    assert not store.delete(HERE, "Thing", "", "a")
    store.put(HERE, "Thing", "", "b", Thing(name="b"))
    assert names(store, after=last) == ["b"]


def test_collections_are_apart(store: Store) -> None:
    places = [
        (HERE, "Thing", ""),
        (THERE, "Thing", ""),
        (HERE, "Thing", "p"),
        (HERE, "Number", ""),
        (("a|b", "c"), "Thing", ""),
    ]
    for number, (scope, kind, parent) in enumerate(places):
        store.put(scope, kind, parent, "k", number if kind == "Number" else Thing(name=str(number)))
    assert [store.count(*place) for place in places] == [1] * len(places)
    assert store.get(("a", "b|c"), "Thing", "", "k") is None
    store.drop(HERE, "Thing", "")
    assert [store.count(*place) for place in places] == [0, 1, 1, 1, 1]


@pytest.mark.parametrize(
    "text", ["", "\0", "a|b", "~", "é", "\ud800", "x" * 5000, "a\nb", "'; DROP TABLE asdoc_records"]
)
def test_any_text_is_a_key_and_a_parent_and_a_scope(store: Store, text: str) -> None:
    scope = (text, text)
    assert store.get(scope, "Thing", text, text) is None
    store.put(scope, "Thing", text, text, Thing(name="a"))
    assert store.get(scope, "Thing", text, text) == Thing(name="a")
    assert store.get(scope, "Thing", text, text + "x") is None
    with store.transaction(scope):
        assert store.delete(scope, "Thing", text, text)


@pytest.mark.parametrize("size", [1, 127, 128, 129, 300])
def test_a_filter_lets_records_pass_however_few(store: Store, size: int) -> None:
    with store.transaction():
        for number in range(size):
            store.put(HERE, "Thing", "", str(number), Thing(name=str(number), number=number))
    last = names(store, where=lambda record: record.number == size - 1, limit=1)
    assert last == [str(size - 1)]
    even = [str(number) for number in range(0, size, 2)]
    assert names(store, where=lambda record: record.number % 2 == 0) == even
    assert names(store, where=lambda record: record.number % 2 == 0, newest_first=True, limit=3) == even[::-1][:3]


def test_a_transaction_that_fails_leaves_nothing_on_the_disk(store: Store) -> None:
    if isinstance(store, MemoryStore):
        pytest.skip("the store in memory keeps what was put before")
    store.put(HERE, "Thing", "", "a", Thing(name="a"))

    def fail() -> None:
        with store.transaction():
            store.put(HERE, "Thing", "", "a", Thing(name="changed"))
            with store.transaction(HERE):
                store.put(HERE, "Thing", "", "b", Thing(name="b"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert names(store) == ["a"]
    with store.transaction():
        store.put(HERE, "Thing", "", "b", Thing(name="b"))
    assert names(store) == ["a", "b"]


@pytest.mark.parametrize("scope", [None, HERE])
def test_what_is_read_and_written_inside_a_transaction_is_not_mixed(
    store: Store, scope: tuple[str, str] | None
) -> None:
    def add(times: int) -> None:
        for _ in range(times):
            with store.transaction(scope):
                number = store.get(HERE, "Number", "", "n") or 0
                store.put(HERE, "Number", "", "n", number + 1)

    threads = [threading.Thread(target=add, args=(25,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.get(HERE, "Number", "", "n") == 200


def test_a_transaction_of_all_waits_for_those_of_a_scope(store: Store) -> None:
    order: list[str] = []
    inside, go = threading.Event(), threading.Event()

    def one() -> None:
        with store.transaction(HERE):
            inside.set()
            go.wait(10)
            order.append("scope")

    def all_of_it() -> None:
        with store.transaction():
            order.append("all")

    first, second = threading.Thread(target=one), threading.Thread(target=all_of_it)
    first.start()
    assert inside.wait(10)
    second.start()
    second.join(0.2)
    assert second.is_alive()
    go.set()
    first.join()
    second.join()
    assert order == ["scope", "all"]


def test_families_are_apart(store: Store) -> None:
    one, other = store.of("one"), store.of("other")
    one.keeps(KINDS)
    other.keeps({"Thing": int})
    for family in (one, other):
        family.clear()
    one.put(HERE, "Thing", "", "k", Thing(name="one"))
    other.put(HERE, "Thing", "", "k", 2)
    store.put(HERE, "Thing", "", "k", Thing(name="none"))
    assert other.get(HERE, "Thing", "", "k") == 2
    one.clear()
    assert one.get(HERE, "Thing", "", "k") is None
    assert other.get(HERE, "Thing", "", "k") == 2
    assert store.get(HERE, "Thing", "", "k") == Thing(name="none")


def test_what_was_there_is_restored(store: Store) -> None:
    for name in "abc":
        store.put(HERE, "Thing", "", name, Thing(name=name))
    token_place = store.page(HERE, "Thing", "")[0][0]
    kept = store.snapshot()
    store.delete(HERE, "Thing", "", "b")
    store.put(HERE, "Thing", "", "a", Thing(name="A"))
    store.put(HERE, "Thing", "", "d", Thing(name="d"))
    store.restore(kept)
    assert names(store) == ["a", "b", "c"]
    assert names(store, after=token_place) == ["b", "c"]
    store.put(HERE, "Thing", "", "e", Thing(name="e"))
    store.restore(kept)
    store.put(HERE, "Thing", "", "f", Thing(name="f"))
    assert names(store) == ["a", "b", "c", "f"]


STEP = st.tuples(st.sampled_from("pdgxn"), st.sampled_from(["", "p"]), st.sampled_from("abc"), st.integers(0, 9))


@settings(max_examples=examples(30), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=30), st.booleans(), st.integers(1, 4))
def test_stores_on_a_database_do_what_the_one_in_memory_does(
    store: Store, steps: list[tuple[str, str, str, int]], newest_first: bool, limit: int
) -> None:
    store.clear()
    model = MemoryStore()
    for action, parent, key, number in steps:
        for kept in (store, model):
            if action == "p":
                kept.put(HERE, "Number", parent, key, number)
            elif action == "x":
                kept.drop(HERE, "Number", parent)
        if action == "d":
            assert store.delete(HERE, "Number", parent, key) == model.delete(HERE, "Number", parent, key)
        assert store.get(HERE, "Number", parent, key) == model.get(HERE, "Number", parent, key)
        assert store.count(HERE, "Number", parent) == model.count(HERE, "Number", parent)
    for parent in ("", "p"):
        seen = []
        for kept in (store, model):
            found: list[int] = []
            after: int | None = None
            while entries := kept.page(HERE, "Number", parent, after=after, limit=limit, newest_first=newest_first):
                after = entries[-1][0]
                found += [record for _, record in entries]
            seen.append(found)
        assert seen[0] == seen[1]


@pytest.fixture(params=["sqlite", "postgresql"])
def lasting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Store]]:
    url = f"sqlite:///{tmp_path}/store.db" if request.param == "sqlite" else request.getfixturevalue("database")
    opened: list[Store] = []

    def again() -> Store:
        opened.append(open_store(url))
        opened[-1].keeps(KINDS)
        return opened[-1]

    again().clear()
    yield again
    for store in opened:
        store.close()


def test_records_and_tokens_outlive_the_process(lasting: Callable[[], Store]) -> None:
    clock = ManualClock()
    wire = Wire(Backend(clock=clock, store=lasting()))
    made = [wire.json("POST", "/applications", {"Name": f"a{n}"})["Id"] for n in range(5)]
    token = wire.json("GET", "/applications?max_results=2")["NextToken"]
    wire.backend.store.close()
    again = Wire(Backend(clock=clock, store=lasting()))
    found = again.json("GET", f"/applications?next_token={token}")
    assert [item["Id"] for item in found["Items"]] == made[2:]


def test_a_snapshot_is_taken_back_by_a_store_that_has_given_its_places_to_others(lasting: Callable[[], Store]) -> None:
    store = lasting()
    one, other = store.of("one"), store.of("other")
    for family in (one, other):
        family.keeps(KINDS)
        family.clear()
    for name in "abc":
        one.put(HERE, "Thing", "", name, Thing(name=name))
    rows = one.snapshot()
    one.clear()
    for name in "xyz":
        other.put(HERE, "Thing", "", name, Thing(name=name))
    first = other.page(HERE, "Thing", "")[0][0]
    one.restore([(first + number, *row[1:]) for number, row in enumerate(rows)])
    one.put(HERE, "Thing", "", "d", Thing(name="d"))
    assert names(one) == ["a", "b", "c", "d"]
    assert names(other) == ["x", "y", "z"]
    far = [(first + 10**6 + number, *row[1:]) for number, row in enumerate(rows)]
    one.restore(far)
    one.put(HERE, "Thing", "", "d", Thing(name="d"))
    assert names(one) == ["a", "b", "c", "d"]
    with pytest.raises(StoreError, match="other services"):
        other.restore(far)
    for family in (one, other):
        family.clear()


def test_a_transaction_in_which_a_statement_failed_is_not_taken_for_kept(database: str) -> None:
    store: Any = open_store(database)
    store.keeps(KINDS)
    store.clear()

    def write() -> None:
        with store.transaction():
            store.put(HERE, "Number", "", "k", 1)
            with contextlib.suppress(StoreError):
                store._fetch("SELECT 1 / 0", ())

    with pytest.raises(StoreError, match="nothing was kept"):
        write()
    assert store.get(HERE, "Number", "", "k") is None
    store.close()


def test_a_kind_that_nobody_has_told_of_is_refused(lasting: Callable[[], Store]) -> None:
    store = lasting()
    with pytest.raises(StoreError, match="kind Other"):
        store.put(HERE, "Other", "", "k", 1)
    with pytest.raises(StoreError, match="Thing is told to be"):
        store.keeps({"Thing": int})


def test_a_record_of_another_shape_is_told(lasting: Callable[[], Store]) -> None:
    lasting().put(HERE, "Number", "", "k", 1)
    changed = lasting()
    changed._codec._kinds.clear()  # type: ignore[attr-defined]  # as another version of asdoc would have it
    changed.keeps({"Number": str})
    with pytest.raises(StoreError, match="kind Number"):
        changed.get(HERE, "Number", "", "k")


def test_another_schema_is_told(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    open_store(f"sqlite:///{file}").close()
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE asdoc_meta SET value = x'39' WHERE name = 'schema'")
    connection.close()
    with pytest.raises(StoreError, match="its schema is version 9, and this asdoc reads version 1"):
        open_store(f"sqlite:///{file}")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("sqlite:////nowhere/at/all.db", "unable to open"),
        ("sqlite:///", "none that is known"),
        ("mysql://user:secret@host/x", "none that is known"),
        ("postgresql://user:secret@127.0.0.1:1/x", "Connection refused"),
        ("postgresql://user:secret@127.0.0.1:port/x", "cannot be read"),
    ],
)
def test_a_store_that_cannot_be_opened_is_told_without_its_password(url: str, said: str) -> None:
    with pytest.raises(StoreError, match=said) as refused:
        open_store(url)
    assert refused.value.hint
    assert "secret" not in str(refused.value)


def test_a_file_that_is_not_sqlites_is_told(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    file.write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="not a database"):
        open_store(f"sqlite:///{file}")


def test_a_commit_of_sqlites_is_synchronised_in_full(tmp_path: Path) -> None:
    store: Any = open_store(f"sqlite:///{tmp_path}/store.db")
    assert store._fetch("PRAGMA synchronous", ()) == [(2,)]
    assert store._fetch("PRAGMA journal_mode", ()) == [("wal",)]
    store.close()


def test_the_store_in_memory_imports_no_database() -> None:
    code = (
        "import sys; from asdoc.appconfig.backend import Backend; from asdoc.runtime.server.stores import open_store; "
        "Backend(store=open_store('memory')); "
        "print([name for name in ('sqlite3', 'sqlalchemy', 'psycopg') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
