"""Rounds of kill -9 under write load: nothing that was answered is lost, and nothing is half there.

`python -m tests.server.durability` does 200 of them, half on SQLite and half on PostgreSQL, where every other round
kills PostgreSQL itself. `--rounds N` does N, and `--store sqlite` or `postgres` one of the two alone.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.server.postgres import Postgres, postgres

ASDOC = str(Path(sys.executable).with_name("asdoc"))
WRITERS = 4
WORKERS = 2
SCOPE = "AWS4-HMAC-SHA256 Credential=111122223333/20260101/us-east-1/appconfig/aws4_request"
ARN = "arn:aws:appconfig:us-east-1:111122223333:"


class Server:
    """`asdoc serve` in processes of its own, to be killed at once."""

    def __init__(self, store: str, workers: int = WORKERS) -> None:
        command = [ASDOC, "serve", "appconfig", "--port", "0", "--store", store, "--workers", str(workers)]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)", line)
        if found is None:
            raise RuntimeError(f"asdoc serve did not start: {line!r}")
        self.port = int(found[1])

    def kill(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.communicate()

    def stop(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=20)


class Wire:
    """One connection, made again where it was lost."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and body. Raises OSError or HTTPException where there is no answer."""
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        try:
            self._connection.request(method, path, content, {"authorization": SCOPE, **named})
            with self._connection.getresponse() as response:
                data = response.read()
                return response.status, json.loads(data) if data and data[:1] in b"{[" else data
        except BaseException:
            self._connection.close()
            raise

    def told(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        status, answer = self.send(method, path, body, **headers)
        if not 200 <= status < 300:
            raise AssertionError(f"{method} {path} was answered with {status}: {answer}")
        return answer

    def close(self) -> None:
        self._connection.close()


class Writer:
    """Makes versions and deployments of one profile and environment, and knows what was answered."""

    def __init__(self, wire: Wire, number: int) -> None:
        self.name = f"writer {number}"
        self.application = wire.told("POST", "/applications", {"Name": self.name})["Id"]
        of = f"/applications/{self.application}"
        self.environment = wire.told("POST", f"{of}/environments", {"Name": "e"})["Id"]
        profile = {"Name": "p", "LocationUri": "hosted"}
        self.profile = wire.told("POST", f"{of}/configurationprofiles", profile)["Id"]
        at_once = {"DeploymentDurationInMinutes": 0, "GrowthFactor": 100, "FinalBakeTimeInMinutes": 0}
        self.strategy = wire.told("POST", "/deploymentstrategies", {"Name": self.name, **at_once})["Id"]
        self.versions = f"{of}/configurationprofiles/{self.profile}/hostedconfigurationversions"
        self.deployments = f"{of}/environments/{self.environment}/deployments"
        self.made = self.deployed = self.checked = 0
        self.wrong: list[str] = []

    def load(self, port: int, end: threading.Event) -> None:
        """Write until there is no answer any more. What fails meanwhile was not acknowledged, and may be there or not;
        so the writer stops there."""
        wire = Wire(port)
        try:
            while not end.is_set():
                status, answer = wire.send(
                    "POST", self.versions, self.content(self.made + 1), content_type="text/plain"
                )
                if status >= 500:
                    return
                number = self.made + 1
                if status != 201:
                    self.wrong.append(f"version {number} was answered with {status}: {answer}")
                    return
                self.made = number
                status, answer = wire.send("POST", self.deployments, self._deployment())
                if status >= 500:
                    return
                if status != 201 or answer["DeploymentNumber"] != self.deployed + 1:
                    self.wrong.append(f"deployment {self.deployed + 1} was answered with {status}: {answer}")
                    return
                self.deployed += 1
        except (OSError, http.client.HTTPException):
            return
        finally:
            wire.close()

    def content(self, number: int) -> bytes:
        return f"{self.name} {number}".encode() * 20

    def _deployment(self) -> dict[str, Any]:
        return {
            "DeploymentStrategyId": self.strategy,
            "ConfigurationProfileId": self.profile,
            "ConfigurationVersion": str(self.made),
            "Tags": {"number": str(self.deployed + 1)},
        }

    def check(self, wire: Wire) -> list[str]:
        """What is wrong with what is there; what was under way and is there is taken over as made."""
        found = [item["VersionNumber"] for item in self._all(wire, self.versions)]
        deployed = [item["DeploymentNumber"] for item in self._all(wire, self.deployments)]
        wrong, self.wrong = self.wrong, []
        for what, numbers, known in (("versions", found, self.made), ("deployments", deployed, self.deployed)):
            if numbers != list(range(len(numbers), 0, -1)):
                wrong.append(f"{self.name}: the {what} are not numbered without a gap: {numbers[:5]}…")
            if len(numbers) not in (known, known + 1):
                wrong.append(f"{self.name}: {known} {what} were answered, and {len(numbers)} are there")
        self.made, self.deployed = len(found), len(deployed)
        for number in range(max(1, self.checked), self.deployed + 1):
            resource = f"{ARN}application/{self.application}/environment/{self.environment}/deployment/{number}"
            tags = wire.told("GET", f"/tags/{resource.replace('/', '%2F')}")["Tags"]
            if tags != {"number": str(number)}:
                wrong.append(f"{self.name}: deployment {number} has the tags {tags}, which were written with it")
        for number in range(max(1, self.checked), self.made + 1):
            if wire.told("GET", f"{self.versions}/{number}") != self.content(number):
                wrong.append(f"{self.name}: version {number} has another content")
        self.checked = self.deployed
        return wrong

    def _all(self, wire: Wire, path: str) -> Iterator[Any]:
        token = ""
        while True:
            page = wire.told("GET", f"{path}?max_results=50{token}")
            yield from page["Items"]
            if "NextToken" not in page:
                return
            token = f"&next_token={page['NextToken']}"


def rounds(store: str, count: int, *, database: Postgres | None = None, seed: int = 0) -> tuple[int, list[str]]:
    """How many writes were answered in so many rounds, and all that went wrong.

    Every other round kills the database instead of the server, where there is one.
    """
    choose = random.Random(seed)  # noqa: S311 - when to kill
    server = Server(store)
    try:
        wire = Wire(server.port)
        writers = [Writer(wire, number) for number in range(WRITERS)]
        wrong: list[str] = []
        for number in range(count):
            end = threading.Event()
            threads = [threading.Thread(target=writer.load, args=(server.port, end)) for writer in writers]
            for thread in threads:
                thread.start()
            time.sleep(choose.uniform(0.1, 0.5))
            if database is not None and number % 2:
                database.kill()
            else:
                server.kill()
            for thread in threads:
                thread.join()
            wire.close()
            if database is not None and number % 2:
                database.start()
            else:
                server = Server(store)
            wire = Wire(server.port)
            for writer in writers:
                wrong += writer.check(wire)
            if wrong:
                break
        wire.close()
        server.stop()
        return sum(writer.made + writer.deployed for writer in writers), wrong
    except BaseException:
        server.kill()
        raise


@contextmanager
def sqlite_store() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="asdoc-sqlite-") as folder:
        yield f"sqlite:///{folder}/store.db"


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.server.durability")
    options.add_argument("--rounds", type=int, default=200)
    options.add_argument("--store", choices=("sqlite", "postgres", "both"), default="both")
    options.add_argument("--seed", type=int, default=0)
    asked = options.parse_args()
    count = asked.rounds // 2 if asked.store == "both" else asked.rounds
    wrong: list[str] = []
    if asked.store != "postgres":
        with sqlite_store() as store:
            writes, wrong = rounds(store, count, seed=asked.seed)
        print(f"SQLite: {count} rounds of kill -9, {writes} writes answered, {len(wrong)} wrong", flush=True)
    if asked.store != "sqlite" and not wrong:
        with postgres() as database:
            writes, wrong = rounds(database.url, count, database=database, seed=asked.seed)
        print(f"PostgreSQL: {count} rounds of kill -9, {writes} writes answered, {len(wrong)} wrong", flush=True)
    for problem in wrong[:20]:
        print(problem)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
