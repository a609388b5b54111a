from __future__ import annotations

import json
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asdoc.appconfig.backend import Backend
from asdoc.proton.backend import Backend as Proton
from asdoc.runtime.server.clock import ManualClock
from asdoc.runtime.server.faults import Faults, Rule
from asdoc.runtime.server.store import MemoryStore
from asdoc.runtime.server.stores import open_store
from tests.server.conftest import Wire


def test_the_clock_is_shown_and_moved(wire: Wire, clock: ManualClock) -> None:
    clock.set(datetime(2021, 9, 17, 21, 43, 54, tzinfo=UTC))
    assert wire.json("GET", "/_asdoc/clock") == {"mode": "manual", "now": "2021-09-17T21:43:54Z"}
    assert wire.json("POST", "/_asdoc/clock", {"advance": 90})["now"] == "2021-09-17T21:45:24Z"
    assert wire.json("POST", "/_asdoc/clock", {"now": "2020-01-01T00:00:00+01:00"})["now"] == "2019-12-31T23:00:00Z"


def test_the_real_clock_is_not_moved() -> None:
    real = Wire(Backend())
    assert real.json("GET", "/_asdoc/clock")["mode"] == "real"
    assert real.send("POST", "/_asdoc/clock", {"advance": 1}).status == 409


@pytest.mark.parametrize(
    "wish",
    [b"", b"{", b"[]", b"[" * 100_000, {}, {"advance": "1"}, {"advance": -1}, {"advance": True}, {"advance": 1e300},
     {"now": "soon"}, {"now": 7}, {"advance": 1, "now": "2020-01-01"}, {"now": "0001-01-01T00:00:00+14:00"}],
)  # fmt: skip
def test_a_wish_that_makes_no_sense_moves_nothing(wire: Wire, clock: ManualClock, wish: object) -> None:
    before = clock.now()
    assert wire.send("POST", "/_asdoc/clock", wish).status == 400
    assert clock.now() == before


def test_reset_forgets_everything(wire: Wire) -> None:
    wire.send("POST", "/applications", {"Name": "n"})
    assert wire.send("POST", "/_asdoc/reset").status == 200
    assert wire.json("GET", "/applications") == {"Items": []}


def test_health_names_the_services(wire: Wire) -> None:
    assert wire.json("GET", "/_asdoc/health") == {"status": "ok", "services": ["appconfig"]}


def test_other_control_paths_and_methods_are_refused(wire: Wire) -> None:
    assert wire.send("GET", "/_asdoc/nothing").status == 404
    assert wire.send("DELETE", "/_asdoc/clock").status == 405
    assert wire.send("GET", "/_asdoc/reset").headers["allow"] == "POST"
    assert json.loads(wire.send("GET", "/_asdoc/").body)["message"]


def test_a_clock_may_be_moved_by_many() -> None:
    clock = ManualClock(datetime(2020, 1, 1, tzinfo=UTC))
    threads = [threading.Thread(target=lambda: [clock.advance(1) for _ in range(200)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now() - datetime(2020, 1, 1, tzinfo=UTC) == timedelta(seconds=1600)


def test_a_clock_wants_a_time_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        ManualClock(datetime(2020, 1, 1))


def test_a_page_in_a_browser_has_no_control(wire: Wire) -> None:
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec_fetch_site": "cross-site"},
        {"sec_fetch_site": "same-site"},
        {"host": "evil.example"},
        {"host": "evil.example:4570"},
        {"host": "127.0.0.1.evil.example"},
        {"host": "localhost.evil.example."},
        {"host": "[::1].evil.example"},
    ):
        assert wire.send("POST", "/_asdoc/reset", **headers).status == 403, headers
        assert wire.send("GET", "/_asdoc/snapshot", **headers).status == 403, headers


@pytest.mark.parametrize(
    "host", ["127.0.0.1:4570", "localhost", "LOCALHOST:80", "[::1]:4570", "10.1.2.3", "asdoc:4570", "a.localhost",
             "host.docker.internal:1"],
)  # fmt: skip
def test_a_program_here_or_beside_has_control(wire: Wire, host: str) -> None:
    assert wire.send("POST", "/_asdoc/reset", host=host).status == 200
    assert wire.send("POST", "/_asdoc/reset", host=host, sec_fetch_site="none").status == 200


def test_without_control_one_may_look_on_and_no_more() -> None:
    backend = Backend(clock=ManualClock())
    backend.control.configure(acts=False)
    wire = Wire(backend)
    for path in ("alarms", "clock", "faults", "reset", "restore", "snapshot"):
        for method in ("GET", "POST", "DELETE"):
            assert wire.send(method, f"/_asdoc/{path}").status == 404
    assert wire.send("GET", "/_asdoc/health").status == 200
    assert wire.send("GET", "/_asdoc/ready").status == 200


class Broken(MemoryStore):
    def count(self, scope: tuple[str, str], kind: str, parent: str) -> int:
        raise OSError("the disk is gone")


def test_a_server_whose_store_is_gone_is_alive_but_not_ready(caplog: pytest.LogCaptureFixture) -> None:
    wire = Wire(Backend(store=Broken()))
    assert wire.send("GET", "/_asdoc/health").status == 200
    response = wire.send("GET", "/_asdoc/ready")
    assert response.status == 503
    assert b"disk" not in response.body
    assert "does not answer" in caplog.text


def faults(wire: Wire, *rules: dict[str, object]) -> None:
    assert wire.send("POST", "/_asdoc/faults", list(rules)).status == 200


def test_a_fault_strikes_its_operation_and_no_other(wire: Wire) -> None:
    faults(wire, {"operation": "ListApplications", "error": "throttling"})
    wire.refused(wire.send("GET", "/applications"), 429, "ThrottlingException")
    assert wire.send("GET", "/deploymentstrategies").status == 200
    assert wire.send("DELETE", "/_asdoc/faults").status == 200
    assert wire.send("GET", "/applications").status == 200


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        ("throttling", 429, "ThrottlingException"),
        ("internal", 500, "InternalServerException"),
        ("unavailable", 503, "ServiceUnavailableException"),
        ("timeout", 504, "GatewayTimeoutException"),
    ],
)
def test_each_fault_has_its_status(wire: Wire, error: str, status: int, code: str) -> None:
    faults(wire, {"error": error})
    wire.refused(wire.send("GET", "/applications"), status, code)


