"""In odd worlds of files, variables and services our clients find what boto3's do, or refuse as they do."""

from __future__ import annotations

import random
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from asdoc.runtime.config import Config
from asdoc.runtime.exceptions import ConfigurationError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.profiles import Profiles
from asdoc.runtime.settings import Settings
from asdoc.runtime.transports.pool import PoolTransport
from tests.explore import examples

from .odd_draws import drawn
from .odd_renewals import beside_botocore, lawless
from .odd_settings import differences, meant_by
from .odd_worlds import World

_SHARES = 4
_KEYS = {"AWS_ACCESS_KEY_ID": "AKENV", "AWS_SECRET_ACCESS_KEY": "secret"}
_EU = {**_KEYS, "AWS_DEFAULT_REGION": "eu-west-1"}
_ROLE = "[default]\nrole_arn = arn:aws:iam::123456789012:role/r\ncredential_source = Environment\n"
_MRAP = "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap"


@pytest.mark.parametrize("share", range(_SHARES))
def test_clients_in_odd_worlds_are_as_boto3s(share: int, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    found = []
    for number in range(examples(24)):
        world = drawn(random.Random(share * 1_000_003 + number))  # noqa: S311  # what is drawn again is wanted
        found += [(number, told) for told in differences(world, tmp_path, counts) if not meant_by(told, world)]
    assert found == []
    for part in ("settings", "keys", "sent"):
        assert counts[f"{part}: taken by botocore, taken by us"] > examples(24) / 8


TAKEN = {
    "a heading with tabs": World(config="[profile\tone]\nregion = eu-west-3\n", environ=_KEYS, profile="one"),
    "a heading in quotes": World(config="[profile 'a b']\nregion = eu-west-3\n", environ=_KEYS, profile="a b"),
    "a heading half in quotes": World(config='[profile o"ne"]\nregion = eu-west-3\n', environ=_KEYS, profile="one"),
    "two headings of the default": World(
        config="[profile default]\nregion = eu-west-3\n[default]\nregion = eu-west-2\n", environ=_KEYS
    ),
    "what stands before all sections": World(
        config="[DEFAULT]\nregion = eu-west-3\n[profile one]\nmax_attempts = 4\n", environ=_KEYS, profile="one"
    ),
    "windows' lines": World(config="[default]\r\nregion = eu-west-3\r\ns3 =\r\n  addressing_style = path\r\n",
                            environ=_KEYS, service="s3"),
    "a switch that is neither on nor off": World(
        config="[default]\ns3 =\n  use_dualstack_endpoint = yes\n  use_accelerate_endpoint = 1\n",
        environ=_EU, service="s3",
    ),
    "a proxy without a scheme": World(environ={**_EU, "https_proxy": "//proxy.example:3128"}),
    "iam without a region": World(environ=_KEYS, service="iam"),
    "sts without a region": World(environ=_KEYS, service="sts"),
    "s3 without a region": World(environ=_KEYS, service="s3"),
    "s3 without a region, but regional": World(
        environ={**_KEYS, "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "regional"}, service="s3"
    ),
    "a folder where the config file belongs": World(files={".aws/config/none": b""}, environ=_EU),
    "a role of STS that fails once": World(config=_ROLE, environ=_EU, sts="connect once", profile="default"),
    "a role without a region": World(config=_ROLE, environ=_KEYS, service="iam", profile="default"),
}  # fmt: skip
REFUSED = {
    "a profile that is not there, beside keys": World(
        environ={**_EU, "AWS_PROFILE": "nobody"}, arguments={"aws_access_key_id": "A", "aws_secret_access_key": "s"}
    ),
    "a heading of two words without quotes": World(config="[profile a b]\n", environ=_EU, profile="a b"),
    "a heading that begins with a space": World(config="[ profile one]\n", environ=_EU, profile="one"),
    "a heading with half a quote": World(config="[profile 'one]\n", environ=_EU, profile="one"),
    "services that are not there": World(config="[default]\nservices = here\n", environ=_EU),
    "an endpoint without a region": World(
        environ={**_KEYS, "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, service="dynamodb"
    ),
    "a role of STS that fails once, when it is asked once": World(
        config=_ROLE, environ={**_EU, "AWS_MAX_ATTEMPTS": "1"}, sts="connect once", profile="default"
    ),
    "a place in us-east-1 that is none": World(
        environ={**_EU, "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "region"}, service="s3"
    ),
    "a way with accounts that is none": World(
        environ={**_EU, "AWS_ACCOUNT_ID_ENDPOINT_MODE": "perhaps"}, service="dynamodb"
    ),
    "access points of many regions, turned off": World(
        environ={**_EU, "AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS": "true"}, service="s3", bucket=_MRAP
    ),
}  # fmt: skip


@pytest.mark.parametrize("world", TAKEN.values(), ids=TAKEN)
def test_boto3_takes_it_and_so_do_we(world: World, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    found = [told for told in differences(world, tmp_path, counts) if not meant_by(told, world)]
    assert found == []
    for part in ("settings", "keys", "sent"):
        assert counts[f"{part}: taken by botocore, taken by us"] == 1


@pytest.mark.parametrize("world", REFUSED.values(), ids=REFUSED)
def test_boto3_refuses_it_and_so_do_we(world: World, tmp_path: Path) -> None:
    counts: Counter[str] = Counter()
    found = [told for told in differences(world, tmp_path, counts) if not meant_by(told, world)]
    assert found == []
    assert not counts["sent: taken by botocore, taken by us"]
    refused = {part for part in ("settings", "keys") if counts[f"{part}: refused by botocore, refused by us"]}
    # an endpoint without a region is refused by boto3 when it is called, and by us before that
    assert refused or "AWS_ENDPOINT_URL" in world.environ


@pytest.mark.parametrize("named", [False, True])
def test_a_file_of_somebody_elses_says_nothing_unless_it_is_named(
    named: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / ".aws" / "config"

    def refuse(name: str, **_: object) -> object:
        if name == str(path):
            raise PermissionError(13, "Permission denied", name)
        raise FileNotFoundError

    monkeypatch.setattr("builtins.open", refuse)
    profiles = Profiles({"HOME": str(tmp_path)} | ({"AWS_CONFIG_FILE": str(path)} if named else {}))
    if named:
        with pytest.raises(ConfigurationError, match="Permission denied"):
            profiles.settings()
    else:
        assert profiles.settings() == {}


def test_a_file_that_is_no_text_is_refused_without_what_it_holds(tmp_path: Path) -> None:
    path = tmp_path / "config"
    path.write_bytes(b"[default]\naws_secret_access_key = the-secret\n# \xff\n")
    with pytest.raises(ConfigurationError, match="decode") as caught:
        Profiles({"AWS_CONFIG_FILE": str(path)}).settings()
    assert caught.value.__cause__ is None
    assert "the-secret" not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("service", ["s3", "appconfig"])
@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "http_proxy"])
def test_a_password_in_a_url_is_told_by_no_error(service: str, name: str, tmp_path: Path) -> None:
    # the rules of S3 say what they were asked with
    environ = {**_EU, name: "ftp://user:the-password@ours.example", "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1"}
    if name == "http_proxy":
        environ["AWS_ENDPOINT_URL"] = "http://127.0.0.1:1"
    world = World(environ=environ, service=service, bucket="dotted.bucket", secrets={"the-password"})
    told = [told.what for told in differences(world, tmp_path, Counter())]
    assert not [what for what in told if "secret" in what]


@pytest.mark.parametrize("verify", [False, None, "/given.pem"])
@pytest.mark.parametrize("bundle", ["", "/told.pem"])
def test_who_says_to_be_sts_is_never_trusted_unseen(verify: Any, bundle: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []

    def send(self: PoolTransport, request: HttpRequest, **_: Any) -> HttpResponse:
        seen.append(self._verify)
        return HttpResponse(status=200)

    monkeypatch.setattr(PoolTransport, "send", send)
    settings = Settings({"AWS_CA_BUNDLE": bundle}, Config(verify=verify), region_name="eu-west-1")
    settings._sts().send(HttpRequest(method="POST"))
    assert seen == [verify or bundle or None]


@pytest.mark.parametrize("walk", [beside_botocore, lawless])
def test_keys_are_renewed_as_botocore_renews_them(
    walk: Callable[[random.Random, int], Iterator[str]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("CRITICAL")
    for number in range(examples(12)):
        assert list(walk(random.Random(number), 40)) == []  # noqa: S311
