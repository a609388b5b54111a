"""Text of API-changes pages: names from the syntax line, the rest by order, what changed, and what is refused."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from asdoc.codegen.pages import OperationPage, PageError, identify, read_pages
from asdoc.codegen.pages.facts import Node
from tests.fidelity.tools import tool
from tests.seeds import seed

ROOT = Path(__file__).resolve().parents[2]


def operation(
    call: str = "client.plant( name='string' )",
    parameters: str = "string\n[REQUIRED]\nThe name.",
    syntax: str = "",
    answer: str = "",
    delta: str = "",
) -> str:
    """The lines of one operation; without `syntax` it returns nothing."""
    returned = f"dict\nResponse Syntax\n{syntax}\nResponse Structure\n{answer}" if syntax else "None"
    lines = [
        delta,
        "Plants something.",
        "See also: AWS API Documentation",
        "Request Syntax",
        call,
        parameters,
        returned,
    ]
    return "\n".join(line for line in lines if line)


def page(*operations: str, counts: str = "1 new") -> str:
    return "\n".join([f"2021/03/04 - Garden Service - {counts} api methods", "Changes A change.", *operations])


def read(text: str) -> list[OperationPage]:
    found, _ = read_pages("garden.txt", text.encode())
    assert all(isinstance(one, OperationPage) for one in found)
    return [one for one in found if isinstance(one, OperationPage)]


def read_one(text: str) -> OperationPage:
    (found,) = read(text)
    return found


def input_of(found: OperationPage) -> Node:
    assert found.input is not None
    return found.input


def output_of(found: OperationPage) -> Node:
    assert found.output is not None
    return found.output


def test_the_first_line_gives_day_and_service() -> None:
    found = read_one(page(operation()))
    assert (found.date, found.service_title, found.service, found.client) == ("2021-03-04", "Garden Service", "", "")
    assert identify("garden.txt", page(operation()).encode()).title == "Garden Service"
    assert found.reader == "changes"


def test_an_operation_is_named_after_its_method_and_says_so() -> None:
    found = read_one(page(operation(call="client.plant_tree( name='string' )")))
    assert (found.method, found.operation, found.operation_derived) == ("plant_tree", "PlantTree", True)
    assert {"client", "deprecated", "errors", "examples", "operation"} <= set(found.untold)


def test_an_arguments_name_comes_from_the_call_and_the_rest_by_its_place() -> None:
    found = read_one(
        page(
            operation(
                call="client.plant( name='string', count=123, at=datetime(2015, 1, 1), bed={ 'rows': [ ..., ] } )",
                parameters="string\nThe name.\ninteger\n[REQUIRED]\nHow many.\ndatetime\nWhen.\n"
                "dict\n[REQUIRED] Where.\nrows (list) -- [REQUIRED]\n(float) --",
            )
        )
    )
    root = input_of(found)
    assert {name: node.type for name, node in root.members.items()} == {
        "name": "string",
        "count": "integer",
        "at": "timestamp",
        "bed": "structure",
    }
    assert root.required == ["count", "bed"]
    bed = root.members["bed"]
    assert (bed.required, bed.bullet, bed.line) == (["rows"], 14, 6)
    assert bed.members["rows"].member is not None
    assert bed.members["rows"].member.type == "float"


def test_words_of_types_in_a_description_move_no_argument() -> None:
    found = read_one(
        page(
            operation(
                call="client.plant( kind='string', name='string', size=123 )",
                parameters="string\nOne of these:\nstring\ndict\nNone\ninteger\n"
                "string\n[REQUIRED]\nThe name.\ninteger\nThe size of it.",
            )
        )
    )
    root = input_of(found)
    assert root.required == ["name"]
    assert [node.bullet for node in root.members.values()] == [7, 13, 16]


def test_the_heads_of_members_in_a_description_are_not_taken_for_others() -> None:
    found = read_one(
        page(
            operation(
                syntax="{ 'Bed': { 'Name': 'string', 'Size': 123 } }",
                answer="(dict) --\nBed (dict) --\nName (integer) -- is no longer here, nor is\nRow (string) --\n"
                "Name (string) --\nIts name.\nSize (integer) --",
            )
        )
    )
    bed = output_of(found).members["Bed"]
    assert [(name, node.type, node.bullet) for name, node in bed.members.items()] == [
        ("Name", "string", 18),
        ("Size", "integer", 20),
    ]


def test_an_argument_that_was_a_link_has_no_type_and_may_still_be_required() -> None:
    document = "{...}|[...]|123|123.4|'string'|True|None"
    found = read_one(
        page(
            operation(
                call=f"client.plant( name='string', plan={document}, notes={document}, size=123 )",
                parameters="string\nThe name.\n[REQUIRED]\nThe plan of it.\nNotes about it.\n"
                "integer\n[REQUIRED]\nIts size.",
            )
        )
    )
    assert input_of(found).required == ["plan", "size"]
    assert [node.type for node in input_of(found).members.values()] == ["string", "document", "document", "integer"]


@pytest.mark.parametrize(
    ("shown", "values"),
    [
        ("'A'|'B'", ("A", "B")),
        ("'red, green'|'it's'|'a|b'", ("red, green", "it's", "a|b")),
        ("'a 'quoted' one'|'{ }'|']'", ("a 'quoted' one", "{ }", "]")),
        ("''|'x=1, y'", ("", "x=1, y")),
        ("'string'", ()),
    ],
)
def test_an_enum_keeps_odd_values_wherever_it_stands(shown: str, values: tuple[str, ...]) -> None:
    found = read_one(
        page(
            operation(
                call=f"client.plant( a={shown}, b={{ 'c': {shown}, 'd': [ {shown}, ] }}, e={shown} )",
                parameters="string\ndict\nc (string) --\nd (list) --\n(string) --\nstring",
            )
        )
    )
    a, b, e = input_of(found).members.values()
    inner = b.members["d"].member
    assert inner is not None
    assert [node.enum for node in (a, b.members["c"], inner, e)] == [values] * 4


def test_the_bullets_tell_a_map_from_a_structure_with_the_member_string() -> None:
    shown = "{ 'Tags': { 'string': 'string' }, 'Odd': { 'string': 123 } }"
    bullets = "(dict) --\nTags (dict) --\n(string) --\n(string) --\nOdd (dict) --\nstring (integer) --"
    tags, odd = output_of(read_one(page(operation(syntax=shown, answer=bullets)))).members.values()
    assert tags.key is not None
    assert (tags.type, tags.key.type, tags.key.line) == ("map", "string", 16)
    assert (odd.type, list(odd.members)) == ("structure", ["string"])


def test_values_of_every_kind_are_read() -> None:
    shown = (
        "{ 'a': b'bytes', 'b': StreamingBody(), 'c': True|False, 'd': 123.0, 'e': {'... recursive ...'}, 'f': {}, "
        "'g': EventStream({ 'h': { 'i': ... } }), 'j': {...}|[...]|123|123.4|'string'|True|None, 'k': [...] }"
    )
    bullets = (
        "(dict) --\na (bytes) --\nb (:class:`.StreamingBody`) --\nc (boolean) --\nd (float) --\ne (list) --\n"
        "f (dict) --\ng (:class:`.EventStream`) --\nh (dict) --\ni (float) --\nj (JSON serializable) --\nk (list) --"
    )
    members = output_of(read_one(page(operation(syntax=shown, answer=bullets)))).members
    assert [members[name].type for name in "abcdefgjk"] == [
        "blob",
        "blob",
        "boolean",
        "double",
        "list",
        "structure",
        "structure",
        "string",
        "list",
    ]
    assert members["b"].streaming
    assert members["e"].recursive
    assert members["g"].eventstream
    assert members["g"].members["h"].members["i"].type == "float"
    assert members["j"].jsonvalue
    assert members["k"].open


def test_a_token_that_the_client_fills_is_noted_at_its_line() -> None:
    found = read_one(
        page(
            operation(
                call="client.plant( token='string', name='string' )",
                parameters="string\nA token.\nThis field is autopopulated if not provided.\nstring\nThe name.",
            )
        )
    )
    assert [node.idempotent for node in input_of(found).members.values()] == [9, 0]


def test_a_call_without_arguments_takes_nothing() -> None:
    found = read_one(page(operation(call="client.look()", parameters="", syntax="{}", answer="(dict) --")))
    assert found.input is None
    assert output_of(found).members == {}


NOTE = "# This section is too large to render. # Please see the AWS API Documentation linked below."


def test_what_is_too_large_to_be_shown_is_open_or_unexplained() -> None:
    link = "`AWS API Documentation <https://docs.aws.amazon.com/goto/WebAPI/garden-2020-01-01/PlantEC2>`_"
    found = read_one(
        page(
            operation(
                call=f"client.plant_ec2( tags={{ 'string': 'string' }} ) **Parameters** :: {NOTE} {link}",
                parameters="",
                syntax=NOTE,
                answer=NOTE,
            )
        )
    )
    assert input_of(found).unexplained
    assert input_of(found).members["tags"].type == "map"
    assert output_of(found).open
    assert (found.operation, found.operation_derived) == ("PlantEC2", False)
    assert found.documentation.endswith("/PlantEC2")
    assert "operation" not in found.untold


def test_an_operation_whose_call_is_not_shown_counts_and_tells_nothing() -> None:
    unnamed = f"See also: AWS API Documentation\nRequest Syntax{NOTE}\nParameters{NOTE}\nNone"
    found, _ = read_pages("garden.txt", page(unnamed, operation(), counts="2 new").encode())
    assert [type(one).__name__ for one in found] == ["OtherPage", "OperationPage"]


BED = operation(
    call="client.dig( bed={ 'Name': 'string', 'Kind': 'A'|'B'|'C' } )",
    parameters="dict\nName (string) --\nKind (string) --",
    syntax="{ 'Beds': [ { 'Name': 'string', 'Kind': 'A'|'B'|'C', 'Tags': { 'string': 'string' } }, ], "
    "'Next': 'string' }",
    answer="(dict) --\nBeds (list) --\n(dict) --\nName (string) --\nKind (string) --\nTags (dict) --\n(string) --\n"
    "(string) --\nNext (string) --",
)


def updated(*deltas: str) -> OperationPage:
    return read_one(page("\n".join([*deltas, BED]), counts="1 updated"))


def test_a_new_operation_is_told_to_be_new() -> None:
    delta = read_one(page(operation())).delta
    assert delta is not None
    assert (delta.kind, delta.request, delta.response) == ("new", None, None)


def test_what_changed_belongs_to_the_side_that_has_it() -> None:
    delta = updated("{'Beds': {'Tags': {'string': 'string'}}, 'Next': 'string'}").delta
    assert delta is not None
    assert (delta.kind, delta.line, delta.request) == ("updated", 3, None)
    assert delta.response is not None
    beds = delta.response.members["Beds"]
    assert (beds.type, beds.line) == ("list", 3)
    assert beds.member is not None
    tags = beds.member.members["Tags"]
    assert (list(beds.member.members), tags.type) == (["Tags"], "map")
    assert delta.response.members["Next"].type == "string"


def test_of_two_dictionaries_the_first_is_of_the_request() -> None:
    delta = updated("{'bed': {'Kind': ['C']}}Response", "{'Beds': [{'Kind': 'A | B | C', 'Name': 'string'}]}").delta
    assert delta is not None
    assert delta.request is not None
    assert delta.request.members["bed"].members["Kind"].enum == ("C",)
    assert delta.response is not None
    beds = delta.response.members["Beds"].member
    assert beds is not None
    assert beds.members["Kind"].enum == ("A", "B", "C")


@pytest.mark.parametrize("shown", ["{'B', 'C'}", "['C', 'B']", "'A | ' 'B | C'", "('A | ' 'B | C')"])
def test_values_that_an_enum_gained_come_as_a_set_a_list_or_in_pieces(shown: str) -> None:
    delta = updated(f"{{'bed': {{'Kind': {shown}}}}}").delta
    assert delta is not None
    assert delta.request is not None
    assert delta.request.members["bed"].members["Kind"].enum == (("A", "B", "C") if "|" in shown else ("B", "C"))


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (page(operation(), counts="2 new"), 10, "announces 2 new and 0 updated methods and holds 1"),
        (page(operation(delta="{'name': 'string'}")), 3, "is one of the new methods"),
        (page(operation(), counts="1 updated"), 6, "does not show its changes"),
        (page(operation(delta="{'size': 'integer'}"), counts="1 updated"), 3, "no such members"),
        (page(operation(delta="{'name': 'integer'}"), counts="1 updated"), 3, "no such members"),
        (page(operation(call="client.plant( name='string', 123 )")), 6, "does not end"),
        (page(operation(call="client.plant( size=123 name='string' )")), 6, "no member stands"),
        (page(operation(call="client.plant( name='string )")), 6, "does not end"),
        (page(operation(call="client.plant( name=[ 'string' } )")), 6, "does not end"),
        (page(operation(call="client.plant( name=[ 1.5, ] )")), 6, "none that a syntax shows"),
        (page(operation(call="client.plant( name={ 'a': 123 ], b=123 )")), 6, "closes no structure"),
        (page(operation(call="client.plant( a=123, a=123 )")), 6, "a second time"),
        (page(operation(call="client.plant( a=[ 123, 123, ] )")), 6, "more than one element"),
        (page(operation(call="client.plant( a=123 ) and more")), 6, "goes on after the call"),
    ],
)
def test_a_page_that_contradicts_itself_is_refused_with_line_and_reason(text: str, line: int, reason: str) -> None:
    with pytest.raises(PageError, match=reason) as caught:
        read(text)
    assert caught.value.line == line


def test_a_page_cut_at_any_line_is_refused() -> None:
    lines = page(BED).split("\n")
    for count in range(1, len(lines)):
        with pytest.raises(PageError):
            read("\n".join(lines[:count]))


def test_a_syntax_nested_beyond_every_type_is_refused_at_once() -> None:
    deep = "{ 'a': " * 10_000
    started = time.monotonic()
    for call in (f"client.plant( a={deep}123", f"client.plant( a={'[ ' * 10_000}123"):
        with pytest.raises(PageError, match="deeper than"):
            read(page(operation(call=call)))
    with pytest.raises(PageError, match="does not show its changes"):
        read(page("{'a': " * 10_000 + "'string'" + "}" * 10_000 + "\n" + operation(), counts="1 updated"))
    assert time.monotonic() - started < 2


def test_explanations_that_fit_nothing_cost_no_more_than_a_second() -> None:
    arguments = ", ".join(f"a{index}='string'" for index in range(3_000))
    words = "string\ninteger\n" * 3_000
    started = time.monotonic()
    with pytest.raises(PageError, match="does not fit the syntax"):
        read(page(operation(call=f"client.plant( {arguments} )", parameters=words.rstrip())))
    assert time.monotonic() - started < 2


@pytest.mark.seeds
def test_the_seed_has_ten_new_and_three_updated_operations() -> None:
    path = seed("003")
    found, _ = read_pages(path.name, path.read_bytes())
    operations = [one for one in found if isinstance(one, OperationPage)]
    assert [(one.method, one.delta.kind if one.delta else "") for one in operations] == [
        ("get_extension", "new"),
        ("create_extension", "new"),
        ("delete_extension_association", "new"),
        ("get_extension_association", "new"),
        ("update_extension", "new"),
        ("list_extensions", "new"),
        ("delete_extension", "new"),
        ("create_extension_association", "new"),
        ("list_extension_associations", "new"),
        ("update_extension_association", "new"),
        ("get_deployment", "updated"),
        ("start_deployment", "updated"),
        ("stop_deployment", "updated"),
    ]
    assert {(one.date, one.service_title) for one in operations} == {("2022-07-13", "Amazon AppConfig")}
    stop = operations[-1].delta
    assert stop is not None
    assert (stop.line, stop.request) == (616, None)
    assert stop.response is not None
    assert list(stop.response.members) == ["AppliedExtensions", "EventLog"]


_AGAIN = """
import sys
sys.path.append("tests/fidelity")  # behind the standard library, which has an html of its own
import changes, botocore.session
from botocore.model import ServiceModel
loader = botocore.session.get_session().get_component("data_loader")
model = ServiceModel(loader.load_service_model("appconfig", "service-2"), "appconfig")
action = ["ActionName", "ErrorCode", "ErrorMessage", "ExtensionIdentifier", "InvocationId", "RoleArn", "Uri"]
applied = {"ExtensionAssociationId": "string", "ExtensionId": "string", "Parameters": {"string": "string"},
           "VersionNumber": "integer"}
delta = {"AppliedExtensions": [applied], "EventLog": {"ActionInvocations": [dict.fromkeys(action, "string")]}}
methods = []
for name in sys.argv[1:]:
    gained = {"response": delta} if name.endswith("Deployment") else {}
    methods.append((name, changes.docstring(model.operation_model(name)), gained))
log = ("Adding Create, Get, Update, Delete, and List APIs for new two new resources: "
       "Extensions and ExtensionAssociations.")
sys.stdout.write(changes.text_of(changes.page("Amazon AppConfig", methods, log=log)))
"""


@pytest.mark.seeds
@pytest.mark.slow
def test_the_writer_of_such_pages_gives_the_seed_byte_for_byte() -> None:
    path = seed("003")
    python = tool("changes-seed")
    found, _ = read_pages(path.name, path.read_bytes())
    names = [one.operation for one in found if isinstance(one, OperationPage)]
    made = subprocess.run([python, "-c", _AGAIN, *names], cwd=ROOT, capture_output=True, check=True, timeout=120)
    assert made.stdout == path.read_bytes()