def test_a_call_that_a_fault_has_struck_did_nothing(wire: Wire) -> None:
    faults(wire, {"operation": "CreateApplication", "error": "internal", "count": 1})
    assert wire.send("POST", "/applications", {"Name": "n"}).status == 500
    assert wire.json("GET", "/applications") == {"Items": []}
    assert wire.send("POST", "/applications", {"Name": "n"}).status == 201


def test_a_share_of_the_calls_is_struck_and_then_no_more(wire: Wire) -> None:
    faults(wire, {"error": "unavailable", "share": 0.25, "count": 3})
    statuses = [wire.send("GET", "/applications").status for _ in range(20)]
    assert statuses == [200, 200, 200, 503] * 3 + [200] * 8
    assert wire.json("GET", "/_asdoc/faults") == {"faults": [{"error": "unavailable", "share": 0.25, "count": 0}]}


def test_latency_holds_an_answer_back_and_no_more() -> None:
    waited: list[float] = []
    injected = Faults(sleep=waited.append)
    injected.set([Rule(operation="GetApplication", latency=1.5), Rule(service="appconfig", latency=0.5)])
    injected.strike("appconfig", "GetApplication")
    injected.strike("appconfig", "ListApplications")
    injected.strike("proton", "ListEnvironments")
    assert waited == [2.0, 0.5]


@pytest.mark.parametrize(
    "wish",
    [b"", b"{", {}, [{}], {"error": "fire"}, {"latency": -1}, {"latency": 61}, {"latency": True}, {"error": 7},
     {"error": "internal", "share": 0}, {"error": "internal", "share": 1.1}, {"error": "internal", "count": 0},
     {"error": "internal", "colour": "red"}, [{"error": "internal"}] * 101, b"[" * 100_000],
)  # fmt: skip
def test_faults_that_make_no_sense_leave_those_in_force(wire: Wire, wish: object) -> None:
    faults(wire, {"error": "internal"})
    assert wire.send("POST", "/_asdoc/faults", wish).status == 400
    assert wire.json("GET", "/_asdoc/faults") == {"faults": [{"error": "internal"}]}


def test_reset_ends_the_faults(wire: Wire) -> None:
    faults(wire, {"error": "internal"})
    wire.send("POST", "/_asdoc/reset")
    assert wire.send("GET", "/applications").status == 200


def test_several_workers_take_no_faults() -> None:
    backend = Backend()
    backend.control.configure(shared=True)
    assert Wire(backend).send("POST", "/_asdoc/faults", {"error": "internal"}).status == 409


