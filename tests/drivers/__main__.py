"""`python -m tests.drivers boto3 http://127.0.0.1:4570`: drive what is served there, with the client of that name.

Runs in the client's own environment. Prints how often each operation was called, as JSON; exits 1 with a
traceback where something came of a call that should not have.
"""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request
from collections import Counter
from typing import Any

from tests.drivers.clients import opened
from tests.drivers.scenarios import SCENARIOS

SERVICES = ("appconfig", "appconfigdata", "proton")


class Service:
    """Its methods are calls of the service's operations."""

    def __init__(self, client: Any, name: str, called: Counter[str]) -> None:
        self._client, self._name, self._called = client, name, called

    def __getattr__(self, method: str) -> Any:
        async def call(**members: Any) -> Any:
            self._called[f"{self._name}.{method}"] += 1
            return await self._client.call(self._name, method, members)

        return call


class Aws:
    def __init__(self, client: Any, endpoint: str) -> None:
        self.called: Counter[str] = Counter()
        self._endpoint = endpoint
        self.appconfig, self.appconfigdata, self.proton = (Service(client, name, self.called) for name in SERVICES)

    async def advance(self, seconds: float) -> None:
        """Move the server's clock."""
        post(f"{self._endpoint}/_asdoc/clock", json.dumps({"advance": seconds}).encode())


def post(url: str, body: bytes) -> None:
    with urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST"), timeout=10) as response:
        response.read()


async def drive(name: str, endpoint: str) -> Counter[str]:
    async with opened(name, endpoint, SERVICES) as client:
        aws = Aws(client, endpoint)
        for scenario in SCENARIOS:
            await scenario(aws)
        return aws.called


if __name__ == "__main__":
    print(json.dumps(asyncio.run(drive(sys.argv[1], sys.argv[2]))))
