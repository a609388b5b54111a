"""What boto3's clients have beside operations is signed as theirs: forms that upload, and passwords of databases."""

from __future__ import annotations

import asyncio
import base64
import json
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import boto3
import pytest
from botocore.config import Config as BotocoreConfig

from asdoc.codegen.views import view
from asdoc.runtime.async_extras import AsyncDsql, AsyncRds, AsyncS3
from asdoc.runtime.calls import Caller
from asdoc.runtime.config import UNSIGNED, Config
from asdoc.runtime.exceptions import InvalidEndpointError, ParamValidationError
from asdoc.runtime.extras import BASES, S3, Dsql, Rds
from asdoc.runtime.http import HttpResponse

from .buckets import played
from .tables import table

KINDS: dict[str, tuple[type[Any], type[Any]]] = {
    "s3": (S3, AsyncS3),
    "rds": (Rds, AsyncRds),
    "dsql": (Dsql, AsyncDsql),
}
CALLS: list[tuple[str, str, dict[str, Any]]] = [
    ("s3", "generate_presigned_post", {"Bucket": "photos", "Key": "a/b c"}),
    ("s3", "generate_presigned_post", {"Bucket": "photos", "Key": "up/${filename}", "ExpiresIn": 60}),
    (
        "s3",
        "generate_presigned_post",
        {
            "Bucket": "photos",
            "Key": "é",
            "Fields": {"acl": "private"},
            "Conditions": [{"acl": "private"}, ["content-length-range", 1, 9]],
        },
    ),
    ("rds", "generate_db_auth_token", {"DBHostname": "db.example.org", "Port": 3306, "DBUsername": "a b@c"}),
    (
        "rds",
        "generate_db_auth_token",
        {"DBHostname": "db.example.org", "Port": 443, "DBUsername": "a", "Region": "eu-west-1"},
    ),
    ("dsql", "generate_db_connect_auth_token", {"Hostname": "x.dsql.us-east-1.on.aws"}),
    ("dsql", "generate_db_connect_admin_auth_token", {"Hostname": "x.on.aws", "Region": "eu-west-1", "ExpiresIn": 5}),
]
NOW = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
NOTHING = HttpResponse(status=500, headers={})


def ours(name: str, *, awaited: bool = False, **settings: Any) -> Any:
    client, _ = played(name, NOTHING, kind=KINDS[name][awaited], **settings)
    return client


@pytest.mark.parametrize(("name", "method", "arguments"), CALLS, ids=lambda held: str(held)[:40])
@pytest.mark.parametrize("token", [None, "to/ken+"], ids=["keys", "session"])
def test_what_is_signed_is_what_boto3_signs(
    name: str, method: str, arguments: dict[str, Any], token: str | None
) -> None:
    keys: dict[str, Any] = {"aws_access_key_id": "AKID", "aws_secret_access_key": "secret", "aws_session_token": token}
    theirs: Any = boto3.client(
        name,
        region_name="us-east-1",
        config=BotocoreConfig(s3={"addressing_style": "virtual"}, signature_version="s3v4" if name == "s3" else None),
        **keys,
    )
    given = dict(arguments)
    with (
        mock.patch("botocore.auth.get_current_datetime", return_value=NOW),
        mock.patch("botocore.signers.get_current_datetime", return_value=NOW),
    ):
        expected = getattr(theirs, method)(**arguments)
    with mock.patch.object(Caller, "timestamp", return_value="20240102T030405Z"):
        assert getattr(ours(name, **keys), method)(**arguments) == expected
        assert asyncio.run(getattr(ours(name, awaited=True, **keys), method)(**arguments)) == expected
    assert arguments == given


def test_an_unsigned_client_makes_a_form_without_a_policy() -> None:
    client = ours("s3", config=Config(signature_version=UNSIGNED))
    assert client.generate_presigned_post("photos", "k") == {
        "url": "https://photos.s3.amazonaws.com/",
        "fields": {"key": "k"},
    }


def test_a_form_ends_when_it_was_said_to() -> None:
    form = ours("s3").generate_presigned_post("photos", "k", ExpiresIn=3600)["fields"]
    policy = json.loads(base64.b64decode(form["policy"]))
    ends = datetime.fromisoformat(policy["expiration"])
    begins = datetime.strptime(form["x-amz-date"], "%Y%m%dT%H%M%S%z")
    assert (ends - begins).total_seconds() == 3600


def test_what_cannot_be_signed_is_refused() -> None:
    for wrong in (0, -1, True, "60"):
        with pytest.raises(ParamValidationError, match="ExpiresIn"):
            ours("s3").generate_presigned_post("photos", "k", ExpiresIn=wrong)
    with pytest.raises(ParamValidationError, match="Bucket"):
        ours("s3").generate_presigned_post("no bucket/../", "k")
    with pytest.raises(InvalidEndpointError):
        ours("rds").generate_db_auth_token("db.example.org/x?y", 1, "u")


def test_generated_clients_of_these_services_stand_on_them() -> None:
    for name, base in BASES.items():
        blocking, awaited = view(table(name)).bases
        assert (blocking.names, awaited.names) == ((base,), (f"Async{base}",))
        assert [kind.__module__ for kind in KINDS[name]] == [blocking.module, awaited.module]
    assert [imported.names for imported in view(table("sts")).bases] == [("BaseClient",), ("BaseAsyncClient",)]
