"""Walks over pages give what botocore's give: the same calls, pages, whole, tokens and errors."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import botocore.exceptions
import jmespath
import pytest
from botocore.paginate import Paginator as TheirPaginator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asdoc.runtime.cursor import Paging
from asdoc.runtime.exceptions import PaginationError
from asdoc.runtime.page_tokens import write_token
from asdoc.runtime.paginate import AsyncItems, AsyncPages, Items, Pages
from asdoc.runtime.schema import Pagination, Service
from tests.explore import examples

from . import fake
from .listings import Json, data, listed, paginators, paths

TOKENS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.sampled_from(["", "None", "t1", "t2", "t3", "t4", "t5", "t6"]),
    st.fixed_dictionaries({"k": st.one_of(st.binary(max_size=3), st.just("x"), st.lists(st.binary(max_size=2)))}),
)
UNUSUAL: list[Json] = [
    {"input_token": ["A", "B"], "output_token": ["NextA", "Next.B"], "result_key": ["Users", "Groups", "Count"],
     "limit_key": "Max"},
    {"input_token": "Marker", "output_token": "NextMarker || Contents[-1].Key", "more_results": "IsTruncated",
     "result_key": ["Contents", "CommonPrefixes"], "limit_key": "MaxKeys", "non_aggregate_keys": ["Name", "D.P"]},
    {"input_token": "Token", "output_token": "Page.Token", "result_key": "Page.Text", "limit_key": "Max"},
    {"input_token": "Token", "output_token": "Token", "result_key": ["List.Items", "List.Total"],
     "non_aggregate_keys": ["List.Kind"], "limit_key": "Max"},
]  # fmt: skip
"""What few or no services have, and the rules allow."""
quiet = settings(
    deadline=None,
    max_examples=examples(120),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def paging(rule: Json, *, limit_is_text: bool) -> Paging:
    names = ("input_token", "output_token", "result_key", "non_aggregate_keys")
    lists = {name: tuple(listed(rule.get(name, []))) for name in names}
    return Paging(
        Pagination(**lists, limit_key=rule.get("limit_key", ""), more_results=rule.get("more_results", "")),
        limit_is_text=limit_is_text,
    )


def merge(into: Json, other: Json) -> Json:
    for name, value in other.items():
        into[name] = merge(into[name], value) if isinstance(into.get(name), dict) and isinstance(value, dict) else value
    return into


def nest(path: str, value: Any) -> Json:
    *outer, last = path.split(".")
    found: Json = {last: value}
    for name in reversed(outer):
        found = {name: found}
    return found


@st.composite
def pages(draw: st.DrawFn, rule: Json) -> Json:
    """An answer of the operation: lists and what else it tells, tokens, and whether there is more."""
    page: Json = {}
    items = st.lists(st.one_of(st.integers(0, 9), st.fixed_dictionaries({"Key": st.sampled_from("abc")})), max_size=4)
    primary, *others = listed(rule["result_key"])
    if draw(st.integers(0, 5)):
        merge(page, nest(primary, draw(st.one_of(items, items, items, st.text("xyz", max_size=3), st.none()))))
    for path in others:
        merge(page, nest(path, draw(st.one_of(items, st.integers(0, 3), st.text("xy", max_size=2), st.none()))))
    for path in rule.get("non_aggregate_keys", []):
        merge(page, nest(path, draw(st.one_of(st.text("n", max_size=2), st.none(), st.just({"a": 1})))))
    for expression in listed(rule["output_token"]):
        if "[" not in expression and "|" not in expression:
            merge(page, nest(expression, draw(TOKENS)))
        elif draw(st.booleans()):
            drawn = draw(data(paths(expression), st.sampled_from(["t1", "t2", ""])))
            merge(page, drawn if isinstance(drawn, dict) else {})
    if "more_results" in rule:
        merge(page, nest(rule["more_results"], draw(st.sampled_from([True, True, False, None]))))
    return page


@st.composite
def walks(draw: st.DrawFn) -> tuple[Json, list[Json], Json, Json, bool]:
    rule = draw(
        st.one_of(st.sampled_from(sorted(paginators())).map(paginators().__getitem__), st.sampled_from(UNUSUAL))
    )
    answers = draw(st.lists(pages(rule), min_size=1, max_size=5))
    config: Json = {}
    if draw(st.booleans()):
        config["MaxItems"] = draw(st.one_of(st.integers(0, 8), st.just("3")))
    if draw(st.booleans()):
        config["PageSize"] = draw(st.one_of(st.integers(1, 9), st.just("7")))
    if draw(st.integers(0, 2)) == 0:
        config["StartingToken"] = draw(
            st.sampled_from(["t0", "t0___2", "a___b", "a___b___1", "None___1", "x___y___z___9"])
        )
    arguments: Json = draw(st.fixed_dictionaries({}, optional={"Filter": st.just("f")}))
    return rule, answers, arguments, config, draw(st.booleans())


class Stub:
    """A service that answers with the same pages to whoever asks, and keeps what was asked."""

    def __init__(self, answers: list[Json]) -> None:
        self.answers = answers
        self.asked: list[Json] = []

    def answer(self, arguments: Any) -> Json:
        self.asked.append(copy.deepcopy(dict(arguments)))
        # what follows the last page has no token
        number = len(self.asked) - 1
        return copy.deepcopy(self.answers[number]) if number < len(self.answers) else {}

    def _call(self, operation_name: str, arguments: Any) -> Any:
        return self.answer(arguments)

    def _service(self) -> Service:
        raise AssertionError("a walk asks nothing of the table")


class AsyncStub(Stub):
    async def _call(self, operation_name: str, arguments: Any) -> Any:
        await asyncio.sleep(0)
        return self.answer(arguments)


REFUSED = (botocore.exceptions.PaginationError, PaginationError, ValueError, TypeError, KeyError, AttributeError)


def outcome(stub: Stub, walk: Callable[[], Any]) -> tuple[Any, list[Json]]:
    """What a walk ends in, and what was asked on the way."""
    try:
        told = walk()
    except REFUSED as error:
        kind = (ValueError, PaginationError, botocore.exceptions.PaginationError)
        # ours refuses a token where it is given, theirs where it is used
        told = ([], "refused" if isinstance(error, kind) else "fails", None)
    return told, stub.asked


def by_botocore(rule: Json, stub: Stub, arguments: Json, config: Json, *, text: bool) -> Any:
    limit = SimpleNamespace(type_name="string" if text else "integer")
    model = SimpleNamespace(input_shape=SimpleNamespace(members={rule.get("limit_key"): limit}))
    paginator: Any = TheirPaginator(lambda **given: stub.answer(given), rule, model)  # type: ignore[arg-type]  # a stub
    return paginator.paginate(**copy.deepcopy(arguments), PaginationConfig=dict(config))


def drained(walk: Any) -> Any:
    found: list[Any] = []
    try:
        for page in walk:
            found.append(page)
    except REFUSED as error:
        kinds = (ValueError, PaginationError, botocore.exceptions.PaginationError)
        return found, "refused" if isinstance(error, kinds) else "fails", walk.resume_token
    return found, None, walk.resume_token


def sane(ended: tuple[Any, list[Json]]) -> bool:
    """Whether botocore ends in something that it means: not in a failure of its own."""
    told = ended[0]
    return not (isinstance(told, tuple) and told[1] == "fails")


@quiet
@given(walks())
def test_the_pages_calls_and_tokens_are_botocores(case: tuple[Json, list[Json], Json, Json, bool]) -> None:
    rule, answers, arguments, config, text = case
    theirs = Stub(answers)
    expected = outcome(theirs, lambda: drained(by_botocore(rule, theirs, arguments, config, text=text)))
    if not sane(expected):
        return
    ours = Stub(answers)
    plan = paging(rule, limit_is_text=text)
    assert outcome(ours, lambda: drained(Pages(ours, "List", plan, arguments, config))) == expected  # type: ignore[arg-type]  # a stub


@quiet
@given(walks())
def test_the_whole_result_is_botocores(case: tuple[Json, list[Json], Json, Json, bool]) -> None:
    rule, answers, arguments, config, text = case
    theirs = Stub(answers)
    expected = outcome(theirs, lambda: by_botocore(rule, theirs, arguments, config, text=text).build_full_result())
    if not sane(expected):
        return
    ours = Stub(answers)
    plan = paging(rule, limit_is_text=text)
    assert outcome(ours, lambda: Pages(ours, "List", plan, arguments, config).build_full_result()) == expected  # type: ignore[arg-type]  # a stub


@quiet
@given(walks())
def test_a_walk_that_is_awaited_goes_the_same_way(case: tuple[Json, list[Json], Json, Json, bool]) -> None:
    rule, answers, arguments, config, text = case
    plan = paging(rule, limit_is_text=text)

    async def drained_async() -> Any:
        walk: Any = AsyncPages(stub, "List", plan, arguments, config)  # type: ignore[arg-type]  # a stub
        found: list[Any] = []
        try:
            async for page in walk:
                found.append(page)
        except PaginationError:
            return found, "refused", walk.resume_token
        return found, None, walk.resume_token

    blocking, stub = Stub(answers), AsyncStub(answers)
    expected = outcome(blocking, lambda: drained(Pages(blocking, "List", plan, arguments, config)))  # type: ignore[arg-type]  # a stub
    if sane(expected):
        assert outcome(stub, lambda: asyncio.run(drained_async())) == expected


@quiet
@given(walks())
def test_a_walk_that_was_cut_goes_on_where_it_ended(case: tuple[Json, list[Json], Json, Json, bool]) -> None:
    rule, answers, _, _, text = case
    rule = {**rule, "result_key": listed(rule["result_key"])[0]}
    tokens = listed(rule["input_token"])
    lists = [[number * 10 + index for index in range(3)] for number in range(len(answers))]

    def call(operation_name: str, given: Any) -> Any:
        number = int(str(given.get(tokens[0], "0")))
        page = nest(rule["result_key"], list(lists[number]))
        for name, expression in zip(tokens, listed(rule["output_token"]), strict=True):
            if "[" in expression or number + 1 == len(lists):
                continue
            merge(page, nest(expression, str(number + 1) if name == tokens[0] else "x"))
        return merge(page, nest(rule["more_results"], True)) if "more_results" in rule else page

    if any("[" in expression for expression in listed(rule["output_token"])):
        return
    client: Any = SimpleNamespace(_call=call)
    found: list[int] = []
    token = None
    plan = paging(rule, limit_is_text=text)
    while True:
        walk: Items[int, Any] = Items(client, "List", plan, {}, {"MaxItems": 2, "StartingToken": token})
        found += list(walk)
        token = walk.resume_token
        if token is None:
            break
    assert found == [item for page in lists for item in page]


def test_items_are_walked_again_from_the_start_by_each_iteration() -> None:
    rule = {"input_token": "T", "output_token": "T", "result_key": "L"}
    stub = Stub([{"L": [1, 2], "T": "a"}, {"L": [3]}, {"L": [1, 2], "T": "a"}, {"L": [3]}])
    items: Items[int, Any] = Items(stub, "List", paging(rule, limit_is_text=False), {}, None)
    assert (list(items), list(items)) == ([1, 2, 3], [1, 2, 3])
    assert stub.asked == [{}, {"T": "a"}, {}, {"T": "a"}]


def test_where_to_go_on_is_known_while_the_last_items_are_looked_at() -> None:
    rule = {"input_token": "T", "output_token": "T", "result_key": "L"}
    items: Items[int, Any] = Items(
        Stub([{"L": [1, 2, 3], "T": "a"}]), "List", paging(rule, limit_is_text=False), {}, {"MaxItems": 2}
    )
    walk = iter(items)
    assert [next(walk), next(walk)] == [1, 2]
    assert items.resume_token == write_token({"T": None, "boto_truncate_amount": 2})


def test_items_that_are_awaited_come_page_by_page() -> None:
    rule = {"input_token": "T", "output_token": "T", "result_key": "L"}
    stub = AsyncStub([{"L": [1, 2], "T": "a"}, {}, {"L": [9]}])

    async def walk() -> tuple[list[int], str | None]:
        items: AsyncItems[int, Any] = AsyncItems(stub, "List", paging(rule, limit_is_text=False), {}, {"MaxItems": 1})
        return [item async for item in items], items.resume_token

    found, token = asyncio.run(walk())
    assert found == [1]
    assert token is not None
    assert len(stub.asked) == 1


def test_the_same_token_twice_is_an_error_after_the_page_was_given() -> None:
    rule = {"input_token": "T", "output_token": "T", "result_key": "L"}
    stub = Stub([{"L": [1], "T": "a"}, {"L": [2], "T": "a"}, {"L": [3]}])
    pages = iter(Pages[Any](stub, "List", paging(rule, limit_is_text=False), {}, None))
    assert [next(pages)["L"], next(pages)["L"]] == [[1], [2]]
    with pytest.raises(PaginationError, match="same next token was received twice"):
        next(pages)


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"PageSize": 3}, "PageSize parameter is not supported"),
        ({"MaxItems": "many"}, "MaxItems is 'many'"),
        ({"MaxItems": []}, "MaxItems is \\[\\]"),
        ({"MaxItems": float("inf")}, "MaxItems is inf"),
        ({"StartingToken": 5}, "Bad starting token: 5"),
        ({"StartingToken": write_token({"T": "a", "boto_truncate_amount": "b"})}, "Bad starting token: eyJ"),
        ({"StartingToken": write_token({"T": "a", "boto_truncate_amount": -1})}, "Bad starting token: eyJ"),
        ("100", "PaginationConfig is str"),
        ({"StartingToken": "a___b___c"}, "Bad starting token: a___b___c"),
    ],
)
def test_a_configuration_that_does_not_fit_is_refused_before_anything_is_sent(config: Any, told: str) -> None:
    rule = {"input_token": "T", "output_token": "T", "result_key": "L"}
    with pytest.raises(PaginationError, match=told):
        Pages(Stub([]), "List", paging(rule, limit_is_text=False), {}, config)


@pytest.mark.parametrize(
    "token", [write_token({"T": "a", "Owner": "other"}), write_token({"Owner": "other"}), "MTIz", "e" * 9]
)
def test_a_starting_token_gives_no_other_argument_than_the_token(token: str) -> None:
    rule = {"input_token": "T", "output_token": "T", "result_key": "L"}
    stub = Stub([{"L": [1]}])
    list(Pages[Any](stub, "List", paging(rule, limit_is_text=False), {"Owner": "me"}, {"StartingToken": token}))
    assert stub.asked == [{"Owner": "me", "T": token}]


def test_a_map_is_cut_and_gone_on_with_as_a_list_is() -> None:
    rule = {"input_token": "T", "output_token": "T", "result_key": "M"}
    answers: list[Json] = [{"M": {"a": 1, "b": 2, "c": 3}, "T": "t"}, {"M": {"d": 4}}]
    plan = paging(rule, limit_is_text=False)
    walk = Pages[Any](Stub(answers), "List", plan, {}, {"MaxItems": 2})
    assert [page["M"] for page in walk] == [{"a": 1, "b": 2}]
    rest = Pages[Any](Stub(answers), "List", plan, {}, {"StartingToken": walk.resume_token})
    assert [page["M"] for page in rest] == [{"c": 3}, {"d": 4}]


def test_a_token_that_is_no_text_is_an_error_that_says_so() -> None:
    rule = {"input_token": "T", "output_token": "T", "result_key": "L"}
    answers: list[Json] = [{"L": [1], "T": datetime(2024, 1, 2, tzinfo=UTC)}, {"L": [2]}]
    plan = paging(rule, limit_is_text=False)
    assert [page["L"] for page in Pages[Any](Stub(answers), "List", plan, {}, None)] == [[1], [2]]
    with pytest.raises(PaginationError, match="no text can be made of the token"):
        list(Pages[Any](Stub(answers), "List", plan, {}, {"MaxItems": 1}))


def test_what_is_no_list_is_given_whole_or_not_at_all() -> None:
    rule = {"input_token": "T", "output_token": "T", "result_key": "S"}
    plan = paging(rule, limit_is_text=False)
    answers: list[Json] = [{"S": fake.Tree(TreeId="t", Name="n"), "T": "t"}, {}]
    with pytest.raises(PaginationError, match="MaxItems ends within S, which is no list"):
        list(Pages[Any](Stub(answers), "List", plan, {}, {"MaxItems": 1}))
    whole = Pages[Any](Stub(answers), "List", plan, {}, {"StartingToken": "t"})
    assert [page.get("S") for page in whole] == [{"TreeId": "t", "Name": "n"}, None]


def test_search_gives_what_jmespath_finds_on_each_page() -> None:
    rule = {"input_token": "T", "output_token": "T", "result_key": "L"}
    answers: list[Json] = [{"L": [{"N": 1}, {"N": 2}], "T": "a"}, {"L": [{"N": 3}]}]
    pages = Pages[Any](Stub(answers), "List", paging(rule, limit_is_text=False), {}, None)
    assert list(pages.search("L[].N")) == [1, 2, 3]
    pages = Pages[Any](Stub(answers), "List", paging(rule, limit_is_text=False), {}, None)
    assert list(pages.search("length(L)")) == [jmespath.search("length(L)", page) for page in answers]
