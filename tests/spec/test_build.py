"""Where page and wire source meet, and where they part."""

from __future__ import annotations

from typing import Any

from asdoc.codegen.pages import read_pages
from asdoc.codegen.spec import files
from asdoc.codegen.spec.build import Documents, build
from asdoc.codegen.spec.merge import merge
from tests.pages.written import page

METADATA = {"apiVersion": "2020-01-01", "endpointPrefix": "garden", "protocol": "rest-json", "serviceId": "Garden"}
REQUEST = "  :type name: string\n  :param name: **[REQUIRED]** \n\n    A name.\n"


def wire(shapes: dict[str, Any], *operations: str, output: str = "") -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name in operations or ("Plant",):
        told[name] = {
            "http": {"method": "POST", "requestUri": f"/{name}"},
            "input": {"shape": f"{name}Request"},
            "errors": [],
        }
        if output:
            told[name]["output"] = {"shape": output}
    request = {"type": "structure", "members": {"name": {"shape": "Name"}}, "required": ["name"]}
    document = {
        "service": "garden",
        "origin": {"source": "botocore", "version": "1", "sha256": {"service-2": "0" * 64}},
        "metadata": METADATA,
        "operations": told,
        "shapes": {"Name": {"type": "string"}, "Count": {"type": "integer"}, "PlantRequest": request, **shapes},
        "pagination": {},
        "waiters": {},
    }
    files.check(document, "wire", "wire.json")
    return document


def made(text: str | dict[str, str], source: dict[str, Any] | None) -> Documents:
    texts = {"plant": text} if isinstance(text, str) else text
    sources = [read_pages(f"garden/client/{name}.rst", content.encode()) for name, content in texts.items()]
    read = [(page, text) for pages, text in sources for page in pages]
    documents = build("garden", merge(read, source), source, {})
    for name in files.GENERATED:
        files.check(documents[name], name.removesuffix(".json"), name)
    return documents


def shapes(text: str | dict[str, str], source: dict[str, Any] | None) -> dict[str, Any]:
    found: dict[str, Any] = made(text, source)["shapes.json"]["$defs"]
    return found


def structure(members: dict[str, str], *required: str, **traits: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "type": "structure",
        "members": {name: {"shape": shape} for name, shape in members.items()},
        **traits,
    }
    if required:
        told["required"] = list(required)
    return told


def test_a_parameter_that_boto3_renames_keeps_its_wire_facts() -> None:
    text = page(
        request="response = client.plant(\n    name='string',\n    fromTime=123\n)",
        parameters=REQUEST + "\n  \n  :type fromTime: integer\n  :param fromTime: \n\n    When.\n",
    )
    source = wire(
        {"PlantRequest": structure({"name": "Name", "from": "Moment"}, "name"), "Moment": {"type": "long", "min": 0}}
    )
    member = shapes(text, source)["PlantRequest"]["properties"]["fromTime"]
    assert member["x-type"] == "long"
    assert member["x-wire"] == {"shape": "Moment", "min": 0, "member": "from"}


def test_a_type_that_boto3_changes_for_its_users_keeps_its_type_on_the_wire() -> None:
    text = page(syntax="{\n    'policy': {}\n}", bullets="- *(dict) --* \n\n  - **policy** *(dict) --* \n")
    documents = made(text, wire({"Answer": structure({"policy": "Name"})}, output="Answer"))
    member = documents["shapes.json"]["$defs"]["Answer"]["properties"]["policy"]
    assert (member["type"], member["x-documented"]) == ("string", "structure")
    (conflict,) = documents["sources.json"]["conflicts"]
    assert (conflict["at"], conflict["of"], conflict["kept"]) == ("Answer.policy", "type", "string")
    assert list(conflict["aside"]) == ["structure"]


def test_members_that_an_answer_must_carry_are_wire_facts_and_those_of_a_caller_are_documented() -> None:
    text = page(syntax="{\n    'id': 'string'\n}", bullets="- *(dict) --* \n\n  - **id** *(string) --* \n")
    told = shapes(text, wire({"Answer": structure({"id": "Name"}, "id")}, output="Answer"))
    assert told["PlantRequest"]["required"] == ["name"]
    assert "required" not in told["Answer"]
    assert told["Answer"]["x-wire"]["required"] == ["id"]


