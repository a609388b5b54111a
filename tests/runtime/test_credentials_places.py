"""Each place that hands out credentials is asked as it wants to be, and what it does wrong is told."""

from __future__ import annotations

import os
import re
import socket
import stat
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from asdoc.runtime.credentials import Credentials, container
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import (
    ConfigurationError,
    CredentialRetrievalError,
    CredentialsError,
    InvalidEndpointError,
    NoCredentialsError,
)
from asdoc.runtime.settings import Settings

from .machine import Machine, running

DOCUMENT = '{"Version": 1, "AccessKeyId": "P", "SecretAccessKey": "the-secret"}'


@pytest.fixture
def machine() -> Iterator[Machine]:
    with running() as found:
        yield found


def write(home: Path, config: str = "", credentials: str = "") -> None:
    (home / ".aws").mkdir(exist_ok=True)
    (home / ".aws" / "config").write_text(config)
    (home / ".aws" / "credentials").write_text(credentials)


def settings(home: Path, profile: str | None = None, /, **environ: str) -> Settings:
    told = {"HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true", "AWS_REGION": "eu-west-1", **environ}
    return Settings(told, profile_name=profile)


def find(home: Path, profile: str | None = None, /, **environ: str) -> Credentials:
    return settings(home, profile, **environ).credentials().current()


def instance(home: Path, machine: Machine, **environ: str) -> Credentials:
    return find(home, AWS_EC2_METADATA_DISABLED="", AWS_EC2_METADATA_SERVICE_ENDPOINT=machine.url, **environ)


# -- the instance


def test_the_instance_is_asked_with_a_token(machine: Machine, tmp_path: Path) -> None:
    assert instance(tmp_path, machine).access_key == "INSTANCE-the-role"
    assert machine.paths() == [
        "PUT /latest/api/token",
        "GET /latest/meta-data/iam/security-credentials/",
        "GET /latest/meta-data/iam/security-credentials/the-role",
    ]
    assert machine.requests[0][2]["x-aws-ec2-metadata-token-ttl-seconds"] == "21600"


def test_an_instance_without_tokens_is_asked_without_unless_that_is_turned_off(
    machine: Machine, tmp_path: Path
) -> None:
    machine.tokens = False
    assert instance(tmp_path, machine).access_key == "INSTANCE-the-role"
    with pytest.raises(ConfigurationError, match="first version is turned off"):
        instance(tmp_path, machine, AWS_EC2_METADATA_V1_DISABLED="true")


def test_the_instance_is_not_asked_where_that_is_turned_off(machine: Machine, tmp_path: Path) -> None:
    with pytest.raises(NoCredentialsError):
        find(tmp_path, AWS_EC2_METADATA_SERVICE_ENDPOINT=machine.url)
    assert machine.requests == []


def test_the_instance_is_asked_as_often_as_told(machine: Machine, tmp_path: Path) -> None:
    broken = (500, "")
    machine.instead = [broken, broken]
    assert instance(tmp_path, machine, AWS_METADATA_SERVICE_NUM_ATTEMPTS="3").access_key == "INSTANCE-the-role"
    machine.instead = [(200, "token"), broken]
    with pytest.raises(NoCredentialsError):
        instance(tmp_path, machine)


@pytest.mark.parametrize(
    "answers",
    [
        [(400, "")],
        [(200, "the-token"), (404, "")],
        [(200, "the-token"), (200, "role"), (200, '{"Code": "AssumeRoleUnauthorizedAccess", "Message": "no"}')],
        [(200, "the-token"), (200, "role"), (200, "no json")],
    ],
    ids=["no request for it", "no role", "a role that may not be", "no document"],
)
def test_an_instance_without_keys_is_passed_over(
    machine: Machine, tmp_path: Path, answers: list[tuple[int, str]]
) -> None:
    machine.instead = answers
    with pytest.raises(NoCredentialsError):
        instance(tmp_path, machine)


def test_keys_that_the_instance_should_have_renewed_are_used_some_minutes_more(
    machine: Machine, tmp_path: Path
) -> None:
    machine.life = timedelta(minutes=-5)
    found = instance(tmp_path, machine)
    assert found.access_key == "INSTANCE-the-role"


