"""How a target is started, waited for, reset, paced and stopped; and what is said of one that is wrong."""

from __future__ import annotations

import importlib.util
import os
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
import trustme

from asdoc.appconfig.backend import Backend
from asdoc.conformance import Settings, verify
from asdoc.conformance.targets.clock import TargetClock
from asdoc.conformance.targets.described import Clock, Described, Hook, Keys, Ready, Reset
from asdoc.conformance.targets.http import HttpTarget, Pace
from asdoc.conformance.targets.inproc import HandlerTarget
from asdoc.conformance.targets.open import describe, open_target
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.server.clock import ManualClock
from tests.conformance.library import CALLS, Library, make_suite
from tests.conformance.serving import talking
from tests.conformance.test_targets import Serving

PYTHON = sys.executable
SERVE = f"{Path(PYTHON).with_name('asdoc')} serve appconfig --port {{port}} --clock manual"


@pytest.fixture
def server() -> Any:
    made: list[Serving] = []

    def start(handle: Callable[[HttpRequest], HttpResponse]) -> str:
        made.append(Serving(handle))
        return made[-1].url

    yield start
    for each in made:
        each.server.shutdown()
        each.server.server_close()


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # A child that nobody has waited for is dead, and still has a number.
    return "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text()


def test_a_command_is_started_verified_and_stopped() -> None:
    assert verify(f"cmd:{SERVE}", service="appconfig", pattern="Application").totals["fail"] == 0


def test_a_command_is_stopped_with_all_that_it_started(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(
        "import http.server, os, subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal, time;"
        "signal.signal(signal.SIGTERM, signal.SIG_DFL); time.sleep(600)'])\n"
        f"open({str(tmp_path / 'pids')!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}')\n"
        "handler = http.server.SimpleHTTPRequestHandler\n"
        "http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), handler).serve_forever()\n"
    )
    target = open_target(describe(f"cmd:{PYTHON} {script} {{port}}"), "appconfig")
    pids = [int(each) for each in (tmp_path / "pids").read_text().split()]
    assert all(map(alive, pids))
    target.close()
    deadline = time.monotonic() + 5
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(alive, pids))


def test_a_command_that_ends_is_told_with_what_it_wrote() -> None:
    with pytest.raises(AsdocError, match="exit code 3") as caught:
        open_target(describe(f"cmd:{PYTHON} -c \"print('the port is taken'); exit(3)\""), "appconfig")
    assert "the port is taken" in caught.value.message


def test_a_command_that_never_answers_is_told_and_stopped(tmp_path: Path) -> None:
    described = describe(
        f"cmd:{PYTHON} -c \"import os, time; open('{tmp_path}/pid', 'w').write(str(os.getpid())); "
        "print('still loading', flush=True); time.sleep(600)\""
    )
    described = msgspec.structs.replace(described, ready=Ready(timeout=1.0))
    with pytest.raises(AsdocError, match="not ready after 1 s") as caught:
        open_target(described, "appconfig")
    assert "still loading" in caught.value.message
    assert not alive(int((tmp_path / "pid").read_text()))


@pytest.mark.parametrize(
    ("command", "told"),
    [("cmd:", "no command"), ("cmd:no-such-command-here {port}", "there is no"), ('cmd:a "b', "quot")],
)
def test_what_is_no_command_is_refused(command: str, told: str) -> None:
    with pytest.raises(AsdocError, match=told):
        open_target(describe(command), "appconfig")


def test_a_target_is_asked_until_it_is_ready(server: Callable[..., str]) -> None:
    asked: list[str] = []

    def slow(request: HttpRequest) -> HttpResponse:
        asked.append(request.target)
        return HttpResponse(status=503 if len(asked) < 3 else 404)

    open_target(Described(name="it", address=server(slow), ready=Ready(url="/up", timeout=5)), "appconfig").close()
    assert asked == ["/up"] * 3


def test_a_reset_is_sent_when_it_was_asked_for(server: Callable[..., str]) -> None:
    library, resets = Library(), []

    def handle(request: HttpRequest) -> HttpResponse:
        if request.target == "/forget":
            resets.append(request.method)
            return HttpResponse(status=204)
        return library.handle(request)

    url = server(handle)
    for when, expected in (("start", 1), ("case", len(CALLS))):
        resets.clear()
        described = Described(name="it", address=url, reset=Reset(url="/forget", method="DELETE", when=when))
        assert verify(described, service="library", suite=make_suite()).totals["pass"] == len(CALLS)
        assert resets[:expected] == ["DELETE"] * expected
        assert len(resets) >= expected


def test_a_reset_that_fails_is_told_before_anything_is_judged(server: Callable[..., str]) -> None:
    described = Described(name="it", address=server(Library().handle), reset=Reset(url="/forget"))
    with pytest.raises(AsdocError, match="resetting it by POST /forget: it answered 404"):
        verify(described, service="library", suite=make_suite())


