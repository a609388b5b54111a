"""Writer of HTML pages: what Sphinx 5.1 with furo 2022.12 makes of boto3's pages of operations.

A service is a build of its own, in which its page is there for the links at the top. The pages stand in no table of
contents, for furo would repeat that in the margin of each page, and exceptions have no pages, so that their names are
no links: both are as the seeds of the rendered text show it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

NAME = "html"

_WORKERS = 2
_CONF = """\
from sphinx.builders.html import StandaloneHTMLBuilder

StandaloneHTMLBuilder.search = False
project = "Boto3 Docs"
html_theme = "furo"
html_copy_source = False
html_use_index = False
html_domain_indices = False
"""
_INDEX = """\
Boto3
=====

.. _document:

Documents
---------

A value of any type that JSON has.
"""


def write(services: Sequence[str], pages: Path, out: Path) -> None:
    """Write `out/SERVICE/*.html` for each service whose `.rst` pages lie below `pages`."""
    from .tools import tool

    python = tool("sphinx")
    with ThreadPoolExecutor(_WORKERS) as pool:
        for done in [pool.submit(_write, python, service, pages, out) for service in services]:
            done.result()


def _write(python: Path, service: str, pages: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out, prefix=f".{service}.") as temporary:
        source, built = Path(temporary, "source"), Path(temporary, "built")
        home = source / "reference" / "services"
        (home / service).mkdir(parents=True)
        (source / "conf.py").write_text(_CONF)
        (source / "index.rst").write_text(_INDEX)
        shutil.copy(pages / f"{service}.rst", home)
        shutil.copytree(pages / service / "client", home / service / "client", ignore=_no_folders)
        command = [str(python), "-m", "sphinx", "-Q", "-b", "html", str(source), str(built)]
        done = subprocess.run(command, env=os.environ | {"TZ": "UTC"}, check=False, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"Sphinx gives up on the pages of {service}: {done.stderr[-2000:]}")
        (built / "reference" / "services" / service / "client").rename(out / service)


def _no_folders(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if Path(folder, name).is_dir()]
