"""What a store on a disk costs: a deployment started on SQLite beside the bare write, lists that are long, and workers
that share one PostgreSQL."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

from asdoc.appconfig.backend import Backend
from asdoc.behaviour.appconfig.records import DEPLOYMENT, Deployment
from asdoc.behaviour.appconfig.timeline import Strategy
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.server.clock import RealClock
from asdoc.runtime.server.scopes import DEFAULT_SCOPE
from asdoc.runtime.server.store import Store
from asdoc.runtime.server.stores import open_store
from asdoc.runtime.server.stores.codec import Codec
from asdoc.runtime.server.stores.sql import RECORDS, collection_name
from tests.bench.measure import Row, pair
from tests.bench.serving import Load, under_load
from tests.server.durability import Server, Wire
from tests.server.postgres import postgres

TURNS = 200
LONG = 100_000
GETS = 400
ROUNDS = 3
CONNECTIONS = 32


class World:
    """One application with what a deployment needs, in a backend that is called in process."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.backend = Backend(store=store)
        self.application = self.send("POST", "/applications", {"Name": "bench"})["Id"]
        of = f"/applications/{self.application}"
        self.environment = self.send("POST", f"{of}/environments", {"Name": "e"})["Id"]
        profile = {"Name": "p", "LocationUri": "hosted"}
        self.profile = self.send("POST", f"{of}/configurationprofiles", profile)["Id"]
        versions = f"{of}/configurationprofiles/{self.profile}/hostedconfigurationversions"
        self.send("POST", versions, b'{"on": true}')
        at_once = {"DeploymentDurationInMinutes": 0, "GrowthFactor": 100, "FinalBakeTimeInMinutes": 0}
        self.strategy = self.send("POST", "/deploymentstrategies", {"Name": "s", **at_once})["Id"]
        self.deployments = f"{of}/environments/{self.environment}/deployments"

    def send(self, method: str, path: str, body: Any = b"") -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"content-type": "application/json"}
        response = self.backend.handle(HttpRequest(method=method, target=path, headers=headers, body=content))
        if response.status >= 300:
            raise SystemExit(f"{method} {path} was answered with {response.status}: {response.body!r}")
        return json.loads(response.body)

    def start(self) -> None:
        wish = {
            "DeploymentStrategyId": self.strategy,
            "ConfigurationProfileId": self.profile,
            "ConfigurationVersion": "1",
        }
        self.send("POST", self.deployments, wish)

    def fill(self, count: int, url: str = "") -> None:
        """As many deployments, put into the store by themselves; by a COPY where `url` is that of a PostgreSQL."""
        parent = f"{self.application}/{self.environment}"
        records = (self._deployment(number) for number in range(1, count + 1))
        if not url:
            with self.store.transaction():
                for record in records:
                    self.store.put(DEFAULT_SCOPE, DEPLOYMENT, parent, str(record.DeploymentNumber), record)
            return
        codec = Codec()
        codec.keeps(self.backend.behaviour.records)
        name = collection_name("", DEFAULT_SCOPE, DEPLOYMENT, parent)
        statement = f"COPY {RECORDS} (collection, name, data) FROM STDIN"
        with psycopg.connect(url) as connection, connection.cursor().copy(statement) as copy:
            for record in records:
                copy.write_row((name, str(record.DeploymentNumber), codec.encode(DEPLOYMENT, record)))

    def _deployment(self, number: int) -> Deployment:
        return Deployment(
            ApplicationId=self.application,
            EnvironmentId=self.environment,
            DeploymentStrategyId=self.strategy,
            ConfigurationProfileId=self.profile,
            DeploymentNumber=number,
            ConfigurationName="p",
            ConfigurationLocationUri="hosted",
            ConfigurationVersion="1",
            strategy=Strategy(duration_minutes=0, growth_type="LINEAR", growth_factor=100.0, bake_minutes=0),
            started=RealClock().now(),
            content=b'{"on": true}',
        )


def bare(folder: str) -> Callable[[], None]:
    """A row of the size of a deployment's, written as durably and by nothing but SQLite."""
    connection = sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("CREATE TABLE rows (place INTEGER PRIMARY KEY, data BLOB)")

    def write() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO rows (data) VALUES (?)", (b"x" * 600,))
        connection.execute("COMMIT")

    return write


def timed(work: Callable[[], object]) -> float:
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def bare_postgres(url: str) -> Callable[[], None]:
    """The same on PostgreSQL: one row, in a transaction of its own, by nothing but its driver."""
    connection = psycopg.connect(url, autocommit=True)
    connection.execute("CREATE TABLE bare_rows (place BIGSERIAL PRIMARY KEY, data BYTEA)")

    def write() -> None:
        connection.execute("INSERT INTO bare_rows (data) VALUES (%s)", (b"x" * 600,))

    return write


