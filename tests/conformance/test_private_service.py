"""A service of one's own, from a botocore data folder to verdicts, with ids and names that equal everything else."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

import pytest

from asdoc.cli._suites import suite_of
from asdoc.cli.main import main
from asdoc.conformance import verify
from asdoc.runtime.http import HttpRequest, HttpResponse

KINDS = ["wood", "200", "box-1"]
IDS = ["200", "wood", "box-1", "box-1-200", "2002", "404"]
"""A status, a value of an enum, the documented name, and ids that hold one another."""
ALL = ("example", "error", "constraint", "timestamp")


def model(protocol: str) -> dict[str, Any]:
    rest = protocol == "rest-json"
    place = {"location": "uri", "locationName": "BoxId"} if rest else {}
    shown = {name: {"shape": name} for name in ("BoxId", "Name", "Size", "Kind", "CreatedAt")}

    def operation(name: str, method: str, uri: str, errors: list[str]) -> dict[str, Any]:
        wrapper = {"resultWrapper": f"{name}Result"} if protocol == "query" else {}
        return {
            "name": name,
            "http": {"method": method if rest else "POST", "requestUri": uri if rest else "/"},
            "input": {"shape": f"{name}Request"},
            "output": {"shape": f"{name}Response", **wrapper},
            "errors": [{"shape": error} for error in errors],
        }

    def structure(required: list[str], members: dict[str, Any]) -> dict[str, Any]:
        return {"type": "structure", "required": required, "members": members}

    def error(code: str, status: int) -> dict[str, Any]:
        told = {"code": code, "httpStatusCode": status, "senderFault": True}
        return {"type": "structure", "members": {"message": {"shape": "Text"}}, "error": told, "exception": True}

    named = structure(["BoxId"], {"BoxId": {"shape": "BoxId", **place}})
    return {
        "version": "2.0",
        "metadata": {
            "apiVersion": "2024-01-01", "endpointPrefix": "attic", "protocol": protocol, "serviceId": "Attic",
            "serviceFullName": "Attic", "signatureVersion": "v4", "signingName": "attic", "uid": "attic-2024-01-01",
            "jsonVersion": "1.1", "targetPrefix": "Attic", "xmlNamespace": "http://attic.example.org/doc/",
        },
        "operations": {
            "CreateBox": operation("CreateBox", "POST", "/boxes", ["ValidationException"]),
            "GetBox": operation("GetBox", "GET", "/boxes/{BoxId}", ["NoSuchBox"]),
            "DeleteBox": operation("DeleteBox", "DELETE", "/boxes/{BoxId}", ["NoSuchBox"]),
        },
        "shapes": {
            "BoxId": {"type": "string", "min": 3, "max": 20, "pattern": "^[a-z0-9-]+$"},
            "Name": {"type": "string", "min": 1, "max": 16}, "Text": {"type": "string"},
            "Size": {"type": "integer", "min": 1, "max": 9}, "Kind": {"type": "string", "enum": KINDS},
            "CreatedAt": {"type": "timestamp"},
            "CreateBoxRequest": structure(["Name"], {name: {"shape": name} for name in ("Name", "Size", "Kind")}),
            "CreateBoxResponse": structure([], shown), "GetBoxRequest": named, "GetBoxResponse": structure([], shown),
            "DeleteBoxRequest": named, "DeleteBoxResponse": structure([], {}),
            "NoSuchBox": error("NoSuchBox", 404), "ValidationException": error("ValidationException", 400),
        },
    }  # fmt: skip


BOX = {"BoxId": "200", "Name": "box-1", "Kind": "wood", "Size": 2}
EXAMPLES = {
    "version": "1.0",
    "examples": {
        "CreateBox": [{"id": "a", "title": "t", "input": {"Name": "box-1", "Kind": "wood", "Size": 2}, "output": BOX}],
        "GetBox": [{"id": "b", "title": "t", "input": {"BoxId": "200"}, "output": BOX}],
        "DeleteBox": [{"id": "c", "title": "t", "input": {"BoxId": "200"}}],
    },
}


class Attic:
    """Keeps boxes, as its model tells, and speaks each protocol by hand."""

    def __init__(self, protocol: str) -> None:
        self.protocol = protocol
        self.boxes: dict[str, dict[str, Any]] = {}
        self.made = 0

    def handle(self, request: HttpRequest) -> HttpResponse:
        name, given = getattr(self, self.protocol.replace("-", "_"))(request)
        if name not in {"CreateBox", "GetBox", "DeleteBox"}:
            return self.refuse(404 if self.protocol == "rest-json" else 400, "UnknownOperationException")
        return self.create(given) if name == "CreateBox" else self.named(name, given)

    def rest_json(self, request: HttpRequest) -> tuple[str, dict[str, Any]]:
        path = request.target.partition("?")[0]
        if (request.method, path) == ("POST", "/boxes"):
            return "CreateBox", json.loads(request.body or b"{}")
        verbs = {"GET": "GetBox", "DELETE": "DeleteBox"}
        known = re.fullmatch(r"/boxes/([^/]+)", path)
        return (verbs.get(request.method, ""), {"BoxId": known[1]}) if known else ("", {})

    def json(self, request: HttpRequest) -> tuple[str, dict[str, Any]]:
        headers = {name.lower(): value for name, value in request.headers.items()}
        return headers["x-amz-target"].rpartition(".")[2], json.loads(request.body or b"{}")

    def query(self, request: HttpRequest) -> tuple[str, dict[str, Any]]:
        form = {name: values[0] for name, values in parse_qs(request.body.decode(), keep_blank_values=True).items()}
        return form.pop("Action"), {**form, **({"Size": int(form["Size"])} if "Size" in form else {})}

    def create(self, given: dict[str, Any]) -> HttpResponse:
        name, size, kind = given.get("Name"), given.get("Size", 1), given.get("Kind", KINDS[0])
        right = (
            isinstance(name, str) and 1 <= len(name) <= 16 and type(size) is int and 1 <= size <= 9 and kind in KINDS
        )
        if not right:
            return self.refuse(400, "ValidationException")
        identity = IDS[self.made % len(IDS)]
        self.made += 1
        self.boxes[identity] = {"BoxId": identity, "Name": name, "Size": size, "Kind": kind, "CreatedAt": self.made}
        return self.answer("CreateBox", self.boxes[identity])

    def named(self, name: str, given: dict[str, Any]) -> HttpResponse:
        identity = given.get("BoxId")
        if not isinstance(identity, str) or not re.fullmatch("[a-z0-9-]{3,20}", identity):
            return self.refuse(400, "ValidationException")
        if identity not in self.boxes:
            return self.refuse(404, "NoSuchBox")
        box = self.boxes.pop(identity) if name == "DeleteBox" else self.boxes[identity]
        return self.answer(name, box if name == "GetBox" else {})

    def answer(self, name: str, told: dict[str, Any]) -> HttpResponse:
        if self.protocol != "query":
            kind = "application/x-amz-json-1.1" if self.protocol == "json" else "application/json"
            return HttpResponse(status=200, headers={"content-type": kind}, body=json.dumps(told).encode())
        if told:
            told = {**told, "CreatedAt": f"2024-01-01T00:00:{told['CreatedAt'] % 60:02}Z"}
        inner = "".join(f"<{key}>{escape(str(value))}</{key}>" for key, value in told.items())
        text = f"<{name}Response><{name}Result>{inner}</{name}Result></{name}Response>"
        return HttpResponse(status=200, headers={"content-type": "text/xml"}, body=text.encode())

    def refuse(self, status: int, code: str) -> HttpResponse:
        if self.protocol == "query":
            text = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code></Error></ErrorResponse>"
            return HttpResponse(status=status, headers={"content-type": "text/xml"}, body=text.encode())
        body = json.dumps({"__type": code, "message": "no"}).encode()
        return HttpResponse(
            status=status, headers={"x-amzn-errortype": code, "content-type": "application/json"}, body=body
        )


@pytest.fixture
def specs(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The specs of a data folder of the protocol that the test is given."""
    protocol = request.node.callspec.params["protocol"] if hasattr(request.node, "callspec") else "rest-json"
    folder = tmp_path / "data" / "attic" / "2024-01-01"
    folder.mkdir(parents=True)
    (folder / "service-2.json").write_text(json.dumps(model(protocol)))
    (folder / "examples-1.json").write_text(json.dumps(EXAMPLES))
    with pytest.raises(SystemExit) as ended:
        main(["extract", "--model", str(tmp_path / "data"), "--out", str(tmp_path / "specs")])
    assert ended.value.code == 0
    return tmp_path / "specs"


