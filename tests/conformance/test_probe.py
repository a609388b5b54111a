"""How a missing operation is told from one that refuses."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable

import msgspec
import pytest

from asdoc.appconfig.backend import Backend
from asdoc.conformance import verify
from asdoc.conformance.probe import NOWHERE, controls, liken
from asdoc.conformance.selection import KINDS, Selection
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import Service
from asdoc.runtime.server.clock import ManualClock
from tests.conformance.library import SERVICE, error

GET = HttpRequest(method="GET", target="/shelves/abc/books/7?x=1")


def test_controls_are_requests_for_what_certainly_is_not_there() -> None:
    found = [(request.method, request.target) for _, request in controls(SERVICE, SERVICE.operations["GetBook"], GET)]
    assert found == [
        ("GET", f"/{NOWHERE}/shelves/abc/books/7"),
        ("GET", f"/shelves/abc/{NOWHERE}/7"),
        ("PUT", "/shelves/abc/books/7?x=1"),
    ]


def test_where_a_name_stands_first_in_a_path_no_first_segment_is_nowhere() -> None:
    put = msgspec.structs.replace(SERVICE.operations["GetBook"], uri="/{ShelfId}/{BookId}", http_method="PUT")
    service = msgspec.structs.replace(SERVICE, operations={"PutBook": put})
    request = HttpRequest(method="PUT", target="/abc/7")
    assert [(each.method, each.target) for _, each in controls(service, put, request)] == [("PATCH", "/abc/7")]


def test_a_service_of_targets_is_asked_for_another_target() -> None:
    service = Service(
        service="s", client="S", service_id="S", api_version="1", protocol="json", endpoint_prefix="s",
        signing_name="s", target_prefix="S_2021", operations=SERVICE.operations, shapes=SERVICE.shapes,
    )  # fmt: skip
    request = HttpRequest(method="POST", headers={"x-amz-target": "S_2021.GetBook", "authorization": "old"})
    ((_, control),) = controls(service, service.operations["GetBook"], request)
    assert control.headers == {"x-amz-target": f"S_2021.{NOWHERE}"}


@pytest.mark.parametrize(
    "message",
    [
        "Unknown path: {method} {path}",
        "{path} not found",
        "no operation for {path} (request 7f1c6dd2-7a5c-4a9f-9d1c-3d0f2b1a0c11)",
        "Not Found",
    ],
)
def test_echoes_of_the_request_do_not_hide_a_likeness(message: str) -> None:
    other = HttpRequest(method="DELETE", target=f"/{NOWHERE}/things/1234")

    def answered(request: HttpRequest) -> HttpResponse:
        path = request.target.partition("?")[0]
        return error(404, "UnknownException", message.format(method=request.method, path=path))

    assert liken(GET, answered(GET)) == liken(other, answered(other))


def test_another_status_code_or_message_is_another_answer() -> None:
    base = liken(GET, error(404, "NotFoundException", "no such book"))
    assert base != liken(GET, error(400, "NotFoundException", "no such book"))
    assert base != liken(GET, error(404, "OtherException", "no such book"))
    assert base != liken(GET, error(404, "NotFoundException", "no such route"))
    assert base != liken(GET, HttpResponse(status=404, headers={"content-type": "text/html"}, body=b"no such book"))


def _answer(status: int, body: object, code: str = "") -> Callable[[HttpRequest], HttpResponse]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    kind = "text/html" if isinstance(body, bytes) else "application/json"
    headers = {"content-type": kind} | ({"x-amzn-errortype": code} if code else {})
    return lambda request: HttpResponse(status=status, headers=headers, body=content)


def _echo(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=200, headers={"content-type": "application/json"}, body=request.body or b"{}")


def _names_the_path(request: HttpRequest) -> HttpResponse:
    told = {"Message": f"Unknown path {request.target}", "RequestId": str(uuid.uuid4())}
    return _answer(404, told, "ResourceNotFoundException")(request)


LACKING: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "501": _answer(501, b""),
    "501 in JSON": _answer(501, {"message": "not implemented"}, "NotImplementedException"),
    "404 in HTML": _answer(404, b"<h1>Not Found</h1>"),
    "400 UnknownOperation": _answer(400, {"__type": "UnknownOperationException"}),
    "400 BadRequest": _answer(400, {"Message": "bad"}, "BadRequestException"),
    "500 with a traceback": _answer(500, b"<pre>NotImplementedError: the action has not been implemented</pre>"),
    "500 in JSON": _answer(500, {"Message": "NotImplementedError()"}, "InternalServerException"),
    "200 with nothing": _answer(200, {}),
    "200 without a body": _answer(200, b""),
    "200 with what was sent": _echo,
    "204": _answer(204, b""),
    "405": _answer(405, b"Method Not Allowed"),
    "403": _answer(403, {"Message": "not authorized"}, "AccessDeniedException"),
    "404 for every thing": _answer(404, {"Message": "none"}, "ResourceNotFoundException"),
    "404 that names the path": _names_the_path,
    "302 to a login": lambda request: HttpResponse(status=302, headers={"location": "/login"}),
}
"""How servers say that they lack an operation."""


@pytest.mark.parametrize("style", LACKING)
@pytest.mark.parametrize("elsewhere", ["the same", "404"])
def test_no_case_of_a_lacking_operation_passes_however_the_lack_is_told(style: str, elsewhere: str) -> None:
    backend = Backend(clock=ManualClock())
    lacking = ("/applications?", "/extensions", "/settings")

    def handle(request: HttpRequest) -> HttpResponse:
        known = request.target.partition("?")[0].strip("/").partition("/")[0] in _FIRST
        if request.target == "/applications" and request.method == "POST":
            return backend.handle(request)
        if f"{request.target}?".startswith(lacking) or (elsewhere == "the same" and not known):
            return LACKING[style](request)
        return backend.handle(request)

    selection = Selection(
        kinds=KINDS,
        operations=(
            "ListApplications",
            "CreateExtension",
            "ListExtensions",
            "GetAccountSettings",
            "UpdateAccountSettings",
        ),
    )
    report = verify(handle, service="appconfig", selection=selection)
    verdicts = Counter(case.verdict for case in report.cases)
    assert verdicts["pass"] == verdicts["harness-error"] == 0, [
        case.id for case in report.cases if case.verdict == "pass"
    ]
    assert verdicts["unsupported"] + verdicts["fail"] > 0


_FIRST = {
    "applications", "extensions", "extensionassociations", "deploymentstrategies", "deployementstrategies", "tags",
    "settings", "_asdoc", "",
}  # fmt: skip
