"""Services that tell where they are to be called, as packages and as boto3 has them, and a world that answers both."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from click.testing import CliRunner

from asdoc.cli.main import cli
from asdoc.codegen.generate import render_package
from asdoc.runtime.exceptions import ConnectError
from asdoc.runtime.http import HttpRequest, HttpResponse

from .tables import table

REGION = "us-west-2"
KEYS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "made"}
DOWN = "down"
"""An answer that does not come: nobody listens."""


def _operation(name: str, **facts: Any) -> dict[str, Any]:
    return {
        "name": name,
        "http": {"method": "POST", "requestUri": "/"},
        "input": {"shape": f"{name}Request"},
        "output": {"shape": f"{name}Response"},
        **facts,
    }


MODEL: dict[str, Any] = {
    "version": "2.0",
    "metadata": {
        "apiVersion": "2018-08-31", "endpointPrefix": "signposts", "jsonVersion": "1.1", "protocol": "json",
        "serviceId": "Signposts", "serviceFullName": "Signposts", "signatureVersion": "v4",
        "signingName": "signposts", "targetPrefix": "Signposts", "uid": "signposts-2018-08-31",
    },
    "operations": {
        "DescribeEndpoints": _operation("DescribeEndpoints", endpointoperation=True),
        "Follow": _operation("Follow", endpointdiscovery={"required": True}),
        "Peek": _operation("Peek", endpointdiscovery={}),
        "Stay": _operation("Stay"),
    },
    "shapes": {
        "Text": {"type": "string"},
        "Minutes": {"type": "long"},
        "Texts": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
        "DescribeEndpointsRequest": {
            "type": "structure", "members": {"Operation": {"shape": "Text"}, "Identifiers": {"shape": "Texts"}},
        },
        "DescribeEndpointsResponse": {
            "type": "structure", "required": ["Endpoints"], "members": {"Endpoints": {"shape": "Endpoints"}},
        },
        "Endpoints": {"type": "list", "member": {"shape": "Endpoint"}},
        "Endpoint": {
            "type": "structure", "required": ["Address", "CachePeriodInMinutes"],
            "members": {"Address": {"shape": "Text"}, "CachePeriodInMinutes": {"shape": "Minutes"}},
        },
        "Path": {
            "type": "structure", "required": ["Colour"],
            "members": {"Colour": {"shape": "Text", "endpointdiscoveryid": True}, "Length": {"shape": "Minutes"}},
        },
        "FollowRequest": {
            "type": "structure", "required": ["From"],
            "members": {
                "From": {"shape": "Text", "endpointdiscoveryid": True}, "Path": {"shape": "Path"},
                "Note": {"shape": "Text"},
            },
        },
        "FollowResponse": {"type": "structure", "members": {"To": {"shape": "Text"}}},
        "PeekRequest": {"type": "structure", "members": {"Path": {"shape": "Path"}}},
        "PeekResponse": {"type": "structure", "members": {}},
        "StayRequest": {"type": "structure", "members": {}},
        "StayResponse": {"type": "structure", "members": {}},
    },
}  # fmt: skip
"""A service whose answers depend on what a call is about, within it and deeper in it."""


WAYMARKS: dict[str, Any] = {
    **MODEL,
    "metadata": {
        **MODEL["metadata"], "protocol": "rest-json", "serviceId": "Waymarks", "signingName": "waymarks",
        "endpointPrefix": "waymarks", "uid": "waymarks-2018-08-31",
    },
    "operations": {
        "DescribeEndpoints": _operation(
            "DescribeEndpoints", endpointoperation=True, http={"method": "POST", "requestUri": "/endpoints"}
        ),
        "Find": _operation(
            "Find", endpointdiscovery={"required": True}, http={"method": "GET", "requestUri": "/marks/{Id}"}
        ),
    },
    "shapes": {
        **MODEL["shapes"],
        "FindRequest": {
            "type": "structure", "required": ["Id"],
            "members": {"Id": {"shape": "Text", "location": "uri", "locationName": "Id"}},
        },
        "FindResponse": {"type": "structure", "members": {}},
    },
}  # fmt: skip
"""A service in whose requests all is path and query string."""


@contextmanager
def packages(folder: Path, path: Callable[[str], None]) -> Iterator[None]:
    """`timestream_write` by the command, those of here by the commands for private models, `dynamodb` of its model."""
    for service, told in (("signposts", MODEL), ("waymarks", WAYMARKS)):
        model = folder / "data" / service / "2018-08-31/service-2.json"
        model.parent.mkdir(parents=True)
        model.write_text(json.dumps(told))
    made, specs = str(folder / "made"), str(folder / "specs")
    for command in (
        ["extract", "--model", str(folder / "data"), "--out", specs],
        ["generate", "--specs", specs, "--out", made],
        ["generate", "--service", "timestream-write", "--out", str(folder / "more")],
    ):
        ran = CliRunner().invoke(cli, command, catch_exceptions=False)
        assert ran.exit_code == 0, ran.output
    for name, text in render_package(table("dynamodb"), {"cases": []}).items():
        place = folder / "more/dynamodb" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    path(made)
    path(str(folder / "more"))
    yield
    for name in [name for name in sys.modules if name.partition(".")[0] in _PACKAGES]:
        del sys.modules[name]


_PACKAGES = ("signposts", "waymarks", "timestream_write", "dynamodb")


class Seen(NamedTuple):
    """A request, in what both clients should agree on."""

    url: str
    operation: str
    body: Any
    version: str
    scope: str
    """Region and service in the signature."""


class World:
    """Answers whoever asks: DescribeEndpoints by `posts`, all else by `answers`, of which the last stay."""

    def __init__(self, *, posts: list[Any], answers: list[Any] | None = None) -> None:
        self.posts = posts
        self.answers = answers or [{}]
        self.now = 1_000_000.0
        self.seen: list[Seen] = []

    def clock(self) -> float:
        return self.now

    def answer(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes] | None:
        """Status and body; None where nobody listens."""
        # an operation of a REST protocol is known by its path
        name = headers.get("x-amz-target") or ("DescribeEndpoints" if url.endswith("/endpoints") else "")
        operation = name.rpartition(".")[2]
        scope = "/".join(headers["authorization"].partition("Credential=")[2].split("/")[2:4])
        version = headers.get("x-amz-api-version", "")
        self.seen.append(Seen(url.rstrip("/"), operation, json.loads(body or b"{}"), version, scope))
        script = self.posts if operation == "DescribeEndpoints" else self.answers
        told = script.pop(0) if len(script) > 1 else script[0]
        if told == DOWN:
            return None
        status, content = told if isinstance(told, tuple) else (200, told)
        return status, json.dumps(content).encode()

    def handle(self, request: HttpRequest) -> HttpResponse:
        found = self.answer(request.url, request.headers, request.body)
        if found is None:
            raise ConnectError("connecting: refused")
        status, body = found
        return HttpResponse(status=status, headers={"content-type": "application/x-amz-json-1.0"}, body=body)

    def client(self, package: str, kind: str = "Client", **options: Any) -> Any:
        client = getattr(importlib.import_module(package), kind)(REGION, backend=self.handle, **KEYS, **options)
        discovery = client._start().discovery
        if discovery is not None:
            discovery.addresses.clock = self.clock
        return client

    @property
    def asked(self) -> int:
        return sum(seen.operation == "DescribeEndpoints" for seen in self.seen)

    @property
    def hosts(self) -> list[str]:
        """Where all but the questions went."""
        return [seen.url.partition("//")[2] for seen in self.seen if seen.operation != "DescribeEndpoints"]


def post(*told: tuple[str, int]) -> dict[str, Any]:
    """An answer of DescribeEndpoints: addresses, and the minutes that each holds."""
    return {"Endpoints": [{"Address": address, "CachePeriodInMinutes": minutes} for address, minutes in told]}


def refusal(code: str, status: int = 400) -> tuple[int, dict[str, str]]:
    return status, {"__type": f"com.amazonaws#{code}", "message": "made"}
