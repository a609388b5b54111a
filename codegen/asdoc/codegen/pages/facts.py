"""What a reader hands over: the facts of one page, each with the line it was read from.

Every reader of every format fills these structures, so nothing behind this module knows how a page was laid out.
They are filled while a page is scanned and never changed after the reader has returned them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import msgspec


class Node(msgspec.Struct, gc=False):
    """One node of a documented type, as one page tells it.

    A list holds its element in `member`; a map holds `key` and `value`; a structure holds `members`. `line` is the
    line of the syntax block, `bullet` that of the explained parameter; 0 where the page has none.
    """

    type: str
    """structure, list, map, string, integer, float, double, boolean, timestamp, blob, document; empty if untold."""
    line: int = 0
    bullet: int = 0
    members: dict[str, Node] = {}
    required: list[str] = []
    member: Node | None = None
    key: Node | None = None
    value: Node | None = None
    enum: tuple[str, ...] = ()
    union: int = 0
    """Line of the note that only one member may be set; 0 without one."""
    idempotent: int = 0
    """Line of the sentence that the client fills the token; 0 without one."""
    recursive: bool = False
    """True where the page says that the type of an outer node stands here again."""
    streaming: bool = False
    eventstream: bool = False
    jsonvalue: bool = False
    open: bool = False
    """True where the page shows a dictionary without its members (`{...}`), or elides the whole section."""
    unexplained: bool = False
    """Of a root: True where the page elides the explained parameters, so that required members are untold."""


class Example(msgspec.Struct):
    """A documented call. Times are {"$datetime": [year, month, day, hour, minute, second]}."""

    params: dict[str, Any]
    output: dict[str, Any]
    """Without the elided ResponseMetadata."""
    params_line: int
    params_end: int
    """The line after the call."""
    output_line: int
    output_end: int
    caption_line: int
    caption: str
    """As printed; it is hashed and never stored."""


class Identity(NamedTuple):
    """By which names a page calls its service; each is empty where the page does not have it."""

    service: str = ""
    """The name in its address, `appconfig`."""
    client: str = ""
    """The class of the client, `AppConfig`."""
    title: str = ""
    """The full name, `Amazon AppConfig`."""


class Page(msgspec.Struct, kw_only=True):
    """What the pages of all kinds have in common."""

    path: str
    sha256: str
    service: str
    """The name in the page's link to its service, `appconfig`; empty where the page has no such link."""
    client: str
    """The class on the page, `AppConfig`; empty where the page has only the title."""
    service_title: str = ""
    """The service's full name where the page has only that, `Amazon AppConfig`."""
    date: str = ""
    """The day that the page tells of, as `2022-07-13`: what the reader finds, then what `settle` makes of it."""
    reader: str = ""
    """Name of the format that the page was read as."""
    named: str = ""
    """By which rule the service was found (`services.Named`)."""
    dated: str = ""
    """Whence `date` is: `page`, `manifest` or `given`; empty where nothing tells a day."""
    release: str = ""
    """Version of botocore that the page was written by, from its manifest."""
    edition: str = ""
    """Equal for pages that were written together, and so are of one age."""


class Delta(msgspec.Struct):
    """What changed about an operation on the day of the page."""

    kind: str
    """`new` or `updated`."""
    line: int
    request: Node | None = None
    """The members added to the input, without what was there before; None where the input did not change."""
    response: Node | None = None


class OperationPage(Page, kw_only=True):
    method: str
    method_line: int
    operation: str
    operation_derived: bool = False
    """True where the page does not name the operation and the method's name in CamelCase stands in."""
    operation_line: int
    documentation: str
    """Address of the operation in the API reference; empty where the page has none."""
    deprecated: int = 0
    """Line of the note; 0 without one."""
    input: Node | None
    """None where the operation takes nothing; its `open` is True where the page elides the section."""
    output: Node | None
    """None where the operation returns nothing."""
    errors: list[tuple[str, int]] = []
    """Names in the order of the page, with their lines."""
    examples: list[Example] = []
    untold: tuple[str, ...] = ()
    """What a page of this format never tells: some of `errors`, `examples`, `deprecated`, `documentation`, ..."""
    delta: Delta | None = None
    """What an API-changes page says of the operation; None on other pages."""


class PaginatorPage(Page, kw_only=True):
    name: str
    operation: str
    operation_line: int
    method: str
    page_size: bool
    """True where the size of a page can be chosen."""
    input: Node | None
    output: Node | None


class WaiterPage(Page, kw_only=True):
    name: str
    operation: str
    operation_line: int
    method: str
    delay: int
    max_attempts: int
    polls_line: int
    input: Node | None


class ExceptionPage(Page, kw_only=True):
    name: str
    name_line: int
    output: Node
    """The whole `e.response`, its general `Error` member included."""


class ServicePage(Page, kw_only=True):
    client_line: int
    methods: dict[str, int]
    paginators: dict[str, int]
    waiters: dict[str, int]


class OtherPage(Page, kw_only=True):
    """A page that tells no fact of a service model, such as that of `close` or of a boto3 resource."""

    title: str


AnyPage = OperationPage | PaginatorPage | WaiterPage | ExceptionPage | ServicePage | OtherPage