def test_an_instance_that_does_not_answer_is_given_up_in_time(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(NoCredentialsError):
            find(tmp_path, AWS_EC2_METADATA_DISABLED="", AWS_EC2_METADATA_SERVICE_ENDPOINT=url)


@pytest.mark.parametrize(
    ("environ", "error"),
    [
        ({"AWS_EC2_METADATA_SERVICE_ENDPOINT": "nowhere"}, InvalidEndpointError),
        ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv5"}, ConfigurationError),
        ({"AWS_METADATA_SERVICE_TIMEOUT": "soon"}, ConfigurationError),
        ({"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "0"}, ConfigurationError),
    ],
    ids=str,
)
def test_how_to_reach_the_instance_must_be_meant(
    tmp_path: Path, environ: dict[str, str], error: type[AsdocError]
) -> None:
    with pytest.raises(error):
        find(tmp_path, **{"AWS_EC2_METADATA_DISABLED": "", **environ})


def test_the_instance_is_reached_by_ipv6_where_told() -> None:
    from asdoc.runtime.credentials.instance import Instance

    assert Instance.configured({}, {}).url == "http://169.254.169.254/"
    for environ in ({"AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"}, {"AWS_IMDS_USE_IPV6": "true"}):
        assert Instance.configured(environ, {}).url == "http://[fd00:ec2::254]/"
    assert Instance.configured({}, {"ec2_metadata_service_endpoint_mode": "ipv6"}).url == "http://[fd00:ec2::254]/"


# -- the container


def test_the_token_of_a_container_is_read_anew_each_time(machine: Machine, tmp_path: Path) -> None:
    token = tmp_path / "token"
    environ = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{machine.url}/container?id=1",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "unused",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(token),
    }
    for text in ("one", "two"):
        token.write_text(text)
        found = container.credentials(environ)
        assert found is not None
        assert found.access_key == f"CONTAINER{text}"
    assert machine.paths() == ["GET /container?id=1"] * 2


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://127.0.0.2/x", True), ("http://localhost:1/x", True), ("http://[::1]/x", True),
        ("http://169.254.170.2/x", True), ("http://169.254.170.23/x", True), ("http://[fd00:ec2::23]/x", True),
        ("https://example.org/x", True), ("http://example.org/x", False), ("http://169.254.169.254/x", False),
        ("http://localhost.example.org/x", False), ("http://10.0.0.1/x", False), ("ftp://localhost/x", False),
        ("http://localhost@example.org/x", False),
    ],
)  # fmt: skip
def test_a_container_is_asked_over_plain_http_on_its_own_link_alone(
    monkeypatch: pytest.MonkeyPatch, url: str, allowed: bool
) -> None:
    class Asked(Exception):  # noqa: N818 - tells that the request would have been sent
        pass

    def send(*_: object, **__: object) -> None:
        raise Asked

    monkeypatch.setattr("asdoc.runtime.credentials.web.send", send)
    with pytest.raises(Asked if allowed else ConfigurationError):
        container.credentials({"AWS_CONTAINER_CREDENTIALS_FULL_URI": url})


def test_a_container_is_asked_three_times(machine: Machine) -> None:
    slept: list[float] = []
    environ = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{machine.url}/container"}
    machine.instead = [(500, ""), (200, "no json")]
    assert container.credentials(environ, slept.append) is not None
    assert len(machine.requests) == 3
    machine.instead = [(500, "the-secret")] * 3
    with pytest.raises(CredentialRetrievalError) as caught:
        container.credentials(environ, slept.append)
    assert "status 500" in str(caught.value)
    assert "the-secret" not in str(caught.value)


def test_a_token_that_would_break_the_request_is_refused() -> None:
    environ = {
        "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/x",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN": "a\r\nb: c",
    }
    with pytest.raises(ConfigurationError) as caught:
        container.credentials(environ)
    assert "a\r\n" not in str(caught.value)


# -- a process


def test_a_process_prints_the_keys(tmp_path: Path) -> None:
    write(tmp_path, f"[default]\naws_account_id = 333333333333\ncredential_process = echo '{DOCUMENT}'\n")
    assert find(tmp_path) == Credentials("P", "the-secret", account_id="333333333333")


@pytest.mark.parametrize(
    ("program", "told"),
    [
        ("print('the-secret')", "not JSON"),
        ("print('{\"Version\": 2}')", "version 2"),
        ('print(\'{"Version": 1, "AccessKeyId": "the-secret"}\')', "no SecretAccessKey"),
        ("import sys; sys.exit('the reason')", "the reason"),
        ("print('[]')", "version None"),
    ],
)
def test_a_process_that_prints_something_else_is_told_and_not_quoted(tmp_path: Path, program: str, told: str) -> None:
    script = tmp_path / "script.py"
    script.write_text(program)
    write(tmp_path, f"[default]\ncredential_process = {sys.executable} {script}\n")
    with pytest.raises(CredentialRetrievalError, match=told) as caught:
        find(tmp_path)
    assert "the-secret" not in str(caught.value)


