"""Fetch all that the tests need beside the development environment: `python tests/targets/install.py [NAME…]`.

That is an environment for each target and tool, and the wheels that asdoc itself needs, so that its own wheel can be
tried in an empty environment without a network.
"""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

if __package__ in (None, ""):  # run by its path, before the tests are importable
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests import envs
from tests.targets.catalog import HOME, OPTIONAL, PEERS, ROOT, TARGETS, TOOLS

WHEELS = HOME / "wheels"

said_to_uv = cache(envs.said_to_uv)


def install(name: str, requirement: str) -> None:
    """Install the pinned package; does nothing where that very pin is installed already."""
    stamp = HOME / name / "requirement.txt"
    if not requirement or (stamp.exists() and stamp.read_text().strip() == requirement):
        return
    print(f"installing {requirement}", flush=True)
    venv.create(HOME / name, clear=True)
    envs.install(str(HOME / name / "bin" / "python"), requirement.split(), said_to_uv())
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
    subprocess.run([sys.executable, *envs.PIP, *download, *needed], check=True)
    stamp.write_bytes(constraints.read_bytes())


if __name__ == "__main__":
    pins = {**{name: target.requirement for name, target in TARGETS.items()}, **PEERS, **TOOLS}
    optional = {name: target.requirement for name, target in OPTIONAL.items()}
    with ThreadPoolExecutor(1) as beside:  # pip waits for the network while the environments are made
        wheels = beside.submit(fetch_wheels)
        for name in sys.argv[1:] or pins:
            install(name, {**optional, **pins}[name])
        wheels.result()
