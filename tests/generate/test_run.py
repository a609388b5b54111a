"""A service written inline is generated, imported, and called: against a handler that notes what it is sent."""

from __future__ import annotations

import importlib
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from asdoc.runtime.exceptions import ParamValidationError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.response import EmptyResponse
from asdoc.runtime.schema import Service

from .conftest import Install, help_on


class Answers:
    """A handler that keeps the requests and gives one answer."""

    def __init__(self, status: int = 201, body: object = None, **headers: str) -> None:
        self.response = HttpResponse(status=status, headers=headers, body=json.dumps(body).encode() if body else b"")
        self.requests: list[HttpRequest] = []

    def __call__(self, request: HttpRequest, /) -> HttpResponse:
        self.requests.append(request)
        return self.response


@pytest.fixture
def package(garden: Service, install: Install) -> Any:
    return install(garden)


def test_a_call_sends_the_documented_names_and_reads_the_documented_answer(package: Any) -> None:
    answers = Answers(body={"Name": "oak", "lambda": "l", "Planted": "2021-09-17T21:59:03Z", "Branches": [{}]})
    with package.Client(backend=answers) as client:
        tree = client.plant_tree(Name="oak", lambda_="l", Soils=[{"Name": "clay", "None": True}], Kind="OAK")
    (request,) = answers.requests
    assert (request.method, request.target) == ("POST", "/trees/oak")
    assert json.loads(request.body) == {"lambda": "l", "Soils": [{"Name": "clay", "None": True}], "Kind": "OAK"}
    assert tree["lambda"] == tree.lambda_ == "l"
    assert tree.Planted == datetime(2021, 9, 17, 21, 59, 3, tzinfo=UTC)
    assert len(tree["Branches"]) == 1
    assert tree["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert type(tree) is importlib.import_module(f"{package.__name__}.models").Tree


def test_a_documented_error_is_raised_as_its_class_with_its_members(package: Any) -> None:
    answers = Answers(409, {"Message": "too cold", "Degrees": -4}, **{"x-amzn-errortype": "Frost"})
    client = package.Client(backend=answers)
    with pytest.raises(client.exceptions.FrostException) as caught:
        client.plant_tree(Name="oak", lambda_="l")
    assert caught.type is importlib.import_module(f"{package.__name__}.errors").FrostException
    assert caught.value.response["Error"] == {"Code": "Frost", "Message": "too cold"}
    assert caught.value.response["Degrees"] == -4
    assert caught.value.operation_name == "PlantTree"


def test_a_call_that_lacks_a_required_argument_or_has_an_unknown_one_is_no_call(package: Any) -> None:
    answers = Answers()
    client = package.Client(backend=answers)
    with pytest.raises(TypeError, match="lambda_"):
        client.plant_tree(Name="oak")
    with pytest.raises(TypeError, match="Colour"):
        client.plant_tree(Name="oak", lambda_="l", Colour="green")
    with pytest.raises(ParamValidationError, match="Soils"):
        client.plant_tree(Name="oak", lambda_="l", Soils=[{"None": True}])
    assert answers.requests == []


def test_an_operation_without_output_gives_response_metadata_alone(package: Any) -> None:
    result = package.Client(backend=Answers(204)).rest()
    assert isinstance(result, EmptyResponse)
    assert list(result) == ["ResponseMetadata"]


def test_help_reads_as_a_page_of_facts(package: Any) -> None:
    lines = help_on(package.Client.plant_tree).splitlines()
    # The signature before it takes one line, or from Python 3.13 on one an argument.
    assert lines[lines.index("    PlantTree: POST /trees/{Name}") :] == [
        "    PlantTree: POST /trees/{Name}",
        "",
        "    Args:",
        "        Name: str, required. 1 to 64 characters.",
        "        lambda_: str, required.",
        "        Note: str. At most 20 characters.",
        "        Kind: str. One of 'OAK', 'odd, \"quoted\" 'value''.",
        "        Soils: list of dict.",
        "            Name: str, required.",
        "            None: bool.",
        "            Below: dict. Keys of models.SoilDict.",
        "            Kind: str. One of 'OAK', 'odd, \"quoted\" 'value''.",
        "        Planted: datetime.",
        "        Photo: bytes.",
        "        Anything: any JSON value.",
        "",
        "    Returns:",
        "        models.Tree (status 201): Name, lambda, None, type, items, Kind, Branches, ByName, Fruit,",
        "            Height, Rings, Alive, Planted, Photo, Anything.",
        "",
        "    Raises:",
        "        FrostException: status 409.",
        "",
        "    Page: https://docs.example.com/garden/PlantTree",
    ]
    assert "Deprecated" in help_on(package.Client.rest)


def test_a_backend_without_behaviour_answers_that_an_operation_is_not_built(package: Any) -> None:
    backend = importlib.import_module(f"{package.__name__}.backend").Backend()
    response = backend.handle(HttpRequest(method="POST", target="/rest"))
    assert response.status == 501
    assert b"NotImplementedException" in response.body + str(response.headers).encode()


def test_the_package_has_the_client_and_nothing_else_by_accident(package: Any) -> None:
    assert package.__all__ == ["AsyncClient", "Client", "errors", "models"]
    with pytest.raises(AttributeError, match="Clinet"):
        _ = package.Clinet