def test_headers_go_with_every_request_and_take_secrets_from_the_environment(
    server: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    library, seen = Library(), []

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request.headers.get("x-token"))
        return library.handle(request)

    described = Described(name="it", address=server(handle), headers={"X-Token": "t-${TOKEN_OF_IT}"})
    with pytest.raises(AsdocError, match="no TOKEN_OF_IT"):
        verify(described, service="library", suite=make_suite())
    monkeypatch.setenv("TOKEN_OF_IT", "hunter2")
    verify(described, service="library", suite=make_suite())
    assert set(seen) == {"t-hunter2"}
    monkeypatch.setenv("TOKEN_OF_IT", "a\r\nx-other: b")
    with pytest.raises(AsdocError, match="line break"):
        verify(described, service="library", suite=make_suite())


def test_a_body_that_a_client_would_stream_is_there_to_be_judged(server: Callable[..., str]) -> None:
    target = HttpTarget(server(lambda request: HttpResponse(status=200, body=b"the whole")), timeout=5)
    request = HttpRequest(method="GET", host=target.endpoint.partition("//")[2], streams=True)
    response = target.send(request)
    target.close()
    assert (response.body, response.stream) == (b"the whole", None)


def test_requests_keep_to_a_rate() -> None:
    now = [0.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(10, clock=lambda: now[0], sleep=sleep)
    for _ in range(5):
        pace.wait()
    assert slept == pytest.approx([0.1] * 4)
    now[0] += 1
    pace.wait()
    assert len(slept) == 4


def test_a_clock_is_moved_by_the_hook_that_a_target_names() -> None:
    seen: list[HttpRequest] = []

    def handle(request: HttpRequest, /) -> HttpResponse:
        seen.append(request)
        return HttpResponse(status=200)

    hook = Hook(url="/time/forward?by={seconds}", method="PUT", body='{"seconds": {seconds}}')
    clock = TargetClock(HandlerTarget(handle, "it", clock=Clock(advance=hook)), max_wait=0)
    assert clock.mode == "manual"
    assert clock.pass_time(90.5)
    assert (seen[0].method, seen[0].target, seen[0].body) == ("PUT", "/time/forward?by=90.5", b'{"seconds": 90.5}')
    refusing = HandlerTarget(lambda request, /: HttpResponse(status=500), "it", clock=Clock(advance=hook))
    with pytest.raises(AsdocError, match="moving the clock of it"):
        TargetClock(refusing, max_wait=0).pass_time(1)


def test_a_faster_clock_is_waited_for_so_much_less() -> None:
    slept: list[float] = []
    target = HandlerTarget(Library(manual_clock=False).handle, "it", clock=Clock(speed=60))
    clock = TargetClock(target, max_wait=10, sleep=slept.append)
    assert clock.pass_time(600)
    assert not clock.pass_time(601)
    assert slept == [10]


def test_where_time_can_neither_be_moved_nor_waited_for_the_timed_cases_are_blocked() -> None:
    report = verify(Library(manual_clock=False).handle, service="library", suite=make_suite())
    blocked = [case for case in report.cases if case.verdict == "blocked"]
    assert blocked
    assert all(case.reason.startswith("no clock") for case in blocked)
    assert not any(case.verdict == "fail" for case in report.cases)


# Targets that are dead, slow, lying, redirecting or hostile.


def head(connection: socket.socket) -> bytes:
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        if not part:
            break
        received += part
    return received


def silent(connection: socket.socket) -> None:
    head(connection)
    time.sleep(3)


def hanging_up(connection: socket.socket) -> None:
    head(connection)


def no_http(connection: socket.socket) -> None:
    head(connection)
    connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")


def redirecting(connection: socket.socket) -> None:
    while head(connection):
        connection.sendall(
            b"HTTP/1.1 301 Moved\r\nlocation: https://elsewhere.example/\x1b[31m\r\ncontent-length: 0\r\n\r\n"
        )


@pytest.mark.parametrize(
    ("talk", "told"),
    [
        (silent, "answer|time"),
        (hanging_up, "closed"),
        (no_http, "HTTP"),
        (redirecting, "redirection to https://elsewhere.example/"),
    ],
    ids=["silent", "hanging up", "no HTTP", "redirecting"],
)
def test_a_target_that_is_none_is_told_in_a_line(talk: Any, told: str) -> None:
    with talking(talk) as url, pytest.raises(AsdocError, match=told) as caught:
        verify(url, service="library", suite=make_suite(), timeout=0.3)
    assert "\x1b" not in str(caught.value)
    assert caught.value.hint


def test_an_answer_that_comes_byte_by_byte_does_not_hold_up_a_run() -> None:
    def dripping(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n")
        for _ in range(200):
            connection.sendall(b" ")
            time.sleep(0.05)

    began = time.monotonic()
    with talking(dripping) as url, pytest.raises(AsdocError):
        verify(url, service="library", suite=make_suite(), timeout=0.2)
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("head_lines", [b"", b"transfer-encoding: chunked\r\n"], ids=["until it closes", "in chunks"])
def test_an_answer_without_an_end_is_given_up(head_lines: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asdoc.conformance.targets.http.LARGEST", 1 << 20)
    sent = [0]

    def pouring(connection: socket.socket) -> None:
        head(connection)
        connection.sendall(b"HTTP/1.1 500 Oops\r\n" + head_lines + b"\r\n")
        while True:
            part = b" " * 65536
            connection.sendall(b"10000\r\n" + part + b"\r\n" if head_lines else part)
            sent[0] += 1

    with talking(pouring) as url, pytest.raises(AsdocError, match="larger than 1048576 bytes"):
        verify(url, service="library", suite=make_suite(), timeout=20)
    assert sent[0] < 400


def test_an_answer_without_a_bottom_is_a_failure_and_no_crash(server: Callable[..., str]) -> None:
    library = Library()

    def lying(request: HttpRequest) -> HttpResponse:
        response = library.handle(request)
        deep = b'{"Items": [' * 20000
        return response if request.target == "/" else msgspec.structs.replace(response, body=deep)

    report = verify(server(lying), service="library", suite=make_suite())
    assert report.totals["pass"] == 0


def test_a_dead_end_in_the_middle_of_a_run_is_told(server: Callable[..., str]) -> None:
    library = Library()
    serving: list[Serving] = []

    def dying(request: HttpRequest) -> HttpResponse:
        if len(library.served) > 3:
            serving[0].server.server_close()
        return msgspec.structs.replace(library.handle(request), headers={"connection": "close"})

    serving.append(Serving(dying))
    with pytest.raises(AsdocError, match="refused"):
        verify(serving[0].url, service="library", suite=make_suite())
    serving[0].server.shutdown()


def test_a_target_may_ask_for_https_and_a_right_signature(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As AWS's own emulator does: a certificate and keys of its own making, in files, and no request without them."""
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    certificate.private_key_pem.write_to_path(tmp_path / "key.pem")
    (tmp_path / "keys").write_text("[default]\naws_access_key_id = AKIDEXAMPLE\naws_secret_access_key = hunter2\n")
    (tmp_path / "served").write_text("AKIDEXAMPLE:hunter2:123456789012\n")
    tls = ("--tls-cert", f"{tmp_path}/cert.pem", "--tls-key", f"{tmp_path}/key.pem", "--auth", f"@{tmp_path}/served")
    described = Described(
        name="it",
        address="https://127.0.0.1:{port}",
        command=(*SERVE.split(), *tls),
        ready=Ready(url="/_asdoc/health"),
        credentials=Keys(file=str(tmp_path / "keys")),
        ca_bundle=str(tmp_path / "ca.pem"),
    )
    with_keys = verify(described, service="appconfig", pattern="Application", settings=Settings(jobs=2))
    assert {case.verdict for case in with_keys.cases} == {"pass"}
    without = msgspec.structs.replace(described, credentials=None)
    with pytest.raises(AsdocError, match="refuses every request with 403 UnrecognizedClientException"):
        verify(without, service="appconfig", pattern="CreateApplication")
    untrusted = msgspec.structs.replace(described, ca_bundle="")
    with pytest.raises(AsdocError, match="not trusted"):
        verify(untrusted, service="appconfig", pattern="CreateApplication")


def test_settings_of_a_description_hold_unless_a_user_says_otherwise(server: Callable[..., str]) -> None:
    seen: list[str] = []
    library = Library()

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request.headers.get("authorization", ""))
        return library.handle(request)

    described = Described(name="it", address=server(handle), region="eu-north-1", account="000000000009")
    assert verify(described, service="library", suite=make_suite()).started.region == "eu-north-1"
    assert any("/eu-north-1/" in each and "Credential=000000000009/" in each for each in seen)
    other = verify(described, service="library", suite=make_suite(), settings=Settings(region="ap-south-1"))
    assert other.started.region == "ap-south-1"


def test_moto_is_only_imported_where_it_is_named() -> None:
    assert "moto" not in sys.modules
    if importlib.util.find_spec("moto") is None:
        with pytest.raises(AsdocError, match="importing moto") as caught:
            open_target("moto", "appconfig")
        assert "pip install" in caught.value.hint


def test_the_reference_backend_shares_nothing_between_runs() -> None:
    backend = Backend(clock=ManualClock())
    first = verify(backend, service="appconfig", pattern="CreateApplication")
    assert first.totals["pass"] == 1
    assert verify("reference", service="appconfig", pattern="ListApplications").totals["pass"] == 1
