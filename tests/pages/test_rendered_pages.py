"""The text of rendered pages: small ones with a quirk each, and the two seeds of the format."""

from __future__ import annotations

import pytest

from asdoc.codegen.pages import (
    ExceptionPage,
    OperationPage,
    OtherPage,
    PageError,
    PaginatorPage,
    WaiterPage,
    identify,
    read_pages,
)
from tests.seeds import seed

TOP = """\
Garden / Client / plant

plant#

Garden.Client.plant(**kwargs)#

Plants a tree.

See also: AWS API Documentation

Request Syntax

response = client.plant(
    name='string',
    Site={
        'Row': 123,
        'Kind': 'OAK'|'ELM'
    },
    Tags={
        'string': 'string'
    }
)
"""
PARAMETERS = """\
Parameters:
  • name (string) –

    [REQUIRED]

    The name (string) – or what stands for it:

    • Row (see below)

    • another word

  • Site (dict) –

    Where it stands.

    • Row (integer) – [REQUIRED]

      Counted from one.

    • Kind (string) –

      What it is.

  • Tags (dict) – Words.

    • (string) –

      • (string) –
"""
NOTHING = """
Returns:

None
"""
ANSWER = """
Return type:

dict

Returns:

Response Syntax

{
    'Height': ...,
    'Planted': datetime(2015, 1, 1),
    'Labels': {
        'string': {
            'Weight': 123
        }
    }
}

Response Structure

  • (dict) –

    What came of it.

    • Height (float) –

    • Planted (datetime) –

    • Labels (dict) –

      • (string) –

        • (dict) –

          • Weight (integer) –
"""
ERRORS = """
Exceptions

  • Garden.Client.exceptions.FrostException

  • Garden.Client.exceptions.DroughtException
"""
EXAMPLES = """
Examples

An elm in the first row.

response = client.plant(
    name='an elm',
)

print(response)

Expected Output:

{
    'Height': 0.5,
    'Planted': datetime(2021, 9, 17, 21, 59, 3, 4, 260, 0),
    'ResponseMetadata': {
        '...': '...',
    },
}
"""
WHOLE = TOP + PARAMETERS + ANSWER + ERRORS + EXAMPLES.rstrip("\n")


def read(text: str) -> OperationPage:
    (page,), _ = read_pages("plant.txt", text.encode())
    assert isinstance(page, OperationPage)
    return page


def test_every_fact_of_a_page_is_found_on_its_line() -> None:
    page = read(WHOLE)
    lines = ["", *WHOLE.split("\n")]
    assert (page.reader, page.client, page.service, page.method) == ("rendered", "Garden", "", "plant")
    assert page.input is not None
    assert page.output is not None
    assert list(page.input.members) == ["name", "Site", "Tags"]
    assert page.input.required == ["name"]
    site = page.input.members["Site"]
    assert (site.type, site.required, site.members["Kind"].enum) == ("structure", ["Row"], ("OAK", "ELM"))
    assert lines[site.bullet] == "  • Site (dict) –"
    assert lines[site.members["Row"].line] == "        'Row': 123,"
    tags = page.input.members["Tags"]
    assert tags.type == "map"
    assert tags.key is not None
    assert tags.value is not None
    assert (tags.key.type, tags.value.type) == ("string", "string")
    assert {name: node.type for name, node in page.output.members.items()} == {
        "Height": "float",
        "Planted": "timestamp",
        "Labels": "map",
    }
    assert [name for name, _ in page.errors] == ["FrostException", "DroughtException"]
    assert lines[page.errors[1][1]] == "  • Garden.Client.exceptions.DroughtException"
    (example,) = page.examples
    assert example.params == {"name": "an elm"}
    assert example.output == {"Height": 0.5, "Planted": {"$datetime": [2021, 9, 17, 21, 59, 3]}}
    assert example.caption == "An elm in the first row."


def test_the_operation_is_derived_from_the_method_and_its_address_is_untold() -> None:
    page = read(WHOLE)
    assert (page.operation, page.operation_derived, page.documentation) == ("Plant", True, "")
    assert page.untold == ("documentation",)


def test_a_page_calls_its_service_by_the_class_alone() -> None:
    assert identify("x", WHOLE.encode()) == ("", "Garden", "")


def test_exceptions_that_the_rendering_lost_are_untold() -> None:
    page = read(TOP + PARAMETERS + NOTHING + "\nExceptions")
    assert page.errors == []
    assert "errors" in page.untold


def test_an_operation_without_exceptions_has_none() -> None:
    page = read(TOP + PARAMETERS + NOTHING)
    assert page.errors == []
    assert "errors" not in page.untold
    assert page.output is None


def test_a_lone_parameter_that_lost_its_bullet_is_read() -> None:
    page = read(
        TOP.partition("response =")[0]
        + "response = client.plant(\n    Site={\n        'Row': 123\n    }\n)\n"
        + "Parameters:\n\nSite (dict) –\n\n[REQUIRED]\n\n  • Row (integer) – [REQUIRED]\n\n    Counted from one.\n"
        + NOTHING
    )
    assert page.input is not None
    assert page.input.required == ["Site"]
    assert page.input.members["Site"].required == ["Row"]


