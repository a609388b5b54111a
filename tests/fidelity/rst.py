"""Writer of the pages that today's boto3 writes, and an older boto3 of an environment of its own.

Run as a script by the other boto3's Python: `rst.py OUT SERVICE…`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import warnings
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

NAME = "rst"

_ENVIRONMENT = {
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "TZ": "UTC",
}


def write_with(python: Path, services: Sequence[str], out: Path) -> None:
    """Have the boto3 of another environment write what is missing of `out/SERVICE/…`."""
    missing = [service for service in services if not (out / f"{service}.rst").exists()]
    if missing:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        out.mkdir(parents=True, exist_ok=True)
        subprocess.run([python, "-P", __file__, str(out), *missing], check=True, env={**clean, **_ENVIRONMENT})


def _write(service: str, out: Path) -> None:
    import boto3.docs.service
    import boto3.session

    warnings.simplefilter("ignore")
    session: Any = boto3.session.Session(
        region_name="us-east-1", aws_access_key_id="documented", aws_secret_access_key="documented"
    )
    text: bytes = boto3.docs.service.ServiceDocumenter(service, session, str(out)).document_service()
    (out / f"{service}.rst").write_bytes(text)


if __name__ == "__main__":
    with ProcessPoolExecutor() as pool:
        for done in [pool.submit(_write, service, Path(sys.argv[1])) for service in sys.argv[2:]]:
            done.result()
