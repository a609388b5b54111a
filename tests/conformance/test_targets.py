"""What may be verified, and how it is named."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from asdoc.appconfig.backend import Backend
from asdoc.conformance import Settings, verify
from asdoc.conformance.targets import process
from asdoc.conformance.targets.clock import TargetClock
from asdoc.conformance.targets.inproc import HandlerTarget, handler_of, load_object
from asdoc.conformance.targets.open import open_target
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.server.clock import ManualClock
from asdoc.runtime.server.wsgi import wsgi_application
from tests.conformance.library import CALLS, Library, make_suite


class Serving:
    """A handler behind a real socket on loopback."""

    def __init__(self, handle: Callable[[HttpRequest], HttpResponse]) -> None:
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # head and body in one packet: two wait for an acknowledgement

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                response = handle(HttpRequest(method=self.command, target=self.path, headers=headers, body=body))
                self.send_response(response.status)
                for name, value in response.headers.items():
                    self.send_header(name, value)
                if response.status != 204:
                    self.send_header("content-length", str(len(response.body)))
                self.end_headers()
                self.wfile.write(response.body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        for verb in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            setattr(Handler, f"do_{verb}", Handler.answer)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        # It looks so often whether it is to stop, in seconds.
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()


@pytest.fixture
def serve() -> Iterator[Callable[[Callable[[HttpRequest], HttpResponse]], str]]:
    servers: list[Serving] = []

    def start(handle: Callable[[HttpRequest], HttpResponse]) -> str:
        servers.append(Serving(handle))
        return servers[-1].url

    yield start
    for each in servers:
        each.server.shutdown()
        each.server.server_close()


def test_a_url_is_verified_over_a_socket(serve: Callable[..., str]) -> None:
    report = verify(serve(Library().handle), service="library", suite=make_suite())
    assert report.totals["pass"] == len(CALLS)
    assert report.started.clock == "manual"


def test_the_reference_behind_a_socket_passes_with_its_clock_moved(serve: Callable[..., str]) -> None:
    report = verify(serve(Backend(clock=ManualClock()).handle), service="appconfig")
    assert report.totals["pass"] == 33


def test_a_path_before_the_service_is_kept(serve: Callable[..., str]) -> None:
    library = Library()

    def below(request: HttpRequest) -> HttpResponse:
        assert request.target.startswith("/base/") or request.target == "/"
        target = request.target.removeprefix("/base")
        return library.handle(
            HttpRequest(method=request.method, target=target, headers=request.headers, body=request.body)
        )

    assert verify(f"{serve(below)}/base", service="library", suite=make_suite()).totals["pass"] == len(CALLS)


def test_a_dead_endpoint_is_told() -> None:
    with pytest.raises(AsdocError, match="refused") as caught:
        verify("http://127.0.0.1:1", service="appconfig")
    assert "Start the target" in caught.value.hint


def test_a_static_site_is_no_target(serve: Callable[..., str]) -> None:
    def site(request: HttpRequest) -> HttpResponse:
        return HttpResponse(
            status=404 if request.method == "GET" else 501, headers={"content-type": "text/html"}, body=b"<h1>"
        )

    with pytest.raises(AsdocError, match="none of its answers looks like one of an AWS service"):
        verify(serve(site), service="appconfig")


NO_TARGETS = ["nowhere", "ftp://x", "http://", "inproc:", "inproc:json", "inproc:no.such:x", "inproc:json:nothing"]


@pytest.mark.parametrize("name", NO_TARGETS)
def test_what_names_no_target_is_refused(name: str) -> None:
    with pytest.raises(AsdocError):
        open_target(name, "appconfig")


def test_an_unknown_service_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(AsdocError, match="appconfig, appconfigdata, proton"):
        verify("reference", service="nothing")


@pytest.mark.parametrize(
    "made",
    [
        Backend,
        lambda: Backend(clock=ManualClock()),
        Backend(clock=ManualClock()),
        Backend(clock=ManualClock()).handle,
        wsgi_application(Backend(clock=ManualClock())),
    ],
    ids=["class", "factory", "object", "handler", "WSGI application"],
)
def test_anything_that_answers_requests_is_a_target(made: Any) -> None:
    assert verify(made, service="appconfig").totals["pass"] == 33


def test_a_module_names_a_target(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine_for_a_test.py").write_text(
        "from asdoc.appconfig.backend import Backend\nclass Mine:\n    made = Backend\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        assert load_object("mine_for_a_test:Mine.made") is Backend
        assert verify("inproc:mine_for_a_test:Mine.made", service="appconfig", pattern="List").exit_code == 0
    finally:
        sys.modules.pop("mine_for_a_test", None)


def test_what_cannot_answer_is_no_target() -> None:
    for thing in (7, "text", object(), lambda a, b, c: None):
        with pytest.raises(AsdocError):
            handler_of(thing, "it")


def test_a_target_that_raises_is_one_that_crashed() -> None:
    def raising(request: HttpRequest) -> HttpResponse:
        raise KeyError("State")

    response = HandlerTarget(raising, "it").send(HttpRequest(method="GET"))
    assert (response.status, response.body) == (500, b"KeyError: 'State'")


def test_a_target_that_returns_something_else_is_told() -> None:
    target = HandlerTarget(lambda request: {"status": 200}, "it")  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(AsdocError, match="returned a dict"):
        target.send(HttpRequest(method="GET"))


def test_a_wsgi_application_is_called_as_a_server_calls_it() -> None:
    seen: dict[str, Any] = {}

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        seen.update(environ)
        start_response("201 Created", [("X-One", "a"), ("X-One", "b")])
        return [environ["wsgi.input"].read(), b"!"]

    response = handler_of(application, "it")(
        HttpRequest(method="POST", host="h:8080", target="/a%20b?c=d%2F", headers={"x-amz-date": "now"}, body=b"hi")
    )
    assert (response.status, response.headers, response.body) == (201, {"x-one": "a, b"}, b"hi!")
    assert (seen["PATH_INFO"], seen["QUERY_STRING"], seen["HTTP_X_AMZ_DATE"]) == ("/a b", "c=d%2F", "now")
    assert (seen["SERVER_NAME"], seen["SERVER_PORT"], seen["CONTENT_LENGTH"]) == ("h", "8080", "2")


def test_real_time_is_waited_for_as_long_as_allowed_and_no_longer() -> None:
    slept: list[float] = []
    target = HandlerTarget(Library(manual_clock=False).handle, "it")
    clock = TargetClock(target, max_wait=60, sleep=slept.append)
    assert clock.mode == "real"
    assert clock.pass_time(60)
    assert not clock.pass_time(61)
    assert clock.pass_time(0)
    assert slept == [60]


def test_a_manual_clock_is_moved() -> None:
    library = Library()
    before = library.now
    clock = TargetClock(HandlerTarget(library.handle, "it"), max_wait=0)
    assert clock.pass_time(90)
    assert (library.now - before).total_seconds() == 90


def test_region_and_account_stand_in_arns_and_signatures() -> None:
    seen: list[HttpRequest] = []
    library = Library()

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return library.handle(request)

    settings = Settings(region="eu-west-1", account="000000000001")
    assert verify(handle, service="library", suite=make_suite(), settings=settings).exit_code == 0
    signed = [request.headers["authorization"] for request in seen if "authorization" in request.headers]
    assert all("/eu-west-1/library/aws4_request" in each for each in signed)
    assert all("Credential=000000000001/" in each for each in signed)
    tagged = [request.target for request in seen if request.target.startswith("/tags/")]
    assert tagged
    assert all("eu-west-1%3A000000000001" in each for each in tagged)
    assert "111122223333" not in json.dumps([request.target for request in seen])


BROKEN = {
    "raise RuntimeError('boom')": "RuntimeError: boom",
    "import sys; sys.exit(5)": "SystemExit: 5",
    "def broken(:": "SyntaxError: invalid syntax",
    "def it(): raise ValueError('no database')": "ValueError: no database",
    "class it:\n    def __init__(self): raise SystemExit(1)": "SystemExit: 1",
}


@pytest.mark.parametrize(("text", "told"), BROKEN.items())
def test_a_module_that_cannot_be_had_is_told_and_is_no_verdict(
    text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "broken_for_a_test.py").write_text(text)
    monkeypatch.syspath_prepend(str(tmp_path))
    try:
        with pytest.raises(AsdocError) as caught:
            open_target("inproc:broken_for_a_test:it", "appconfig")
    finally:
        sys.modules.pop("broken_for_a_test", None)
    assert told in caught.value.message


def test_a_name_that_leads_out_of_a_package_is_none() -> None:
    for name in ("inproc:...:x", "inproc:.x:y"):
        with pytest.raises(AsdocError, match="not of the form"):
            open_target(name, "appconfig")


def test_a_target_that_ends_the_process_is_one_that_crashed() -> None:
    def ending(request: HttpRequest) -> HttpResponse:
        raise SystemExit(3)

    assert HandlerTarget(ending, "it").send(HttpRequest(method="GET")).status == 500


class Asgi:
    """The reference as an application of ASGI, which counts its starts."""

    def __init__(self) -> None:
        self.backend = Backend(clock=ManualClock())
        self.started = 0
        self.gone: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            self.started += (await receive())["type"] == "lifespan.startup"
            await send({"type": "lifespan.startup.complete"})
            return
        body = (await receive())["body"]
        query = scope["query_string"].decode()
        response = self.backend.handle(
            HttpRequest(
                method=scope["method"], target=scope["raw_path"].decode() + (f"?{query}" if query else ""), body=body,
                headers={name.decode(): value.decode() for name, value in scope["headers"]},
            )
        )  # fmt: skip
        headers = [(name.encode(), value.encode()) for name, value in response.headers.items()]
        await send({"type": "http.response.start", "status": response.status, "headers": headers})
        await send({"type": "http.response.body", "body": response.body[:5], "more_body": True})
        await send({"type": "http.response.body", "body": response.body[5:]})
        self.gone.append((await receive())["type"])


def test_an_application_of_asgi_is_a_target() -> None:
    made = Asgi()
    assert verify(made, service="appconfig").totals["pass"] == 33
    assert made.started == 1
    assert set(made.gone) == {"http.disconnect"}


async def without_lifespan(scope: Any, receive: Any, send: Any) -> None:
    assert scope["type"] == "http"
    if scope["path"] == "/silent":
        return
    await send({"type": "http.response.start", "status": 204, "headers": [(b"X-A", b"1"), (b"x-a", b"2")]})


async def unwilling(scope: Any, receive: Any, send: Any) -> None:
    await send({"type": "lifespan.startup.failed", "message": "no database"})


def test_an_application_of_asgi_may_know_nothing_of_starts_and_may_fail() -> None:
    target = HandlerTarget(handler_of(without_lifespan, "it"), "it")
    response = target.send(HttpRequest(method="GET"))
    assert (response.status, response.headers) == (204, {"x-a": "1, 2"})
    assert target.send(HttpRequest(method="GET", target="/silent")).status == 500
    refusing = HandlerTarget(handler_of(unwilling, "it"), "it").send(HttpRequest(method="GET"))
    assert (refusing.status, b"no database" in refusing.body) == (500, True)


DAEMON = """
import os, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(600)
    os._exit(0)