def test_what_a_lost_list_explained_is_still_told_by_the_syntax() -> None:
    lost = PARAMETERS.replace("    • Row (integer) – [REQUIRED]\n\n      Counted from one.\n\n", "").replace(
        "    • Kind (string) –\n\n      What it is.\n\n", ""
    )
    page = read(TOP + lost + NOTHING)
    assert page.input is not None
    site = page.input.members["Site"]
    assert list(site.members) == ["Row", "Kind"]
    assert site.required == []
    assert page.input.required == ["name"]
    assert page.input.members["Tags"].type == "map"


def test_parameters_that_are_lost_altogether_are_unexplained() -> None:
    page = read(TOP + NOTHING)
    assert page.input is not None
    assert page.input.unexplained
    assert page.input.members["Tags"].type == "map"


def test_a_parameter_that_the_syntax_hides_is_told_by_its_bullet() -> None:
    page = read(TOP + PARAMETERS + "\n  • Sum (string) – Hidden.\n" + NOTHING)
    assert page.input is not None
    assert page.input.members["Sum"].type == "string"
    assert page.input.members["Site"].required == ["Row"]


def test_a_sentence_between_the_field_and_the_answer_is_passed_over() -> None:
    sentence = "The response of this operation contains an EventStream member. When iterated it yields events.\n\n"
    answer = ANSWER.replace("Response Syntax", sentence + "Response Syntax")
    answer = answer.replace(
        "'Labels': {\n        'string': {\n            'Weight': 123\n        }\n    }", "'Labels': 123"
    )
    assert read(TOP + PARAMETERS + answer).output is not None


def test_an_example_whose_call_is_no_code_any_more_is_left_out() -> None:
    flowed = EXAMPLES.replace(
        "response = client.plant(\n    name='an elm',\n)",
        "::\nresponse = client.plant(\n\nname=’an elm’,\n\n)",  # noqa: RUF001 - as the page prints it
    )
    page = read(TOP + PARAMETERS + ANSWER + flowed + EXAMPLES.replace("\nExamples\n", ""))
    assert [example.params for example in page.examples] == [{"name": "an elm"}]


def test_a_required_parameter_is_told_whatever_else_stands_in_that_paragraph() -> None:
    page = read(TOP + PARAMETERS.replace("Where it stands.", "[REQUIRED] Where it stands.") + NOTHING)
    assert page.input is not None
    assert page.input.required == ["name", "Site"]


def test_fields_that_sphinx_left_as_they_were_are_read() -> None:
    fields = (
        "type name:\n\nstring\n\nparam name:\n\n[REQUIRED]\n\nA name.\n\ntype Site:\n\ndict\n\nparam Site:\n\n"
        "Where it stands.\n\n  • Row (integer) – [REQUIRED]\n\n  • Kind (string) –\n\ntype Tags:\n\ndict\n\n"
        "param Tags:\n\nWords.\n\n  • (string) –\n\n    • (string) –\n\nrtype:\n\ndict\n\n"
    )
    page = read(TOP + "\n" + fields + NOTHING.replace("Returns", "returns"))
    assert page.input is not None
    assert page.input.required == ["name"]
    assert page.input.members["Site"].required == ["Row"]
    assert page.input.members["Tags"].type == "map"
    assert all(node.bullet for node in page.input.members.values())


def test_an_answer_whose_list_is_lost_at_the_end_of_the_page_is_unexplained() -> None:
    page = read(TOP + PARAMETERS + ANSWER.partition("Response Structure")[0] + "Response Structure")
    assert page.output is not None
    assert page.output.unexplained
    assert page.output.members["Labels"].type == "map"


def test_an_operation_that_takes_nothing_has_no_input() -> None:
    page = read("Garden.Client.rest()#\n\nRequest Syntax\n\nresponse = client.rest()\n" + NOTHING)
    assert page.input is None
    assert page.output is None


def test_a_deprecated_operation_is_told_by_its_note() -> None:
    note = "Danger\n\nThis operation is deprecated and may not function as expected. It is kept.\n\nSee also"
    page = read(TOP.replace("See also", note, 1) + NOTHING)
    assert page.deprecated == 11


def test_unions_and_tokens_belong_to_the_parameter_that_they_explain() -> None:
    text = TOP + PARAMETERS.replace(
        "Where it stands.", "This is a Tagged Union structure. Only one of the following can be set: Row, Kind."
    ).replace("Words.", "This field is autopopulated if not provided.")
    page = read(text + NOTHING)
    assert page.input is not None
    lines = text.split("\n")
    assert lines[page.input.members["Site"].union - 1].strip().startswith("This is a Tagged Union")
    assert page.input.members["Tags"].idempotent
    assert not page.input.members["name"].idempotent


