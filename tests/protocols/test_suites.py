"""The runner of protocol suites tells right from wrong: a suite in our own words, once as it should be and once not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tests.protocols import signing_suite
from tests.protocols.suites import main

_METADATA = {"apiVersion": "2020-01-01", "endpointPrefix": "shop", "serviceId": "Shop"}
_SHAPES: dict[str, Any] = {
    "Order": {
        "type": "structure",
        "required": ["Name"],
        "members": {
            "Name": {"shape": "Text", "location": "uri", "locationName": "Name"},
            "Note": {"shape": "Text", "location": "header", "locationName": "x-note"},
            "Weight": {"shape": "Number"},
        },
    },
    "Bill": {
        "type": "structure",
        "members": {"Sum": {"shape": "Number"}, "Due": {"shape": "Time"}, "Seal": {"shape": "Seal"}},
    },
    "Closed": {"type": "structure", "exception": True, "members": {"Until": {"shape": "Text"}}},
    "Text": {"type": "string"},
    "Number": {"type": "double"},
    "Time": {"type": "timestamp"},
    "Seal": {"type": "blob"},
}
_ORDERED = {
    "name": "PlaceOrder",
    "http": {"method": "PUT", "requestUri": "/orders/{Name}"},
    "endpoint": {"hostPrefix": "till."},
    "input": {"shape": "Order"},
    "output": {"shape": "Bill"},
    "errors": [{"shape": "Closed"}],
}
SUITE: list[dict[str, Any]] = [
    {
        "description": "Orders",
        "metadata": {**_METADATA, "protocol": "rest-json"},
        "shapes": _SHAPES,
        "clientEndpoint": "https://shop.example.org/counter",
        "cases": [
            {
                "id": "Sends",
                "given": _ORDERED,
                "params": {"Name": "a b", "Note": "soon", "Weight": "NaN"},
                "serialized": {
                    "method": "PUT",
                    "uri": "/counter/orders/a%20b",
                    "body": '{ "Weight": "NaN" }',
                    "headers": {"X-Note": "soon", "Content-Type": "application/json"},
                    "requireHeaders": ["Content-Length"],
                    "forbidHeaders": ["X-Other"],
                    "host": "till.shop.example.org",
                },
            },
            {
                "id": "Reads",
                "given": _ORDERED,
                "response": {"status_code": 200, "body": '{"Sum": 3, "Due": 1.5, "Seal": "c2VhbA==", "Other": 1}'},
                "result": {"Sum": 3, "Due": 1.5, "Seal": "seal"},
            },
            {
                "id": "Fails",
                "given": _ORDERED,
                "errorCode": "Closed",
                "errorMessage": "at night",
                "error": {"Until": "dawn"},
                "response": {
                    "status_code": 400,
                    "headers": {"X-Amzn-ErrorType": "Closed"},
                    "body": '{"message": "at night", "Until": "dawn"}',
                },
            },
        ],
    }
]
_WRONG = [
    ("Sends", ("serialized", "method"), "POST", "  method\n    expected POST\n    found    PUT\n"),
    ("Sends", ("serialized", "uri"), "/orders/a%20b", "  target\n"),
    ("Sends", ("serialized", "body"), '{"Weight": 1}', "  body\n"),
    ("Sends", ("serialized", "headers"), {"X-Note": "late"}, "  header X-Note\n"),
    ("Sends", ("serialized", "requireHeaders"), ["X-Other"], "  header X-Other\n"),
    ("Sends", ("serialized", "forbidHeaders"), ["X-Note"], "  header X-Note\n"),
    ("Sends", ("serialized", "host"), "shop.example.org", "  host\n"),
    ("Reads", ("result", "Seal"), "other", "  typed result\n"),
    ("Reads", ("result", "Other"), 1, "  result\n"),
    ("Fails", ("error", "Until"), "noon", "  error\n"),
    ("Fails", ("errorCode",), "Open", "  code of the error\n"),
]


def _ran(tmp_path: Path, suite: list[dict[str, Any]]) -> tuple[int, str]:
    (tmp_path / "orders.json").write_text(json.dumps(suite), encoding="utf-8")
    ran = CliRunner().invoke(main, [str(tmp_path), "--only", "orders["])
    return ran.exit_code, ran.output


def test_a_suite_that_is_right_is_the_same_in_every_way(tmp_path: Path) -> None:
    code, told = _ran(tmp_path, SUITE)
    assert code == 0, told
    assert told.splitlines()[-1].split() == ["together", "3", "4", "3", "0", "0"]


def test_each_thing_that_is_wrong_is_told_and_fails(tmp_path: Path) -> None:
    wrong: list[dict[str, Any]] = []
    for case_id, where, value, _ in _WRONG:
        suite = json.loads(json.dumps(SUITE[0]))
        suite["cases"] = [case for case in suite["cases"] if case["id"] == case_id]
        held = suite["cases"][0]
        for key in where[:-1]:
            held = held[key]
        held[where[-1]] = value
        wrong.append(suite)
    code, told = _ran(tmp_path, wrong)
    assert code == 1
    parts = told.split("orders[")[1:]
    assert len(parts) == len(_WRONG)
    for part, (*_, expected) in zip(parts, _WRONG, strict=True):
        assert expected in part
        assert "only" not in part, "all ways find it"


def test_a_folder_without_cases_is_no_success(tmp_path: Path) -> None:
    code, told = _ran(tmp_path, [])
    assert code == 1
    assert "holds no case" in told


@pytest.mark.parametrize(("region", "code"), [("us-east-1", 0), ("us-east-2", 1)])
def test_a_signature_is_the_suite_s_or_it_is_told(tmp_path: Path, region: str, code: int) -> None:
    held = tmp_path / "plain"
    held.mkdir()
    hashed = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    (held / "plain.req").write_text("GET / HTTP/1.1\nHost:example.amazonaws.com\nX-Amz-Date:20150830T123600Z")
    canonical = "GET\n/\n\nhost:example.amazonaws.com\nx-amz-date:20150830T123600Z\n\nhost;x-amz-date\n" + hashed
    (held / "plain.creq").write_text(canonical)
    # as AWS's documentation of the suite has it of this request
    signature = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    (held / "plain.authz").write_text(
        f"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/{region}/service/aws4_request, "
        f"SignedHeaders=host;x-amz-date, Signature={signature}"
    )
    ran = CliRunner().invoke(signing_suite.main, [str(tmp_path)])
    assert ran.exit_code == code, ran.output
    assert ran.output.endswith(f"1 cases, {1 - code} same, {code} different\n")
