"""The wheel, installed where nothing else is, does its work."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.targets.install import WHEELS

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.slow

USE_THE_CLIENT = """
import sys
from asdoc.appconfig import Client
from asdoc.appconfig.backend import Backend

client = Client(backend=Backend().handle)
made = client.create_application(Name="from-the-wheel")
assert client.get_application(ApplicationId=made["Id"]).Name == "from-the-wheel"
try:
    client.get_application(ApplicationId="0000000")
except client.exceptions.ResourceNotFoundException as error:
    assert error.response["Error"]["Code"] == "ResourceNotFoundException"
else:
    sys.exit("an unknown id was answered")
"""


def run(*command: str, cwd: Path) -> str:
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "PIP_", "VIRTUAL"))}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(ROOT), cwd=out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("empty")
    venv.create(home / "env")
    return home


def pip(empty: Path, *arguments: str) -> str:
    python = str(empty / "env/bin/python")
    return run(sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python, *arguments, cwd=empty)


def install(empty: Path, requirement: str) -> None:
    pip(empty, "install", "--no-index", "--find-links", str(WHEELS), requirement)


@pytest.fixture
def server(wheel: Path, empty: Path) -> Iterator[str]:
    install(empty, f"{wheel}[conformance,serve]")
    command = [str(empty / "env/bin/asdoc"), "serve", "appconfig", "--port", "0", "--clock", "manual"]
    with subprocess.Popen(command, cwd=empty, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert found, "`asdoc serve` did not say where it serves"
        yield found[0]
        process.terminate()


def test_alone_it_is_a_client_and_a_backend(wheel: Path, empty: Path) -> None:
    install(empty, str(wheel))
    assert "msgspec" in pip(empty, "list")
    run(str(empty / "env/bin/python"), "-W", "error", "-c", USE_THE_CLIENT, cwd=empty)


def test_with_its_extras_it_serves_and_verifies(empty: Path, server: str) -> None:
    asdoc = str(empty / "env/bin/asdoc")
    for target in ("reference", server):
        forms = ("--json", "report.json", "--html", "report.html")
        run(asdoc, "verify", target, "--service", "appconfig", *forms, cwd=empty)
        assert "<style>:root" in (empty / "report.html").read_text()
        report = json.loads((empty / "report.json").read_text())
        assert report["totals"]["pass"] == len(report["cases"]) == 33
