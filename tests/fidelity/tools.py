"""Environments of the tools that write pages in other formats and versions, one each, for their pins clash."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

from tests import envs

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / ".targets"

_TEXT = ("docutils==0.18.1", "lxml==5.1.1", "trafilatura==1.8.0", "urllib3==1.26.20")
# what botocore's of those days import from the standard library, which has it no more
_CGI = "legacy-cgi==2.6.4; python_version >= '3.13'"
TOOLS: dict[str, tuple[str, ...]] = {
    # boto3 of the days when a service was one page
    "single": ("boto3==1.24.28", "botocore==1.27.28", "docutils==0.18.1", "urllib3==1.26.20", _CGI),
    # an older boto3, whose pages no reader was tuned on
    "boto3-1.34.40": ("boto3==1.34.40", "botocore==1.34.40"),
    # what the site of API changes and a crawler make of botocore's docstrings
    "changes": ("botocore==1.44.5", *_TEXT),
    # the same with the botocore of the day that the seed page tells of
    "changes-seed": ("botocore==1.27.29", _CGI, *_TEXT),
    # what Sphinx and a crawler make of the .rst pages
    "sphinx": (
        "Sphinx==5.1.1",
        "furo==2022.12.7",
        "docutils==0.19",
        "Resiliparse==0.14.9",
        "sphinxcontrib-applehelp==1.0.4",
        "sphinxcontrib-devhelp==1.0.2",
        "sphinxcontrib-htmlhelp==2.0.1",
        "sphinxcontrib-qthelp==1.0.3",
        "sphinxcontrib-serializinghtml==1.1.5",
    ),
}
"""Name -> its packages."""


def tool(name: str) -> Path:
    """The Python of a tool's environment, which is made where it is missing or of other packages."""
    home = HOME / name
    python, stamp = home / "bin" / "python", home / "requirements.txt"
    wanted = "".join(f"{package}\n" for package in TOOLS[name])
    if not (python.exists() and stamp.exists() and stamp.read_text() == wanted):
        print(f"installing {name}: {' '.join(TOOLS[name])}", flush=True)
        if not python.exists():
            venv.create(home)
        envs.install(str(python), TOOLS[name], envs.said_to_uv())
        stamp.write_text(wanted)
    return python


def data(python: Path) -> Path:
    """The folder of the service models that the botocore of an environment carries."""
    script = "import botocore, pathlib; print(pathlib.Path(botocore.__file__).with_name('data'))"
    done = subprocess.run([str(python), "-c", script], check=True, capture_output=True, text=True)
    return Path(done.stdout.strip())