def test_a_snapshot_is_restored_in_another_process(wire: Wire, clock: ManualClock) -> None:
    clock.set(datetime(2021, 9, 17, 21, 43, 54, tzinfo=UTC))
    made = [wire.json("POST", "/applications", {"Name": f"n{n}", "Tags": {"a": "b"}})["Id"] for n in range(5)]
    profile = {"Name": "p", "LocationUri": "hosted"}
    path = f"/applications/{made[0]}/configurationprofiles"
    profile = wire.json("POST", path, profile)["Id"]
    content = f"{path}/{profile}/hostedconfigurationversions"
    assert wire.send("POST", content, b"\x00\xff", content_type="application/octet-stream").status == 201
    taken = wire.send("GET", "/_asdoc/snapshot").body
    wire.send("DELETE", f"/applications/{made[4]}")

    script = (
        "import sys; from asdoc.appconfig.backend import Backend; from asdoc.runtime.http import HttpRequest as R\n"
        "from asdoc.runtime.server.clock import ManualClock\n"
        "b = Backend(clock=ManualClock())\n"
        "b.handle(R(method='POST', target='/applications', body=b'{\"Name\": \"gone\"}'))\n"
        "assert b.handle(R(method='POST', target='/_asdoc/restore', body=sys.stdin.buffer.read())).status == 200\n"
        f"for target in ('/applications', '/_asdoc/clock', '{content}/1', '/_asdoc/snapshot'):\n"
        "    sys.stdout.buffer.write(b.handle(R(method='GET', target=target)).body + b'\\n--\\n')\n"
    )
    told = subprocess.run([sys.executable, "-c", script], input=taken, capture_output=True, check=True).stdout
    applications, time, version, again, _ = told.split(b"\n--\n")
    assert [item["Id"] for item in json.loads(applications)["Items"]] == made
    assert json.loads(time)["now"] == "2021-09-17T21:43:54Z"
    assert version == b"\x00\xff"
    assert again == taken


def test_what_comes_after_a_restore_comes_behind_it(wire: Wire) -> None:
    names = ["a", "b", "c"]
    for name in names:
        wire.send("POST", "/applications", {"Name": name})
    other = Wire(Backend())
    assert other.send("POST", "/_asdoc/restore", wire.send("GET", "/_asdoc/snapshot").body).status == 200
    other.send("POST", "/applications", {"Name": "d"})
    assert [item["Name"] for item in other.json("GET", "/applications")["Items"]] == [*names, "d"]


@pytest.mark.parametrize("data", [b"", b"{}", b"\x80", b"\xff" * 100, b"\x91" * 100_000])
def test_what_is_no_snapshot_changes_nothing(wire: Wire, data: bytes) -> None:
    wire.send("POST", "/applications", {"Name": "n"})
    assert wire.send("POST", "/_asdoc/restore", data).status == 409
    assert len(wire.json("GET", "/applications")["Items"]) == 1


def test_a_snapshot_of_another_service_changes_nothing(wire: Wire) -> None:
    taken = Wire(Proton()).send("GET", "/_asdoc/snapshot").body
    assert b"is of" in wire.send("POST", "/_asdoc/restore", taken).body


@given(data=st.data())
def test_a_snapshot_that_was_changed_breaks_nothing(data: st.DataObject) -> None:
    wire = Wire(Backend())
    wire.send("POST", "/applications", {"Name": "n"})
    taken = bytearray(wire.send("GET", "/_asdoc/snapshot").body)
    for _ in range(data.draw(st.integers(1, 4))):
        taken[data.draw(st.integers(0, len(taken) - 1))] = data.draw(st.integers(0, 255))
    assert wire.send("POST", "/_asdoc/restore", bytes(taken)).status in (200, 409)
    assert wire.send("GET", "/applications").status == 200


def test_a_snapshot_with_a_text_that_is_no_text_is_refused() -> None:
    wire = Wire(Backend())
    wire.send("POST", "/applications", {"Name": "abcdefgh"})
    taken = wire.send("GET", "/_asdoc/snapshot").body
    assert b"abcdefgh" in taken
    assert wire.send("POST", "/_asdoc/restore", taken.replace(b"abcdefgh", b"abcd\xfb\xfbgh")).status == 409
    assert [item["Name"] for item in wire.json("GET", "/applications")["Items"]] == ["abcdefgh"]


def test_a_snapshot_of_a_database_comes_back(tmp_path: Path) -> None:
    wire = Wire(Backend(store=open_store(f"sqlite:///{tmp_path}/a.db")))
    wire.send("POST", "/applications", {"Name": "n"})
    taken = wire.send("GET", "/_asdoc/snapshot").body
    wire.send("POST", "/_asdoc/reset")
    assert wire.send("POST", "/_asdoc/restore", taken).status == 200
    assert [item["Name"] for item in wire.json("GET", "/applications")["Items"]] == ["n"]
    assert Wire(Backend()).send("POST", "/_asdoc/restore", taken).status == 409
    memory = Wire(Backend())
    memory.send("POST", "/applications", {"Name": "m"})
    taken = memory.send("GET", "/_asdoc/snapshot").body
    assert wire.send("POST", "/_asdoc/restore", taken).status == 200
    assert [item["Name"] for item in wire.json("GET", "/applications")["Items"]] == ["m"]
    wire.backend.store.close()
