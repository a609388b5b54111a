"""Writer of rendered pages: the text that resiliparse 0.14 takes for the main content of an HTML page.

With the versions in the table of tools, pages of boto3 1.34.40 become the seeds of the format: `start_deployment` byte
for byte, `get_deployment` but for one sentence that its model had in other words.

Run as a script in the tool's own environment: `rendered.py HTML OUT SERVICE…`. Of a page whose section has an id
such as `create-vpc-link` or `get-face-search` resiliparse keeps nothing, taking it for a part of the site;
`OUT/SERVICE/lost.json` says so of each.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

NAME = "rendered"

_LOST = "resiliparse keeps nothing of the page, whose id reads like that of a part of the site"


def write(services: Sequence[str], pages: Path, out: Path) -> None:
    """Write `out/SERVICE/*.txt` for each service, from the HTML pages beside `out`, which are made where missing."""
    from . import html
    from .tools import tool

    built = out.with_name(html.NAME)
    html.write([service for service in services if not (built / service).is_dir()], pages, built)
    subprocess.run([tool("sphinx"), __file__, str(built), str(out), *services], check=True)


def text(html: str) -> str:
    """What is left of an HTML page."""
    return str(import_module("resiliparse.extract.html2text").extract_plain_text(html, main_content=True))


def _write(folder: Path, out: Path) -> None:
    fresh = out.with_name(f".{out.name}")
    fresh.mkdir(parents=True, exist_ok=True)
    lost: dict[str, str] = {}
    for page in sorted(folder.glob("*.html")):
        rendered = text(page.read_text())
        if f".Client.{page.stem}(" in rendered:
            (fresh / page.with_suffix(".txt").name).write_text(rendered)
        else:
            lost[page.stem] = _LOST
    (fresh / "lost.json").write_text(json.dumps(lost, indent=1))
    fresh.rename(out)


if __name__ == "__main__":
    for service in sys.argv[3:]:
        _write(Path(sys.argv[1], service), Path(sys.argv[2], service))
