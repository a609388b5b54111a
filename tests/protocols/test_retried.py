"""An error of which the service says that it passes is met by sending the request again."""

from __future__ import annotations

import importlib

import pytest

from asdoc.runtime.exceptions import ServiceError
from asdoc.runtime.http import HttpRequest, HttpResponse

from .world import Case, structure

_PASSING = structure(Message="String") | {"exception": True, "error": {"httpStatusCode": 409}}
_SOON, _SLOWLY = {"retryable": {"throttling": False}}, {"retryable": {"throttling": True}}
CASES = [
    Case("restjson", "Retried", {"In": structure(), "Bad": {**_PASSING, **_SOON}}, errors=("Bad",)),
    Case("restjson", "RetriedSlowly", {"In": structure(), "Bad": {**_PASSING, **_SLOWLY}}, errors=("Bad",)),
    Case("restjson", "NotRetried", {"In": structure(), "Bad": _PASSING}, errors=("Bad",)),
]
_TIMES = {"Retried": 3, "RetriedSlowly": 3, "NotRetried": 1}


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_passes_by_the_model_is_tried_again(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[HttpRequest] = []
    waits: list[float] = []

    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return HttpResponse(status=409, headers={"x-amzn-errortype": f"{case.name}Bad"}, body=b"{}")

    client = importlib.import_module(case.service).Client("eu-west-1", backend=handle)
    monkeypatch.setattr(client, "_sleep", waits.append, raising=False)
    with pytest.raises(ServiceError):
        getattr(client, case.method)()
    assert len(seen) == _TIMES[case.name]
    # twenty times as long where requests are too many, less the jitter
    assert all(wait <= (2.0 if case.name == "RetriedSlowly" else 0.1) for wait in waits)