@pytest.mark.parametrize("protocol", ["rest-json", "json", "query"])
def test_a_right_service_of_ones_own_passes_whatever_its_ids_are(specs: Path, protocol: str) -> None:
    report = verify(Attic(protocol).handle, service="attic", suite=suite_of("attic", specs=specs), kinds=ALL)
    told = {case.id: (case.verdict, case.reason) for case in report.cases}
    assert {verdict for verdict, _ in told.values()} == {"pass"}, told
    assert {case.kind for case in report.cases} >= {"example", "error", "constraint"}


@pytest.mark.parametrize("protocol", ["rest-json", "json", "query"])
def test_a_wrong_service_of_ones_own_fails_where_it_is_wrong(specs: Path, protocol: str) -> None:
    class Lax(Attic):
        def create(self, given: dict[str, Any]) -> HttpResponse:
            return super().create({**given, "Kind": KINDS[0]})

    report = verify(Lax(protocol).handle, service="attic", suite=suite_of("attic", specs=specs), kinds=ALL)
    failed = {case.id for case in report.cases if case.verdict == "fail"}
    assert failed == {"attic.constraint.CreateBox.Kind.enum"} | (
        {"attic.constraint.CreateBox.Kind.type"} if protocol != "query" else set()
    )


def test_the_commands_take_the_specs_of_a_service_that_boto3_does_not_know(
    specs: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["coverage", "attic", "--specs", str(specs), "--summary"])
    told = capsys.readouterr()
    assert ended.value.code == 0
    assert "operations           3" in told.out
    assert "has no pages of attic" in told.err
    with pytest.raises(SystemExit) as ended:
        main(["coverage", "attics", "--specs", str(specs)])
    assert ended.value.code == 2