sys.stdout.write("x" * 1_000_000 + "the end")
sys.stdout.flush()
time.sleep(600)
"""


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only where the system tells environments")
def test_what_a_command_started_ends_with_it_wherever_it_went(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "_GRACE", 0.2)
    started = process.Process((sys.executable, "-c", DAEMON), {})
    mark = started._mark.encode()
    deadline = time.monotonic() + 10
    while not started.output().endswith("the end") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert started.output().endswith("xthe end")
    assert len(started.output()) <= 2000
    # its child may be at work still, and only then is there the one that left
    while len(list(process._marked(mark))) != 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(list(process._marked(mark))) == 2
    started.stop()
    started.stop()
    deadline = time.monotonic() + 5
    while list(process._marked(mark)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert list(process._marked(mark)) == []


@pytest.mark.parametrize(("status", "body"), [(500, b"{}"), (404, b"{}"), (200, b"{}"), (200, b"<html>")])
def test_a_clock_that_fails_in_the_middle_is_told_and_blocks_nothing(status: int, body: bytes) -> None:
    library = Library()

    def handle(request: HttpRequest) -> HttpResponse:
        if request.method == "POST" and request.target == "/_asdoc/clock":
            return HttpResponse(status=status, body=body)
        return library.handle(request)

    with pytest.raises(AsdocError, match=f"moving the clock of .*answered with {status}"):
        verify(handle, service="library", suite=make_suite())
    assert not TargetClock(HandlerTarget(handle, "it"), max_wait=0).settle()


def test_a_target_that_refuses_whoever_asks_is_told_apart_from_one_that_is_none(serve: Callable[..., str]) -> None:
    url = serve(lambda request: HttpResponse(status=403, body=b'{"message": "no"}'))
    with pytest.raises(AsdocError, match="refuses every request with 403"):
        verify(url, service="library", suite=make_suite())


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only where the system tells of processes")
def test_a_command_ends_with_a_run_that_is_told_to_end() -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "asdoc.cli.main", "verify", "@asdoc", "--service", "appconfig", "--kind", "all"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
    )  # fmt: skip
    deadline = time.monotonic() + 20
    mine = b"--port\0"

    def children() -> list[int]:
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                if parent == running.pid and mine in (folder / "cmdline").read_bytes():
                    found.append(int(folder.name))
        return found

    while not (begun := children()) and time.monotonic() < deadline:
        time.sleep(0.05)
    running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 130
    assert begun
    assert not [pid for pid in begun if Path(f"/proc/{pid}").exists()]
