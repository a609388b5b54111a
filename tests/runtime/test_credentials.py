"""Keys, region and endpoint are found where boto3 finds them, in its order."""

from __future__ import annotations

from pathlib import Path

import pytest

from asdoc.runtime.credentials import Credentials, from_arguments
from asdoc.runtime.exceptions import (
    ConfigurationError,
    CredentialsError,
    NoCredentialsError,
    PartialCredentialsError,
    ProfileNotFoundError,
)
from asdoc.runtime.profiles import Profiles
from asdoc.runtime.settings import Settings


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
