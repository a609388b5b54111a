"""uv installs what pip would, from where pip would; where it cannot, pip does."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

import pytest

from tests import envs
from tests.targets.install import WHEELS

LISTED = """\
:env:.extra-index-url='https://mine.example/simple  https://ours.example/simple'
:env:.timeout='60'
global.cert='/etc/ssl/ours.pem'
global.extra-index-url='https://lost.example/simple'
global.index-url='https://lost.example/simple'
install.find-links='/wheels'
install.index-url='https://first.example/simple'
"""


def test_uv_is_told_what_pip_was_told_and_the_environment_comes_first() -> None:
    said = envs.for_uv(envs.told_to_pip(LISTED))
    assert said is not None
    options, variables = said
    pairs = set(zip(options[::2], options[1::2], strict=True))
    assert pairs == {
        ("--index-strategy", "unsafe-best-match"),
        ("--default-index", "https://first.example/simple"),
        ("--index", "https://mine.example/simple"),
        ("--index", "https://ours.example/simple"),
        ("--find-links", "/wheels"),
    }
    assert variables == {"SSL_CERT_FILE": "/etc/ssl/ours.pem"}


@pytest.mark.parametrize(
    "line", ["global.no-binary=':all:'", "install.require-hashes='true'", "global.client-cert='a'"]
)
def test_what_uv_cannot_be_told_leaves_the_work_to_pip(line: str) -> None:
    assert envs.for_uv(envs.told_to_pip(line)) is None


@pytest.mark.parametrize(
    ("options", "who"),
    [(["--no-index", "--find-links", str(WHEELS)], "uv"), (["--no-index"], "pip")],
)
def test_what_uv_does_not_install_pip_does(
    options: list[str], who: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PIP_FIND_LINKS", str(WHEELS))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    venv.create(tmp_path / "env")
    python = str(tmp_path / "env/bin/python")
    envs.install(python, ["msgspec"], (options, {}))
    subprocess.run([python, "-c", "import msgspec"], check=True)
    (installer,) = (tmp_path / "env").glob("lib/python*/site-packages/msgspec-*/INSTALLER")
    assert installer.read_text().strip() == who
    assert ("so pip does" in capsys.readouterr().out) == (who == "pip")
