"""Bad input is told apart, said clearly, and leaves nothing half done."""

from __future__ import annotations

import functools
import http.client
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.targets.start import running

ASDOC = str(Path(sys.executable).with_name("asdoc"))
ROOT = Path(__file__).resolve().parents[2]


def refused(*arguments: str, cwd: Path) -> str:
    """What asdoc says to arguments that it must refuse: exit code 2, no traceback."""
    done = subprocess.run([ASDOC, *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 2, f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stdout + done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pages") / "pages"
    subprocess.run([ASDOC, "pages", "appconfig", "--out", str(out)], check=True, capture_output=True)
    return out


@pytest.fixture
def copied(pages: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(pages, tmp_path / "pages"))


def test_a_page_cut_in_half_is_refused_by_name_and_nothing_of_it_is_written(copied: Path, tmp_path: Path) -> None:
    page = next(copied.rglob("get_deployment.rst"))
    text = page.read_text()
    page.write_text(text[: len(text) // 2])
    said = refused("extract", str(copied), "--out", str(tmp_path / "specs"), cwd=tmp_path)
    assert "get_deployment.rst" in said
    told = json.loads((tmp_path / "specs" / "appconfig" / "operations.json").read_text())["operations"]
    assert "GetDeployment" not in told
    assert "StopDeployment" in told


def test_a_page_of_another_site_is_refused_by_name(copied: Path, tmp_path: Path) -> None:
    page = next(copied.rglob("get_deployment.rst"))
    page.write_text("<!doctype html><html><title>Weather</title><p>Sunny, 24 degrees.</p></html>\n")
    said = refused("extract", str(copied), "--out", str(tmp_path / "specs"), cwd=tmp_path)
    assert "get_deployment.rst" in said
    told = json.loads((tmp_path / "specs" / "appconfig" / "operations.json").read_text())["operations"]
    assert "GetDeployment" not in told
    assert "StopDeployment" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("verify", "reference", "--service", "appconfig", "--html", "a-file/x.html"), "a-file is a file"),
        (("verify", "reference", "--service", "appconfig", "--cases", "a-file"), "recorded run"),
        (("verify", "reference", "--service", "appconfig", "--baseline", "a-file"), "--update-baseline writes one"),
        (("verify", "cmd:./a-file", "--service", "appconfig"), "is no program"),
        (("generate", "--specs", str(ROOT / "specs"), "--out", "a-file/x"), "Not a directory"),
        (("coverage", "appconfig", "--specs", str(ROOT / "specs"), "--pages", "."), "has none of its pages"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_a_place_or_a_file_that_will_not_do_is_named_before_the_work(
    arguments: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    (tmp_path / "a-file").write_text("")
    assert said in refused(*arguments, cwd=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["a-file"]


def test_an_interrupted_command_is_no_verdict(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from asdoc.cli import matrix
    from asdoc.cli.main import main

    def interrupted(path: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(matrix, "read_runs", interrupted)
    with pytest.raises(SystemExit) as ended:
        main(["matrix", "run.ndjson"])
    assert (ended.value.code, capsys.readouterr().err.strip()) == (130, "Interrupted.")


@pytest.mark.parametrize("when", ["an exit handler", "the last objects"])
def test_an_interrupt_that_comes_when_all_is_done_changes_nothing(when: str) -> None:
    late = {
        "an exit handler": "import atexit; atexit.register(interrupt)",
        "the last objects": "class Last:\n    __del__ = lambda self: interrupt()\nlast = Last()",
    }
    command = (
        "import os, signal\n"
        "def interrupt(kill=os.kill, process=os.getpid(), number=signal.SIGINT): kill(process, number)\n"
        f"{late[when]}\nfrom asdoc.cli.main import script\nscript()"
    )
    done = subprocess.run(
        [sys.executable, "-c", command, "--version"], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("asdoc, version ")


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_an_output_that_cannot_show_every_sign_is_written_to_its_end(encoding: str, tmp_path: Path) -> None:
    command = [ASDOC, "verify", "cmd:asdoc-is-not-a-command", "--service", "appconfig", "--plan", "--region", "→…✗"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (2, b"")
    # ASCII is what Python takes a C locale for, and UTF-8 is what it makes of it
    assert "→…✗" in done.stderr.decode() if encoding == "ascii" else b"->...x" in done.stderr.replace(b"\x85", b"...")


@pytest.mark.parametrize(
    "arguments",
    [
        ("pages", "appconfigg", "--out", "pages"),
        ("wire", "appconfigg", "--out", "specs"),
        ("generate", "appconfigg", "--specs", str(ROOT / "specs"), "--out", "generated"),
        ("serve", "appconfigg", "--port", "0"),
        ("verify", "reference", "--service", "appconfigg", "--json", "report.json"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_an_unknown_service_is_named_with_what_is_known(arguments: tuple[str, ...], tmp_path: Path) -> None:
    said = refused(*arguments, cwd=tmp_path)
    assert "appconfigg" in said
    assert "appconfig" in said.replace("appconfigg", "")
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_dead_endpoint_is_said_to_be_dead(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{closed.getsockname()[1]}"
    said = refused("verify", endpoint, "--service", "appconfig", "--json", "report.json", cwd=tmp_path)
    assert endpoint in said
    assert not (tmp_path / "report.json").exists()


@pytest.fixture
def web_server(tmp_path: Path) -> Iterator[str]:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("<title>Weather</title>")
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(site))
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]  # a partial carries attributes of its own
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_web_server_is_no_target(web_server: str, tmp_path: Path) -> None:
    said = refused("verify", web_server, "--service", "appconfig", "--json", "report.json", cwd=tmp_path)
    assert web_server in said
    assert not (tmp_path / "report.json").exists()


def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        assert port in refused("serve", "appconfig", "--port", port, cwd=tmp_path)


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with running("reference") as endpoint:
        yield endpoint


def answer(endpoint: str, method: str, path: str, body: bytes = b"") -> tuple[int, str, dict[str, object]]:
    """Status, error code and body of a raw request."""
    connection = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)
    connection.request(method, path, body=body, headers={"Content-Type": "application/json"})
    response = connection.getresponse()
    text = response.read()
    connection.close()
    assert b"Traceback" not in text
    return response.status, response.headers.get("x-amzn-ErrorType", ""), json.loads(text)


def test_a_malformed_body_gets_the_documented_error(served: str) -> None:
    for body in (b'{"Name": "cut', b"[1, 2]", b"\xff\xfe", b'"text"', b'{"Name": 1}', b"{}", b""):
        status, code, said = answer(served, "POST", "/applications", body)
        assert (status, code) == (400, "BadRequestException"), body
        assert said["Message"]


def test_an_unknown_operation_gets_an_error_of_its_own(served: str) -> None:
    status, code, _ = answer(served, "GET", "/no/such/operation")
    assert (status, code) == (404, "UnknownOperationException")


def test_what_is_not_built_says_so(served: str) -> None:
    application = answer(served, "POST", "/applications", b'{"Name": "n"}')[2]["Id"]
    profiles = f"/applications/{application}/configurationprofiles"
    members = {"Name": "p", "LocationUri": "ssm-parameter://p", "RetrievalRoleArn": "arn:aws:iam::111122223333:role/r"}
    validators = [{"Type": "LAMBDA", "Content": "arn:aws:lambda:us-east-1:111122223333:function:f"}]
    profile = answer(served, "POST", profiles, json.dumps({**members, "Validators": validators}).encode())[2]["Id"]
    status, code, said = answer(served, "POST", f"{profiles}/{profile}/validators?configuration_version=1")
    assert (status, code) == (501, "NotImplementedException")
    assert "ssm-parameter://p" in str(said)


def test_a_body_of_ten_megabytes_is_refused_and_the_server_lives_on(served: str) -> None:
    status, code, _ = answer(served, "POST", "/applications", b'{"Name": "' + b"x" * 10_000_000 + b'"}')
    assert status in (400, 413)
    assert code in ("BadRequestException", "PayloadTooLargeException")
    assert answer(served, "POST", "/applications", b'{"Name": "small"}')[0] == 201
