"""What environment and profile say of a client is what they say of botocore's."""

from __future__ import annotations

import asyncio
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError
from botocore.session import Session
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asdoc.appconfig import AsyncClient, Client
from asdoc.runtime.config import Config
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.settings import Settings
from tests.explore import examples

from .machine import running

ENVIRONMENT = {
    "AWS_PROFILE": ["one", "none"],
    "AWS_DEFAULT_PROFILE": ["one", "default"],
    "AWS_DEFAULT_REGION": ["eu-west-1", "us-gov-west-1", "fips-us-gov-west-1"],
    "AWS_USE_FIPS_ENDPOINT": ["true", "false", "TRUE", "1"],
    "AWS_USE_DUALSTACK_ENDPOINT": ["true", "false"],
    "AWS_ENDPOINT_URL": ["http://127.0.0.1:1"],
    "AWS_ENDPOINT_URL_APPCONFIG": ["http://127.0.0.1:2"],
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": ["true", "false"],
    "AWS_MAX_ATTEMPTS": ["1", "7"],
    "AWS_RETRY_MODE": ["standard", "legacy", "adaptive"],
    "AWS_CA_BUNDLE": ["/env.pem"],
    "AWS_REQUEST_CHECKSUM_CALCULATION": ["when_required", "WHEN_SUPPORTED", "never"],
    "AWS_RESPONSE_CHECKSUM_VALIDATION": ["when_required"],
    "AWS_SDK_UA_APP_ID": ["app"],
    "AWS_DISABLE_HOST_PREFIX_INJECTION": ["true", "false"],
}
LINES = [
    "region = cn-north-1", "region = eu-central-1", "use_fips_endpoint = true", "use_dualstack_endpoint = true",
    "use_dualstack_endpoint = false", "endpoint_url = http://127.0.0.1:3", "services = here", "max_attempts = 5",
    "retry_mode = legacy", "request_checksum_calculation = when_required", "sdk_ua_app_id = other",
    "response_checksum_validation = when_required", "disable_host_prefix_injection = true",
    "ca_bundle = /file.pem", "ignore_configured_endpoint_urls = true",
]  # fmt: skip
SERVICES = "[services here]\nappconfig =\n  endpoint_url = http://127.0.0.1:4\n"
KEYS: dict[str, Any] = {"aws_access_key_id": "a", "aws_secret_access_key": "b"}
CASE = settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _section(name: str, lines: list[str]) -> str:
    kept = {line.partition(" ")[0]: line for line in lines}
    return "\n".join([f"[{name}]", *kept.values(), ""])


@CASE
@given(
    st.fixed_dictionaries({}, optional={name: st.sampled_from(told) for name, told in ENVIRONMENT.items()}),
    st.lists(st.sampled_from(LINES), max_size=6),
    st.lists(st.sampled_from(LINES), max_size=6),
    st.lists(st.sampled_from(LINES[:5]), max_size=2),
)
def test_a_client_is_configured_as_botocores(
    tmp_path: Path, environ: dict[str, str], default: list[str], one: list[str], credentials: list[str]
) -> None:
    folder = tmp_path / ".aws"
    folder.mkdir(exist_ok=True)
    (folder / "config").write_text(_section("default", default) + _section("profile one", one) + SERVICES)
    (folder / "credentials").write_text(_section("one", credentials) if credentials else "")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("AWS_", "REQUESTS_"))]:
            patch.delenv(name)
        for name, value in environ.items():
            patch.setenv(name, value)
        theirs: Any
        try:
            session: Any = Session()
            client = session.create_client("appconfig", verify=False, **KEYS)
            # what a client is made with is looked up with its first call, so it is asked of the session
            theirs = (
                client.meta.region_name,
                client._ruleset_resolver.construct_endpoint(
                    client.meta.service_model.operation_model("ListApplications"), {}, {}
                ).url,
                session.get_config_variable("max_attempts"),
                session.get_config_variable("retry_mode"),
                session.get_config_variable("ca_bundle"),
                client.meta.config.request_checksum_calculation == "when_supported",
                client.meta.config.response_checksum_validation == "when_supported",
                client.meta.config.user_agent_appid or "",
                client.meta.config.inject_host_prefix,
            )
        except (BotoCoreError, ValueError):
            theirs = None
        ours: Any
        try:
            made = Client(**KEYS)
            told = made._settings
            told.profiles.check()
            chosen = told.choices()
            ours = (
                made.meta.region_name, made.meta.endpoint_url, told.max_attempts, told.retry_mode, told.verify,
                chosen.sums, chosen.checks, chosen.app, chosen.host_prefix,
            )  # fmt: skip
        except AsdocError:
            ours = None
    assert ours == theirs


