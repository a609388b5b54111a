"""A target that throttles, or that wants to know who asks: neither is a deviation from its documents."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from asdoc.conformance.patience import LONGEST, WAITS, Patience, throttled
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpRequest, HttpResponse
from tests.conformance.conftest import Judge
from tests.conformance.library import Library, error

TOO_OFTEN = error(429, "ThrottlingException", "Rate exceeded")
REQUEST = HttpRequest(method="GET", scheme="http", host="library", target="/shelves")


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asdoc.conformance.driver.Patience", lambda: Patience(lambda seconds: None))


def test_a_target_that_throttles_now_and_then_fails_nothing(judge: Judge) -> None:
    library, turns = Library(), itertools.count()

    def handle(request: HttpRequest) -> HttpResponse:
        called = "authorization" in request.headers  # the clock of the library is no operation
        return TOO_OFTEN if called and next(turns) % 3 else library.handle(request)

    assert {case.verdict for case in judge(handle).cases} == {"pass"}


def test_a_target_that_throttles_everything_is_neither_wrong_nor_without_the_operations(judge: Judge) -> None:
    report = judge(lambda request: TOO_OFTEN)
    assert {case.verdict for case in report.cases} == {"blocked"}
    assert all("throttled" in case.reason for case in report.cases)


def test_a_target_that_refuses_whoever_asks_is_not_taken_for_one_without_the_operations(judge: Judge) -> None:
    with pytest.raises(AsdocError, match="refuses every request with 403 InvalidClientTokenId") as caught:
        judge(lambda request: error(403, "InvalidClientTokenId", "who are you?"))
    assert "AWS_ACCESS_KEY_ID" in (caught.value.hint or "")


def test_one_operation_that_may_not_be_called_ends_no_run(judge: Judge) -> None:
    library = Library(wrong={"GetShelf": lambda *_: error(403, "AccessDeniedException", "not you")})
    assert judge(library.handle, "GetShelf").cases[0].verdict == "fail"


@pytest.mark.parametrize(
    ("response", "told"),
    [
        (TOO_OFTEN, True),
        (HttpResponse(status=429, body=b""), True),
        (error(503, "SlowDown", ""), True),
        (error(400, "Throttling", ""), True),
        (error(429, "ServiceQuotaExceededException", ""), False),
        (error(400, "LimitExceededException", ""), False),
        (error(503, "ServiceUnavailable", ""), False),
        (HttpResponse(status=200, body=b'{"__type": "Throttling"}'), False),
    ],
)
def test_a_quota_and_a_crash_are_not_throttling(response: HttpResponse, told: bool) -> None:
    assert throttled(response) is told


def test_waits_end_and_are_not_made_again_until_something_is_answered() -> None:
    waited: list[float] = []
    answers = iter([TOO_OFTEN] * (len(WAITS) + 2) + [HttpResponse(status=200)] + [TOO_OFTEN, HttpResponse(status=200)])
    patience = Patience(waited.append)
    send: Any = lambda request: next(answers)  # noqa: E731  one line that a test reads
    assert [patience.send(send, REQUEST).status for _ in range(4)] == [429, 429, 200, 200]
    assert waited == [*WAITS, WAITS[0]]


@pytest.mark.parametrize(("asked", "waits"), [("2", 2.0), ("0", WAITS[0]), ("99999", LONGEST), ("soon", WAITS[0])])
def test_a_target_tells_how_long_within_bounds(asked: str, waits: float) -> None:
    waited: list[float] = []
    refusal = HttpResponse(status=429, headers={"retry-after": asked})
    answers = iter([refusal, HttpResponse(status=200)])
    Patience(waited.append).send(lambda request: next(answers), REQUEST)
    assert waited == [waits]
