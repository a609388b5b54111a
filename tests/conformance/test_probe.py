"""How a missing operation is told from one that refuses."""

from __future__ import annotations

import msgspec
import pytest

from asdoc.conformance.probe import NOWHERE, controls, liken
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import Service
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
