"""The log tells what happens and never what is secret."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asdoc.runtime.exceptions import ServiceError
from asdoc.runtime.redaction import HIDDEN, Redaction, secret_name, shown_headers
from asdoc.runtime.schema import Operation, Service, Shape

from .fake import Client
from .plays import Plays, answer, client

SECRET = "s3cr3t-never-shown"


def test_each_attempt_and_its_end_are_told_at_debug(caplog: pytest.LogCaptureFixture, waits: list[float]) -> None:
    caplog.set_level(logging.DEBUG, "asdoc")
    trees, _ = client(answer(503, {"code": "SlowDown"}), answer(200, {"TreeId": "t"}, x_amzn_requestid="r-1"))
    trees.get_tree(TreeId="t")
    told = [(record.name, record.levelname, record.getMessage()) for record in caplog.records]
    assert {name for name, _, _ in told} == {"asdoc.client.orchard"}
    assert [level for _, level, _ in told] == ["DEBUG", "INFO", "DEBUG", "DEBUG"]
    sent, again, _, ended = (text for _, _, text in told)
    assert "GetTree, attempt 1: GET https://orchard.eu-west-1.amazonaws.com/trees/t" in sent
    assert "'TreeId': 't'" in sent
    assert "SlowDown" in again
    assert "again in" in again
    assert "status 200" in ended
    assert "r-1" in ended


def test_only_what_is_tried_again_is_told_at_info(caplog: pytest.LogCaptureFixture, waits: list[float]) -> None:
    caplog.set_level(logging.INFO, "asdoc")
    trees, _ = client(answer(503), answer(200))
    trees.get_tree(TreeId="t")
    assert [record.levelname for record in caplog.records] == ["INFO"]


def test_nothing_is_told_by_default(caplog: pytest.LogCaptureFixture, waits: list[float]) -> None:
    trees, _ = client(answer(503), answer(200))
    trees.get_tree(TreeId="t")
    assert caplog.records == []


def test_credentials_are_in_no_line(caplog: pytest.LogCaptureFixture, waits: list[float]) -> None:
    caplog.set_level(logging.DEBUG)
    transport = Plays(answer(500, {"message": SECRET}), answer(200, {"TreeId": SECRET}, set_cookie=SECRET))
    trees = Client(
        "eu-west-1",
        aws_access_key_id="AKIDVISIBLE",
        aws_secret_access_key=SECRET,
        aws_session_token=f"token-{SECRET}",
        transport=transport,
    )
    trees.get_tree(TreeId="t")
    assert SECRET not in caplog.text
    assert "AKIDVISIBLE" not in caplog.text
    signature = transport.sent[0].headers["authorization"].rpartition("Signature=")[2]
    assert signature not in caplog.text
    assert HIDDEN in caplog.text


STRING = Shape(type="string")
VAULT = Service(
    service="vault",
    client="Vault",
    service_id="Vault",
    api_version="2024-01-01",
    protocol="rest-json",
    endpoint_prefix="vault",
    signing_name="vault",
    operations={
        "Put": Operation(name="Put", method="put", uri="/put/{Code}", input="PutRequest"),
        "Get": Operation(name="Get", method="get", http_method="GET", uri="/get", input="GetRequest"),
    },
    shapes={
        "Hidden": Shape(type="string", sensitive=True),
        "HiddenList": Shape(type="list", member=Shape(shape="Hidden")),
        "HiddenMap": Shape(type="map", key=STRING, value=Shape(shape="Hidden")),
        "HiddenKeys": Shape(type="map", key=Shape(shape="Hidden"), value=STRING),
        "Tree": Shape(type="structure", members={"Inner": Shape(shape="Tree"), "Leaf": Shape(shape="Hidden")}),
        "Whole": Shape(type="structure", members={"Any": STRING}, sensitive=True),
        "PutRequest": Shape(
            type="structure",
            members={
                "Code": Shape(shape="Hidden", location="uri"),
                "Pin": Shape(shape="Hidden", location="header", name="X-Pin"),
                "Meta": Shape(shape="HiddenMap", location="headers", name="x-meta-"),
                "Plain": STRING,
                "Marked": Shape(type="string", sensitive=True),
                "List": Shape(shape="HiddenList"),
                "Map": Shape(shape="HiddenMap"),
                "Keys": Shape(shape="HiddenKeys"),
                "Tree": Shape(shape="Tree"),
                "Whole": Shape(shape="Whole"),
                "MasterUserPassword": STRING,
                "Blob": Shape(type="blob"),
                "Document": Shape(type="document"),
                "When": Shape(type="timestamp"),
            },
        ),
        "GetRequest": Shape(type="structure", members={"Plain": Shape(type="string", location="querystring")}),
    },
)


def test_members_that_the_model_calls_sensitive_are_hidden_wherever_they_stand() -> None:
    redaction = Redaction(VAULT, VAULT.operations["Put"])
    arguments = {
        "Code": SECRET,
        "Pin": SECRET,
        "Meta": {"a": SECRET},
        "Plain": "shown",
        "Marked": SECRET,
        "List": [SECRET],
        "Map": {"a": SECRET},
        "Keys": {SECRET: "b"},
        "Tree": {"Inner": {"Inner": {"Leaf": SECRET}}},
        "Whole": {"Any": SECRET},
        "MasterUserPassword": SECRET,
        "Blob": SECRET.encode(),
        "Document": {"a": SECRET},
        "When": datetime(2024, 1, 1, tzinfo=UTC),
    }
    shown = repr(redaction.shown(arguments))
    assert SECRET not in shown
    assert "shown" in shown
    assert redaction.url("https", "h", f"/put/{SECRET}") == "https://h/put/{Code}"
    headers = redaction.shown_headers({"x-pin": SECRET, "x-meta-a": SECRET, "x-other": "shown"})
    assert headers == {"x-pin": HIDDEN, "x-meta-a": HIDDEN, "x-other": "shown"}
    assert Redaction(VAULT, VAULT.operations["Get"]).url("https", "h", "/get?Plain=a") == "https://h/get?Plain=a"


def test_a_long_text_is_shortened() -> None:
    shown = Redaction(VAULT, VAULT.operations["Put"]).shown({"Plain": "x" * 5000})
    assert len(shown["Plain"]) < 300


@given(st.sampled_from(["authorization", "x-amz-security-token", "cookie", "set-cookie", "proxy-authorization",
                        "x-amz-server-side-encryption-customer-key", "x-api-key"]))  # fmt: skip
def test_headers_that_carry_secrets_are_hidden(name: str) -> None:
    assert shown_headers({name: SECRET}) == {name: HIDDEN}


@pytest.mark.parametrize(
    ("name", "secret"),
    [("SecretString", True), ("client_secret", True), ("Password", True), ("AccessKeyId", True), ("private-key", True),
     ("Name", False), ("KmsKeyIdentifier", False), ("NextToken", False), ("Key", False)],
)  # fmt: skip
def test_names_that_say_so_are_taken_at_their_word(name: str, secret: bool) -> None:
    assert secret_name(name) is secret


def test_who_has_not_imported_logging_is_not_made_to() -> None:
    code = (
        f"import sys; sys.path[:] = {sys.path!r}\n"
        "from asdoc.appconfig import Client\n"
        "from asdoc.runtime.http import HttpResponse\n"
        "backend = lambda request: HttpResponse(status=200, body=b'{}')\n"
        "client = Client('eu-west-1', aws_access_key_id='a', aws_secret_access_key='b', backend=backend)\n"
        "before = 'logging' in sys.modules\n"
        "client.list_applications()\n"
        "print(before, 'logging' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True, capture_output=True, text=True)
    assert ended.stdout.split() == ["False", "False"]


def test_an_error_is_told_by_its_code_and_not_by_its_message(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    trees, _ = client(answer(400, {"code": "Bad", "message": SECRET}))
    with pytest.raises(ServiceError):
        trees.get_tree(TreeId="t")
    assert "Bad" in caplog.text
    assert SECRET not in caplog.text