def test_arguments_go_before_environment_and_profile() -> None:
    told = Settings(
        {"AWS_MAX_ATTEMPTS": "7", "AWS_RETRY_MODE": "legacy", "AWS_CA_BUNDLE": "/x", "AWS_REGION": "eu-west-1"},
        Config(max_attempts=2, retry_mode="adaptive", verify=False, region_name="eu-west-2"),
    )
    assert (told.max_attempts, told.retry_mode, told.verify, told.region) == (2, "adaptive", False, "eu-west-2")


@pytest.mark.parametrize("given", [None, False, "/given.pem"])
@pytest.mark.parametrize("own", ["", "/own.pem"])
@pytest.mark.parametrize("others", ["", "/others.pem"])
def test_who_is_trusted_is_told_as_to_boto3(given: Any, own: str, others: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("AWS_CA_BUNDLE", own), ("REQUESTS_CA_BUNDLE", others)):
        monkeypatch.delenv(name, raising=False)
        if value:
            monkeypatch.setenv(name, value)
    client: Any = Session().create_client("sts", "us-east-1", verify=given, **KEYS)
    expected = client._endpoint.http_session._verify
    found = Settings(dict(os.environ), Config(verify=given)).verify
    assert (True if found is None else found) == expected


@pytest.mark.parametrize(
    "path", ["$FOLDER/config", "${FOLDER}/config", "~/of one/config", "$FOLDER/$none/config", "~nobody-of-this-name/x"]
)
def test_the_path_of_a_file_may_hold_variables_and_a_home(
    path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "of one").mkdir()
    (tmp_path / "of one" / "config").write_text("[default]\nregion = eu-west-3\n")
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in (("HOME", str(tmp_path)), ("FOLDER", str(tmp_path / "of one")), ("AWS_CONFIG_FILE", path)):
        monkeypatch.setenv(name, value)
    assert Settings(dict(os.environ)).region == (Session().get_config_variable("region") or "")


APPLICATION = b'{"Id": "a", "Name": "n"}'


class Answers:
    """A transport of one answer, which keeps who signed each request."""

    def __init__(self) -> None:
        self.signers: list[str] = []

    def send(self, request: HttpRequest, **_: object) -> HttpResponse:
        self.signers.append(request.headers["authorization"].partition("Credential=")[2].partition("/")[0])
        return HttpResponse(status=200, body=APPLICATION)

    def close(self) -> None:
        pass


def _on_the_instance(patch: pytest.MonkeyPatch, url: str) -> None:
    patch.delenv("AWS_EC2_METADATA_DISABLED")
    patch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", url)
    patch.setenv("AWS_METADATA_SERVICE_TIMEOUT", "5")


def test_fifty_threads_of_one_client_ask_the_instance_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with running() as machine:
        _on_the_instance(monkeypatch, machine.url)
        answers = Answers()
        client = Client("eu-west-1", transport=answers)
        together = threading.Barrier(50)

        def call() -> str:
            together.wait()
            return str(client.get_application(ApplicationId="a").Id)

        with ThreadPoolExecutor(50) as pool:
            assert {future.result() for future in [pool.submit(call) for _ in range(50)]} == {"a"}
        assert set(answers.signers) == {"INSTANCE-the-role"}
        assert machine.made == 1


def test_an_event_loop_goes_on_while_its_client_waits_for_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = 0
    stood: list[bool] = []

    def until_the_loop_went_on() -> None:
        # A loop that waits for this answer itself does not tick before the time is over.
        before, end = ticks, time.monotonic() + 10
        while ticks < before + 3 and time.monotonic() < end:
            time.sleep(0.01)
        stood.append(ticks < before + 3)

    class AsyncAnswers(Answers):
        async def send(self, request: HttpRequest, **_: object) -> HttpResponse:  # type: ignore[override]  # awaited
            return super().send(request)

        async def close(self) -> None:  # type: ignore[override]  # awaited
            pass

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0.01)

    async def main(answers: Any) -> None:
        client = AsyncClient("eu-west-1", transport=answers)
        ticking = asyncio.create_task(tick())
        await asyncio.gather(*(client.get_application(ApplicationId="a") for _ in range(50)))
        ticking.cancel()
        await client.close()

    with running() as machine:
        _on_the_instance(monkeypatch, machine.url)
        machine.before = until_the_loop_went_on
        answers = AsyncAnswers()
        asyncio.run(main(answers))
        assert machine.made == 1
    assert answers.signers == ["INSTANCE-the-role"] * 50
    assert stood
    assert not any(stood)