def test_elided_sections_are_open() -> None:
    elided = "# This section is too large to render.\n# Please see the AWS API Documentation linked below.\n"
    page = read(
        "Garden.Client.plant(**kwargs)#\n\nRequest Syntax\n\n"
        + elided
        + "\nParameters\n\n"
        + elided
        + "\nReturn type:\n\ndict\n\nReturns:\n\nResponse Syntax\n\n"
        + elided
        + "\nResponse Structure\n\n"
        + elided
    )
    assert page.input is not None
    assert page.output is not None
    assert page.input.open
    assert page.output.open


@pytest.mark.parametrize(
    "signature", ["Garden.Client.close()#", "Garden.Client.can_paginate(operation_name)#", "Garden.Bed.Row(number)#"]
)
def test_methods_that_are_no_operations_are_not_taken_for_any(signature: str) -> None:
    (page,), _ = read_pages("x.txt", f"Garden / Client / x\n\nx#\n\n{signature}\n\nCloses something.".encode())
    assert isinstance(page, OtherPage)
    assert page.client == "Garden"


def test_a_paginator_tells_its_operation_and_whether_pages_have_a_size() -> None:
    text = (
        "class Garden.Paginator.ListTrees#\npaginator = client.get_paginator('list_trees')\npaginate(**kwargs)#\n\n"
        "Creates an iterator that will paginate through responses from Garden.Client.list_trees().\n\n"
        "See also: AWS API Documentation\n\nRequest Syntax\n\nresponse_iterator = paginator.paginate(\n"
        "    PaginationConfig={\n        'PageSize': 123\n    }\n)\nParameters:\n\nPaginationConfig (dict) –\n\n"
        "  • PageSize (integer) –\n\n    How many.\n" + ANSWER
    )
    (page,), _ = read_pages("x.txt", text.encode())
    assert isinstance(page, PaginatorPage)
    assert (page.name, page.operation, page.method, page.page_size) == ("ListTrees", "ListTrees", "list_trees", True)


def test_a_waiter_tells_what_it_polls() -> None:
    text = (
        "class Garden.Waiter.TreeGrown#\nwaiter = client.get_waiter('tree_grown')\nwait(**kwargs)#\n\n"
        "Polls Garden.Client.get_tree() every 30 seconds until a successful state is reached. "
        "An error is raised after 40 failed checks.\n\nSee also: AWS API Documentation\n\n"
        "Request Syntax\n\nwaiter.wait(\n    name='string'\n)\nParameters:\n\nname (string) –\n\n[REQUIRED]\n" + NOTHING
    )
    (page,), _ = read_pages("x.txt", text.encode())
    assert isinstance(page, WaiterPage)
    assert (page.name, page.operation, page.method) == ("TreeGrown", "GetTree", "get_tree")
    assert (page.delay, page.max_attempts) == (30, 40)
    assert page.input is not None
    assert page.input.required == ["name"]


def test_an_exception_tells_its_members() -> None:
    text = (
        "class Garden.Client.exceptions.FrostException#\n\nToo cold.\n\nresponse#\n\nSyntax\n\n"
        "{\n    'Degrees': 123\n}\n\nStructure\n\n  • (dict) –\n\n    • Degrees (integer) –"
    )
    (page,), _ = read_pages("x.txt", text.encode())
    assert isinstance(page, ExceptionPage)
    assert page.name == "FrostException"
    assert page.output.members["Degrees"].type == "integer"


def test_a_page_cut_at_any_line_is_refused_or_read_and_never_fails_otherwise() -> None:
    lines = WHOLE.split("\n")
    refused = 0
    for end in range(len(lines)):
        try:
            read_pages("plant.txt", "\n".join(lines[:end]).encode())
        except PageError:
            refused += 1
    assert refused > len(lines) / 2


def test_thousands_of_nested_bullets_are_refused_whether_a_syntax_is_shown_or_not() -> None:
    nested = "".join(f"{'  ' * depth}• Site (dict) –\n" for depth in range(1, 3_000))
    with pytest.raises(PageError, match="nest deeper"):
        read(
            "Garden.Client.plant(**kwargs)#\n\nRequest Syntax\n\n# This section is too large to render.\n\n"
            + "Parameters:\n"
            + nested
            + NOTHING
        )
    with pytest.raises(PageError, match="nest deeper"):
        read(TOP + "Parameters:\n" + nested + NOTHING)


@pytest.mark.seeds
def test_the_seeds_of_the_format_are_read_whole() -> None:
    for number, method in (("001", "get_deployment"), ("002", "start_deployment")):
        path = seed(number)
        (page,), text = read_pages(path.name, path.read_bytes())
        assert isinstance(page, OperationPage)
        assert page.reader == "rendered"
        assert page.method == method
        assert page.input is not None
        assert page.output is not None
        assert len(page.output.members) == 22
        assert len(page.examples) == 1
        assert text.lines[page.output.members["State"].bullet].strip() == "• State (string) –"
        todo = [page.input, page.output]
        for node in todo:
            todo += [child for child in (*node.members.values(), node.member, node.key, node.value) if child]
        assert all(node.bullet for node in todo[1:])