@pytest.mark.parametrize("command", ["'unclosed", "/no/such/program", ""])
def test_a_process_that_does_not_start_is_told(tmp_path: Path, command: str) -> None:
    write(tmp_path, f"[default]\ncredential_process = {command}\n")
    with pytest.raises((CredentialRetrievalError, ConfigurationError), match="credential_process"):
        find(tmp_path)


def test_a_process_is_started_without_a_shell(tmp_path: Path) -> None:
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\n[ \"$#\" = 2 ] && echo '{DOCUMENT}'\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    write(tmp_path, f"[default]\ncredential_process = {program} 'a b' $(id)\n")
    assert find(tmp_path).access_key == "P"


# -- roles


ROLE = "[profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = keys\n"
KEYS = "[keys]\naws_access_key_id = FILE\naws_secret_access_key = s\n"


def test_a_role_is_assumed_with_everything_that_its_profile_tells(machine: Machine, tmp_path: Path) -> None:
    write(tmp_path, f"{ROLE}external_id = e&x\nduration_seconds = 1800\nrole_session_name = me\n", KEYS)
    found = find(tmp_path, "role", AWS_ENDPOINT_URL_STS=machine.url)
    assert found.access_key == "r<FILE"
    assert found.account_id == "123456789012"
    assert found.expires is not None
    form = machine.requests[0][3]
    assert form == {
        "Action": "AssumeRole", "Version": "2011-06-15", "RoleArn": "arn:aws:iam::1:role/r", "ExternalId": "e&x",
        "DurationSeconds": "1800", "RoleSessionName": "me",
    }  # fmt: skip
    scope = machine.requests[0][2]["authorization"]
    assert re.search(r"Credential=FILE/\d{8}/eu-west-1/sts/aws4_request", scope)


def test_roles_are_assumed_one_by_another(machine: Machine, tmp_path: Path) -> None:
    chain = (
        "[profile c]\nrole_arn = arn:aws:iam::1:role/c\nsource_profile = b\n"
        "[profile b]\nrole_arn = arn:aws:iam::1:role/b\nsource_profile = a\n"
        "[profile a]\nrole_arn = arn:aws:iam::1:role/a\ncredential_source = Environment\n"
    )
    write(tmp_path, chain)
    environ = {"AWS_ACCESS_KEY_ID": "E", "AWS_SECRET_ACCESS_KEY": "s", "AWS_ENDPOINT_URL_STS": machine.url}
    assert find(tmp_path, "c", **environ).access_key == "c<b<a<E"


def test_each_role_of_a_chain_is_renewed_when_it_ends(machine: Machine, tmp_path: Path) -> None:
    write(tmp_path, ROLE + "[profile over]\nrole_arn = arn:aws:iam::1:role/o\nsource_profile = role\n", KEYS)
    source = settings(tmp_path, "over", AWS_ENDPOINT_URL_STS=machine.url).credentials()
    source.current()
    assert machine.made == 2
    source.renew_at = source._must_at = 0.0
    source.current()
    # the role below still holds
    assert machine.made == 3


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ("[profile role]\nrole_arn = r\nsource_profile = a\n[profile a]\nrole_arn = r\nsource_profile = role\n",
         "role → a → role goes in a circle"),
        ("[profile role]\nrole_arn = r\nsource_profile = role\n", "role → role goes in a circle"),
        ("[profile role]\nrole_arn = r\nsource_profile = none\n", "there is no profile 'none'"),
        ("[profile role]\nrole_arn = r\nsource_profile = a\n[profile a]\nregion = x\n", "has no credentials"),
        ("[profile role]\nrole_arn = r\n", "neither source_profile nor"),
        ("[profile role]\nrole_arn = r\nsource_profile = a\ncredential_source = Environment\n", "both"),
        ("[profile role]\nrole_arn = r\ncredential_source = Moon\n", "'Moon' is no place"),
        ("[profile role]\nrole_arn = r\ncredential_source = Environment\n", "Environment, .* has none"),
        (ROLE + "mfa_serial = arn:mfa\n", "MFA device arn:mfa"),
        (ROLE + "duration_seconds = long\n", "'long' is not a number"),
        ("[profile role]\nweb_identity_token_file = /none\n", "no role to assume"),
        ("[profile role]\nrole_arn = r\nweb_identity_token_file = /none\n", "reading the token"),
    ],
)  # fmt: skip
def test_profiles_that_contradict_themselves_are_told(tmp_path: Path, config: str, told: str) -> None:
    write(tmp_path, config, KEYS)
    with pytest.raises((CredentialsError, ConfigurationError), match=told):
        find(tmp_path, "role")


