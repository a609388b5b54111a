"""Writer of the pages that boto3 1.24 wrote, one a service.

Run as a script in the tool's own environment: `single.py OUT SERVICE…`. A service that this boto3 does not know is left
out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path

NAME = "single"

_WORKERS = 2
# Nothing of the user's own gets into the pages.
_ENVIRONMENT = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "TZ": "UTC",
}


def write(services: Sequence[str], pages: Path, out: Path) -> None:
    """Write `out/SERVICE/SERVICE.rst` for each service; `pages`, which another boto3 wrote, is not needed."""
    from .tools import tool

    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    subprocess.run([tool("single"), "-P", __file__, str(out), *services], check=True, env={**clean, **_ENVIRONMENT})


def _write(service: str, out: Path) -> None:
    import boto3.session

    warnings.simplefilter("ignore")
    session = boto3.session.Session(
        region_name="us-east-1", aws_access_key_id="documented", aws_secret_access_key="documented"
    )
    # The documenter of that version takes no folder, which today's does.
    text: bytes = import_module("boto3.docs.service").ServiceDocumenter(service, session).document_service()
    (out / service).mkdir(parents=True, exist_ok=True)
    (out / service / f"{service}.rst").write_bytes(text)


def _known() -> set[str]:
    import boto3.session

    return set(boto3.session.Session().get_available_services())


if __name__ == "__main__":
    known = _known()
    with ProcessPoolExecutor(_WORKERS) as pool:
        for done in [pool.submit(_write, service, Path(sys.argv[1])) for service in sys.argv[2:] if service in known]:
            done.result()
