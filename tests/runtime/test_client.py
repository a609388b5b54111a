"""A client checks, sends, tries again, and gives models or typed errors."""

from __future__ import annotations

import json
import logging
import pickle
import subprocess
import sys
import threading
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

import pytest

from asdoc.runtime.config import Config
from asdoc.runtime.exceptions import (
    ClientSideError,
    ConfigurationError,
    ConnectError,
    ConnectionClosedError,
    InvalidEndpointError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    ReadTimeout,
    ResponseParseError,
    ServiceError,
    TransportError,
)
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.response import EmptyResponse

from .fake import SERVICE, Branch, Busy, Client, Photo, Tree, TreeNotFound
from .servers import always, scripted


class Plays:
    """A transport that answers from a list, and keeps what it was sent."""

    def __init__(self, *acts: HttpResponse | TransportError) -> None:
        self.acts: list[HttpResponse | TransportError] = list(acts)
        self.sent: list[HttpRequest] = []
        self.closed = False

    def send(self, request: HttpRequest, *, connect_timeout: float, read_timeout: float) -> HttpResponse:
        self.sent.append(request)
        act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        if isinstance(act, TransportError):
            raise act
        return act

    def close(self) -> None:
        self.closed = True


def answer(status: int = 200, body: object = None, **headers: str) -> HttpResponse:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(
        status=status, headers=named, body=body if isinstance(body, bytes) else json.dumps(body or {}).encode()
    )


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client slept, each time; it does not sleep."""
    slept: list[float] = []
    monkeypatch.setattr(Client, "_sleep", staticmethod(slept.append))
    return slept


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


def client(*acts: HttpResponse | TransportError, **settings: Any) -> tuple[Client, Plays]:
    transport = Plays(*acts)
    return Client(
        "eu-west-1", aws_access_key_id="AKID", aws_secret_access_key="secret", transport=transport, **settings
    ), transport


def test_a_call_is_signed_sent_and_read_into_its_model() -> None:
    trees, transport = client(
        answer(200, {"TreeId": "t 1", "PlantedAt": 1.5e9, "lambda": "x", "New": 1}, x_amzn_requestid="r-1")
    )
    tree = trees.get_tree(TreeId="t 1")
    assert isinstance(tree, Tree)
    assert (tree.TreeId, tree["TreeId"], tree.get("Name"), tree["lambda"]) == ("t 1", "t 1", None, "x")
    assert tree.PlantedAt == datetime(2017, 7, 14, 2, 40, tzinfo=UTC)
    assert tree["ResponseMetadata"] == {
        "RequestId": "r-1",
        "HTTPStatusCode": 200,
        "HTTPHeaders": {"x-amzn-requestid": "r-1"},
        "RetryAttempts": 0,
    }
    (request,) = transport.sent
    assert (request.method, request.url) == ("GET", "https://orchard.eu-west-1.amazonaws.com/trees/t%201")
    assert "Credential=AKID/" in request.headers["authorization"]
    assert request.headers["user-agent"].startswith("asdoc/")


def test_an_operation_that_needs_no_signature_needs_no_credentials() -> None:
    transport = Plays(answer())
    assert isinstance(Client("eu-west-1", transport=transport)._call("Ping", {}), EmptyResponse)
    assert "authorization" not in transport.sent[0].headers


def test_all_that_is_wrong_with_the_arguments_is_told_at_once_and_nothing_is_sent() -> None:
    trees, transport = client(answer())
    with pytest.raises(ParamValidationError) as caught:
        trees._call(
            "PlantTree",
            {
                "PlantedAt": "soon",
                "Branches": [{"Length": 1}, {"Branches": [{"Length": "x"}]}],
                "Bark": 1,
                "Note": "a\r\nb",
            },
        )
    assert {problem.partition(":")[0] for problem in caught.value.problems} == {
        "Name", "PlantedAt", "Branches[1].Length", "Branches[1].Branches[0].Length", "Bark", "Note",
    }  # fmt: skip
    assert "expected an integer, found str" in str(caught.value)
    assert transport.sent == []
    with pytest.raises(ParamValidationError, match="TreeId: must not be empty"):
        trees.get_tree(TreeId="")
    with pytest.raises(ParamValidationError, match="takes no arguments"):
        trees._call("Ping", {"Loud": True})


def test_a_value_that_json_cannot_hold_is_told_as_an_argument() -> None:
    trees, transport = client(answer())
    with pytest.raises(ParamValidationError, match="JSON"):
        trees._call("PlantTree", {"Name": "\ud800"})
    assert transport.sent == []


def test_models_and_other_mappings_are_taken_as_arguments() -> None:
    trees, transport = client(answer(201, {"Branches": [{"Length": 2, "lambda": "x"}]}))
    planted = trees._call(
        "PlantTree", {"Name": "oak", "Branches": [Branch(Length=1, lambda_="y")], "Tags": MappingProxyType({"a": "b"})}
    )
    trees._call("PlantTree", {"Name": "oak", "Branches": tuple(planted.Branches)})
    assert json.loads(transport.sent[0].body)["Tags"] == {"a": "b"}
    assert [json.loads(request.body)["Branches"] for request in transport.sent] == [
        [{"Length": 1, "lambda": "y"}],
        [{"Length": 2, "lambda": "x"}],
    ]


@pytest.mark.parametrize(
    "response",
    [
        answer(404, {"Message": "none", "TreeId": "t"}, x_amzn_errortype="NoSuchTree:http://internal/coral/"),
        answer(404, {"message": "none", "code": "NoSuchTree", "TreeId": "t"}),
        answer(404, {"message": "none", "__type": "com.example#NoSuchTree", "TreeId": "t"}),
        answer(404, {"Message": "none", "TreeId": "t"}, x_amzn_errortype="TreeNotFound"),
    ],
)
def test_an_error_is_of_the_class_of_its_code(response: HttpResponse) -> None:
    trees, _ = client(response)
    with pytest.raises(trees.exceptions.TreeNotFound) as caught:
        trees.get_tree(TreeId="t")
    error = caught.value
    assert isinstance(error, TreeNotFound)
    assert isinstance(error, trees.exceptions.ClientError)
    assert error.code in ("NoSuchTree", "TreeNotFound")
    assert error.response["Error"] == {"Code": error.code, "Message": "none"}
    assert error.response["TreeId"] == "t"
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == error.status == 404
    assert str(error) == f"An error occurred ({error.code}) when calling the GetTree operation: none"
    assert pickle.loads(pickle.dumps(error)).response == error.response  # noqa: S301  # our own bytes


@pytest.mark.parametrize(
    ("response", "code", "quoted"),
    [
        (answer(404, b"<html><body>Not here</body></html>"), "404", "Not here"),
        (answer(403, b""), "403", "Forbidden"),
        (answer(400, b'{"__type": "Sto'), "400", "Sto"),
        (answer(400, b"[1]"), "400", "[1]"),
        (answer(400, {"__type": 5, "message": {"deep": 1}}), "400", ""),
        (answer(418, b"\xff\xfe", x_amzn_errortype="Teapot"), "Teapot", ""),
        (answer(302, b"", location="http://elsewhere"), "302", "Found"),
        (answer(799, b"x"), "799", "status 799"),
    ],
)
def test_any_other_error_is_a_service_error_that_quotes_a_little(
    response: HttpResponse, code: str, quoted: str
) -> None:
    trees, _ = client(response)
    with pytest.raises(ServiceError) as caught:
        trees.get_tree(TreeId="t")
    assert caught.value.code == code
    assert quoted in str(caught.value)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "body",
    [
        b"<html>" + b"x" * 10_000,
        b'{"TreeId": "t',
        b"[]",
        b'"x"',
        b'{"PlantedAt": "yesterday"}',
        b'{"Branches": 5}',
        b"\xff",
        b"[" * 100_000,
        b'{"Branches": [{"Length": "long"}]}',
        b'{"Branches": {"a": 1}}',
    ],
)
def test_a_success_that_is_not_the_documented_output_is_a_typed_error(body: bytes) -> None:
    trees, _ = client(answer(200, body))
    with pytest.raises(ResponseParseError) as caught:
        trees.get_tree(TreeId="t")
    assert caught.value.status == 200
    assert caught.value.operation_name == "GetTree"
    assert len(str(caught.value)) < 1000
    assert pickle.loads(pickle.dumps(caught.value)).status == 200  # noqa: S301  # our own bytes


def test_members_of_the_headers_the_status_and_the_payload_are_read() -> None:
    trees, _ = client(
        answer(206, b"\x89PNG", x_taken="Tue, 29 Apr 2014 18:30:38 GMT", content_length="4", x_note_a="b")
    )
    photo = trees._call("GetPhoto", {"TreeId": "t"})
    assert isinstance(photo, Photo)
    assert (photo.Size, photo.Status, photo.Notes) == (4, 206, {"a": "b"})
    assert photo.Taken == datetime(2014, 4, 29, 18, 30, 38, tzinfo=UTC)
    assert photo.Image is not None
    assert photo.Image.read() == b"\x89PNG"


@pytest.mark.parametrize(
    "trouble",
    [
        answer(500),
        answer(503),
        answer(400, {"code": "ThrottlingException"}),
        ConnectError("x"),
        ReadTimeout("x"),
        ConnectionClosedError("x"),
    ],
)
def test_what_may_pass_is_tried_again(trouble: HttpResponse | TransportError, waits: list[float]) -> None:
    trees, transport = client(trouble, trouble, answer(200, {"TreeId": "t"}))
    assert trees.get_tree(TreeId="t")["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(transport.sent) == 3
    assert len(waits) == 2
    assert all(0 <= wait <= 2 for wait in waits)


def test_it_is_not_tried_for_ever(waits: list[float]) -> None:
    trees, transport = client(answer(503, {"message": "later"}))
    with pytest.raises(ServiceError, match="gave up after 2 retries") as caught:
        trees.get_tree(TreeId="t")
    assert caught.value.response["ResponseMetadata"]["RetryAttempts"] == 2
    assert len(transport.sent) == 3
    trees, transport = client(ConnectError("x"), config=Config(max_attempts=5))
    with pytest.raises(ConnectError):
        trees.get_tree(TreeId="t")
    assert len(transport.sent) == 5


def test_the_number_of_attempts_is_configured_by_the_environment_too(
    waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    trees, transport = client(answer(503))
    with pytest.raises(ServiceError):
        trees.get_tree(TreeId="t")
    assert len(transport.sent) == 2
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "often")
    with pytest.raises(ConfigurationError):
        client(answer(503))[0].get_tree(TreeId="t")


def test_what_will_not_pass_is_not_tried_again(waits: list[float]) -> None:
    for response in (answer(400), answer(404), answer(501), answer(429, x_amzn_errortype="Busy")):
        trees, transport = client(response)
        with pytest.raises(ServiceError):
            trees.get_tree(TreeId="t")
        assert len(transport.sent) == 1
    assert waits == []


@pytest.mark.parametrize("trouble", [ReadTimeout("x"), ConnectionClosedError("x")])
def test_what_may_have_been_done_is_only_repeated_where_that_is_safe(
    trouble: TransportError, waits: list[float]
) -> None:
    trees, transport = client(trouble, answer(200))
    with pytest.raises(type(trouble)):
        trees._call("PlantTree", {"Name": "oak"})
    assert len(transport.sent) == 1
    trees, transport = client(trouble, answer(200))
    trees._call("PlantOnce", {"Name": "oak"})
    tokens = [json.loads(request.body)["Token"] for request in transport.sent]
    assert len(tokens) == 2
    assert tokens[0] == tokens[1]
    assert len(tokens[0]) == 36


def test_each_call_has_its_own_token_unless_one_is_given() -> None:
    trees, transport = client(answer(200))
    for token in (None, None, "mine"):
        trees._call("PlantOnce", {"Name": "oak", "Token": token})
    tokens = [json.loads(request.body)["Token"] for request in transport.sent]
    assert len(set(tokens)) == 3
    assert tokens[2] == "mine"


@pytest.mark.parametrize(
    ("headers", "low", "high"),
    [
        ({"x_amz_retry_after": "1500"}, 1.5, 1.55),
        ({"x_amz_retry_after": "60000"}, 5, 5.05),
        ({"retry_after": "3"}, 3, 3),
        ({"retry_after": "9999"}, 20, 20),
        ({"retry_after": "Wed, 21 Oct 2015 07:28:07 GMT", "date": "Wed, 21 Oct 2015 07:28:00 GMT"}, 7, 7),
        ({"retry_after": "soon", "x_amz_retry_after": "x"}, 0, 0.05),
        ({"x_amz_retry_after": "-5"}, 0, 0.05),
    ],
)
def test_the_wait_that_a_service_asks_for_is_kept(
    headers: dict[str, str], low: float, high: float, waits: list[float]
) -> None:
    trees, _ = client(answer(503, None, **headers), answer(200))
    trees.get_tree(TreeId="t")
    assert low <= waits[0] <= high


def test_an_outage_spends_the_budget_of_retries_and_success_brings_it_back(waits: list[float]) -> None:
    trees, transport = client(answer(503))
    for _ in range(200):
        with pytest.raises(ServiceError):
            trees.get_tree(TreeId="t")
    assert len(transport.sent) == 200 + 100
    transport.acts[:] = [answer(200)]
    for _ in range(20):
        trees.get_tree(TreeId="t")
    transport.acts[:] = [answer(503)]
    before = len(transport.sent)
    with pytest.raises(ServiceError):
        trees.get_tree(TreeId="t")
    assert len(transport.sent) == before + 3


def test_every_attempt_is_signed_anew(waits: list[float]) -> None:
    trees, transport = client(answer(503), answer(200))
    trees.get_tree(TreeId="t")
    trees._made["caller"]._clock = lambda: 1e9
    trees.get_tree(TreeId="t")
    assert transport.sent[-1].headers["x-amz-date"] == "20010909T014640Z"
    assert transport.sent[0].headers["x-amz-date"] != "20010909T014640Z"


def test_a_backend_in_process_needs_neither_region_nor_credentials() -> None:
    seen: list[HttpRequest] = []

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return answer(200, {"TreeId": "t"})

    with Client(backend=handle) as trees:
        assert trees.get_tree(TreeId="t") == {"TreeId": "t"}
    assert trees.meta.region_name == "us-east-1"
    assert seen[0].headers["authorization"]


def test_without_a_region_or_credentials_the_error_says_what_to_do() -> None:
    with pytest.raises(NoRegionError) as region:
        Client()
    assert "AWS_DEFAULT_REGION" in region.value.hint
    with pytest.raises(NoCredentialsError) as credentials:
        Client("eu-west-1", transport=Plays(answer())).get_tree(TreeId="t")
    assert "AWS_ACCESS_KEY_ID" in credentials.value.hint


def test_an_endpoint_that_is_none_is_refused_when_the_client_is_made() -> None:
    for url in ("127.0.0.1:5000", "ftp://x", "http://", "http://a b", "http://user:pw@host"):
        with pytest.raises(InvalidEndpointError) as caught:
            Client("eu-west-1", endpoint_url=url)
        assert "pw" not in str(caught.value)


def test_only_one_way_out_may_be_given() -> None:
    with pytest.raises(ConfigurationError):
        Client("eu-west-1", backend=lambda request: answer(), transport=Plays(answer()))


def test_an_operation_that_is_not_documented_is_refused() -> None:
    with pytest.raises(ClientSideError, match="no such operation"):
        client(answer())[0]._call("BurnTree", {})


def test_meta_tells_of_the_client() -> None:
    trees = Client("cn-north-1", endpoint_url=None)
    assert trees.meta.region_name == "cn-north-1"
    assert trees.meta.endpoint_url == "https://orchard.cn-north-1.amazonaws.com.cn"
    assert trees.meta.service_model.service_name == "orchard"
    assert trees.meta.method_to_api_mapping["get_tree"] == "GetTree"
    assert "cn-north-1" in repr(trees)


def test_exceptions_are_listed_and_a_wrong_name_says_which_there_are() -> None:
    trees, _ = client(answer())
    assert dir(trees.exceptions) == ["Busy", "ClientError", "ServiceError", "TreeNotFound"]
    assert trees.exceptions.Busy is Busy
    with pytest.raises(AttributeError, match="TreeNotFound"):
        _ = trees.exceptions.NoSuchThing


def test_a_transport_that_was_handed_in_stays_open() -> None:
    trees, transport = client(answer())
    with trees:
        trees.get_tree(TreeId="t")
    assert not transport.closed


def test_the_default_transport_goes_over_a_socket() -> None:
    body = b'{"TreeId": "t"}'
    with scripted(always(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))) as server:
        with Client(
            "eu-west-1", endpoint_url=f"http://{server.host}/base", aws_access_key_id="a", aws_secret_access_key="b"
        ) as trees:
            assert [trees.get_tree(TreeId="t").TreeId for _ in range(3)] == ["t"] * 3
        assert server.connections == 1
        assert server.requests[0].startswith(b"GET /base/trees/t HTTP/1.1\r\n")


def test_a_dead_endpoint_is_told_soon() -> None:
    import socket
    import time

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    began = time.monotonic()
    with (
        Client(
            "eu-west-1", endpoint_url=f"http://127.0.0.1:{port}", aws_access_key_id="a", aws_secret_access_key="b"
        ) as trees,
        pytest.raises(ConnectError, match=str(port)),
    ):
        trees.get_tree(TreeId="t")
    assert time.monotonic() - began < 2


def test_threads_that_begin_together_share_what_the_first_call_makes() -> None:
    body = b'{"TreeId": "t"}'
    with scripted(always(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))) as server:
        trees = Client(
            "eu-west-1", endpoint_url=f"http://{server.host}", aws_access_key_id="a", aws_secret_access_key="b"
        )
        start = threading.Barrier(8)
        results: list[Tree] = []

        def work() -> None:
            start.wait()
            results.extend(trees.get_tree(TreeId="t") for _ in range(20))

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert results == [{"TreeId": "t"}] * 160
        trees.close()


def test_secrets_are_in_no_representation_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    trees, _ = client(answer(500))
    shown = [repr(trees), repr(trees.meta), repr(vars(trees)["_config"])]
    with pytest.raises(ServiceError) as caught:
        trees.get_tree(TreeId="t")
    shown += [str(caught.value), caplog.text, repr(trees._made)]
    assert all("secret" not in text for text in shown)


def test_making_a_client_imports_nothing_that_only_a_call_needs() -> None:
    heavy = {
        "msgspec",
        "pathlib",
        "http.client",
        "ssl",
        "socket",
        "urllib.parse",
        "configparser",
        "logging",
        "dataclasses",
        "hashlib",
        "hmac",
        "email",
        "threading",
        "json",
    }
    code = (
        "import sys; from asdoc.runtime.client import BaseClient\n"
        "class Client(BaseClient): _package = 'none'\n"
        "Client('eu-west-1')\n"
        "print(*sorted(sys.modules))"
    )
    modules = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path[:] = {sys.path!r}\n{code}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert heavy.isdisjoint(modules)
    assert not [
        name
        for name in modules
        if name.startswith("asdoc.runtime.") and name.split(".")[2] in ("serialize", "parse", "sigv4", "calls")
    ]


def test_the_version_named_to_servers_is_that_of_the_distribution() -> None:
    from importlib.metadata import version

    from asdoc.runtime.config import VERSION

    assert version("asdoc") == VERSION


def test_every_operation_of_the_fake_has_a_plan() -> None:
    trees, _ = client(answer())
    plans = {name: trees._start().plan(name) for name in SERVICE.operations}
    assert {name: plan.request.operation.name for name, plan in plans.items()} == {name: name for name in plans}
