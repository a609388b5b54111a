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
        "operations": {
            "Tell": _operation({"method": "POST"}, input=_IN, errors=[{"shape": "Bad"}, {"shape": "Worse"}]),
            "Ask": _operation(input=_IN),
        },
        "shapes": {
            "In": _members(Name="Text", Mark="Letter", Few="Small", Part="Exact"),
            "Bad": {**_members(Code="Text", Message="Text", Why="Text"), "exception": True},
            "Worse": {**_members(Why="Text"), "exception": True},
        },
    },
    "toldlittle": {
        "metadata": {"protocol": "json"},
        "operations": {"Tell": _operation(input=_IN, output=_IN)},
        "shapes": {"In": _members(Name="Text")},
    },
    "toldnowhere": {
        "metadata": {"protocol": "rest-json"},
        "operations": {"Tell": _operation(input=_IN, output=_IN)},
        "shapes": {"In": _members(Name="Text")},
    },
    "toldquery": {
        "metadata": {"protocol": "query"},
        "operations": {"Tell": _operation(output=_OUT), "Ask": _operation(output={"shape": "Bare"})},
        "shapes": {
            "Out": {**_members(Name="Text", Count={"shape": "Number", "locationName": "N"}), "resultWrapper": "W"},
            "Bare": _members(Name="Text"),
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
@pytest.mark.parametrize(
    "body", [b"<AskResponse><AskResult><Name>x</Name></AskResult></AskResponse>", b"<R><Name>x</Name></R>"]
)
def test_what_is_around_an_output_is_found_where_no_model_names_it(body: bytes) -> None:
    assert speak("toldquery", "ask", body).result == {"Name": "x"}


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize(
    ("body", "kind", "held"),
    [
        (b'{"__type":"Bad","Code":"Worse","Why":"w"}', "Bad", {"Code": "Worse", "Why": "w"}),
        (b'{"__type":"Worse","Code":"Bad","Why":"w"}', "Worse", {"Why": "w"}),
        (b'{"__type":"None","Code":"Bad","Why":"w"}', "ServiceError", {}),
        (b'{"code":"a#Worse","Why":"w"}', "Worse", {"Why": "w"}),
    ],
)
def test_an_error_of_json_is_named_by_its_type_before_its_code(body: bytes, kind: str, held: Json) -> None:
    client = importlib.import_module("toldjson").Client(
        "eu-west-1", backend=lambda request: HttpResponse(status=400, body=body)
    )
    with pytest.raises(ServiceError) as raised:
        client.tell()
    told = dict(raised.value.response)
    assert type(raised.value).__name__ == kind
    assert told.pop("Error")["Code"] == ("None" if kind == "ServiceError" else kind)
    del told["ResponseMetadata"]
    assert told == held


@pytest.mark.usefixtures("told")
def test_a_request_id_is_found_in_a_body_of_xml_where_no_header_tells_it() -> None:
    def answer(status: int, body: bytes) -> HttpResponse:
        return HttpResponse(status=status, body=body)

    def asked(service: str, method: str, answered: HttpResponse) -> Any:
        client = importlib.import_module(service).Client("eu-west-1", backend=lambda request: answered)
        try:
            return getattr(client, method)().ResponseMetadata.get("RequestId")
        except ServiceError as error:
            return error.response["ResponseMetadata"].get("RequestId")

    told = b"<ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>"
    assert asked("toldquery", "ask", answer(200, b"<AskResponse><AskResult/>%b</AskResponse>" % told)) == "r-1"
    error = b"<ErrorResponse><Error><Code>Bad</Code></Error><RequestId>r-2</RequestId></ErrorResponse>"
    assert asked("toldquery", "ask", answer(400, error)) == "r-2"
    assert asked("told_1_0", "tell", answer(200, b"<R><requestId>r-3</requestId></R>")) == "r-3"
    assert asked("toldxml", "tell", answer(404, b"<Error><Code>Bad</Code><RequestId>r-4</RequestId></Error>")) == "r-4"
    assert asked("toldxml", "tell", answer(200, b"<Held><RequestId>of the output</RequestId></Held>")) is None


@pytest.mark.usefixtures("told")
def test_an_operation_that_says_nothing_of_its_place_is_called_at_the_root() -> None:
    spoken = speak("toldnowhere", "tell", b'{"Name":"y"}', Name="x")
    assert (spoken.request.method, spoken.request.target) == ("POST", "/")
    assert spoken.result == {"Name": "y"}
    spoken = speak("toldlittle", "tell", b'{"Name":"y"}', Name="x")
    assert spoken.request.headers["x-amz-target"] == "toldlittle.Tell"
    assert spoken.result == {"Name": "y"}


@pytest.mark.parametrize(
    ("service", "pointer"), [("toldlittle", "/metadata/targetPrefix"), ("toldnowhere", "/operations/Tell/http")]
)
def test_what_is_taken_for_granted_is_told(tmp_path: Path, service: str, pointer: str) -> None:
    kept = tmp_path / service / "2014-01-01"
    kept.mkdir(parents=True)
    whole = {**MODELS[service], "shapes": {**_TYPES, **MODELS[service]["shapes"]}}
    (kept / "service-2.json").write_text(json.dumps(whole), encoding="utf-8")
    ran = CliRunner().invoke(cli, ["extract", "--model", str(kept), "--out", str(tmp_path / "specs")])
    assert ran.exit_code == 0
    assert f"note: {kept / 'service-2.json'}#{pointer}: it is missing" in ran.stderr


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
