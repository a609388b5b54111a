"""Every type that a page can show is read as what it is."""

from __future__ import annotations

import pytest

from asdoc.codegen.pages import Node, PageError

from .written import page, read


def given(syntax: str, bullets: str) -> Node:
    output = read(page(syntax=syntax, bullets=bullets)).output
    assert output is not None
    return output


def taken(request: str, parameters: str) -> Node:
    node = read(page(request=request, parameters=parameters)).input
    assert node is not None
    return node


@pytest.mark.parametrize(
    ("shown", "told", "type_"),
    [
        ("'string'", "*(string) --*", "string"),
        ("123", "*(integer) --*", "integer"),
        ("123.0", "*(float) --*", "double"),
        ("...", "*(float) --*", "float"),
        ("...", "*(string) --*", "string"),
        ("True|False", "*(boolean) --*", "boolean"),
        ("datetime(2015, 1, 1)", "*(datetime) --*", "timestamp"),
        ("b'bytes'", "*(bytes) --*", "blob"),
        ("{...}|[...]|123|123.4|'string'|True|None", "(:ref:`document<document>`) --", "document"),
    ],
)
def test_a_scalar_is_what_its_placeholder_shows(shown: str, told: str, type_: str) -> None:
    root = given(f"{{\n    'x': {shown}\n}}", f"- *(dict) --* \n\n  - **x** {told} \n")
    assert root.members["x"].type == type_


def test_a_streamed_body_is_a_streaming_blob() -> None:
    root = given("{\n    'body': StreamingBody()\n}", "- *(dict) --* \n\n  - **body** (:class:`.StreamingBody`) -- \n")
    assert (root.members["body"].type, root.members["body"].streaming) == ("blob", True)
    root = taken(
        "response = client.plant(\n    body=b'bytes'|file\n)",
        "  :type body: bytes or seekable file-like object\n  :param body: \n",
    )
    assert (root.members["body"].type, root.members["body"].streaming) == ("blob", True)


def test_any_json_in_a_header_is_text_that_carries_json() -> None:
    root = taken(
        "response = client.plant(\n    context={...}|[...]|123|123.4|'string'|True|None\n)",
        "  :type context: JSON serializable\n  :param context: \n",
    )
    assert (root.members["context"].type, root.members["context"].jsonvalue) == ("string", True)


def test_an_event_stream_holds_its_events() -> None:
    root = given(
        "{\n    'payload': EventStream({\n        'chunk': {\n            'bytes': b'bytes'\n        },\n"
        "        'end': {}\n        \n    })\n}",
        "- *(dict) --* \n\n  - **payload** (:class:`.EventStream`) -- \n\n    - **chunk** *(dict) --* \n\n"
        "      - **bytes** *(bytes) --* \n\n    - **end** *(dict) --* \n",
    )
    payload = root.members["payload"]
    assert payload.eventstream
    assert list(payload.members) == ["chunk", "end"]
    assert payload.members["end"].type == "structure"


def test_an_enum_keeps_values_with_commas_and_spaces() -> None:
    root = given(
        "{\n    'x': 'a, b'|'c d'|'e,',\n    'y': 'only'\n}",
        "- *(dict) --* \n\n  - **x** *(string) --* \n\n  - **y** *(string) --* \n",
    )
    assert root.members["x"].enum == ("a, b", "c d", "e,")
    assert root.members["y"].enum == ("only",)


def test_a_map_is_told_from_a_structure_whose_one_member_is_called_string() -> None:
    syntax = "{\n    'x': {\n        'string': {\n            'a': 123\n        }\n    }\n}"
    as_map = given(
        syntax,
        "- *(dict) --* \n\n  - **x** *(dict) --* \n\n    - *(string) --* \n\n      - *(dict) --* \n\n"
        "        - **a** *(integer) --* \n",
    )
    assert as_map.members["x"].type == "map"
    value = as_map.members["x"].value
    assert value is not None
    assert value.members["a"].type == "integer"
    as_structure = given(
        syntax,
        "- *(dict) --* \n\n  - **x** *(dict) --* \n\n    - **string** *(dict) --* \n\n      - **a** *(integer) --* \n",
    )
    assert as_structure.members["x"].type == "structure"
    assert list(as_structure.members["x"].members) == ["string"]


def test_a_repeated_outer_type_is_recursive_and_has_no_children() -> None:
    root = given(
        "{\n    'tree': {\n        'left': {'... recursive ...'},\n        'all': {'... recursive ...'}\n    }\n}",
        "- *(dict) --* \n\n  - **tree** *(dict) --* \n\n    - **left** *(dict) --* \n\n    - **all** *(list) --* \n",
    )
    left, everything = root.members["tree"].members["left"], root.members["tree"].members["all"]
    assert (left.type, left.recursive, left.members) == ("structure", True, {})
    assert (everything.type, everything.recursive) == ("list", True)


def test_members_may_be_named_like_python_words() -> None:
    root = given(
        "{\n    'type': 'string',\n    'lambda': 'string',\n    'None': 'string',\n    '__class__': 'string'\n}",
        "- *(dict) --* \n\n  - **type** *(string) --* \n\n  - **lambda** *(string) --* \n\n"
        "  - **None** *(string) --* \n\n  - **__class__** *(string) --* \n",
    )
    assert list(root.members) == ["type", "lambda", "None", "__class__"]