def test_a_web_identity_is_sent_without_a_signature(machine: Machine, tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("identity+token")
    environ = {
        "AWS_ROLE_ARN": "arn:aws:iam::1:role/web", "AWS_WEB_IDENTITY_TOKEN_FILE": str(token),
        "AWS_ENDPOINT_URL_STS": machine.url,
    }  # fmt: skip
    assert find(tmp_path, **environ).access_key == "web<identity+token"
    _, _, headers, form = machine.requests[0]
    assert "authorization" not in headers
    assert form["RoleSessionName"]


def test_sts_is_asked_again_where_that_may_help_and_not_where_not(
    machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr("time.sleep", slept.append)
    write(tmp_path, ROLE, KEYS)

    def failure(code: str) -> str:
        return f"<ErrorResponse><Error><Code>{code}</Code><Message>said</Message></Error></ErrorResponse>"

    machine.instead = [(503, ""), (400, failure("Throttling"))]
    assert find(tmp_path, "role", AWS_ENDPOINT_URL_STS=machine.url).access_key == "r<FILE"
    machine.requests.clear()
    machine.instead = [(403, failure("AccessDenied"))]
    with pytest.raises(CredentialRetrievalError, match="AccessDenied: said"):
        find(tmp_path, "role", AWS_ENDPOINT_URL_STS=machine.url)
    assert len(machine.requests) == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "no xml",
        "<a/>",
        "<AssumeRoleResponse><AssumeRoleResult><Credentials/></AssumeRoleResult></AssumeRoleResponse>",
    ],
)
def test_an_answer_of_sts_without_keys_is_told(machine: Machine, tmp_path: Path, body: str) -> None:
    write(tmp_path, ROLE, KEYS)
    machine.instead = [(200, body)]
    with pytest.raises(CredentialRetrievalError):
        find(tmp_path, "role", AWS_ENDPOINT_URL_STS=machine.url)


# -- the environment, and botocore


def test_keys_of_the_environment_that_end_are_read_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environ = {
        "AWS_ACCESS_KEY_ID": "ONE",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_CREDENTIAL_EXPIRATION": "2999-01-01T00:00:00Z",
    }
    source = settings(tmp_path, **environ).credentials()
    assert source.current().access_key == "ONE"
    for name, value in {**environ, "AWS_ACCESS_KEY_ID": "TWO"}.items():
        monkeypatch.setenv(name, value)
    source.renew_at = source._must_at = 0.0
    assert source.current().access_key == "TWO"
    with pytest.raises(CredentialRetrievalError, match="AWS_CREDENTIAL_EXPIRATION"):
        find(tmp_path, **{**environ, "AWS_CREDENTIAL_EXPIRATION": "soon"})


SSO = (
    "[profile sso]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r\n"
    "[sso-session s]\nsso_region = eu-west-1\nsso_start_url = https://example.org\n"
)


def test_single_sign_on_is_left_to_botocore(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, SSO)
    with pytest.raises(CredentialRetrievalError, match=r"single sign-on.*SSO"):
        find(tmp_path, "sso")

    class Found:
        _expiry_time = None

        def get_frozen_credentials(self) -> Any:
            from botocore.credentials import ReadOnlyCredentials

            return ReadOnlyCredentials("SSO", "s", "t", "1")

    monkeypatch.setattr("botocore.credentials.SSOProvider.load", lambda _: Found())
    assert find(tmp_path, "sso") == Credentials("SSO", "s", "t", account_id="1")


@pytest.mark.parametrize("profile", ["sso", "login"])
def test_who_lacks_botocore_is_told_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, profile: str) -> None:
    write(tmp_path, f"{SSO}[profile login]\nlogin_session = me\n")
    monkeypatch.setitem(sys.modules, "botocore.credentials", None)
    monkeypatch.setitem(sys.modules, "botocore.session", None)
    with pytest.raises(CredentialsError, match=r"asdoc\[botocore\]"):
        find(tmp_path, profile)


def test_the_keys_are_found_once_for_many_calls(machine: Machine, tmp_path: Path) -> None:
    source = settings(
        tmp_path, AWS_EC2_METADATA_DISABLED="", AWS_EC2_METADATA_SERVICE_ENDPOINT=machine.url
    ).credentials()
    for _ in range(5):
        source.current()
    assert len(machine.requests) == 3
    assert os.environ.get("AWS_ACCESS_KEY_ID") is None
