"""A walk over the pages of an operation, without its calls: what to ask next, what to keep of the page that came.

The rules, the form of the tokens and the errors are those of botocore's paginators, so that a token that one of them
gave resumes in the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, TypedDict, cast

from .exceptions import PaginationError
from .expressions import compile_expression, set_path
from .page_tokens import TRUNCATED, read_token, write_token
from .response import Structure, to_plain
from .schema import Pagination

_LISTED = (list, str, dict, Structure)


class PaginationConfig(TypedDict, total=False):
    """How far and in which steps to walk: the names that boto3 has for it."""

    MaxItems: int | str | None
    """Items after which to stop; the walk's `resume_token` then tells where to go on."""
    PageSize: int | str | None
    """Items that the service is asked for in a page."""
    StartingToken: str | None
    """The `resume_token` of an earlier walk."""


class Paging:
    """The pagination of one operation, its paths compiled."""

    def __init__(self, rule: Pagination, *, limit_is_text: bool = False) -> None:
        self.inputs = rule.input_token
        self.outputs = tuple(compile_expression(path) for path in rule.output_token)
        self.more = compile_expression(rule.more_results) if rule.more_results else None
        self.results = tuple((path, compile_expression(path)) for path in rule.result_key)
        self.same = tuple((path, compile_expression(path)) for path in rule.non_aggregate_keys)
        self.limit = rule.limit_key
        self.limit_is_text = limit_is_text


class Cursor:
    """Where a walk stands. `arguments` are those of the call to make next, or None at its end.

    Raises PaginationError where the configuration does not fit the operation.
    """

    def __init__(self, paging: Paging, arguments: Mapping[str, Any], config: PaginationConfig | None = None) -> None:
        config = _checked(config)
        self.paging = paging
        self.arguments: dict[str, Any] | None = {name: value for name, value in arguments.items() if value is not None}
        self.resume_token: str | None = None
        self.same: dict[str, Any] = {}
        """Of the first page, what is the same on all."""
        items = config.get("MaxItems")
        self._max_items = None if items is None else _whole(items, "MaxItems")
        self._seen = 0
        self._skip = 0
        self._first = True
        self._end = False
        self._token: dict[str, Any] = dict.fromkeys(paging.inputs)
        self._before: dict[str, Any] | None = None
        size = config.get("PageSize")
        if size is not None:
            if not paging.limit:
                raise PaginationError(
                    "Error during pagination: PageSize parameter is not supported for the pagination interface for "
                    "this operation."
                )
            size = str(size) if paging.limit_is_text else _whole(size, "PageSize")
        starting = config.get("StartingToken")
        self._resumed = starting is not None
        if starting is not None:
            self._token, self._skip = read_token(starting, paging.inputs)
            self._inject(self._token)
        if size is not None:
            self._given()[paging.limit] = size

    def take(self, page: Any) -> None:
        """Take what the call gave, and cut from it what lies before the walk's start or behind its end."""
        if self._first:
            if self._resumed:
                self._cut_start(page)
            self._first = False
            for path, same in self.paging.same:
                set_path(self.same, path, same(page))
        else:
            self._skip = 0
        primary, search = self.paging.results[0]
        held = search(page) or []
        count = len(held) if isinstance(held, _LISTED) else 1
        over = 0 if self._max_items is None else self._seen + count - self._max_items
        if over > 0:
            kept = count - over
            set_path(page, primary, _beginning(held, kept, primary))
            self._resume_at({**self._token, TRUNCATED: kept + self._skip})
            self._end = True
        self._seen += count

    def advance(self, page: Any) -> None:
        """Go on to the page after `page`, which was taken. Raises PaginationError where it was this one already."""
        token = {} if self._end else self._next(page)
        if all(value is None for value in token.values()):
            self.arguments = None
            return
        self._token = token
        if self._seen == self._max_items:
            self._resume_at(token)
            self.arguments = None
            return
        if self._before == token:
            raise PaginationError(
                f"Error during pagination: The same next token was received twice: {token}",
                hint="The service goes in a circle: an answer to a token must not tell the same token again.",
            )
        self._inject(token)
        self._before = token

    def _cut_start(self, page: Any) -> None:
        for number, (path, search) in enumerate(self.paging.results):
            held = search(page)
            if number == 0:
                set_path(page, path, _rest(held, self._skip))
            elif not isinstance(held, int | float):
                # what stood beside the items of the page was given with those before the start
                set_path(page, path, type(held)() if isinstance(held, list | str) else None)

    def _next(self, page: Any) -> dict[str, Any]:
        if self.paging.more is not None and not self.paging.more(page):
            return {}
        told = (to_plain(search(page)) for search in self.paging.outputs)
        return {name: value or None for name, value in zip(self.paging.inputs, told, strict=False)}

    def _inject(self, token: Mapping[str, Any]) -> None:
        given = self._given()
        for name, value in token.items():
            if value is not None and value != "None":
                given[name] = value
            else:
                given.pop(name, None)

    def _given(self) -> dict[str, Any]:
        assert self.arguments is not None  # noqa: S101  # a walk that has ended asks for nothing
        return self.arguments

    def _resume_at(self, token: dict[str, Any]) -> None:
        if set(token) - {TRUNCATED} != set(self.paging.inputs):
            raise PaginationError(f"Bad starting token: {token}")
        self.resume_token = write_token(token)


class Whole:
    """All pages of a walk put together as one."""

    def __init__(self, paging: Paging) -> None:
        self._paging = paging
        self._result: dict[str, Any] = {}

    def add(self, page: Any) -> None:
        for path, search in self._paging.results:
            held = search(page)
            if held is None:
                continue
            before = search(self._result)
            if before is None:
                set_path(self._result, path, list(held) if isinstance(held, list) else held)
            elif isinstance(held, list):
                before.extend(held)
            elif isinstance(held, int | float | str):
                set_path(self._result, path, before + held)

    def result(self, cursor: Cursor) -> dict[str, Any]:
        """The whole, with what is the same on all pages, and the token that resumes the walk as `NextToken`."""
        _merge(self._result, cursor.same)
        if cursor.resume_token is not None:
            self._result["NextToken"] = cursor.resume_token
        return self._result


def _merge(into: dict[str, Any], other: Mapping[str, Any]) -> None:
    for name, value in other.items():
        held = into.get(name)
        if isinstance(held, dict) and isinstance(value, dict):
            _merge(held, value)
        else:
            into[name] = value


def _checked(config: object) -> PaginationConfig:
    if config is None:
        return {}
    if not isinstance(config, Mapping):
        raise PaginationError(
            f"Error during pagination: PaginationConfig is {type(config).__name__}, and must be a mapping",
            hint="Give PaginationConfig={'MaxItems': 100}, with PageSize and StartingToken where they are wanted.",
        )
    return cast("PaginationConfig", config)


def _beginning(held: Any, kept: int, path: str) -> Any:
    if isinstance(held, list | str):
        return held[:kept]
    if isinstance(held, dict):
        return dict(islice(held.items(), max(kept, 0)))
    raise PaginationError(
        f"Error during pagination: MaxItems ends within {path}, which is no list and cannot be cut",
        hint="Leave MaxItems out, and end the iteration where it went far enough.",
    )


def _rest(held: Any, skipped: int) -> Any:
    if isinstance(held, dict):
        return dict(islice(held.items(), max(skipped, 0), None))
    return held[skipped:] if isinstance(held, list | str) else held


def _whole(value: int | str, name: str) -> int:
    try:
        return int(value)
    except (ValueError, TypeError, OverflowError) as error:
        raise PaginationError(f"Error during pagination: {name} is {value!r}, not a whole number") from error
