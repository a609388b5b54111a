"""An invented service, its documented examples, and a backend of it that can be told to be wrong.

Shelves hold books. Its examples hold what real ones hold: an id that another call gave, a number that counts within
its parent, a literal that no call produces, an ARN, a second item whose id stands nowhere else, and a state that takes
time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from asdoc.codegen.cases import compile_cases
from asdoc.conformance.cases.model import CaseFile, Suite
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import ErrorTraits, Operation, Pagination, Service, Shape

MADE = "2021-09-17T21:43:54Z"
BOUND = "2021-09-17T21:53:59Z"
PAGE = "library/client/{}.rst:1#0123456789ab"


def ref(shape: str, **traits: Any) -> Shape:
    return Shape(shape=shape, **traits)


def structure(required: tuple[str, ...] = (), **members: Shape) -> Shape:
    return Shape(type="structure", members=members, required=required)


SHAPES = {
    "Id": Shape(type="string", pattern="^[a-z0-9]{3,9}$"),
    "String": Shape(type="string"),
    "Arn": Shape(type="string"),
    "Integer": Shape(type="integer"),
    "Float": Shape(type="float"),
    "Time": Shape(type="timestamp", timestamp_format="iso8601"),
    "State": Shape(type="string", enum=("OPEN", "BOUND")),
    "Tags": Shape(type="map", key=ref("String"), value=ref("String")),
    "Events": Shape(type="list", member=ref("Event")),
    "Event": structure(What=ref("String"), At=ref("Time")),
    "Shelves": Shape(type="list", member=ref("Shelf")),
    "Shelf": structure(("Id",), Id=ref("Id"), Name=ref("String"), Width=ref("Float"), Label=ref("String")),
    "ShelfPage": structure(Items=ref("Shelves"), NextToken=ref("String")),
    "Book": structure(
        ShelfId=ref("Id"),
        Number=ref("Integer"),
        Title=ref("String"),
        State=ref("State"),
        Made=ref("Time"),
        Bound=ref("Time"),
        MinutesToBind=ref("Integer"),
        Events=ref("Events"),
    ),
    "TagList": structure(Tags=ref("Tags")),
    "CreateShelfRequest": structure(("Name",), Name=ref("String"), Width=ref("Float"), Label=ref("String")),
    "ShelfRequest": structure(("ShelfId",), ShelfId=ref("Id", location="uri")),
    "UpdateShelfRequest": structure(("ShelfId",), ShelfId=ref("Id", location="uri"), Width=ref("Float")),
    "PageRequest": structure(NextToken=ref("String", location="querystring", name="next")),
    "CreateBookRequest": structure(
        ("ShelfId", "Title"), ShelfId=ref("Id", location="uri"), Title=ref("String"), MinutesToBind=ref("Integer")
    ),
    "BookRequest": structure(
        ("ShelfId", "BookNumber"), ShelfId=ref("Id", location="uri"), BookNumber=ref("Integer", location="uri")
    ),
    "TagRequest": structure(("ResourceArn", "Tags"), ResourceArn=ref("Arn", location="uri"), Tags=ref("Tags")),
    "TagsRequest": structure(("ResourceArn",), ResourceArn=ref("Arn", location="uri")),
    "NotFound": Shape(type="structure", error=ErrorTraits(code="NotFoundException", status=404)),
}


def operation(name: str, method: str, uri: str, status: int, input: str, output: str = "", **more: Any) -> Operation:
    return Operation(
        name=name, method=name.lower(), http_method=method, uri=uri, status=status, input=input, output=output,
        errors=("NotFound",), **more,
    )  # fmt: skip


OPERATIONS = [
    operation("CreateShelf", "POST", "/shelves", 201, "CreateShelfRequest", "Shelf"),
    operation("GetShelf", "GET", "/shelves/{ShelfId}", 200, "ShelfRequest", "Shelf"),
    operation("UpdateShelf", "PATCH", "/shelves/{ShelfId}", 200, "UpdateShelfRequest", "Shelf"),
    operation("DeleteShelf", "DELETE", "/shelves/{ShelfId}", 204, "ShelfRequest"),
    operation(
        "ListShelves", "GET", "/shelves", 200, "PageRequest", "ShelfPage",
        pagination=Pagination(input_token=("NextToken",), output_token=("NextToken",), result_key=("Items",)),
    ),
    operation("CreateBook", "POST", "/shelves/{ShelfId}/books", 201, "CreateBookRequest", "Book"),
    operation("GetBook", "GET", "/shelves/{ShelfId}/books/{BookNumber}", 200, "BookRequest", "Book"),
    operation("TagResource", "POST", "/tags/{ResourceArn}", 204, "TagRequest"),
    operation("ListTagsForResource", "GET", "/tags/{ResourceArn}", 200, "TagsRequest", "TagList"),
]  # fmt: skip

SERVICE = Service(
    service="library", client="Library", service_id="Library", api_version="2021-01-01", protocol="rest-json",
    endpoint_prefix="library", signing_name="library", shapes=SHAPES,
    operations={each.name: each for each in OPERATIONS},
)  # fmt: skip

ARN = "arn:aws:library:us-east-1:111122223333:shelf/abc1234"
BOOK = {
    "ShelfId": "abc1234", "Number": 1, "Title": "The-Example-Book", "State": "OPEN", "Made": MADE, "MinutesToBind": 10,
    "Events": [{"What": "made", "At": MADE}],
}  # fmt: skip
DocumentedCall = tuple[str, dict[str, Any], dict[str, Any] | None]
CALLS: list[DocumentedCall] = [
    ("CreateShelf", {"Name": "example-shelf", "Width": 25, "Label": "A"}, {"Id": "abc1234", "Name": "example-shelf"}),
    ("GetShelf", {"ShelfId": "abc1234"}, {"Id": "abc1234", "Name": "example-shelf", "Label": "B"}),
    ("UpdateShelf", {"ShelfId": "never01", "Width": 40}, {"Id": "never01", "Width": 40.0}),
    ("DeleteShelf", {"ShelfId": "abc1234"}, None),
    (
        "ListShelves",
        {},
        {"Items": [{"Id": "abc1234", "Name": "first-shelf"}, {"Id": "xyz9876", "Name": "second-shelf", "Label": "C"}]},
    ),
    ("CreateBook", {"ShelfId": "abc1234", "Title": "The-Example-Book", "MinutesToBind": 10}, BOOK),
    (
        "GetBook",
        {"ShelfId": "abc1234", "BookNumber": 2},
        {
            **BOOK,
            "Number": 2,
            "State": "BOUND",
            "Bound": BOUND,
            "Events": [{"What": "bound", "At": BOUND}, {"What": "made", "At": MADE}],
        },
    ),
    ("TagResource", {"ResourceArn": ARN, "Tags": {"group1": "1"}}, None),
    ("ListTagsForResource", {"ResourceArn": ARN}, {"Tags": {"group1": "1"}}),
]

RESOURCES: dict[str, Any] = {
    "resources": {
        "Book": {
            "create": "CreateBook",
            "states": {"member": "State", "reach": {"BOUND": {"wait": {"member": "MinutesToBind", "unit": "minutes"}}}},
        }
    },
    "orders": [{"operation": "GetBook", "path": "/Events", "by": "At", "direction": "descending"}],
}


def make_suite(
    calls: Sequence[DocumentedCall] = CALLS,
    *,
    errata: dict[str, list[dict[str, Any]]] | None = None,
    resources: dict[str, Any] = RESOURCES,
    service: Service = SERVICE,
) -> Suite:
    examples = [
        {
            "id": f"{name}.1", "operation": name, "params": params, "output": output,
            "source": [PAGE.format(name.lower())], "errata": (errata or {}).get(name, []),
        }
        for name, params, output in calls
    ]  # fmt: skip
    return Suite(service=service, file=msgspec.convert(compile_cases("library", examples, resources), CaseFile))


Mutation = Callable[[HttpRequest, HttpResponse], HttpResponse]


class Library:
    """A right implementation of the service, with a clock of its own; `wrong` may change answers by operation."""

    def __init__(
        self,
        *,
        ids: Callable[[int], str] = lambda count: f"live{count:03}",
        wrong: dict[str, Mutation] | None = None,
        lacks: tuple[str, ...] = (),
        manual_clock: bool = True,
        page_size: int = 100,
    ) -> None:
        self.ids = ids
        self.wrong = wrong or {}
        self.lacks = lacks
        self.manual_clock = manual_clock
        self.page_size = page_size
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.count = 0
        self.shelves: dict[str, dict[str, Any]] = {}
        self.books: dict[str, list[dict[str, Any]]] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.served: list[str] = []
        self.methods: dict[str, Callable[[dict[str, Any], str], dict[str, Any] | None]] = {
            "CreateShelf": self.create_shelf,
            "GetShelf": self.get_shelf,
            "UpdateShelf": self.update_shelf,
            "DeleteShelf": self.delete_shelf,
            "ListShelves": self.list_shelves,
            "CreateBook": self.create_book,
            "GetBook": self.get_book,
            "TagResource": self.tag_resource,
            "ListTagsForResource": self.list_tags_for_resource,
        }

    def handle(self, request: HttpRequest) -> HttpResponse:
        path, _, query = request.target.partition("?")
        if path == "/_asdoc/clock":
            return self._clock(request)
        for each in OPERATIONS:
            pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", each.uri)
            match = re.fullmatch(pattern, path)
            if match and each.http_method == request.method and each.name not in self.lacks:
                self.served.append(each.name)
                body = json.loads(request.body or b"{}")
                labels = {
                    name: value.replace("%3A", ":").replace("%2F", "/") for name, value in match.groupdict().items()
                }
                response = self._answer(each, self.methods[each.name]({**body, **labels}, query))
                mutate = self.wrong.get(each.name)
                return mutate(request, response) if mutate else response
        return error(404, "UnknownOperationException", f"no operation for {request.method} {path}")

    def _answer(self, each: Operation, result: dict[str, Any] | None) -> HttpResponse:
        if result is None:
            return error(404, "NotFoundException", "there is none")
        if each.status == 204:
            return HttpResponse(status=204, headers={"x-amzn-requestid": "1"})
        return answer(each.status, result)

    def _clock(self, request: HttpRequest) -> HttpResponse:
        if not self.manual_clock:
            return error(404, "UnknownOperationException", "no such path")
        if request.method == "POST":
            self.now += timedelta(seconds=json.loads(request.body)["advance"])
        return answer(200, {"mode": "manual", "now": stamp(self.now)})

    def create_shelf(self, params: dict[str, Any], query: str) -> dict[str, Any]:
        self.count += 1
        shelf = {"Id": self.ids(self.count), **params}
        self.shelves[shelf["Id"]] = shelf
        return shelf

    def get_shelf(self, params: dict[str, Any], query: str) -> dict[str, Any] | None:
        return self.shelves.get(params["ShelfId"])

    def update_shelf(self, params: dict[str, Any], query: str) -> dict[str, Any] | None:
        shelf = self.shelves.get(params["ShelfId"])
        if shelf is not None and "Width" in params:
            shelf["Width"] = params["Width"]
        return shelf

    def delete_shelf(self, params: dict[str, Any], query: str) -> dict[str, Any] | None:
        return self.shelves.pop(params["ShelfId"], None)

    def list_shelves(self, params: dict[str, Any], query: str) -> dict[str, Any]:
        start = int(query.partition("next=")[2] or 0)
        items = list(self.shelves.values())
        page: dict[str, Any] = {"Items": items[start : start + self.page_size]}
        if start + self.page_size < len(items):
            page["NextToken"] = str(start + self.page_size)
        return page

    def create_book(self, params: dict[str, Any], query: str) -> dict[str, Any] | None:
        if params["ShelfId"] not in self.shelves:
            return None
        books = self.books.setdefault(params["ShelfId"], [])
        books.append({**params, "Number": len(books) + 1, "made": self.now})
        return self._book(books[-1])

    def get_book(self, params: dict[str, Any], query: str) -> dict[str, Any] | None:
        books = self.books.get(params["ShelfId"], [])
        number = int(params["BookNumber"])
        return self._book(books[number - 1]) if 0 < number <= len(books) else None

    def _book(self, book: dict[str, Any]) -> dict[str, Any]:
        shown = {
            **book,
            "State": "OPEN",
            "Made": stamp(book["made"]),
            "Events": [{"What": "made", "At": stamp(book["made"])}],
        }
        bound = book["made"] + timedelta(minutes=book.get("MinutesToBind", 0))
        if self.now >= bound and book.get("MinutesToBind"):
            shown |= {"State": "BOUND", "Bound": stamp(bound)}
            shown["Events"].insert(0, {"What": "bound", "At": stamp(bound)})
        del shown["made"]
        return shown

    def tag_resource(self, params: dict[str, Any], query: str) -> dict[str, Any] | None:
        if params["ResourceArn"].rpartition("/")[2] not in self.shelves:
            return None
        self.tags.setdefault(params["ResourceArn"], {}).update(params["Tags"])
        return {}

    def list_tags_for_resource(self, params: dict[str, Any], query: str) -> dict[str, Any]:
        return {"Tags": self.tags.get(params["ResourceArn"], {})}


def stamp(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def answer(status: int, body: Any) -> HttpResponse:
    headers = {"content-type": "application/json", "x-amzn-requestid": "1"}
    return HttpResponse(status=status, headers=headers, body=json.dumps(body).encode())


def error(status: int, code: str, message: str) -> HttpResponse:
    response = answer(status, {"Message": message})
    return HttpResponse(status=status, headers={**response.headers, "x-amzn-errortype": code}, body=response.body)
