"""Programs that use a generated client are found right where they are right, and wrong where they are wrong.

A line that is wrong ends in `# error: MYPY / PYRIGHT`, the rules by which each tells it; every other line is right, to
mypy --strict and to pyright's strictest.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from tests.typing.cache import CACHE

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).with_name("programs")
NAMES = sorted(path.name for path in PROGRAMS.glob("*.py"))
ROOMS = [str(ROOT / room) for room in ("codegen", "generated")]

Found = dict[str, dict[int, set[str]]]
"""program -> line -> rules that it breaks"""


def expected(name: str, checker: int) -> dict[int, set[str]]:
    lines = enumerate((PROGRAMS / name).read_text().splitlines(), 1)
    marked = ((number, line.partition("# error: ")[2]) for number, line in lines if "# error: " in line)
    return {number: set(told.split(" / ")[checker].split(", ")) for number, told in marked}


@pytest.fixture(scope="module")
def by_mypy(tmp_path_factory: pytest.TempPathFactory) -> Found:
    folder = tmp_path_factory.mktemp("mypy")
    config = folder / "mypy.ini"
    config.write_text(f"[mypy]\nstrict = true\nmypy_path = {':'.join(ROOMS)}\nexplicit_package_bases = true\n")
    paths = [str(PROGRAMS / name) for name in NAMES]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", str(config), "--cache-dir", str(CACHE), *paths],
        cwd=PROGRAMS,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found: Found = defaultdict(lambda: defaultdict(set))
    for path, line, rule in re.findall(r"^([^:\n]+):(\d+): error: .*\[([\w-]+)\]$", done.stdout, re.MULTILINE):
        found[Path(path).name][int(line)].add(rule)
    return found


@pytest.fixture(scope="module")
def by_pyright(tmp_path_factory: pytest.TempPathFactory) -> Found:
    # pyright looks at nothing that lies outside of its project
    folder = tmp_path_factory.mktemp("pyright") / "programs"
    shutil.copytree(PROGRAMS, folder)
    config = folder / "pyrightconfig.json"
    config.write_text(json.dumps({"extraPaths": ROOMS, "typeCheckingMode": "strict"}))
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", "--pythonpath", sys.executable, "-p", str(config)],
        capture_output=True,
        text=True,
        check=False,
    )
    found: Found = defaultdict(lambda: defaultdict(set))
    for told in json.loads(done.stdout)["generalDiagnostics"]:
        if told["severity"] == "error":
            found[Path(told["file"]).name][told["range"]["start"]["line"] + 1].add(told.get("rule", ""))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_mypy_strict_finds_what_is_wrong_and_nothing_else(name: str, by_mypy: Found) -> None:
    assert dict(by_mypy.get(name, {})) == expected(name, 0)


@pytest.mark.parametrize("name", NAMES)
def test_pyright_finds_what_is_wrong_and_nothing_else(name: str, by_pyright: Found) -> None:
    assert dict(by_pyright.get(name, {})) == expected(name, 1)


def test_the_programs_hold_wrong_lines_of_every_kind() -> None:
    assert sum(len(expected(name, 0)) for name in NAMES) > 30
