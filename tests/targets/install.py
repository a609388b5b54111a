"""Fetch all that the tests need beside the development environment: `python tests/targets/install.py [NAME…]`.

That is an environment for each target and tool, and the wheels that asdoc itself needs, so that its own wheel can be
tried in an empty environment without a network.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

if __package__ in (None, ""):  # run by its path, before the tests are importable
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.targets.catalog import HOME, OPTIONAL, PEERS, ROOT, TARGETS, TOOLS

WHEELS = HOME / "wheels"
PIP = ("-m", "pip", "-q", "--disable-pip-version-check")


def install(name: str, requirement: str) -> None:
    """Install the pinned package; does nothing where that very pin is installed already."""
    stamp = HOME / name / "requirement.txt"
    if not requirement or (stamp.exists() and stamp.read_text().strip() == requirement):
        return
    print(f"installing {requirement}\n", end="", flush=True)  # in one piece, as several are under way
    venv.create(HOME / name, with_pip=True, clear=True)
    python = str(HOME / name / "bin" / "python")
    subprocess.run([python, *PIP, "install", *requirement.split()], check=True)
    stamp.write_text(f"{requirement}\n")


def fetch_wheels() -> None:
    """Fetch the wheels of the extras that a user of the server and the suite installs, at the pinned versions."""
    stamp, constraints = WHEELS / "constraints.txt", ROOT / "constraints.txt"
    if stamp.exists() and stamp.read_bytes() == constraints.read_bytes():
        return
    print("fetching the wheels that asdoc[conformance,serve] needs", flush=True)
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = list(extras["dependencies"])
    for extra in ("cli", "conformance", "serve"):
        needed += [name for name in extras["optional-dependencies"][extra] if not name.startswith("asdoc")]
    download = ("download", "--only-binary=:all:", "-d", str(WHEELS), "-c", str(constraints))
    subprocess.run([sys.executable, *PIP, *download, *needed], check=True)
    stamp.write_bytes(constraints.read_bytes())


if __name__ == "__main__":
    pins = {**{name: target.requirement for name, target in TARGETS.items()}, **PEERS, **TOOLS}
    optional = {name: target.requirement for name, target in OPTIONAL.items()}
    # pip resolves and unpacks on one core, and waits for the network in between.
    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as several:
        made = [several.submit(install, name, {**optional, **pins}[name]) for name in sys.argv[1:] or pins]
        made.append(several.submit(fetch_wheels))
        for each in made:
            each.result()
