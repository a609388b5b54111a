"""The same environment and the same files lead to the same keys as with botocore, or to none with both."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError
from botocore.session import Session
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import NoCredentialsError
from asdoc.runtime.settings import Settings

from .machine import Machine, running

Keys = tuple[str, str, str, str]
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "ENV",
    "AWS_SECRET_ACCESS_KEY": "env-secret",
    "AWS_SESSION_TOKEN": "env-token",
    "AWS_SECURITY_TOKEN": "env-older-token",
    "AWS_ACCOUNT_ID": "111111111111",
    "AWS_PROFILE": "one",
    "AWS_DEFAULT_PROFILE": "two",
    "AWS_ROLE_ARN": "arn:aws:iam::1:role/env",
    "AWS_ROLE_SESSION_NAME": "session",
    "AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/token",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{url}/container",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN": "=plain",
    "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "{home}/token",
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_EC2_METADATA_V1_DISABLED": "true",
}
LINES = [
    "aws_access_key_id = FILE",
    "aws_secret_access_key = file-secret",
    "aws_session_token = file-token",
    "aws_security_token = file-older-token",
    "aws_account_id = 222222222222",
    "role_arn = arn:aws:iam::1:role/file",
    "source_profile = one",
    "source_profile = two",
    "source_profile = none",
    "credential_source = Environment",
    "credential_source = EcsContainer",
    "credential_source = Ec2InstanceMetadata",
    "credential_source = Elsewhere",
    "external_id = external",
    "duration_seconds = 3600",
    "role_session_name = session",
    "web_identity_token_file = {home}/token",
    "credential_process = echo '{document}'",
    "credential_process = false",
    "region = eu-west-3",
]
DOCUMENT = (
    '{"Version": 1, "AccessKeyId": "PROCESS", "SecretAccessKey": "process-secret", "SessionToken": "process-token",'
    ' "Expiration": "2999-01-01T00:00:00Z"}'
)


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    with running() as found:
        yield found


def _write(home: Path, machine: Machine, config: dict[str, list[str]], credentials: dict[str, list[str]]) -> None:
    folder = home / ".aws"
    folder.mkdir(exist_ok=True)
    (home / "token").write_text("identity")

    def section(lines: list[str]) -> str:
        # a key that stands twice in a section breaks the file, which is tested elsewhere
        kept = {line.partition(" ")[0]: line for line in lines}
        return "\n".join(
            line.replace("{home}", str(home)).replace("{url}", machine.url).replace("{document}", DOCUMENT)
            for line in kept.values()
        )

    names = {name: name if name == "default" else f"profile {name}" for name in config}
    (folder / "config").write_text("\n".join(f"[{names[name]}]\n{section(config[name])}" for name in config))
    (folder / "credentials").write_text("\n".join(f"[{name}]\n{section(lines)}" for name, lines in credentials.items()))


def _environ(home: Path, machine: Machine, names: set[str]) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AWS_")}
    told = {name: ENVIRONMENT[name].replace("{home}", str(home)).replace("{url}", machine.url) for name in names}
    return {
        **kept,
        **told,
        "HOME": str(home),
        "AWS_EC2_METADATA_SERVICE_ENDPOINT": machine.url,
        "AWS_ENDPOINT_URL_STS": machine.url,
        "AWS_DEFAULT_REGION": "eu-west-1",
    }


def _theirs(environ: dict[str, str], profile: str | None) -> Keys | str:
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            patch.delenv(name)
        for name, value in environ.items():
            patch.setenv(name, value)
        try:
            session: Any = Session(profile=profile)
            found = session.get_credentials()
            if found is None:
                return "none"
            frozen = found.get_frozen_credentials()
        except (BotoCoreError, KeyError, ValueError, OSError) as error:
            return f"error {type(error).__name__}"
    return frozen.access_key, frozen.secret_key, frozen.token or "", frozen.account_id or ""


def _ours(environ: dict[str, str], profile: str | None) -> Keys | str:
    try:
        found = Settings(environ, profile_name=profile).credentials().current()
    except NoCredentialsError:
        return "none"
    except AsdocError as error:
        return f"error {type(error).__name__}"
    return found.access_key, found.secret_key, found.token, found.account_id


def _sections() -> st.SearchStrategy[dict[str, list[str]]]:
    lines = st.lists(st.sampled_from(LINES), max_size=5)
    pair = st.just(LINES[:2])
    return st.dictionaries(
        st.sampled_from(["default", "one", "two"]),
        st.one_of(pair, lines, st.tuples(pair, lines).map(lambda held: held[0] + held[1])),
        max_size=3,
    )


_ROLE = "role_arn = arn:aws:iam::1:role/file"


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sets(st.sampled_from(sorted(ENVIRONMENT))),
    _sections(),
    _sections(),
    st.sampled_from([None, None, "one", "default"]),
)
@example(
    set(),
    {"default": [_ROLE, "source_profile = one"], "one": [_ROLE, "source_profile = two"]},
    {"two": LINES[:2]},
    None,
)
@example(set(), {"default": [_ROLE, "source_profile = one"], "one": [_ROLE, "source_profile = one"]}, {}, None)
@example(set(), {"one": [*LINES[:2], _ROLE, "source_profile = one"]}, {}, "one")
@example(set(), {"default": [_ROLE, "web_identity_token_file = {home}/token"]}, {}, None)
@example({"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN"}, {"one": [_ROLE]}, {"one": LINES[:2]}, "one")
def test_what_is_found_is_what_botocore_finds(
    machine: Machine,
    tmp_path: Path,
    names: set[str],
    config: dict[str, list[str]],
    credentials: dict[str, list[str]],
    profile: str | None,
) -> None:
    _write(tmp_path, machine, config, credentials)
    environ = _environ(tmp_path, machine, names)
    theirs, ours = _theirs(environ, profile), _ours(environ, profile)
    if isinstance(theirs, str) and theirs.startswith("error"):
        assert isinstance(ours, str)
        assert ours.startswith("error"), (theirs, ours)
    else:
        assert ours == theirs
