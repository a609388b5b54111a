"""AppConfig and AppConfig Data are two services, signed under one name, over the same records."""

from __future__ import annotations

import json
from typing import Any

import pytest

from asdoc.runtime.http import HttpRequest
from asdoc.runtime.server.clock import ManualClock
from asdoc.runtime.server.serving import build_backend

APPCONFIG = "AWS4-HMAC-SHA256 Credential=111122223333/20260101/us-east-1/appconfig/aws4_request, Signature=0"
PROTON = APPCONFIG.replace("/appconfig/", "/proton/")
SESSION = {"ApplicationIdentifier": "n", "EnvironmentIdentifier": "e", "ConfigurationProfileIdentifier": "p"}


class Shared:
    def __init__(self, *names: str) -> None:
        self.backend = build_backend(names, ManualClock())

    def send(self, method: str, target: str, body: Any = None, authorization: str = APPCONFIG) -> tuple[int, Any]:
        content = b"" if body is None else json.dumps(body).encode()
        headers = {"authorization": authorization} if authorization else {}
        response = self.backend.handle(HttpRequest(method=method, target=target, headers=headers, body=content))
        return response.status, json.loads(response.body) if response.body else None

    def prepare(self) -> None:
        application = self.send("POST", "/applications", {"Name": "n"})[1]["Id"]
        self.send("POST", f"/applications/{application}/environments", {"Name": "e"})
        profile = {"Name": "p", "LocationUri": "hosted"}
        self.send("POST", f"/applications/{application}/configurationprofiles", profile)


@pytest.mark.parametrize(
    "names",
    [
        ("appconfig", "appconfigdata"),
        ("appconfigdata", "appconfig"),
        ("proton", "appconfigdata", "appconfig"),
    ],
)
@pytest.mark.parametrize("authorization", [APPCONFIG, ""])
def test_the_operation_tells_which_of_both_is_meant(names: tuple[str, ...], authorization: str) -> None:
    shared = Shared(*names)
    assert shared.send("GET", "/applications", authorization=authorization) == (200, {"Items": []})
    status, told = shared.send("POST", "/configurationsessions", SESSION, authorization)
    assert (status, told["ResourceType"]) == (404, "Application"), "not AppConfig Data's answer"


def test_what_one_keeps_the_other_finds() -> None:
    shared = Shared("appconfig", "appconfigdata")
    shared.prepare()
    status, told = shared.send("POST", "/configurationsessions", SESSION)
    assert (status, list(told)) == (201, ["InitialConfigurationToken"])


def test_a_service_of_another_name_finds_neither() -> None:
    shared = Shared("appconfig", "appconfigdata", "proton")
    assert shared.send("POST", "/configurationsessions", SESSION, PROTON)[0] == 404
    assert shared.send("GET", "/applications", authorization=PROTON)[0] == 404


def test_what_neither_has_is_an_unknown_operation() -> None:
    assert Shared("appconfig", "appconfigdata").send("GET", "/nothing")[0] == 404


def test_appconfig_alone_has_no_sessions() -> None:
    assert Shared("appconfig").send("POST", "/configurationsessions", SESSION)[0] == 404


def test_a_reset_forgets_the_sessions_too() -> None:
    shared = Shared("appconfig", "appconfigdata")
    shared.prepare()
    token = shared.send("POST", "/configurationsessions", SESSION)[1]["InitialConfigurationToken"]
    shared.send("POST", "/_asdoc/reset")
    status, told = shared.send("GET", f"/configuration?configuration_token={token}")
    assert status == 400
    assert told["Details"] == {"InvalidParameters": {"ConfigurationToken": {"Problem": "Corrupted"}}}
