"""Pages of boto3's older layout, one a service: each part is read, at its own lines, or the page is refused."""

from __future__ import annotations

import pytest

from asdoc.codegen.pages import (
    AnyPage,
    OperationPage,
    OtherPage,
    PageError,
    PaginatorPage,
    ServicePage,
    WaiterPage,
    identify,
    read_pages,
)

from .single_garden import GARDEN


def line_of(words: str, *, after: str = "") -> int:
    """The number of the first line that holds the words, below the first that holds `after`."""
    lines = GARDEN.split("\n")
    start = next(at for at, line in enumerate(lines) if after in line)
    return next(at for at in range(start, len(lines)) if words in lines[at]) + 1


def read(text: str = GARDEN) -> list[AnyPage]:
    return read_pages("garden-beds.rst", text.encode())[0]


def operation(method: str) -> OperationPage:
    (found,) = [page for page in read() if isinstance(page, OperationPage) and page.method == method]
    return found


def test_the_page_names_its_service_three_times() -> None:
    assert identify("x.rst", GARDEN.encode()) == ("garden-beds", "Garden", "Amazon Garden Service")
    assert {(page.service, page.client, page.reader) for page in read()} == {("garden-beds", "Garden", "single")}


def test_every_part_becomes_a_page_of_its_kind() -> None:
    assert [type(page) for page in read()] == [
        ServicePage,
        OtherPage,
        OperationPage,
        OperationPage,
        PaginatorPage,
        WaiterPage,
        OtherPage,
    ]


def test_the_page_of_the_service_has_what_is_listed() -> None:
    found = read()[0]
    assert isinstance(found, ServicePage)
    assert found.client_line == line_of(".. py:class:: Garden.Client")
    assert found.methods == {
        "close": line_of("~Garden.Client.close"),
        "list_beds": line_of("~Garden.Client.list_beds"),
        "plant": line_of("~Garden.Client.plant"),
    }
    assert list(found.paginators) == ["ListBeds"]
    assert list(found.waiters) == ["Planted"]


def test_an_operation_is_named_by_its_link() -> None:
    found = operation("plant")
    assert (found.operation, found.operation_derived) == ("PlantIt", False)
    assert found.method_line == line_of("py:method:: plant")
    assert found.operation_line == line_of("PlantIt")
    assert found.documentation.endswith("/garden-2020-01-01/PlantIt")
    assert (found.output, found.errors) == (None, [])


def test_lines_of_an_input_are_those_of_the_whole_page() -> None:
    root = operation("plant").input
    assert root is not None
    assert root.required == ["Name"]
    assert root.line == line_of("response = client.plant(")
    assert root.members["Name"].line == line_of("Name='string'", after="py:method:: plant")
    assert root.members["Name"].bullet == line_of(":param Name")
    assert root.members["Bed"].idempotent == line_of("autopopulated")


def test_lines_of_an_answer_are_those_of_the_whole_page() -> None:
    found = operation("list_beds")
    assert found.deprecated == line_of("is deprecated")
    assert found.errors == [("FrostException", line_of("FrostException`"))]
    assert found.output is not None
    beds = found.output.members["Beds"]
    assert (beds.type, beds.bullet) == ("list", line_of("**Beds**"))
    assert beds.member is not None
    assert beds.member.union == line_of("Tagged Union")
    assert beds.member.members["Name"].bullet == line_of("**Name**")


def test_an_example_keeps_lines_that_look_like_titles() -> None:
    (example,) = operation("plant").examples
    assert example.params == {"Bed": "# north\n=====\nRules\n=====\nend", "Name": "rose"}
    assert example.output == {}
    assert example.params_line == line_of("response = client.plant(", after="plants a rose")
    assert example.caption_line == line_of("plants a rose")


def test_a_paginator_is_read() -> None:
    (found,) = [page for page in read() if isinstance(page, PaginatorPage)]
    assert (found.name, found.operation, found.method, found.page_size) == ("ListBeds", "ListBeds", "list_beds", True)
    assert found.operation_line == line_of("ListBeds>`_", after="Garden.Paginator.ListBeds")
    assert found.output is not None
    assert list(found.output.members) == ["Beds"]


def test_a_waiter_is_read() -> None:
    (found,) = [page for page in read() if isinstance(page, WaiterPage)]
    assert (found.name, found.operation, found.method) == ("Planted", "ListBeds", "list_beds")
    assert (found.delay, found.max_attempts, found.polls_line) == (5, 60, line_of("Polls"))


def test_a_page_cut_anywhere_but_between_its_parts_is_refused() -> None:
    """Examples, paginators and waiters may be absent, so a page that ends where they would begin says nothing wrong."""
    lines = GARDEN.split("\n")
    nothing = line_of(":returns: None", after="py:method:: plant")
    whole = [
        range(nothing, nothing + 1),
        range(line_of("      }", after="'...': '...'"), line_of("Garden.Paginator.ListBeds")),
        range(line_of("**NextToken**", after="Garden.Paginator.ListBeds"), line_of("Garden.Waiter.Planted")),
        range(line_of(":returns: None", after="Polls"), line_of("Garden.ServiceResource")),
    ]
    for count in range(line_of(".. py:class:: Garden.Client"), line_of("Garden.ServiceResource")):
        try:
            read("\n".join(lines[:count]))
        except PageError:
            continue
        assert any(count in accepted for accepted in whole), f"cut after line {count}"


def test_a_list_of_no_paginators_is_no_fault() -> None:
    """boto3 wrote the words above the list for a service that had none, too."""
    start, end = line_of("* :py:class:`Garden.Paginator.ListBeds`"), line_of("=======", after="resume pagination")
    lines = GARDEN.split("\n")
    assert len(read("\n".join([*lines[: start - 1], "", *lines[end - 1 :]]))) == len(read()) - 1


def test_what_is_listed_and_not_there_is_named() -> None:
    text = GARDEN.replace("Garden.Client.close`", "Garden.Client.prune`")
    with pytest.raises(PageError, match=f"before prune, which line {line_of('Client.close`')} lists"):
        read(text)


def test_a_part_that_ends_too_early_is_refused_where_it_ends() -> None:
    text = GARDEN.replace("    :returns: None\n    **Examples**", "    **Examples**")
    with pytest.raises(PageError, match=f"what line {line_of('py:method:: plant')} begins ends before it says"):
        read(text)


def test_a_page_without_the_name_of_its_service_is_refused() -> None:
    with pytest.raises(PageError, match="how to make the client"):
        read(GARDEN.replace("boto3.client('garden-beds')", "boto3.client(name)"))
