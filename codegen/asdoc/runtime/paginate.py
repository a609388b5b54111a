"""Pages and their items, one call after the other: the walks that clients of both kinds hand out.

Where a walk stands and what comes next is the cursor's; here is only what calls.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, Generic, Protocol, TypeVar

from .cursor import Cursor, PaginationConfig, Paging, Whole
from .exceptions import ClientSideError, OperationNotPageableError
from .response import to_plain
from .schema import Service

__all__ = ["AsyncItems", "AsyncPages", "AsyncPaginator", "Items", "Pages", "PaginationConfig", "Paginator"]

Page = TypeVar("Page")
Item = TypeVar("Item")


class Client(Protocol):
    """What a walk asks of a client; `_call` of a client that does not block gives an awaitable."""

    def _call(self, operation_name: str, arguments: Mapping[str, Any], /) -> Any: ...

    def _service(self) -> Service: ...


class Walk(Generic[Page]):
    """What walks of both kinds have: each iteration over one begins at its start again."""

    def __init__(
        self,
        client: Client,
        operation_name: str,
        paging: Paging,
        arguments: Mapping[str, Any],
        config: PaginationConfig | None,
    ) -> None:
        self._client = client
        self._operation_name = operation_name
        self._paging = paging
        self._arguments = arguments
        self._config = config
        self._cursor = Cursor(paging, arguments, config)

    @property
    def resume_token(self) -> str | None:
        """Where to go on after MaxItems have ended the last iteration: the StartingToken of another walk; else None."""
        return self._cursor.resume_token

    @property
    def non_aggregate_part(self) -> dict[str, Any]:
        """What is the same on all pages, of the last iteration."""
        return self._cursor.same

    @property
    def result_keys(self) -> list[str]:
        """The paths of what the pages list."""
        return [path for path, _ in self._paging.results]

    def _begin(self) -> Cursor:
        self._cursor = Cursor(self._paging, self._arguments, self._config)
        return self._cursor

    def _found(self, page: Any) -> list[Any]:
        return self._paging.results[0][1](page) or []


class Blocking(Walk[Page]):
    """A walk whose calls block."""

    def _walked(self) -> Iterator[Page]:
        cursor = self._begin()
        while cursor.arguments is not None:
            page = self._client._call(self._operation_name, cursor.arguments)
            cursor.take(page)
            yield page
            cursor.advance(page)


class Awaited(Walk[Page]):
    """A walk whose calls are awaited."""

    async def _walked(self) -> AsyncIterator[Page]:
        cursor = self._begin()
        while cursor.arguments is not None:
            page = await self._client._call(self._operation_name, cursor.arguments)
            cursor.take(page)
            yield page
            cursor.advance(page)


class Pages(Blocking[Page]):
    """The pages of a listing. Calls are made as the iteration goes on."""

    def __iter__(self) -> Iterator[Page]:
        return self._walked()

    def pages(self) -> Pages[Page]:
        return self

    def build_full_result(self) -> dict[str, Any]:
        """All pages as one, and where MaxItems ended the walk the token to go on with, as `NextToken`."""
        whole = Whole(self._paging)
        for page in self:
            whole.add(page)
        return whole.result(self._cursor)

    def search(self, expression: str) -> Iterator[Any]:
        """What a JMESPath expression finds on each page; a list that it finds is given item by item.

        Raises ClientSideError where the package `jmespath` is not installed.
        """
        compiled = _jmespath(expression)
        for page in self:
            yield from _listed(compiled.search(to_plain(page)))


class Items(Blocking[Page], Generic[Item, Page]):
    """The items of a listing, from as many pages as it takes. Calls are made as the iteration goes on."""

    def __iter__(self) -> Iterator[Item]:
        for page in self._walked():
            yield from self._found(page)

    def pages(self) -> Pages[Page]:
        """The pages themselves."""
        return Pages(self._client, self._operation_name, self._paging, self._arguments, self._config)


class AsyncPages(Awaited[Page]):
    """The pages of a listing. Calls are made as the iteration goes on."""

    def __aiter__(self) -> AsyncIterator[Page]:
        return self._walked()

    def pages(self) -> AsyncPages[Page]:
        return self

    async def build_full_result(self) -> dict[str, Any]:
        """All pages as one, and where MaxItems ended the walk the token to go on with, as `NextToken`."""
        whole = Whole(self._paging)
        async for page in self:
            whole.add(page)
        return whole.result(self._cursor)

    async def search(self, expression: str) -> AsyncIterator[Any]:
        """What a JMESPath expression finds on each page; a list that it finds is given item by item.

        Raises ClientSideError where the package `jmespath` is not installed.
        """
        compiled = _jmespath(expression)
        async for page in self:
            for found in _listed(compiled.search(to_plain(page))):
                yield found


class AsyncItems(Awaited[Page], Generic[Item, Page]):
    """The items of a listing, from as many pages as it takes. Calls are made as the iteration goes on."""

    async def __aiter__(self) -> AsyncIterator[Item]:
        async for page in self._walked():
            for item in self._found(page):
                yield item

    def pages(self) -> AsyncPages[Page]:
        """The pages themselves."""
        return AsyncPages(self._client, self._operation_name, self._paging, self._arguments, self._config)


class _Listing:
    """The pagination of one operation of a client.

    `operation_name` is the method's name or the operation's. Raises OperationNotPageableError.
    """

    def __init__(self, client: Client, operation_name: str) -> None:
        service = client._service()
        operation = service.operations.get(operation_name) or next(
            (told for told in service.operations.values() if told.method == operation_name), None
        )
        if operation is None or operation.pagination is None or not operation.pagination.result_key:
            known = sorted(told.method for told in service.operations.values() if told.pagination)
            raise OperationNotPageableError(
                f"Operation cannot be paginated: {operation_name}",
                hint=f"The pages of {service.client} tell a pagination of {', '.join(known) or 'no operation'}.",
            )
        node = service.shapes[operation.input].members.get(operation.pagination.limit_key) if operation.input else None
        self._client = client
        self._name = operation.name
        self._paging = Paging(
            operation.pagination, limit_is_text=node is not None and service.resolve(node).type == "string"
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._name}>"


class Paginator(_Listing):
    """What `client.get_paginator(...)` gives."""

    def paginate(self, *, PaginationConfig: PaginationConfig | None = None, **arguments: Any) -> Pages[Any]:  # noqa: N803  # as boto3 has it
        """The pages of the operation, called with `arguments`. Raises PaginationError for what is no configuration."""
        return self.pages(arguments, PaginationConfig)

    def pages(self, arguments: Mapping[str, Any], config: PaginationConfig | None) -> Pages[Any]:
        """The pages of the operation."""
        return Pages(self._client, self._name, self._paging, arguments, config)

    def items(self, arguments: Mapping[str, Any], config: PaginationConfig | None) -> Items[Any, Any]:
        """The items of the operation's pages."""
        return Items(self._client, self._name, self._paging, arguments, config)


class AsyncPaginator(_Listing):
    """What `get_paginator(...)` of a client that does not block gives."""

    def paginate(self, *, PaginationConfig: PaginationConfig | None = None, **arguments: Any) -> AsyncPages[Any]:  # noqa: N803  # as boto3 has it
        """The pages of the operation, called with `arguments`. Raises PaginationError for what is no configuration."""
        return self.pages(arguments, PaginationConfig)

    def pages(self, arguments: Mapping[str, Any], config: PaginationConfig | None) -> AsyncPages[Any]:
        """The pages of the operation."""
        return AsyncPages(self._client, self._name, self._paging, arguments, config)

    def items(self, arguments: Mapping[str, Any], config: PaginationConfig | None) -> AsyncItems[Any, Any]:
        """The items of the operation's pages."""
        return AsyncItems(self._client, self._name, self._paging, arguments, config)


def _listed(found: Any) -> list[Any]:
    return found if isinstance(found, list) else [found]


def _jmespath(expression: str) -> Any:
    try:
        import jmespath
    except ImportError as error:
        raise ClientSideError(
            f"searching pages for {expression!r}: the package jmespath is not installed",
            hint="Install it, or iterate over the pages and look into each.",
        ) from error
    return jmespath.compile(expression)
