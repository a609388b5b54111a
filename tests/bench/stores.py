"""What a store on a disk costs: a deployment started on SQLite beside the bare write, lists that are long, and workers
that share one PostgreSQL."""

from __future__ import annotations

import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from asdoc.appconfig.backend import Backend
from asdoc.behaviour.appconfig.records import DEPLOYMENT, Deployment
from asdoc.behaviour.appconfig.timeline import Strategy
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.server.clock import RealClock
from asdoc.runtime.server.scopes import DEFAULT_SCOPE
from asdoc.runtime.server.store import Store
from asdoc.runtime.server.stores import open_store
from tests.bench.measure import Row, pair
from tests.server.durability import Server, Wire
from tests.server.postgres import postgres

TURNS = 200
LONG = 100_000
SECONDS = 3.0
CONNECTIONS = 16


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

    def fill(self, count: int) -> None:
        """As many deployments, put into the store by themselves."""
        parent = f"{self.application}/{self.environment}"
        with self.store.transaction():
            for number in range(1, count + 1):
                record = Deployment(
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
                self.store.put(DEFAULT_SCOPE, DEPLOYMENT, parent, str(number), record)


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


def writes() -> Row:
    """In turns, as the time of a disk's flush changes from one moment to the next."""
    with tempfile.TemporaryDirectory() as folder:
        world, write = World(open_store(f"sqlite:///{folder}/store.db")), bare(folder)
        world.start()
        ours, theirs = [], []
        for _ in range(TURNS):
            ours.append(timed(world.start))
            theirs.append(timed(write))
        world.store.close()
    figure = pair(ours, theirs)
    return Row(
        "StartDeployment on SQLite against the bare durable write",
        f"{figure.ours * 1e3:.3g} ms",
        f"{figure.theirs * 1e3:.3g} ms",
        f"{figure.ours / figure.theirs:.2f}x as long",
        "3x",
    )


def lists(name: str, store: Store) -> Row:
    store.clear()
    world = World(store)
    world.fill(LONG)
    world.send("GET", world.deployments)
    full = statistics.median(timed(lambda: world.send("GET", world.deployments)) for _ in range(100))
    store.clear()
    return Row(f"ListDeployments among {LONG:,}, 50 a page, {name}", f"{full * 1e3:.3g} ms", "", "", "5 ms")


def reads(store: str, workers: int) -> float:
    """Answers to GetApplication a second, asked for by two processes of clients."""
    server = Server(store, workers)
    try:
        wire = Wire(server.port)
        made = wire.told("POST", "/applications", {"Name": "bench"}, authorization="")
        path = f"/applications/{made['Id']}"
        wire.close()
        load = [sys.executable, "-m", "tests.bench.load", "127.0.0.1", str(server.port), path]
        asked = [
            subprocess.Popen([*load, str(CONNECTIONS), str(SECONDS)], stdout=subprocess.PIPE, text=True)
            for _ in range(2)
        ]
        return sum(float(process.communicate()[0]) for process in asked)
    finally:
        server.stop()


def rows() -> Iterator[Row]:
    yield writes()
    yield lists("memory", open_store("memory"))
    with tempfile.TemporaryDirectory() as folder:
        yield lists("SQLite", open_store(f"sqlite:///{folder}/store.db"))
    try:
        with postgres() as database:
            store = open_store(database.url)
            yield lists("PostgreSQL", store)
            store.close()
            one = reads(database.url, 1)
            for workers in (2, 4):
                many = reads(database.url, workers)
                what = f"GetApplication on PostgreSQL: {workers} workers against one ({os.cpu_count()} cores)"
                yield Row(what, f"{many:,.0f}/s", f"{one:,.0f}/s", f"{many / one:.2f}x")
    except FileNotFoundError as missing:
        yield Row(f"PostgreSQL: {missing}", "", "", "")


if __name__ == "__main__":
    for line in rows():
        print(*line, sep=" | ", flush=True)
