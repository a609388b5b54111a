"""Keys, region and endpoint are found where boto3 finds them, in its order."""

from __future__ import annotations

from pathlib import Path

import pytest

from asdoc.runtime.credentials import Credentials, from_arguments
from asdoc.runtime.endpoint import configured, parse_endpoint, regional
from asdoc.runtime.exceptions import (
    ConfigurationError,
    CredentialsError,
    InvalidEndpointError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFoundError,
)
from asdoc.runtime.profiles import Profiles
from asdoc.runtime.settings import Settings

from .fake import SERVICE, Client


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(
        "[default]\naws_access_key_id = FILE\naws_secret_access_key = file-secret\n"
        "[work]\naws_access_key_id=WORK\naws_secret_access_key=work%secret\naws_session_token=work-token\n"
        "[half]\naws_access_key_id=HALF\n"
    )
    (folder / "config").write_text(
        "# a comment\n[default]\nregion = eu-central-1\n"
        "[profile work]\nregion=eu-north-1\nendpoint_url = http://127.0.0.1:1\nservices = local\n"
        "[profile config-only]\naws_access_key_id = CONF\naws_secret_access_key = conf-secret\n"
        "[profile 'two words']\nregion=eu-west-3\n"
        "[profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = work\n"
        "[profile sso]\nsso_session = s\n"
        "[profile off]\nendpoint_url = http://127.0.0.1:2\nignore_configured_endpoint_urls = true\n"
        "[services local]\norchard_keeper =\n  endpoint_url = http://127.0.0.1:3\ns3 =\n  endpoint_url = http://127.0.0.1:4\n"
    )
    return tmp_path


def keys(home: Path, profile: str | None = None, **environ: str) -> Credentials:
    environ = {"HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true", **environ}
    return Settings(environ, profile_name=profile, region_name="eu-west-1").credentials().current()


def test_arguments_come_first() -> None:
    assert from_arguments("A", "B", None) == Credentials("A", "B")
    assert from_arguments("A", "B", "C") == Credentials("A", "B", "C")
    assert from_arguments(None, None, None) is None
    for access_key, secret_key in (("A", None), (None, "B")):
        with pytest.raises(PartialCredentialsError):
            from_arguments(access_key, secret_key, None)


