from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest

from asdoc.appconfig.backend import Backend
from asdoc.runtime.server.clock import ManualClock
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
