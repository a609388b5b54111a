"""A plugin of pytest's that gives every backend a store on SQLite where it would have one in memory.

`python -m pytest -p tests.server.on_sqlite tests/behaviour` holds the behaviours to their pages on records that were
written down and read back: by every fifth test, and with `ASDOC_EXPLORE=1` by each.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator

import pytest

from asdoc.runtime.server import backend
from asdoc.runtime.server.store import Store
from asdoc.runtime.server.stores import open_store
from tests.explore import every

_SHARE = every(5)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items[:] = items[::_SHARE]


@pytest.fixture(autouse=True)
def stores_on_sqlite(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    opened: list[Store] = []
    with tempfile.TemporaryDirectory() as folder:

        def make() -> Store:
            opened.append(open_store(f"sqlite:///{folder}/{len(opened)}.db"))
            return opened[-1]

        monkeypatch.setattr(backend, "MemoryStore", make)
        yield
        for store in opened:
            store.close()
