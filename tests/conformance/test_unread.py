"""Examples of a service that nobody has read: only what their pages tell is held against a target."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from asdoc.codegen.cases import compile_cases
from asdoc.conformance import verify
from asdoc.conformance.cases.model import CaseFile, Suite
from asdoc.conformance.driver import Driver
from asdoc.conformance.events import CaseFinished
from asdoc.conformance.targets.inproc import HandlerTarget
from asdoc.runtime.credentials import Credentials
from asdoc.runtime.http import HttpRequest, HttpResponse
from tests.conformance.library import SERVICE, Library, answer, error


def tried(name: str, params: dict[str, Any], output: dict[str, Any] | None, library: Library) -> CaseFinished:
    """What comes of one example, with nothing told of the service's resources."""
    example = {"id": f"{name}.1", "operation": name, "params": params, "output": output, "source": ["p:1#0"]}
    suite = Suite(service=SERVICE, file=msgspec.convert(compile_cases("library", [example]), CaseFile))
    return verify(library.handle, service="library", suite=suite).cases[0]


@pytest.mark.parametrize(
    ("name", "code", "verdict", "reason"),
    [
        ("one", "InvalidKeyUsageException", "blocked", "what must be so before this call"),
        ("<name-of-shelf>", "ValidationException", "blocked", "holds a placeholder (<name-of-shelf>)"),
        ("one", "SerializationException", "fail", ""),
    ],
)
def test_a_refusal_is_held_against_a_target_only_where_it_is_of_the_calls_form(
    name: str, code: str, verdict: str, reason: str
) -> None:
    def refuse(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        return error(400, code, "no")

    ended = tried("CreateShelf", {"Name": name, "Width": 3.0}, None, Library(wrong={"CreateShelf": refuse}))
    assert ended.verdict == verdict
    assert reason in ended.reason


@pytest.mark.parametrize(("label", "verdict"), [("", "pass"), ("blue", "fail")])
def test_an_empty_text_that_is_left_out_decides_nothing(label: str, verdict: str) -> None:
    def without_label(request: HttpRequest, response: HttpResponse) -> HttpResponse:
        told = {key: value for key, value in json.loads(response.body).items() if key != "Label"}
        return answer(response.status, told) if response.status < 300 else response

    params = {"Name": "one", "Width": 3.0, "Label": label}
    ended = tried("CreateShelf", params, {"Label": label}, Library(wrong={"CreateShelf": without_label}))
    assert ended.verdict == verdict


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        ("http://127.0.0.1:5000", "127.0.0.1:5000"),
        ("https://library.eu-west-1.amazonaws.com", "data-library"),
    ],
)
def test_a_name_below_its_address_is_asked_for_at_aws_alone(endpoint: str, host: str) -> None:
    prefixed = msgspec.structs.replace(SERVICE.operations["CreateShelf"], host_prefix="data-")
    service = msgspec.structs.replace(SERVICE, operations={"CreateShelf": prefixed})
    target = HandlerTarget(Library().handle, "library")
    target.endpoint = endpoint
    driver = Driver(service, target, Credentials("key", "secret"), region="eu-west-1")
    assert driver.request(prefixed, {"Name": "one", "Width": 3.0}).host.startswith(host)
