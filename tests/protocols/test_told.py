"""Models are written in more ways than one: what they leave out, and what they say of a type in place of its places."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner

from asdoc.cli.main import cli
from asdoc.runtime.exceptions import ServiceError
from asdoc.runtime.http import HttpRequest, HttpResponse

from .test_read import plain
from .world import Json

_TYPES: Json = {
    "Text": {"type": "string"},
    "Number": {"type": "integer"},
    "Raw": {"type": "blob"},
    "Letter": {"type": "character"},
    "Small": {"type": "short"},
    "Exact": {"type": "bigDecimal"},
    "Heading": {"type": "string", "location": "header"},
    "Status": {"type": "integer", "location": "statusCode"},
    "Token": {"type": "string", "idempotencyToken": True},
    "Texts": {"type": "map", "key": {"shape": "Text"}, "value": {"shape": "Text"}},
}


def _members(**members: str | Json) -> Json:
    return {
        "type": "structure",
        "members": {name: {"shape": told} if isinstance(told, str) else told for name, told in members.items()},
    }


def _operation(http: Json | None = None, **told: Any) -> Json:
    return {**({"http": http} if http else {}), **told}


_POST = {"method": "POST", "requestUri": "/"}
_IN, _OUT = {"shape": "In"}, {"shape": "Out"}
MODELS: dict[str, Json] = {
    "toldjson": {
        "metadata": {"protocol": "json", "jsonVersion": 1.1, "targetPrefix": "com.example.told"},
        "operations": {"Tell": _operation({"method": "POST"}, input=_IN), "Ask": _operation(input=_IN)},
        "shapes": {"In": _members(Name="Text", Mark="Letter", Few="Small", Part="Exact")},
    },
    "toldquery": {
        "metadata": {"protocol": "query"},
        "operations": {"Tell": _operation(output=_OUT)},
        "shapes": {
            "Out": {**_members(Name="Text", Count={"shape": "Number", "locationName": "N"}), "resultWrapper": "W"}
        },
    },
    "toldrest": {
        "metadata": {"protocol": "rest-json", "apiVersion": "2020-02-02"},
        "operations": {
            "Tell": _operation(_POST, input={**_IN, "payload": "held"}, output={**_IN, "payload": "held"}),
            "Ask": _operation(_POST, input=_IN),
            "Head": _operation(_POST, input={"shape": "Places"}, output={"shape": "Places"}, errors=[{"shape": "Bad"}]),
            "All": _operation({"method": "GET", "requestUri": "/all"}, output={"shape": "Heads"}),
            "Sign": _operation(_POST, input={"shape": "Signed"}),
            "Nothing": _operation({"method": "GET", "requestUri": "/none"}),
        },
        "shapes": {
            "In": _members(held="Raw"),
            "Places": _members(Plain="Heading", Named={"shape": "Heading", "locationName": "X-Foo"}, Body="Text"),
            "Heads": _members(
                All={"shape": "Texts", "location": "headers"},
                Some={"shape": "Texts", "location": "headers", "locationName": "X-"},
            ),
            "Signed": _members(Key="Token"),
            "Bad": {**_members(Plain="Heading", Code="Status", Message="Text"), "exception": True},
        },
    },
    "told_1_0": {
        "metadata": {"protocol": "ec2", "apiVersion": "2020-02-02", "serviceId": "told_1_0"},
        "operations": {"Tell": _operation(input=_IN)},
        "shapes": {"In": _members(Name="Text")},
    },
    "toldxml": {
        "metadata": {"protocol": "rest-xml", "apiVersion": "2020-02-02"},
        "operations": {"Tell": _operation(_POST, input={**_IN, "payload": "held"}, output={**_OUT, "payload": "held"})},
        "shapes": {
            "In": _members(held={"shape": "Held", "locationName": "Root"}),
            "Out": _members(head={"shape": "Heading", "locationName": "X-Foo"}, held="Held"),
            "Held": _members(a="Text"),
        },
    },
}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("told")
    for service, model in MODELS.items():
        kept = folder / "data" / service / "2014-01-01"
        kept.mkdir(parents=True)
        whole = {**model, "shapes": {**_TYPES, **model["shapes"]}}
        (kept / "service-2.json").write_text(json.dumps(whole), encoding="utf-8")
    specs, made = str(folder / "specs"), str(folder / "made")
    for command in (
        ["extract", "--model", str(folder / "data"), "--out", specs],
        ["generate", "--specs", specs, "--out", made],
    ):
        ran = CliRunner().invoke(cli, command)
        assert ran.exit_code == 0, ran.output or ran.exception
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(made)
        yield
    for name in [name for name in sys.modules if name.partition(".")[0] in MODELS]:
        del sys.modules[name]


class Spoken(NamedTuple):
    request: HttpRequest
    result: Any


def speak(service: str, method: str, body: bytes = b"", headers: Any = None, **given: Any) -> Spoken:
    seen: list[HttpRequest] = []

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse(status=200, headers=headers or {}, body=body)

    client = importlib.import_module(service).Client("eu-west-1", backend=handle)
    result = plain(getattr(client, method)(**given).to_dict())
    del result["ResponseMetadata"]
    return Spoken(seen[0], result)


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("method", ["tell", "ask"])
def test_a_version_of_json_may_be_a_number_and_a_method_and_a_path_may_be_left_out(method: str) -> None:
    request = speak("toldjson", method, b"{}", Name="n", Mark="a", Few=1, Part=0.5).request
    assert (request.method, request.target) == ("POST", "/")
    assert request.content() == b'{"Name":"n","Mark":"a","Few":1,"Part":0.5}'
    assert request.headers["content-type"] == "application/x-amz-json-1.1"
    assert request.headers["x-amz-target"] == f"com.example.told.{method.capitalize()}"
    assert request.host == "toldjson.eu-west-1.amazonaws.com"


@pytest.mark.usefixtures("told")
def test_an_output_may_name_what_is_around_it_and_a_folder_the_version() -> None:
    spoken = speak("toldquery", "tell", b"<R><W><Name>x</Name><N>5</N></W></R>")
    assert spoken.request.content() == b"Action=Tell&Version=2014-01-01"
    assert spoken.result == {"Name": "x", "Count": 5}


@pytest.mark.usefixtures("told")
def test_an_operation_may_say_which_member_is_the_body() -> None:
    spoken = speak("toldrest", "tell", b"raw", held=b"bytes")
    assert (spoken.request.content(), spoken.result) == (b"bytes", {"held": b"raw"})
    assert spoken.request.headers["content-type"] == "application/octet-stream"
    assert speak("toldrest", "ask", held=b"bytes").request.content() == b'{"held":"Ynl0ZXM="}'
    spoken = speak("toldxml", "tell", b"<Any><a>2</a></Any>", {"x-foo": "h"}, held={"a": "1"})
    assert spoken.request.content() == b"<Root><a>1</a></Root>"
    assert spoken.result == {"head": "h", "held": {"a": "2"}}


@pytest.mark.usefixtures("told")
def test_a_type_may_say_where_it_stands() -> None:
    spoken = speak("toldrest", "head", b'{"Body":"c"}', {"Plain": "a", "X-Foo": "b"}, Plain="1", Named="2", Body="3")
    assert (spoken.request.headers["plain"], spoken.request.headers["x-foo"]) == ("1", "2")
    assert spoken.request.content() == b'{"Body":"3"}'
    assert spoken.result == {"Plain": "a", "Named": "b", "Body": "c"}
    headers = {"x-amzn-errortype": "Bad", "Plain": "a"}
    client = importlib.import_module("toldrest").Client(
        "eu-west-1", backend=lambda request: HttpResponse(status=409, headers=headers, body=b'{"Message":"no"}')
    )
    with pytest.raises(ServiceError, match="no") as raised:
        client.head()
    told = raised.value.response
    assert (type(raised.value).__name__, told["Plain"], told["Code"], told["Message"]) == ("Bad", "a", 409, "no")
    assert len(json.loads(speak("toldrest", "sign").request.content())["Key"]) == 36


@pytest.mark.usefixtures("told")
def test_headers_without_a_name_are_all_of_them() -> None:
    spoken = speak("toldrest", "all", b"{}", {"Content-Length": "2", "x-Foo": "bar", "X-bam": "boo"})
    assert spoken.result == {
        "All": {"Content-Length": "2", "x-Foo": "bar", "X-bam": "boo"},
        "Some": {"Foo": "bar", "bam": "boo"},
    }


@pytest.mark.usefixtures("told")
def test_a_body_that_nobody_documents_is_not_looked_at() -> None:
    assert speak("toldrest", "nothing", b"OK").result == {}


@pytest.mark.usefixtures("told")
def test_a_service_may_have_a_name_with_underscores() -> None:
    request = speak("told_1_0", "tell", b"<R/>", Name="x").request
    assert (request.host, request.content()) == (
        "told-1-0.eu-west-1.amazonaws.com",
        b"Action=Tell&Version=2020-02-02&Name=x",
    )


def test_two_services_that_would_be_one_package_are_refused(tmp_path: Path) -> None:
    for service in ("told-1", "told_1"):
        kept = tmp_path / "data" / service / "2014-01-01"
        kept.mkdir(parents=True)
        (kept / "service-2.json").write_text(json.dumps(MODELS["told_1_0"]), encoding="utf-8")
    ran = CliRunner().invoke(cli, ["extract", "--model", str(tmp_path / "data"), "--out", str(tmp_path / "specs")])
    assert ran.exit_code != 0
    assert "would be one package" in str(ran.exception or ran.output)
    assert not (tmp_path / "specs").exists()
