"""boto3, aiobotocore and the AWS CLI each drive every operation that is built, against `asdoc serve`."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from asdoc.behaviour.appconfig import AppConfig
from asdoc.behaviour.appconfigdata import AppConfigData
from asdoc.behaviour.proton import Proton
from asdoc.runtime.schema import load_service
from tests.server.test_serving import address_of, post, start
from tests.targets.catalog import HOME, ROOT

BEHAVIOURS = {"appconfig": AppConfig, "appconfigdata": AppConfigData, "proton": Proton}
PYTHONS = {
    "boto3": sys.executable,
    "aiobotocore": str(HOME / "aiobotocore" / "bin" / "python"),
    "awscli": str(HOME / "awscli" / "bin" / "python"),
}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    with start(*BEHAVIOURS, "--port", "0", "--clock", "manual") as process:
        yield address_of(process)
        process.terminate()


def built() -> set[str]:
    """Every operation that a backend has a behaviour for."""
    return {
        f"{service}.{operation.method}"
        for service, behaviour in BEHAVIOURS.items()
        for operation in load_service(f"asdoc.{service}").operations.values()
        if hasattr(behaviour, operation.method)
    }


@pytest.mark.slow
@pytest.mark.parametrize("name", PYTHONS)
def test_every_operation_that_is_built_answers_the_client(name: str, endpoint: str) -> None:
    if not Path(PYTHONS[name]).exists():
        pytest.fail(f"{PYTHONS[name]} is not there; run `make targets`")
    post(f"{endpoint}/_asdoc/reset", b"")
    command = [PYTHONS[name], "-m", "tests.drivers", name, endpoint]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    called: dict[str, Any] = json.loads(done.stdout)
    assert set(called) == built()
