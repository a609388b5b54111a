"""Fetch all that the tests need beside the development environment: `python tests/targets/install.py [NAME…]`.

That is an environment a target, and the wheels that asdoc itself needs, so that its own wheel can be tried in an empty
environment without a network.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
from pathlib import Path

if __package__ in (None, ""):  # run by its path, before the tests are importable
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.targets.catalog import HOME, ROOT, TARGETS, Target

WHEELS = HOME / "wheels"
PIP = ("-m", "pip", "-q", "--disable-pip-version-check")


def install(target: Target) -> None:
    """Install the pinned package; does nothing where that very pin is installed already."""
    stamp = HOME / target.name / "requirement.txt"
    if not target.requirement or (stamp.exists() and stamp.read_text().strip() == target.requirement):
        return
    print(f"installing {target.requirement}", flush=True)
    venv.create(HOME / target.name, with_pip=True, clear=True)
    python = str(target.bin / "python")
    subprocess.run([python, *PIP, "install", target.requirement], check=True)
    stamp.write_text(f"{target.requirement}\n")


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
    for name in sys.argv[1:] or TARGETS:
        install(TARGETS[name])
    fetch_wheels()