def writes(name: str, url: str, write: Callable[[], None], goal: str = "") -> Row:
    """In turns, as the time of a disk's flush changes from one moment to the next."""
    world = World(open_store(url))
    world.start()
    ours, theirs = [], []
    for _ in range(TURNS):
        ours.append(timed(world.start))
        theirs.append(timed(write))
    world.store.close()
    figure = pair(ours, theirs)
    return Row(
        f"StartDeployment on {name} against the bare durable write",
        f"{figure.ours * 1e3:.3g} ms",
        f"{figure.theirs * 1e3:.3g} ms",
        f"{1 / figure.ratio:.2f}x as long",
        goal,
    )


def gets(worlds: dict[str, World]) -> Iterator[Row]:
    """Reads in process, on one store beside the others, in turns."""
    works: dict[str, Callable[[World], object]] = {
        "GetApplication": lambda world: world.send("GET", f"/applications/{world.application}"),
        "GetDeployment": lambda world: world.send("GET", f"{world.deployments}/1"),
    }
    for world in worlds.values():
        world.start()
    for what, work in works.items():
        seen: dict[str, list[float]] = {name: [] for name in worlds}
        for _ in range(GETS):
            for name, world in worlds.items():
                seen[name].append(timed(partial(work, world)))
        for name in ("SQLite", "PostgreSQL"):
            if name in seen:
                figure = pair(seen[name], seen["memory"])
                ours, memory = f"{figure.ours * 1e6:.0f} us", f"{figure.theirs * 1e6:.0f} us"
                yield Row(f"{what} in process, {name} against memory", ours, memory, f"{1 / figure.ratio:.1f}x as long")


def lists(name: str, store: Store, url: str = "") -> Row:
    store.clear()
    world = World(store)
    world.fill(LONG, url)
    if len(world.send("GET", f"{world.deployments}?max_results=1")["Items"]) != 1:
        raise SystemExit(f"the deployments that were put into {name} are not listed")
    full = statistics.median(timed(lambda: world.send("GET", world.deployments)) for _ in range(100))
    store.clear()
    return Row(f"ListDeployments among {LONG:,}, 50 a page, {name}", f"{full * 1e3:.3g} ms", "", "", "5 ms")


def scaling(name: str, store: str) -> Iterator[Row]:
    """GetApplication by one, two and four workers on one store, in turns."""
    with contextlib.ExitStack() as stack:
        ports = {}
        for workers in (1, 2, 4):
            server = Server(store, workers)
            stack.callback(server.stop)
            ports[workers] = server.port
        wire = Wire(ports[1])
        stack.callback(wire.close)
        path = f"/applications/{wire.told('POST', '/applications', {'Name': 'bench'}, authorization='')['Id']}"
        seen: dict[int, list[Load]] = {workers: [] for workers in ports}
        for _ in range(ROUNDS):
            for workers, port in ports.items():
                seen[workers].append(under_load(f"http://127.0.0.1:{port}", path, connections=CONNECTIONS))
    for workers in (2, 4):
        what = f"GetApplication on {name}: {workers} workers against one ({os.cpu_count()} cores, load on them too)"
        rate = pair([1 / load.rate for load in seen[workers]], [1 / load.rate for load in seen[1]])
        yield Row(what, f"{1 / rate.ours:,.0f}/s", f"{1 / rate.theirs:,.0f}/s", f"{rate.ratio:.2f}x", "more")
        cpu = pair([load.cpu for load in seen[workers]], [load.cpu for load in seen[1]])
        ours, one = f"{cpu.ours:,.0f} us", f"{cpu.theirs:,.0f} us"
        yield Row(f"{what}, their processor time for one", ours, one, f"{1 / cpu.ratio:.2f}x as long")


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as stack:
        file = f"sqlite:///{folder}/store.db"
        yield writes("SQLite", file, bare(folder), "3x")
        try:
            url = stack.enter_context(postgres()).url
        except FileNotFoundError as missing:
            yield Row(f"PostgreSQL: {missing}", "", "", "")
            url = ""
        stores = {"memory": open_store("memory"), "SQLite": open_store(file)}
        if url:
            yield writes("PostgreSQL", url, bare_postgres(url))
            stores["PostgreSQL"] = open_store(url)
        yield from gets({name: World(store) for name, store in stores.items()})
        for name, store in stores.items():
            yield lists(name, store, url if name == "PostgreSQL" else "")
            store.close()
        yield from scaling("SQLite", file)
        if url:
            yield from scaling("PostgreSQL", url)


if __name__ == "__main__":
    for line in rows():
        print(*line, sep=" | ", flush=True)