def test_required_members_are_told_at_every_depth() -> None:
    root = taken(
        "response = client.plant(\n    bed={\n        'soil': 'string',\n        'depth': 123\n    }\n)",
        "  :type bed: dict\n  :param bed: **[REQUIRED]** \n\n    A bed.\n\n  \n"
        "    - **soil** *(string) --* **[REQUIRED]** \n\n"
        "      Which soil.\n\n    \n    - **depth** *(integer) --* \n\n      How deep.\n",
    )
    assert root.required == ["bed"]
    assert root.members["bed"].required == ["soil"]


def test_a_union_is_told_by_its_note() -> None:
    note = (
        "    .. note::    This is a Tagged Union structure. Only one of the     following top level keys will be set: "
        "``a``, ``b``.     If a client receives an unknown member it will     set ``SDK_UNKNOWN_MEMBER``\n"
    )
    root = given(
        "{\n    'x': {\n        'a': 'string',\n        'b': 'string'\n    },\n    'y': 'string'\n}",
        f"- *(dict) --* \n\n  - **x** *(dict) --* \n\n{note}\n    - **a** *(string) --* \n\n"
        "    - **b** *(string) --* \n\n  - **y** *(string) --* \n",
    )
    assert root.members["x"].union
    assert not root.union
    assert "SDK_UNKNOWN_MEMBER" not in root.members["x"].members


def test_an_idempotency_token_is_told_by_its_sentence() -> None:
    root = taken(
        "response = client.plant(\n    name='string',\n    token='string'\n)",
        "  :type name: string\n  :param name: **[REQUIRED]** \n\n    A name.\n\n  \n"
        "  :type token: string\n  :param token: **[REQUIRED]** \n\n"
        "    A token.This field is autopopulated if not provided.\n",
    )
    assert root.members["token"].idempotent
    assert not root.members["name"].idempotent
    assert root.required == ["name", "token"]


def test_a_parameter_without_its_line_in_the_syntax_block_is_kept() -> None:
    root = taken(
        "response = client.plant(\n    name='string'\n)",
        "  :type hidden: string\n  :param hidden: \n\n    Filled in for you.\n\n  \n"
        "  :type name: string\n  :param name: **[REQUIRED]** \n\n    A name.\n",
    )
    assert list(root.members) == ["hidden", "name"]
    assert root.members["hidden"].type == "string"
    assert root.required == ["name"]


def test_a_member_without_its_bullet_is_kept() -> None:
    root = given(
        "{\n    'a': 'string',\n    'extra': 'string',\n    'b': 123\n}",
        "- *(dict) --* \n\n  - **a** *(string) --* \n\n  - **b** *(integer) --* \n",
    )
    assert sorted(root.members) == ["a", "b", "extra"]


def test_a_value_that_may_be_text_or_a_dictionary_is_text() -> None:
    root = taken(
        "response = client.plant(\n    source='string' or {'Bucket': 'string', 'Key': 'string'}\n)",
        "  :type source: str or dict\n  :param source: **[REQUIRED]** \n",
    )
    assert root.members["source"].type == "string"


ELIDED = """\

    **{heading}**
    ::

        # This section is too large to render.
        # Please see the AWS API Documentation linked below.

    `AWS API Documentation <https://docs.aws.amazon.com/goto/WebAPI/garden-2020-01-01/Plant>`_
"""


def test_an_elided_syntax_block_is_stood_in_for_by_the_bullets() -> None:
    text = page(syntax="{\n    'x': 123\n}", bullets="- *(dict) --* \n\n  - **x** *(integer) --* \n")
    begin, end = text.index("    **Response Syntax**"), text.index("    **Response Structure**")
    root = read(text[:begin] + ELIDED.format(heading="Response Syntax") + text[end:]).output
    assert root is not None
    assert root.members["x"].type == "integer"
    assert not root.open


def test_elided_bullets_leave_the_syntax_block_and_say_that_required_is_untold() -> None:
    text = page()
    begin, end = text.index("  :type name"), text.index("  :returns: None")
    root = read(text[:begin] + ELIDED.format(heading="Parameters") + "\n" + text[end:]).input
    assert root is not None
    assert root.members["name"].type == "string"
    assert root.unexplained
    assert root.required == []


def test_an_operation_may_take_and_return_nothing() -> None:
    text = page().replace("(**kwargs)", "()")
    begin, end = text.index("  ::\n"), text.index("  :returns: None")
    found = read(text[:begin] + "\n  ::\n\n    response = client.plant()\n" + text[end:])
    assert found.input is None
    assert found.output is None


@pytest.mark.parametrize(
    "value", ["__import__('os').system('true')", "lambda: 0", "{{ 7*7 }}", "open('/etc/passwd')", "<script>"]
)
def test_a_value_that_is_none_of_these_refuses_the_page(value: str) -> None:
    text = page(syntax=f"{{\n    'x': {value}\n}}", bullets="- *(dict) --* \n\n  - **x** *(string) --* \n")
    with pytest.raises(PageError) as told:
        read(text)
    assert told.value.line == text.split("\n").index(f"          'x': {value}") + 1


@pytest.mark.parametrize("name", ["../../x", 'a"""\nimport os', "{{ 7*7 }}", "a b", "", "é"])
def test_a_member_that_is_no_name_refuses_the_page(name: str) -> None:
    with pytest.raises(PageError):
        read(page(syntax=f"{{\n    '{name}': 'string'\n}}", bullets="- *(dict) --* \n"))
