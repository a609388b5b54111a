"""Errors go by botocore's names too, so that handlers written for it need another import and nothing else."""

from __future__ import annotations

import botocore.exceptions
import pytest

from asdoc.runtime import exceptions


def _kinds(module: object) -> dict[str, type]:
    return {name: kind for name, kind in vars(module).items() if isinstance(kind, type)}


THEIRS, OURS = _kinds(botocore.exceptions), _kinds(exceptions)
SHARED = sorted(name for name in THEIRS.keys() & OURS.keys() if issubclass(OURS[name], Exception))


@pytest.mark.parametrize(
    "name",
    [
        "BotoCoreError", "ClientError", "ConnectTimeoutError", "ConnectionClosedError", "EndpointConnectionError",
        "HTTPClientError", "NoCredentialsError", "NoRegionError", "ParamValidationError", "PartialCredentialsError",
        "ProfileNotFound", "ProxyConnectionError", "ReadTimeoutError", "SSLError", "WaiterError",
    ],
)  # fmt: skip
def test_what_code_for_botocore_catches_most_has_its_name_here(name: str) -> None:
    assert name in SHARED


@pytest.mark.parametrize("name", SHARED)
def test_a_handler_of_a_wider_error_catches_what_it_catches_there(name: str) -> None:
    for wider in SHARED:
        if issubclass(THEIRS[name], THEIRS[wider]):
            assert issubclass(OURS[name], OURS[wider]), f"{wider} of botocore is {name} too"