def test_the_environment_comes_before_the_files(home: Path) -> None:
    environ = {"AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "env-secret"}
    assert keys(home, **environ) == Credentials("ENV", "env-secret")
    assert keys(home, **environ, AWS_SESSION_TOKEN="t").token == "t"
    assert keys(home, **environ, AWS_SECURITY_TOKEN="t").token == "t"
    assert keys(home, **environ, AWS_PROFILE="work").access_key == "ENV"
    with pytest.raises(PartialCredentialsError, match="AWS_SECRET_ACCESS_KEY"):
        keys(home, AWS_ACCESS_KEY_ID="ENV")


def test_a_profile_named_by_argument_comes_before_the_environment(home: Path) -> None:
    found = keys(home, "work", AWS_ACCESS_KEY_ID="ENV", AWS_SECRET_ACCESS_KEY="env-secret")
    assert found == Credentials("WORK", "work%secret", "work-token")


def test_the_files_tell_by_profile(home: Path) -> None:
    assert keys(home).access_key == "FILE"
    assert keys(home, AWS_PROFILE="work").access_key == "WORK"
    assert keys(home, AWS_PROFILE="default", AWS_DEFAULT_PROFILE="work").access_key == "WORK"
    assert keys(home, "config-only") == Credentials("CONF", "conf-secret")
    with pytest.raises(PartialCredentialsError, match="half"):
        keys(home, "half")


def test_a_profile_that_is_not_there_is_told_with_those_that_are(home: Path) -> None:
    with pytest.raises(ProfileNotFoundError) as caught:
        keys(home, "elsewhere")
    assert "config-only" in caught.value.hint
    with pytest.raises(NoCredentialsError):
        keys(home, "two words")


@pytest.mark.parametrize("profile", ["role", "sso"])
def test_keys_that_would_come_from_elsewhere_are_told_and_not_passed_over(home: Path, profile: str) -> None:
    with pytest.raises(CredentialsError):
        keys(home, profile)


def test_the_files_may_lie_elsewhere(home: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("[default]\naws_access_key_id=O\naws_secret_access_key=o\n")
    assert keys(home, AWS_SHARED_CREDENTIALS_FILE=str(other)).access_key == "O"
    profiles = Profiles({"HOME": str(home), "AWS_CONFIG_FILE": str(tmp_path / "none")}, "work")
    assert profiles.config() == {}


def test_a_broken_file_is_told_by_line_and_never_quoted(home: Path) -> None:
    path = home / ".aws" / "credentials"
    path.write_text("[default]\naws_access_key_id = A\nthe-secret-without-a-key\n")
    with pytest.raises(ConfigurationError) as caught:
        keys(home)
    assert f"{path}: line 3" in str(caught.value)
    assert "the-secret" not in str(caught.value)
    assert caught.value.__suppress_context__
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError):
        keys(home)


def test_the_region_comes_from_argument_environment_and_profile(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    assert Client().meta.region_name == "eu-central-1"
    assert Client(profile_name="work").meta.region_name == "eu-north-1"
    assert Client(profile_name="two words").meta.region_name == "eu-west-3"
    monkeypatch.setenv("AWS_REGION", "us-west-1")
    assert Client().meta.region_name == "us-west-1"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert Client().meta.region_name == "us-west-2"
    assert Client("sa-east-1").meta.region_name == "sa-east-1"


def url(home: Path, profile: str | None = None, **environ: str) -> str:
    return configured(SERVICE.service_id, Settings({"HOME": str(home), **environ}, profile_name=profile))


def test_the_endpoint_comes_from_the_environment_and_the_profile(home: Path) -> None:
    everywhere = {"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_ORCHARD_KEEPER": "http://one"}
    assert url(home, "work", **everywhere) == "http://one"
    assert url(home, "work", AWS_ENDPOINT_URL="http://all") == "http://all"
    assert url(home, "work") == "http://127.0.0.1:3"
    assert url(home) == ""
    assert url(home, "work", **everywhere, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true") == ""
    assert url(home, "off", **everywhere) == ""
    assert url(home, "off", **everywhere, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="false") == "http://one"


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("eu-west-1", "https://orchard.eu-west-1.amazonaws.com"),
        ("cn-north-1", "https://orchard.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "https://orchard.us-gov-west-1.amazonaws.com"),
        ("us-isob-east-1", "https://orchard.us-isob-east-1.sc2s.sgov.gov"),
        ("mars-north-1", "https://orchard.mars-north-1.amazonaws.com"),
    ],
)
def test_a_region_has_an_endpoint(region: str, expected: str) -> None:
    assert regional(SERVICE, region) == expected


@pytest.mark.parametrize("region", ["", "evil.example.org/", "a b", "x" * 64, "-x", "EU-WEST-1", "a@b"])
def test_what_cannot_stand_in_a_host_name_is_no_region(region: str) -> None:
    with pytest.raises(NoRegionError):
        regional(SERVICE, region)


@pytest.mark.parametrize(
    ("url_", "scheme", "host", "path"),
    [
        ("http://127.0.0.1:5000", "http", "127.0.0.1:5000", ""),
        ("HTTPS://Example.ORG:443/", "https", "example.org", ""),
        ("http://example.org:80/base/", "http", "example.org", "/base/"),
        ("http://[::1]:8080/a%20b", "http", "[::1]:8080", "/a%20b"),
        ("http://[fe80::1]", "http", "[fe80::1]", ""),
        ("http://local_stack:4566", "http", "local_stack:4566", ""),
    ],
)
def test_an_endpoint_is_taken_apart(url_: str, scheme: str, host: str, path: str) -> None:
    parts = parse_endpoint(url_)
    assert (parts.scheme, parts.host, parts.path) == (scheme, host, path)


@pytest.mark.parametrize(
    "bad",
    [
        "", "example.org", "//example.org", "ftp://example.org", "http:example.org", "http:///path", "http://a b.org",
        "http://user:secret@example.org", "http://example.org?x=1", "http://example.org#x", "http://example.org:port",
        "http://example.org:0", "http://example.org:70000", "http://[::1", "http://[zz]", "http://exa\nmple.org",
        "http://example.org/a b", "http://.example.org", "http://a..b", "http://exämple.org", "http://example.org:",
    ],
)  # fmt: skip
def test_what_is_no_endpoint_is_refused_with_the_reason(bad: str) -> None:
    with pytest.raises(InvalidEndpointError) as caught:
        parse_endpoint(bad)
    assert "secret" not in str(caught.value)
