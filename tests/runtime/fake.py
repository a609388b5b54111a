"""A small generated package made by hand: a service with every kind of member that a test needs."""

from __future__ import annotations

import sys
from datetime import datetime
from types import ModuleType

import msgspec

from asdoc.runtime.client import BaseClient
from asdoc.runtime.exceptions import ServiceError
from asdoc.runtime.response import Output, StreamingBody, Structure
from asdoc.runtime.schema import ErrorTraits, Operation, Service, Shape

_string = Shape(shape="String")
SERVICE = Service(
    service="orchard",
    client="Orchard",
    service_id="Orchard Keeper",
    api_version="2024-01-01",
    protocol="rest-json",
    endpoint_prefix="orchard",
    signing_name="orchard",
    operations={
        "GetTree": Operation(
            name="GetTree", method="get_tree", http_method="GET", uri="/trees/{TreeId}", input="TreeRequest",
            output="Tree", errors=("TreeNotFound", "Busy"),
        ),
        "PlantTree": Operation(
            name="PlantTree", method="plant_tree", uri="/trees", status=201, input="PlantRequest", output="Tree",
            errors=("TreeNotFound",),
        ),
        "PlantOnce": Operation(
            name="PlantOnce", method="plant_once", uri="/once", input="PlantOnceRequest", output="Tree",
        ),
        "GetPhoto": Operation(
            name="GetPhoto", method="get_photo", http_method="GET", uri="/trees/{TreeId}/photo", input="TreeRequest",
            output="Photo",
        ),
        "FellTree": Operation(
            name="FellTree", method="fell_tree", http_method="DELETE", uri="/trees/{TreeId}", status=204,
            input="TreeRequest",
        ),
        "Ping": Operation(name="Ping", method="ping", http_method="GET", uri="/ping", auth="none"),
    },
    shapes={
        "String": Shape(type="string"),
        "Long": Shape(type="long"),
        "Time": Shape(type="timestamp"),
        "Branches": Shape(type="list", member=Shape(shape="Branch")),
        "Tags": Shape(type="map", key=_string, value=_string),
        "Branch": Shape(
            type="structure",
            members={"Length": Shape(shape="Long"), "Branches": Shape(shape="Branches"), "lambda": _string},
            required=("Length",),
        ),
        "TreeRequest": Shape(
            type="structure", members={"TreeId": Shape(shape="String", location="uri")}, required=("TreeId",)
        ),
        "PlantRequest": Shape(
            type="structure",
            members={"Name": _string, "PlantedAt": Shape(shape="Time"), "Branches": Shape(shape="Branches"),
                     "Tags": Shape(shape="Tags"), "Note": Shape(shape="String", location="header", name="x-note")},
            required=("Name",),
        ),
        "PlantOnceRequest": Shape(
            type="structure", members={"Name": _string, "Token": Shape(shape="String", idempotent=True)}
        ),
        "Tree": Shape(
            type="structure",
            members={"TreeId": _string, "Name": _string, "PlantedAt": Shape(shape="Time"),
                     "Branches": Shape(shape="Branches"), "Tags": Shape(shape="Tags"), "lambda": _string},
        ),
        "Blob": Shape(type="blob"),
        "Photo": Shape(
            type="structure",
            members={"Image": Shape(shape="Blob", streaming=True),
                     "Taken": Shape(shape="Time", location="header", name="X-Taken"),
                     "Size": Shape(shape="Long", location="header", name="Content-Length"),
                     "Status": Shape(shape="Long", location="statusCode"),
                     "Notes": Shape(shape="Tags", location="headers", name="X-Note-")},
            payload="Image",
        ),
        "TreeNotFound": Shape(
            type="structure", members={"Message": _string, "TreeId": _string},
            error=ErrorTraits(code="NoSuchTree", status=404),
        ),
        "Busy": Shape(type="structure", members={"Message": _string}, error=ErrorTraits(code="Busy", status=429)),
    },
)  # fmt: skip


class Branch(Structure):
    Length: int | None = None
    Branches: list[Branch] | None = None
    lambda_: str | None = msgspec.field(default=None, name="lambda")


class Tree(Output):
    TreeId: str | None = None
    Name: str | None = None
    PlantedAt: datetime | None = None
    Branches: list[Branch] | None = None
    Tags: dict[str, str] | None = None
    lambda_: str | None = msgspec.field(default=None, name="lambda")


class Photo(Output):
    Image: StreamingBody | None = None
    Taken: datetime | None = None
    Size: int | None = None
    Status: int | None = None
    Notes: dict[str, str] | None = None


class TreeNotFound(ServiceError):  # noqa: N818  # as documented
    pass


class Busy(ServiceError):  # noqa: N818  # as documented
    pass


_package = "fake_orchard"
_models = ModuleType(f"{_package}.models")
vars(_models).update(Tree=Tree, Branch=Branch, Photo=Photo)
_errors = ModuleType(f"{_package}.errors")
vars(_errors).update(ServiceError=ServiceError, TreeNotFound=TreeNotFound, Busy=Busy)
sys.modules.update({_package: ModuleType(_package), _models.__name__: _models, _errors.__name__: _errors})


class Client(BaseClient):
    _package = _package

    def _service(self) -> Service:
        return SERVICE

    def get_tree(self, *, TreeId: str) -> Tree:  # noqa: N803  # as documented
        result: Tree = self._call("GetTree", {"TreeId": TreeId})
        return result
