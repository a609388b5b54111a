"""Answers that are JSON to somebody, and that no form of a report could hold as they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from asdoc.codegen.spec import files
from asdoc.conformance.report.formats import FORMATS
from asdoc.conformance.report.model import gather
from asdoc.conformance.report.stream import read_run, written
from asdoc.conformance.verify import verify_events
from asdoc.runtime.http import HttpRequest, HttpResponse
from tests.conformance.library import Library, make_suite

NAMES = {
    "half a surrogate pair": r'"\ud83d"',
    "half of one in a list": r'["\udc00", {"\ud83d": 1}]',
    "more than a number can be": "1e400",
    "less than a number can be": "-1e400",
    "no number": "NaN",
    "more digits than any type has": "9" * 400,
    "a line of its own": r'"\u2028::error::x\u2029"',
    "a closed script": '"</script><script>alert(1)</script>"',
    "a name given twice": '1, "Name": true',
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_no_answer_breaks_a_report_or_makes_it_another_when_it_is_read_again(name: str, tmp_path: Path) -> None:
    def odd(request: HttpRequest) -> HttpResponse:
        response = library.handle(request)
        if response.status >= 300 or not response.body.startswith(b"{"):
            return response
        told = {**json.loads(response.body), "Name": "@"}
        body = json.dumps(told).replace('"@"', name).encode()
        headers = {key: value for key, value in response.headers.items() if key.lower() != "content-length"}
        return HttpResponse(status=response.status, headers=headers, body=body)

    library = Library()
    path = tmp_path / "run.ndjson"
    report = gather(written(verify_events(odd, service="library", suite=make_suite()), path))
    assert report.totals["fail"]
    again = read_run(path)
    for form, format_ in FORMATS.items():
        assert format_.write(again) == format_.write(report), form
        format_.write(report).encode()
    validator = Draft202012Validator(json.loads((files.SCHEMAS / "events.schema.json").read_text(encoding="utf-8")))
    for line in path.read_bytes().splitlines():
        validator.validate(json.loads(line))