def test_a_parameter_that_its_page_does_not_require_is_not_required() -> None:
    text = page(parameters="  :type name: string\n  :param name: \n\n    Filled in for you.\n")
    assert "required" not in str(shapes(text, wire({}))["PlantRequest"])


def test_a_required_parameter_of_which_the_page_tells_another_type_is_told_by_the_wire_source() -> None:
    text = page(
        request="response = client.plant(\n    policy={}\n)",
        parameters="  :type policy: dict\n  :param policy: \n\n    A policy, of which boto3 tells what it takes.\n",
    )
    told = shapes(text, wire({"PlantRequest": structure({"policy": "Name"}, "policy")}))["PlantRequest"]
    assert told["properties"]["policy"]["x-documented"] == "structure"
    assert told["x-wire"]["required"] == ["policy"]


def test_a_required_parameter_that_repeats_a_type_is_told_by_the_wire_source() -> None:
    text = page(
        request="response = client.plant(\n    tree={\n        'left': {'... recursive ...'},\n"
        "        'leaf': 'string'\n    }\n)",
        parameters="  :type tree: dict\n  :param tree: \n\n    A tree.\n\n  \n    - **left** *(dict) --* \n\n    \n"
        "    - **leaf** *(string) --* \n",
    )
    source = wire(
        {
            "PlantRequest": structure({"tree": "Tree"}),
            "Tree": structure({"left": "Tree", "leaf": "Name"}, "left", "leaf"),
        }
    )
    tree = shapes(text, source)["Tree"]
    assert tree["properties"]["left"]["$ref"] == "#/$defs/Tree"
    assert tree["x-wire"]["required"] == ["left"]


def test_an_answer_that_its_page_elides_is_told_by_the_wire_source_and_says_so() -> None:
    note = "    ::\n\n        # This section is too large to render.\n\n    (a link)\n\n"
    text = page().replace(
        "  :returns: None",
        f"  :rtype: dict\n  :returns: \n    \n\n    **Response Syntax**\n{note}\n    **Response Structure**\n{note}",
    )
    source = wire(
        {"Answer": structure({"beds": "Beds"}, "beds"), "Beds": {"type": "list", "member": {"shape": "Count"}}},
        output="Answer",
    )
    answer = shapes(text, source)["Answer"]
    assert answer["properties"]["beds"]["type"] == "array"
    assert answer["properties"]["beds"]["items"]["type"] == "integer"
    assert "x-source" not in answer["properties"]["beds"]
    assert answer["x-wire"]["required"] == ["beds"]


def test_pages_that_disagree_on_an_enum_give_the_longer_one_and_say_what_was_set_aside() -> None:
    def text(values: str) -> str:
        return page(syntax=f"{{\n    'state': {values}\n}}", bullets="- *(dict) --* \n\n  - **state** *(string) --* \n")

    source = wire(
        {
            "Answer": structure({"state": "State"}),
            "State": {"type": "string"},
            "PruneRequest": structure({"name": "Name"}),
        },
        "Plant",
        "Prune",
        output="Answer",
    )
    older = text("'UP'|'DOWN'").replace("/Plant>", "/Prune>").replace("plant", "prune")
    documents = made({"plant": text("'UP'|'DOWN'|'GONE'"), "prune": older}, source)
    assert documents["shapes.json"]["$defs"]["State"]["enum"] == ["UP", "DOWN", "GONE"]
    (conflict,) = documents["sources.json"]["conflicts"]
    assert list(conflict["aside"]) == ["UP|DOWN"]
    (place,) = conflict["aside"]["UP|DOWN"]
    assert place.startswith("garden/client/prune.rst:")


def test_an_operation_that_no_page_documents_is_listed_as_untold() -> None:
    documents = made(page(), wire({"PruneRequest": structure({})}, "Plant", "Prune"))
    assert documents["sources.json"]["untold"] == ["Prune"]
    assert list(documents["operations.json"]["operations"]) == ["Plant"]
