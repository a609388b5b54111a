"""The short roads of a call give what the long ones give: its request, its signature, its answer, its time."""

from __future__ import annotations

import signal
import socket
import threading
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from asdoc.runtime.credentials import Credentials
from asdoc.runtime.endpoint import Endpoint
from asdoc.runtime.exceptions import ParamValidationError, ReadTimeout
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.quick import compile_target
from asdoc.runtime.schema import load_service
from asdoc.runtime.serialize import RequestPlan
from asdoc.runtime.sigv4 import Moment, sign_at
from asdoc.runtime.transports.pool import PoolTransport

SERVICE = load_service("asdoc.appconfig")
SHORT = [name for name, told in SERVICE.operations.items() if compile_target(SERVICE, told) is not None]
VALUES = st.one_of(st.none(), st.text(), st.text("ab/?% é&=", max_size=4), st.integers(), st.booleans(), st.floats())


def built(plan: RequestPlan, arguments: dict[str, Any], endpoint: Endpoint) -> HttpRequest | list[str]:
    try:
        return plan.build(arguments, endpoint)
    except ParamValidationError as error:
        return [error.message]
    except UnicodeEncodeError:
        return ["no text"]


def test_most_reads_have_a_short_road_and_what_has_a_body_has_none() -> None:
    assert {"GetDeployment", "GetApplication", "ListDeployments", "DeleteApplication"} <= set(SHORT)
    assert not {"CreateApplication", "UpdateApplication", "CreateHostedConfigurationVersion"} & set(SHORT)


@pytest.mark.parametrize("name", SHORT)
@settings(max_examples=25, deadline=None)
@given(data=st.data(), path=st.sampled_from(["", "/", "/base", "/base/"]))
def test_the_short_road_makes_the_request_that_the_long_one_makes(name: str, data: st.DataObject, path: str) -> None:
    operation = SERVICE.operations[name]
    short, long = RequestPlan(SERVICE, operation), RequestPlan(SERVICE, operation)
    long.short = None
    members = list(SERVICE.shapes[operation.input].members) if operation.input else []
    arguments = data.draw(st.fixed_dictionaries({}, optional=dict.fromkeys([*members, "Unknown"], VALUES)))
    endpoint = Endpoint("https", "example.org", path)
    assert built(short, arguments, endpoint) == built(long, arguments, endpoint)


@settings(deadline=None)
@given(
    target=st.text("ab/.%2?&=~+é", min_size=1).map(lambda text: f"/{text}"),
    method=st.sampled_from(["GET", "DELETE", "POST"]),
    token=st.sampled_from(["", "token", "to  ken "]),
    region=st.sampled_from(["us-east-1", "eu-west-1"]),
)
def test_what_a_second_shares_signs_as_a_signature_made_anew(method: str, target: str, token: str, region: str) -> None:
    request = HttpRequest(method=method, host="example.org:8080", target=target, headers={"user-agent": "x"})
    credentials = Credentials("AKIDEXAMPLE", "secret", token)
    moment = Moment(credentials, region, "appconfig", "20150830T123600Z", request.host)
    assert moment.sign(request) == sign_at(request, credentials, region, "appconfig", "20150830T123600Z")


def asked(server: Any, timeout: float) -> float:
    started = time.monotonic()
    with pytest.raises(ReadTimeout):
        PoolTransport(environ={}).send(HttpRequest(method="GET", host=server), connect_timeout=5, read_timeout=timeout)
    return time.monotonic() - started


@pytest.fixture
def silent() -> Any:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"127.0.0.1:{listening.getsockname()[1]}"


def test_a_thread_waits_no_longer_than_it_may(silent: str) -> None:
    took: list[float] = []
    thread = threading.Thread(target=lambda: took.append(asked(silent, 0.2)))
    thread.start()
    thread.join(10)
    assert 0.15 < took[0] < 2


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="the system has no timers that signal")
def test_signals_that_keep_coming_do_not_prolong_the_wait(silent: str) -> None:
    before = signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
    try:
        assert 0.15 < asked(silent, 0.2) < 2
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
