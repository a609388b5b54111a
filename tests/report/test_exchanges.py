"""What was sent and received, as it is shown: complete where it can be, and never with a secret in it."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import traceback
from typing import Any
from urllib.parse import quote

import pytest

from asdoc.conformance import Settings
from asdoc.conformance.events import CaseFinished, Check, Exchange, Message
from asdoc.conformance.exchanges import BODY, Sent, Showing, told_checks
from asdoc.conformance.hiding import cut, plain_url
from asdoc.conformance.pytest_plugin import told as pytest_told
from asdoc.conformance.report.curl import curl
from asdoc.conformance.report.formats import FORMATS
from asdoc.conformance.report.model import gather
from asdoc.conformance.report.stream import line_of
from asdoc.conformance.targets.described import Described
from asdoc.conformance.verify import verify_events
from asdoc.runtime.credentials import Credentials
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import load_service
from tests.conformance.library import SERVICE, Library, answer, make_suite
from tests.conformance.serving import talking
from tests.conformance.test_targets import Serving
from tests.report.runs import exchange

OPERATION = SERVICE.operations["CreateShelf"]
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # AWS's own example of a secret key
TOKEN = "FwoGZXIvYXdzEXAMPLETOKEN"


def told(request: HttpRequest, response: HttpResponse | None = None) -> Exchange:
    return Showing(SERVICE).exchanges([Sent(OPERATION, True, request, response, "", 0.0)])[0]


def test_no_report_of_a_run_has_a_secret_in_it() -> None:
    """With real-looking keys, and a target that gives secrets away in its answers."""

    def leaks(request: HttpRequest, _: HttpResponse) -> HttpResponse:
        headers = {"content-type": "application/json", "set-cookie": f"session={SECRET}", "x-auth-token": SECRET}
        body = {"Id": 7, "SecretAccessKey": SECRET, "Nested": [{"password": SECRET}], "sessionToken": SECRET}
        return HttpResponse(status=200, headers=headers, body=json.dumps(body).encode())

    settings = Settings(credentials=Credentials("AKIDEXAMPLE", SECRET, TOKEN))
    library = Library(wrong={"GetShelf": leaks, "CreateBook": leaks})
    suite = make_suite()
    events = list(verify_events(library.handle, service="library", settings=settings, suite=suite))
    stream = b"".join(line_of(event) for event in events).decode()
    report = gather(events)
    assert report.totals["fail"]
    for text in (stream, *(form.write(report) for form in FORMATS.values())):
        assert SECRET not in text
        assert json.dumps(SECRET)[1:-1].replace("/", "\\/") not in text
        assert TOKEN not in text
        assert "Signature=" not in text
        assert "Credential=" not in text


def test_no_report_of_a_run_has_a_secret_that_the_target_echoes() -> None:
    """As servers do that are made for debugging: what came in goes out again, in bodies, headers and messages."""

    def echoes(request: HttpRequest, _: HttpResponse) -> HttpResponse:
        told = {name: value for name, value in request.headers.items() if name != "host"}
        body = json.dumps({"Id": "1", "Name": told, "message": str(told)}).encode()
        return HttpResponse(status=201, headers={"x-echo": told["authorization"]}, body=body)

    settings = Settings(credentials=Credentials("AKIDEXAMPLE", SECRET, TOKEN))
    library = Library(wrong={"GetShelf": echoes, "CreateShelf": echoes, "UpdateShelf": echoes})
    events = list(verify_events(library.handle, service="library", settings=settings, suite=make_suite()))
    report = gather(events)
    assert report.totals["fail"]
    for text in (*(line_of(event).decode() for event in events), *(form.write(report) for form in FORMATS.values())):
        assert TOKEN not in text
        assert "Signature=" not in text
        assert "Credential=" not in text


KEY = 'gate"key/of+mine\\and-more'
"""A header of a target file whose value changes its looks in JSON and in a URL."""


def everywhere(request: HttpRequest, _: HttpResponse) -> HttpResponse:
    key = request.headers["x-gate"]
    body = {"Id": key, "Name": {"a": key}, "Message": f"you sent {key} " * 5, "url": f"/?k={quote(key, safe='')}"}
    headers = {"x-echo": key.encode("ascii", "replace").decode(), "x-amzn-errortype": "Odd"}
    return HttpResponse(status=418, headers=headers, body=json.dumps(body).encode())


def as_bytes(request: HttpRequest, _: HttpResponse) -> HttpResponse:
    return HttpResponse(status=200, body=b"\xff\xfe" + request.headers["x-gate"].encode())


def test_no_report_has_a_header_of_a_target_file_that_the_target_echoes() -> None:
    library = Library(wrong={"GetShelf": everywhere, "CreateBook": everywhere, "UpdateShelf": as_bytes})
    serving = Serving(library.handle)
    described = Described(name="theirs", address=serving.url, headers={"X-Gate": f"Bearer {KEY}"})
    try:
        events = list(verify_events(described, service="library", suite=make_suite()))
    finally:
        serving.server.shutdown()
        serving.server.server_close()
    report = gather(events)
    assert report.totals["fail"]
    told = [case.reason for case in report.cases if case.reason] + [pytest_told(case) for case in report.cases]
    assert any("you sent" in line_of(event).decode() for event in events)
    for text in (*told, *(line_of(event).decode() for event in events), *(f.write(report) for f in FORMATS.values())):
        for form in (KEY, json.dumps(KEY)[1:-1], json.dumps(json.dumps(KEY)[1:-1])[1:-1], quote(KEY, safe="")):
            assert form not in text
        assert "and-more" not in text
        assert base64.b64encode(b"\xff\xfeBearer " + KEY.encode()).decode() not in text


@pytest.mark.parametrize("answer", ["HTTP/9 {key}", "{key}", "HTTP/1.1 200 OK\r\ncontent-length: {key}\r\n\r\n"])
def test_no_error_has_a_header_of_a_target_file_in_it(answer: str) -> None:
    def talk(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(answer.format(key=KEY).encode() + b"\r\n\r\n")

    with talking(talk) as url:
        secret_url = url.replace("://", f"://me:{TOKEN}@")
        described = Described(name=secret_url, address=url, headers={"X-Gate": KEY})
        with pytest.raises(AsdocError) as caught:
            list(verify_events(described, service="library", suite=make_suite()))
    whole = "".join(traceback.format_exception(caught.value, chain=False))
    assert "and-more" not in whole
    assert TOKEN not in whole


def test_a_secret_is_not_cut_in_half() -> None:
    assert cut("short", 80) == "short"
    assert cut("told " * 10 + "x" * 60, 80) == ("told " * 10).strip() + "…"
    assert cut("x" * 100, 80) == "…"


@pytest.mark.parametrize(
    "name", ["authorization", "x-amz-security-token", "x-api-key", "cookie", "x-tenant", "x-anything-of-a-target-file"]
)
def test_a_header_that_may_hold_a_secret_is_hidden(name: str) -> None:
    shown = told(HttpRequest(method="GET", headers={name: SECRET, "content-type": "application/json"}))
    assert shown.sent.headers == {name: "***", "content-type": "application/json"}


def test_a_header_that_a_page_documents_is_shown() -> None:
    operation = load_service("asdoc.appconfig").operations["StopDeployment"]
    request = HttpRequest(method="DELETE", headers={"allow-revert": "true", "x-mine": "true"})
    showing = Showing(load_service("asdoc.appconfig"))
    shown = showing.exchanges([Sent(operation, True, request, None, "", 0.0)])[0]
    assert shown.sent.headers == {"allow-revert": "true", "x-mine": "***"}


def test_what_a_model_calls_sensitive_is_shown_only_where_we_sent_it() -> None:
    service = load_service("asdoc.proton")
    operation = service.operations["GetEnvironment"]
    answered = json.dumps({"environment": {"name": "a", "description": "theirs", "spec": "ours"}}).encode()
    sent = [
        Sent(operation, False, HttpRequest(method="POST", body=b'{"spec":"ours"}'), None, "", 0.0),
        Sent(operation, True, HttpRequest(method="POST"), HttpResponse(status=200, body=answered), "", 0.0),
    ]
    received = Showing(service).exchanges(sent)[1].received
    assert received is not None
    assert json.loads(received.body) == {"environment": {"name": "a", "description": "***", "spec": "ours"}}
    assert received.altered


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://user:pass@host:1/a", "http://host:1/a"),
        ("https://host/?X-Amz-Signature=abc&a=1", "https://host/?X-Amz-Signature=***&a=1"),
        ("https://host/?X-Amz-Security-Token=abc", "https://host/?X-Amz-Security-Token=***"),
        ("https://host/a?password=abc", "https://host/a?password=***"),
        ("reference", "reference"),
        ("http://host/a@b?x@y", "http://host/a@b?x@y"),
    ],
)
def test_a_url_is_shown_without_what_is_secret_in_it(url: str, shown: str) -> None:
    assert plain_url(url) == shown


def test_a_value_that_is_found_in_the_place_of_a_secret_is_hidden() -> None:
    secret = Check(id="value:/Credentials/SecretAccessKey", outcome="fail", documented="a", found=SECRET)
    plain = Check(id="value:/Name", outcome="fail", documented="a", found="b")
    assert [check.found for check in told_checks([secret, plain], ())] == ["***", "b"]


@pytest.mark.parametrize("found", ["x" * 10**6, ["x" * 10**6], {"a": ["b"] * 10**6}])
def test_a_value_that_is_found_is_bounded(found: Any) -> None:
    (check,) = told_checks([Check(id="value:/Name", outcome="fail", documented="a", found=found)], ())
    assert isinstance(check.found, str)
    assert len(check.found) <= BODY + 1


def test_a_body_is_bounded_and_says_how_much_there_is() -> None:
    shown = told(HttpRequest(method="POST", body="ä".encode() * 10_000)).sent
    assert (shown.size, shown.shown) == (20_000, BODY)
    assert shown.body == "ä" * (BODY // 2)
    blob = told(HttpRequest(method="POST", body=bytes(range(256)) * 100)).sent
    assert (blob.size, blob.shown, blob.base64) == (25_600, 256, True)
    assert base64.b64decode(blob.body) == bytes(range(256))


@pytest.mark.parametrize("body", [b"{" * 100_000, b'{"a":', b'{"a":1e999999}', b"\xff\x00", b'{"a":"\\ud800"}', b""])
def test_no_body_of_a_target_breaks_the_report(body: bytes) -> None:
    shown = told(HttpRequest(method="GET"), HttpResponse(status=200, headers={"x": "y" * 100_000}, body=body))
    assert len(line_of_exchange(shown)) < 20_000


def line_of_exchange(shown: Exchange) -> bytes:
    case = CaseFinished(id="a", kind="b", operation="c", verdict="fail", basis="d", source=(), exchanges=(shown,))
    return line_of(case)


def words_of(line: str) -> list[str]:
    """The words that a shell makes of a line, by a shell."""
    script = f'curl() {{ for word in "$@"; do printf "%s\\0" "$word"; done; }}\n{line}'
    environment = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "secret", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(["/bin/sh", "-c", script], env=environment, capture_output=True, check=True, timeout=10)
    assert done.stderr == b""
    return done.stdout.decode().split("\0")[:-1]


def test_the_curl_line_repeats_the_request() -> None:
    words = words_of(curl(exchange(), "us-east-1"))
    assert words[words.index("--request") + 1] == "POST"
    assert words[words.index("--url") + 1] == "http://127.0.0.1:5000/shelves"
    assert words[words.index("--data-raw") + 1] == '{"Name":"x"}'
    assert words[words.index("--header") + 1] == "content-type: application/json"
    assert words[words.index("--aws-sigv4") + 1] == "aws:amz:us-east-1:library"
    assert words[words.index("--user") + 1] == "id:secret"
    assert not any("***" in word for word in words)


@pytest.mark.parametrize(
    "text",
    ["'; touch pwned; '", "$(touch pwned)", "`touch pwned`", "a\nb", "\\", '"', "@/etc/passwd", "é\x00é", "-x", "!!"],
)
def test_no_text_of_a_target_leaves_its_word_of_the_curl_line(text: str) -> None:
    message = Message(headers={"x-amz-meta-a": text}, body=text, size=1, shown=1)
    line = curl(exchange(method=text, url=f"http://h/{text}", sent=message), text)
    words = words_of(line)
    bare = text.replace("\0", "")
    assert words == [
        "--globoff", "--include", "--request", bare, "--aws-sigv4", f"aws:amz:{bare}:library", "--user", "id:secret",
        "--header", f"x-amz-meta-a: {bare}", "--data-raw", bare, "--url", f"http://h/{bare}",
    ]  # fmt: skip


@pytest.mark.parametrize("sent", [
    Message(body="abc", size=9000, shown=3), Message(body="{}", size=2, shown=2, altered=True),
])  # fmt: skip
def test_no_line_is_offered_that_would_not_repeat_the_request(sent: Message) -> None:
    assert curl(exchange(sent=sent), "us-east-1") == ""


def test_a_body_that_is_no_text_goes_out_as_it_was() -> None:
    sent = Message(body=base64.b64encode(b"\x00\xff").decode(), base64=True, size=2, shown=2)
    line = curl(exchange(sent=sent), "us-east-1")
    script = f"curl() {{ cat; }}\n{line}"
    assert subprocess.run(["/bin/sh", "-c", script], capture_output=True, check=True, timeout=10).stdout == b"\x00\xff"


def test_the_curl_line_is_answered_as_the_request_was() -> None:
    """What a target in the suite's own tests answers, asked by curl's words."""
    failing = Library(wrong={"CreateShelf": lambda *_: answer(200, {"Id": 5})})
    events = verify_events(failing.handle, service="library", suite=make_suite(), pattern="CreateShelf")
    (case,) = [event for event in events if isinstance(event, CaseFinished)]
    own = case.exchanges[-1]
    words = words_of(curl(own, "us-east-1"))
    headers = dict(words[at + 1].split(": ", 1) for at, word in enumerate(words) if word == "--header")
    body = words[words.index("--data-raw") + 1].encode()
    path = words[words.index("--url") + 1].removeprefix("http://localhost")
    request = HttpRequest(method=words[words.index("--request") + 1], target=path, headers=headers, body=body)
    again: Any = failing.handle(request)
    assert (again.status, json.loads(again.body)) == (200, {"Id": 5})
