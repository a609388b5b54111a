"""An answer that was kept is the one that the operation would give now, to whoever asks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from asdoc.appconfig import Client
from asdoc.appconfig.backend import Backend
from asdoc.behaviour.appconfig import AppConfig
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.schema import load_service
from asdoc.runtime.server.access_keys import Key
from asdoc.runtime.server.auth import Verifier
from asdoc.runtime.server.backend import ServiceBackend
from asdoc.runtime.server.call import Call
from asdoc.runtime.server.faults import Rule
from asdoc.runtime.server.kept import Answers, steady
from asdoc.runtime.server.options import Options, apply
from asdoc.runtime.server.store import MemoryStore
from asdoc.runtime.server.stores import open_store
from asdoc.runtime.server.wsgi import wsgi_application
from tests.server.test_wsgi import environ

ACCOUNT = "AWS4-HMAC-SHA256 Credential={}/20260101/{}/appconfig/aws4_request, SignedHeaders=host, Signature=0"


class Site:
    def __init__(self, backend: Any) -> None:
        self.backend = backend
        self.application: Any = wsgi_application(backend)

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], Any]:
        started: list[Any] = []
        content = b"" if body is None else json.dumps(body).encode()
        given = environ(method, path, content, CONTENT_TYPE="application/json", **headers)
        if body is None:
            del given["CONTENT_LENGTH"]
        parts = self.application(given, lambda *told: started.extend(told))
        text = b"".join(parts)
        sent = dict(started[1])
        if "content-length" in sent:
            assert sent["content-length"] == str(len(text))
        return int(started[0][:3]), sent, json.loads(text) if text else None

    def application_made(self) -> str:
        identifier: str = self.call("POST", "/applications", {"Name": "first"})[2]["Id"]
        return f"/applications/{identifier}"


@pytest.fixture
def site() -> Site:
    return Site(Backend(store=MemoryStore()))


def told(site: Site) -> int:
    """How often the behaviour itself has answered since it is counted."""
    behaviour: Any = site.backend.behaviour
    return int(behaviour.asked)


class Counting(AppConfig):
    asked = 0

    @steady
    def get_application(self, call: Call) -> Any:
        self.asked += 1
        return super().get_application(call)


def counting(**more: Any) -> Site:
    return Site(ServiceBackend(load_service("asdoc.appconfig"), Counting, **more))


def test_what_has_not_changed_is_not_made_again() -> None:
    site = counting()
    path = site.application_made()
    answers = [site.call("GET", path) for _ in range(5)]
    assert told(site) == 1
    assert all((status, body["Name"]) == (200, "first") for status, _, body in answers)
    assert len({headers["x-amzn-requestid"] for _, headers, _ in answers}) == 5
    assert all(headers["content-type"] == "application/json" for _, headers, _ in answers)


def test_a_change_is_seen_at_once(site: Site) -> None:
    path = site.application_made()
    other = site.application_made()
    for name in ("second", "third"):
        site.call("GET", path)
        site.call("PATCH", path, {"Name": name})
        assert site.call("GET", path)[2]["Name"] == name
        assert site.call("GET", other)[2]["Name"] == "first"
    assert site.call("DELETE", path)[0] == 204
    assert site.call("GET", path)[0] == 404
    assert site.call("GET", other)[0] == 200


def test_anothers_change_does_not_have_it_made_again() -> None:
    site = counting()
    path = site.application_made()
    site.call("GET", path)
    site.application_made()
    assert site.call("GET", path)[2]["Name"] == "first"
    assert told(site) == 1


def test_what_is_reset_or_restored_is_seen_at_once(site: Site) -> None:
    path = site.application_made()
    site.call("GET", path)
    before = site.backend.store.snapshot()
    site.call("PATCH", path, {"Name": "second"})
    site.call("GET", path)
    site.backend.store.restore(before)
    assert site.call("GET", path)[2]["Name"] == "first"
    site.backend.store.clear()
    assert site.call("GET", path)[0] == 404


def test_accounts_and_regions_stay_apart(site: Site) -> None:
    path = site.application_made()
    assert site.call("GET", path)[0] == 200
    for account, region in (("111122223333", "us-east-1"), ("123456789012", "eu-west-1")):
        headers = {"HTTP_AUTHORIZATION": ACCOUNT.format(account, region)}
        assert site.call("GET", path, **headers)[0] == 404
        site.call("GET", "/deploymentstrategies/AppConfig.AllAtOnce", **headers)
    assert site.call("GET", path, HTTP_AUTHORIZATION=ACCOUNT.format("123456789012", "us-east-1"))[0] == 200


def test_a_signature_is_asked_for_each_time(site: Site) -> None:
    path = site.application_made()
    assert site.call("GET", path)[0] == 200
    site.backend.verifier = Verifier({"k": Key("k", "secret")}, now=lambda: datetime.now(UTC))
    assert site.call("GET", path)[0] == 403
    assert site.call("GET", path, HTTP_AUTHORIZATION=ACCOUNT.format("k", "us-east-1"))[0] == 403


def test_faults_strike_what_is_kept(site: Site) -> None:
    path = site.application_made()
    site.call("GET", path)
    site.backend.injected.set([Rule(operation="GetApplication", error="throttling")])
    assert site.call("GET", path)[0] == 429


def test_what_is_kept_is_counted(site: Site) -> None:
    apply(Options(), site.backend)
    path = site.application_made()
    for _ in range(3):
        site.call("GET", path)
    shown: list[bytes] = site.application(environ("GET", "/_asdoc/metrics"), lambda *told: None)
    assert b'operation="GetApplication",status="200"} 3\n' in shown[0]


def test_a_query_or_a_body_is_not_left_out_of_account(site: Site) -> None:
    path = site.application_made()
    site.call("GET", path)
    assert site.call("GET", path, QUERY_STRING="x=1")[0] == 200
    assert site.call("HEAD", path)[0] == 404
    assert site.call("GET", path, {"x": "y" * 9_000_000})[0] in (400, 413)


class Timed(AppConfig):
    @steady
    def get_application(self, call: Call) -> Any:
        return {**super().get_application(call), "Description": call.now.isoformat()}


class Listing(AppConfig):
    @steady
    def get_application(self, call: Call) -> Any:
        number = call.store.count(call.scope, "Application", "")
        return {**super().get_application(call), "Description": str(number)}


class Overriding(AppConfig):
    asked = 0

    def get_application(self, call: Call) -> Any:
        self.asked += 1
        return {**super().get_application(call), "Description": str(self.asked)}


@pytest.mark.parametrize("behaviour", [Timed, Listing, Overriding])
def test_what_follows_from_more_than_records_is_made_each_time(behaviour: type) -> None:
    site = Site(ServiceBackend(load_service("asdoc.appconfig"), behaviour))
    path = site.application_made()
    seen = set()
    for _ in range(3):
        seen.add(site.call("GET", path)[2]["Description"])
        site.application_made()
    assert len(seen) == 3


def test_there_is_an_end_to_what_is_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asdoc.runtime.server.kept._MOST", 5)
    path = "/deploymentstrategies/AppConfig.AllAtOnce"
    for number in range(12):
        headers = {"HTTP_AUTHORIZATION": ACCOUNT.format(f"{number:012}", "us-east-1")}
        assert site.call("GET", path, **headers)[0] == 200
    kept: Answers = site.backend._kept
    address = kept.find(path)
    assert address is not None
    assert 1 <= len(address.answers) <= 5


def test_a_store_that_reads_records_anew_keeps_no_answers(tmp_path: Any) -> None:
    site = Site(Backend(store=open_store(f"sqlite:///{tmp_path}/s.db")))
    path = site.application_made()
    site.call("GET", path)
    other = Site(Backend(store=open_store(f"sqlite:///{tmp_path}/s.db")))
    other.call("PATCH", path, {"Name": "second"})
    assert site.call("GET", path)[2]["Name"] == "second"
    site.backend.store.close()
    other.backend.store.close()


def test_there_is_an_end_to_the_bytes_of_what_is_kept(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    path = site.application_made()
    size = len(json.dumps(site.call("GET", path)[2], separators=(",", ":")))
    monkeypatch.setattr("asdoc.runtime.server.kept._MOST_BYTES", 3 * size)
    for _ in range(10):
        site.call("GET", site.application_made())
    assert 1 <= sum(len(address.answers) for address in site.backend._kept._addresses.values()) <= 3


@pytest.mark.parametrize("again", ["reset", "restore"])
def test_what_was_kept_of_an_emptied_store_does_not_stay(site: Site, again: str) -> None:
    snapshot = site.backend.store.snapshot()
    for _ in range(20):
        site.call("GET", site.application_made())
    site.backend.store.clear() if again == "reset" else site.backend.store.restore(snapshot)
    site.call("GET", site.application_made())
    assert len(site.backend._kept._addresses) == 1


def test_a_call_in_the_same_process_is_given_what_is_kept_and_sees_each_change() -> None:
    class Counted(AppConfig):
        asked = 0

        @steady
        def get_application(self, call: Call) -> Any:
            self.asked += 1
            return super().get_application(call)

    backend = ServiceBackend(load_service("asdoc.appconfig"), Counted, store=MemoryStore())
    client = Client(backend=backend.handle)
    made = client.create_application(Name="first")["Id"]
    answers = [client.get_application(ApplicationId=made) for _ in range(3)]
    assert backend.behaviour.asked == 1
    assert all(answer == {"Id": made, "Name": "first"} for answer in answers)
    assert len({answer["ResponseMetadata"]["RequestId"] for answer in answers}) == 3
    heads = [answer["ResponseMetadata"]["HTTPHeaders"].keys() for answer in answers]
    assert heads[0] == heads[1] == heads[2]
    client.update_application(ApplicationId=made, Name="second")
    assert client.get_application(ApplicationId=made) == {"Id": made, "Name": "second"}
    client.delete_application(ApplicationId=made)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_application(ApplicationId=made)


def test_an_escaped_path_is_not_taken_for_what_it_spells(site: Site) -> None:
    path = site.application_made()
    plain = HttpRequest(method="GET", target=path)
    escaped = HttpRequest(method="GET", target=path[:-1] + f"%{ord(path[-1]):02X}")
    twice = HttpRequest(method="GET", target=path[:-1] + f"%25{ord(path[-1]):02X}")
    for _ in range(2):
        answers = [site.backend.handle(request) for request in (plain, escaped, twice)]
        assert [answer.status for answer in answers][:2] == [200, 200]
        assert answers[0].body == answers[1].body
        assert answers[2].status >= 400
