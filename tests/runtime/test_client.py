"""A client finds what it needs, checks, sends, and gives models."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import threading
from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from asdoc.runtime.exceptions import (
    ClientSideError,
    ConfigurationError,
    ConnectError,
    InvalidEndpointError,
    NoCredentialsError,
    NoRegionError,
    ParamValidationError,
    ServiceError,
)
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.response import EmptyResponse

from .fake import SERVICE, Branch, Busy, Client, Tree
from .plays import Plays, answer, client
from .servers import always, scripted


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
    assert time.monotonic() - began < 15


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


def test_what_a_session_prints_says_what_it_is_and_nothing_of_its_address_in_memory() -> None:
    from asdoc.appconfig import Client as AppConfig
    from asdoc.appconfig.backend import Backend
    from asdoc.testing import appconfig_backend

    made = AppConfig("us-east-1", backend=Backend().handle)
    made.hooks.before_sending(lambda sending: None)
    with appconfig_backend() as aws:
        told = [aws, made.hooks, made.meta, made.meta.service_model]
        told += [made.get_waiter("deployment_complete"), made.get_paginator("list_applications")]
        assert [repr(each) for each in told] == [
            "<InProcess of appconfig, appconfigdata>",
            "<Hooks: 1 before sending, 0 after receiving>",
            "<Meta of <asdoc.appconfig.client.Client region='us-east-1'>>",
            "<ServiceModel of appconfig, 2019-10-09>",
            "<Waiter DeploymentComplete>",
            "<Paginator of ListApplications>",
        ]
