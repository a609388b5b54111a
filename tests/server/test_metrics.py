"""What a running server tells, and how it starts and stops."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import trustme
from botocore.config import Config

from asdoc.appconfig.backend import Backend
from asdoc.runtime.server.logs import RequestLog
from asdoc.runtime.server.metrics import BOUNDS, Metrics
from asdoc.runtime.server.options import Options, apply
from tests.server.conftest import Wire

ASDOC = str(Path(sys.executable).with_name("asdoc"))
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
ROLE = "arn:aws:iam::111122223333:role/r"


def figures(text: bytes) -> dict[str, float]:
    """Each line of the exposition, and that each metric has its type before it."""
    found: dict[str, float] = {}
    typed: set[str] = set()
    for line in text.decode().splitlines():
        if line.startswith("# TYPE "):
            typed.add(line.split()[2])
        elif not line.startswith("#"):
            match = re.fullmatch(r'([a-z_]+)(\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})? ([0-9.e+-]+)', line)
            assert match, line
            assert re.sub("_(bucket|sum|count)$", "", match[1]) in typed, line
            found[match[1] + (match[2] or "")] = float(match[3])
    return found


@pytest.fixture
def wire() -> Wire:
    backend = Backend()
    apply(Options(), backend)
    return Wire(backend)


def test_answers_are_counted_by_operation_and_status(wire: Wire) -> None:
    for _ in range(3):
        wire.send("GET", "/applications")
    wire.send("GET", "/applications/none")
    wire.send("GET", "/made/up")
    response = wire.send("GET", "/_asdoc/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=0.0.4")
    found = figures(response.body)
    of = 'asdoc_requests_total{service="appconfig",operation='
    assert found[of + '"ListApplications",status="200"}'] == 3
    assert found[of + '"GetApplication",status="404"}'] == 1
    assert found[of + '"unknown",status="404"}'] == 1
    seconds = 'asdoc_request_duration_seconds_{}{{service="appconfig",operation="ListApplications"{}}}'
    assert found[seconds.format("count", "")] == found[seconds.format("bucket", ',le="+Inf"')] == 3
    assert 0 < found[seconds.format("sum", "")] < 10
    assert found["process_resident_memory_bytes"] > 1_000_000


def test_buckets_hold_what_took_no_longer() -> None:
    metrics = Metrics()
    for seconds in (0.0, *BOUNDS, 100.0):
        metrics.count("s", "o", 200, seconds)
    found = figures(metrics.text())
    buckets = [value for name, value in found.items() if "_bucket" in name]
    assert buckets == [*range(2, len(BOUNDS) + 2), len(BOUNDS) + 2]


def many(metrics: Metrics, number: int) -> None:
    for _ in range(number):
        metrics.count("s", "o", 200, 0.1)


def test_no_answer_of_many_threads_is_lost() -> None:
    metrics = Metrics()
    threads = [threading.Thread(target=many, args=(metrics, 5000)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert figures(metrics.text())['asdoc_requests_total{service="s",operation="o",status="200"}'] == 40_000


def test_what_clients_make_up_does_not_grow_the_metrics(wire: Wire) -> None:
    def lines() -> int:
        return len(wire.send("GET", "/_asdoc/metrics").body.splitlines())

    wire.send("GET", "/made-up")
    wire.send("GET", "/applications/none")
    before = lines()
    for number in range(500):
        wire.send("GET", f"/made-up/{number}")
        wire.send(f"M{number}", "/applications")
        wire.send("GET", f"/applications/{number}")
    assert lines() == before


def written(form: str, *entry: Any) -> str:
    reader, writer = os.pipe()
    RequestLog(form, writer, now=lambda: 1700000000.25).write(*entry)
    os.close(writer)
    with os.fdopen(reader) as stream:
        return stream.read()


ENTRY = ("GET", "/applications/a", "appconfig", "GetApplication", 200, 0.001234, "id-1")


def test_a_line_tells_what_was_answered() -> None:
    assert json.loads(written("json", *ENTRY)) == {
        "time": "2023-11-14T22:13:20.250Z",
        "status": 200,
        "method": "GET",
        "path": "/applications/a",
        "service": "appconfig",
        "operation": "GetApplication",
        "ms": 1.234,
        "request_id": "id-1",
    }
    assert written("text", *ENTRY) == (
        "2023-11-14T22:13:20.250Z 200 GET /applications/a appconfig.GetApplication 1.234ms id-1\n"
    )


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("path", ["/a\n2023 200 GET /forged", "/\x1b[31m", "/" + "x" * 100_000, "/\u202e", "/\ud800"])
def test_a_client_writes_no_lines_of_its_own(form: str, path: str) -> None:
    line = written(form, "GET", path, *ENTRY[2:])
    assert line.count("\n") == 1
    assert line.endswith("\n")
    assert line[:-1].isprintable()
    assert line.isascii()
    assert len(line) < 1000


def test_a_log_that_nobody_reads_stops_no_answer() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    RequestLog("text", writer).write(*ENTRY)
    os.close(writer)


class Server:
    def __init__(self, *arguments: str) -> None:
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [ASDOC, "serve", *arguments, "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        found = re.search(r" on (https?://\S+)\n", line)
        assert found, line
        self.url = found[1]

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *raised: object) -> None:
        self.stop()

    def stop(self, told: signal.Signals = signal.SIGTERM) -> str:
        """Gives what it has written on the standard error."""
        if self.process.poll() is None:
            self.process.send_signal(told)
        _, text = self.process.communicate(timeout=60)
        return text

    def aws(self, **more: Any) -> Any:
        given = {
            "region_name": "us-east-1",
            "endpoint_url": self.url,
            "aws_access_key_id": "AKIDEXAMPLE",
            "aws_secret_access_key": SECRET,
            "config": Config(retries={"total_max_attempts": 1}, connect_timeout=20, read_timeout=20),
        }
        return boto3.client("appconfig", **{**given, **more})

    def post(self, path: str, body: bytes) -> None:
        urllib.request.urlopen(urllib.request.Request(self.url + path, data=body, method="POST"), timeout=10).close()


@pytest.fixture(scope="module", params=["text", "json"])
def verified(request: pytest.FixtureRequest) -> Iterator[tuple[Server, str]]:
    with Server(
        "appconfig", "proton", "--auth", f"AKIDEXAMPLE:{SECRET}:111122223333", "--log", request.param
    ) as server:
        yield server, request.param


def test_boto3_is_verified_over_a_socket_and_no_secret_is_logged(verified: tuple[Server, str]) -> None:
    server, form = verified
    aws = server.aws()
    made = aws.create_application(Name="n", Description="d/e f", Tags={"a+b:/=c": "d=e/f:g"})["Id"]
    arn = f"arn:aws:appconfig:us-east-1:111122223333:application/{made}"
    assert aws.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"a+b:/=c": "d=e/f:g"}
    assert aws.list_applications(MaxResults=1)["Items"][0]["Id"] == made
    aws.untag_resource(ResourceArn=arn, TagKeys=["a+b:/=c", "d+e"])
    for wrong, code in (
        ({"aws_secret_access_key": "not-" + SECRET}, "InvalidSignatureException"),
        ({"aws_access_key_id": "AKIDOTHER"}, "UnrecognizedClientException"),
        ({"aws_session_token": "a-token-" + SECRET}, "UnrecognizedClientException"),
        ({"region_name": "nowhere-at-all"}, "InvalidSignatureException"),
    ):
        with pytest.raises(aws.exceptions.ClientError) as refusal:
            server.aws(**wrong).get_application(ApplicationId=made)
        assert refusal.value.response["Error"]["Code"] == code
    with pytest.raises(urllib.error.HTTPError) as unsigned:
        urllib.request.urlopen(f"{server.url}/applications?X-Amz-Security-Token={SECRET}", timeout=10)
    assert unsigned.value.code == 403
    unsigned.value.close()
    told = server.stop()
    assert "GetApplication" in told
    for secret in (SECRET, "Signature=", "Credential=", "AKID", "a-token"):
        assert secret not in told
    lines = told.splitlines()
    assert len(lines) == 9
    if form == "json":
        assert {json.loads(line)["status"] for line in lines} == {200, 201, 204, 403}


def test_a_request_under_way_is_answered_before_the_server_stops() -> None:
    with Server("appconfig") as server:
        server.post("/_asdoc/faults", b'{"operation": "CreateApplication", "latency": 1.5}')
        answers: list[Any] = []
        asking = threading.Thread(target=lambda: answers.append(server.aws().create_application(Name="n")))
        asking.start()
        time.sleep(0.5)
        told = server.stop()
        asking.join(20)
    assert [answer["Name"] for answer in answers] == ["n"]
    assert server.process.returncode == 0
    assert "Traceback" not in told


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1", "localhost")
    ca, cert, key = folder / "ca.pem", folder / "cert.pem", folder / "key.pem"
    authority.cert_pem.write_to_path(ca)
    for number, blob in enumerate(issued.cert_chain_pems):
        blob.write_to_path(cert, append=number > 0)
    issued.private_key_pem.write_to_path(key)
    return ca, cert, key


def test_it_serves_with_a_certificate_and_boto3_trusts_it(certificate: tuple[Path, Path, Path]) -> None:
    ca, cert, key = certificate
    auth = ("--auth", f"AKIDEXAMPLE:{SECRET}")
    with Server("appconfig", "--tls-cert", str(cert), "--tls-key", str(key), *auth) as server:
        assert server.url.startswith("https://")
        aws = server.aws(verify=str(ca))
        made = aws.create_application(Name="n")["Id"]
        assert aws.get_application(ApplicationId=made)["Name"] == "n"
        host, _, port = server.url.removeprefix("https://").partition(":")
        with socket.create_connection((host, int(port)), timeout=10) as plain:
            plain.sendall(b"GET /applications HTTP/1.1\r\nhost: localhost\r\n\r\n")
            assert not plain.recv(100).startswith(b"HTTP/1.1 200")
        with pytest.raises(ssl.SSLCertVerificationError), socket.create_connection((host, int(port)), 10) as raw:
            ssl.create_default_context().wrap_socket(raw, server_hostname="localhost")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--tls-cert", "{cert}"), "Give both"),
        (("--tls-cert", "{cert}", "--tls-key", "no-such-file"), "No such file"),
        (("--tls-cert", "{cert}", "--tls-key", "{ca}"), "PEM files"),
        (("--auth", "hush"), "KEY:SECRET"),
        (("--action", "arn:aws:lambda"), "ARN=URL"),
    ],
)
def test_options_that_make_no_sense_are_told(
    certificate: tuple[Path, Path, Path], arguments: tuple[str, ...], said: str
) -> None:
    ca, cert, _ = certificate
    given = [argument.format(ca=ca, cert=cert) for argument in arguments]
    done = subprocess.run([ASDOC, "serve", "appconfig", *given], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "hush" not in done.stderr


def test_off_loopback_signatures_turn_control_off() -> None:
    auth = ("--auth", f"AKIDEXAMPLE:{SECRET}", "--host", "0.0.0.0")  # noqa: S104 - what the test is about
    with Server("appconfig", *auth) as server:
        with pytest.raises(urllib.error.HTTPError) as refusal:
            server.post("/_asdoc/reset", b"")
        assert refusal.value.code == 404
        refusal.value.close()
    with Server("appconfig", *auth, "--control") as server:
        server.post("/_asdoc/reset", b"")


def test_an_action_of_an_extension_is_called_at_its_url() -> None:
    import http.server

    asked: list[dict[str, Any]] = []

    class Stand(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.send_header("content-length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *told: Any) -> None:
            pass

    arn = "arn:aws:lambda:us-east-1:111122223333:function:check"
    with http.server.HTTPServer(("127.0.0.1", 0), Stand) as stand:
        threading.Thread(target=stand.serve_forever, daemon=True).start()
        with Server("appconfig", "--action", f"{arn}=http://127.0.0.1:{stand.server_port}/") as server:
            aws = server.aws()
            point = "PRE_CREATE_HOSTED_CONFIGURATION_VERSION"
            aws.create_extension(Name="x", Actions={point: [{"Name": "a", "Uri": arn, "RoleArn": ROLE}]})
            made = aws.create_application(Name="n")["Id"]
            profile = aws.create_configuration_profile(ApplicationId=made, Name="p", LocationUri="hosted")["Id"]
            resource = f"arn:aws:appconfig:us-east-1:123456789012:application/{made}"
            aws.create_extension_association(ExtensionIdentifier="x", ResourceIdentifier=resource)
            aws.create_hosted_configuration_version(
                ApplicationId=made, ConfigurationProfileId=profile, Content=b"{}", ContentType="application/json"
            )
        stand.shutdown()
    assert len(asked) == 1
    assert asked[0]["Content"] == "e30="
