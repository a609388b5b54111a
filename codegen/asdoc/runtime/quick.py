"""The short road of a call that is all path and query string, as most reads are, signed as usual and not watched.

What it does not take, such as an argument of a wrong type, goes the long road, which takes more and says what is wrong.
So does what follows a first attempt that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from .deadline import block
from .http import HttpRequest, HttpResponse
from .protocols.base import quote
from .protocols.rest import template
from .schema import Operation, Service, Shape
from .sigv4 import signed_path

if TYPE_CHECKING:
    from .calls import Caller
    from .config import Config
    from .credentials import Credentials
    from .endpoint import Endpoint
    from .plan import Plan
    from .sigv4 import Moment

Target = Callable[[Mapping[str, Any]], tuple[str, str] | None]
"""Arguments -> path and query, percent-encoded, and the path as it is signed, empty where that is to be worked out.
None where the long road is to be taken."""
_KINDS: dict[str, type] = {"string": str, "integer": int, "long": int}


class _Label(NamedTuple):
    name: str
    kind: Any
    """str or int; None of anything else."""
    least: float
    """The lower bound of the value, or of its length where it is a string."""


class _Pair(NamedTuple):
    kind: Any
    least: float
    key: str


def compile_target(service: Service, operation: Operation) -> Target | None:
    """The short road of an operation; None where it has none."""
    shape = service.shapes[operation.input] if operation.input else Shape(type="structure")
    members = shape.members.items()
    if not service.protocol.startswith("rest-") or operation.host_prefix:
        return None
    if any(node.location not in ("uri", "querystring") or node.idempotent or node.host_label for _, node in members):
        return None
    path, names = template(operation.uri)
    by_wire = {node.name or name: (name, node) for name, node in members if node.location == "uri"}
    if set(by_wire) != set(names):
        return None
    labels = [_Label(name, *_plain(service, node, at_least=1)) for name, node in map(by_wire.__getitem__, names)]
    if not all(label.kind for label in labels):
        return None
    query = {
        name: _Pair(*_plain(service, node), quote(node.name or name))
        for name, node in members
        if node.location != "uri"
    }
    in_path = frozenset(name for name, _, _ in labels)
    needed = tuple(name for name in shape.required if name not in in_path)
    more = "&" if "?" in operation.uri else "?"
    count = len(labels)
    sample = path.replace("%s", "x")
    alike = signed_path(sample) == sample

    def target(arguments: Mapping[str, Any]) -> tuple[str, str] | None:
        value: Any
        texts = []
        plain = alike
        for name, kind, least in labels:
            value = arguments.get(name)
            if type(value) is not kind:
                return None
            if kind is str:
                if len(value) < least:
                    return None
                if not (value.isalnum() and value.isascii()):
                    plain = False
                    value = quote(value)
                texts.append(value)
            else:
                if value < least:
                    return None
                texts.append(str(value))
        made = path % tuple(texts) if texts else path
        if len(arguments) == count and not needed:
            return made, made if plain else ""
        pairs = []
        given = 0
        for name, value in arguments.items():
            if value is None or name in in_path:
                continue
            told = query.get(name)
            if told is None or type(value) is not told.kind:
                return None
            if (len(value) if told.kind is str else value) < told.least:
                return None
            given += name in needed
            pairs.append(f"{told.key}={quote(value) if told.kind is str else value}")
        if given < len(needed):
            return None
        return f"{made}{more}{'&'.join(pairs)}" if pairs else made, ""

    return target


def _plain(service: Service, node: Shape, *, at_least: int | None = None) -> tuple[type | None, float]:
    """The type of a scalar and its lower bound, of its length where it is a string; (None, …) of anything else."""
    shape = service.resolve(node)
    kind = _KINDS.get(shape.type)
    if node.jsonvalue or shape.jsonvalue:
        kind = None
    if kind is str:
        return kind, max(shape.min or 0, at_least or 0)
    return kind, float("-inf") if shape.min is None else shape.min


class Shared(NamedTuple):
    """What the requests of one client have in common that are signed in the same second."""

    begins: float
    ends: float
    """Seconds since 1970, by the clock of this machine."""
    credentials: Credentials
    moment: Moment
    endpoint: Endpoint
    headers: dict[str, str]
    """All but the signature."""


class Road:
    """The short road of one operation. It never waits: it takes no call that would have to."""

    __slots__ = ("_caller", "_config", "_method", "_parse", "_retries", "_target")

    def __init__(self, caller: Caller, plan: Plan, target: Target) -> None:
        self._caller = caller
        self._config = caller.config if caller.config.deadline is None else None
        self._method = plan.request.operation.http_method
        self._parse = plan.response.parse
        self._retries = caller.retries
        self._target = target

    def request(self, arguments: Mapping[str, Any], config: Config) -> HttpRequest | None:
        """The first attempt, signed; None where the call must go the long road. It may take `Caller.limits`."""
        caller = self._caller
        if config is not self._config or block() is not None or caller.watched():
            return None
        try:
            shared, found = caller.shared(), self._target(arguments)
        except UnicodeEncodeError:
            return None  # the long road says what is wrong
        if shared is None or found is None:
            return None
        method, endpoint = self._method, shared.endpoint
        target, path = found
        return HttpRequest(
            method=method,
            scheme=endpoint.scheme,
            host=endpoint.host,
            target=target,
            headers={**shared.headers, "authorization": shared.moment.authorization(method, target, path)},
        )

    def result(self, response: HttpResponse) -> Any:
        """What a successful answer holds. Raises ResponseParseError."""
        self._retries.succeeded(0)
        return self._parse(response)
