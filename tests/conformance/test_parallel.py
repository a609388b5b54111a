"""The verdicts do not depend on how many cases are tried at a time, in which order, or in how many parts."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from asdoc.appconfig.backend import Backend
from asdoc.conformance import Report, Settings, verify
from asdoc.conformance.cases.load import load_suite
from asdoc.conformance.selection import Selection, read_shard, select, shard_of
from asdoc.conformance.turns import FileTurns, ThreadTurns, Turns
from asdoc.conformance.verify import verify_events
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.server.clock import ManualClock
from tests.conformance.library import CALLS, Library, make_suite
from tests.conformance.test_reference import changing, complete
from tests.conformance.test_targets import Serving

KINDS = ("example", "statement")
ALL = Selection(kinds=KINDS)


def judged(report: Report) -> dict[str, Any]:
    """What a run says of each case, without the ids and times that a target makes anew in every run."""
    return {
        case.id: (case.verdict, case.reading, [(check.id, check.outcome) for check in case.checks], case.path)
        for case in report.cases
    }


@pytest.mark.parametrize(
    "make", [lambda: "reference", lambda: changing(complete, "/deployments")], ids=["right", "wrong"]
)
def test_workers_order_and_parts_change_no_verdict(make: Callable[[], Any]) -> None:
    alone = judged(verify(make(), service="appconfig", selection=ALL))
    assert judged(verify(make(), service="appconfig", selection=ALL, settings=Settings(jobs=4))) == alone
    by_chance = Selection(kinds=KINDS, seed=7)
    shuffled = verify(make(), service="appconfig", selection=by_chance, settings=Settings(jobs=3))
    assert judged(shuffled) == alone
    assert [case.id for case in shuffled.cases] != list(alone)
    parts: dict[str, Any] = {}
    for part in (1, 2):
        found = judged(verify(make(), service="appconfig", selection=Selection(kinds=KINDS, shard=(part, 2))))
        assert not set(found) & set(parts)
        parts |= found
    assert parts == alone


def test_workers_of_one_server_do_not_move_its_clock_under_one_another() -> None:
    serving = Serving(Backend(clock=ManualClock()).handle)
    try:
        alone = judged(verify(serving.url, service="appconfig", selection=ALL))
        assert {verdict for verdict, *_ in alone.values()} == {"pass"}
        assert judged(verify(serving.url, service="appconfig", selection=ALL, settings=Settings(jobs=4))) == alone
    finally:
        serving.server.shutdown()
        serving.server.server_close()


def test_a_target_of_this_process_is_called_by_one_worker_at_a_time() -> None:
    library, inside, most = Library(), [0], [0]

    def handle(request: HttpRequest) -> HttpResponse:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        time.sleep(0.0005)
        response = library.handle(request)
        inside[0] -= 1
        return response

    report = verify(handle, service="library", suite=make_suite(), settings=Settings(jobs=8))
    assert report.totals["pass"] == len(CALLS)
    assert most == [1]


def test_a_run_ends_with_its_first_failure_where_it_was_asked_to() -> None:
    def run(jobs: int) -> list[str]:
        wrong = {"GetShelf": lambda request, response: HttpResponse(status=202, body=response.body)}
        settings = Settings(jobs=jobs, fail_fast=True)
        report = verify(Library(wrong=wrong).handle, service="library", suite=make_suite(), settings=settings)
        assert report.totals["fail"] == 1
        assert report.cases[-1].verdict == "fail"
        return [case.id for case in report.cases]

    assert run(1) == run(4)
    assert len(run(1)) < len(CALLS)


def test_what_ends_a_run_ends_it_with_many_workers_too() -> None:
    with pytest.raises(AsdocError, match="returned a dict"):
        verify(lambda request: {}, service="library", suite=make_suite(), settings=Settings(jobs=4))


def test_a_run_that_is_given_up_leaves_no_worker_behind() -> None:
    events = verify_events("reference", service="appconfig", selection=ALL, settings=Settings(jobs=4))
    for _ in range(3):
        next(events)
    events.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("asdoc-case")]


def test_a_part_keeps_its_cases_as_others_are_added() -> None:
    cases = load_suite("appconfig").file.cases
    before = [case.id for case in select(cases[:20], Selection(kinds=(), shard=(2, 3)))]
    after = [case.id for case in select(cases, Selection(kinds=(), shard=(2, 3)))]
    assert [case for case in after if case in before] == before
    assert all(shard_of(case, 3) == 2 for case in after)


@pytest.mark.parametrize("text", ["", "2", "0/5", "6/5", "a/b", "1/0", "-1/5", "1/5/5", "\u0661/\u0662"])
def test_what_is_no_part_of_a_whole_is_refused(text: str) -> None:
    with pytest.raises(AsdocError, match="shard"):
        read_shard(text)


def test_operations_are_selected_by_name_and_pattern() -> None:
    cases = load_suite("appconfig").file.cases
    found = select(cases, Selection(kinds=(), operations=("GetDeployment", "List*")))
    assert {case.operation for case in found} >= {"GetDeployment", "ListApplications"}
    assert all(case.operation == "GetDeployment" or case.operation.startswith("List") for case in found)


@pytest.mark.parametrize(
    ("operations", "hint"),
    [
        (("Nothing",), "as on the page"),
        (("GetDeploymnt",), "Did you mean GetDeployment?"),
        (("get_deployment",), "Did you mean GetDeployment?"),
        (("GetDeployment", "StopDeploymemt"), "Did you mean StopDeployment?"),
        (("UntagResource", "List*", "Lsit*"), "as on the page|Did you mean"),
    ],
)
def test_an_operation_that_nothing_is_of_is_told_whatever_stands_beside_it(
    operations: tuple[str, ...], hint: str
) -> None:
    with pytest.raises(AsdocError, match=operations[-1].replace("*", r"\*")) as raised:
        select(load_suite("appconfig").file.cases, Selection(kinds=(), operations=operations))
    assert re.search(hint, raised.value.hint or "")


def test_an_operation_with_cases_of_other_kinds_alone_is_told_where_they_are() -> None:
    with pytest.raises(AsdocError, match="of the kinds that were asked for") as raised:
        select(load_suite("appconfig").file.cases, Selection(kinds=("ordering",), operations=("StopDeployment",)))
    assert "--kind constraint" in (raised.value.hint or "")


@pytest.fixture(params=["threads", "file"])
def turns(request: pytest.FixtureRequest, tmp_path: Path) -> Turns:
    return ThreadTurns() if request.param == "threads" else FileTurns(tmp_path / "lock")


def test_who_is_alone_is_alone(turns: Turns) -> None:
    inside, seen = [0], []

    def together() -> None:
        for _ in range(5):
            with turns.together():
                inside[0] += 1
                time.sleep(0.001)
                inside[0] -= 1

    def alone() -> None:
        for _ in range(5):
            with turns.alone():
                seen.append(inside[0])
                time.sleep(0.001)
                seen.append(inside[0])

    threads = [threading.Thread(target=each) for each in (together, together, alone, alone)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [0] * 20
