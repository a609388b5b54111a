"""Where operations are called whose service tells it itself: what is asked, and how long the answer holds.

Nothing here sends: `seeking` asks, once for many calls. The rules are botocore's: an address holds for the minutes that
it came with, and where asking fails, the one of before is taken for a minute more. Other than there, it is asked for
again ahead of its end, and an address that cannot be one counts as no answer.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from .endpoint import Endpoint, parse_endpoint
from .exceptions import EndpointDiscoveryError, InvalidEndpointError, TransportError
from .response import Structure
from .schema import Operation, Service, Shape

if TYPE_CHECKING:
    from .call import Call

AHEAD = 300.0
"""Seconds before its end at which an address is asked for again, but no more than a tenth of its life."""
PAUSE = 60.0
"""Seconds until it is asked again after that failed."""
_LONGEST = 1e9
"""Minutes, whatever else is told."""
_KEPT = 1000
"""How many answers are kept: there is one for each set of identifiers."""
_REFUSED = "InvalidEndpointException"
_MISDIRECTED = 421
_ASKING_FAILED = (TransportError, EndpointDiscoveryError)

Key = tuple[tuple[str, Any], ...]


class Need(NamedTuple):
    """What a call wants to know."""

    operation: str
    required: bool
    """True where the operation cannot be called at the endpoint of the service."""
    arguments: Mapping[str, Any]
    """Of the operation that tells."""
    key: Key
    """Calls with the same one share an answer."""


class Kept(NamedTuple):
    """An answer: addresses, best first, and until when each holds."""

    addresses: tuple[tuple[Endpoint, float], ...]
    renew_at: float


class Place(NamedTuple):
    """Where a call goes; the endpoint is None for that of the service."""

    endpoint: Endpoint | None = None
    kept: Kept | None = None
    due: bool = False
    """True where somebody should ask again, though the address still holds."""

    def lead(self, call: Call, home: Endpoint) -> None:
        """Send a call there, or `home`."""
        call.go_to(self.endpoint or home)


class Addresses:
    """The addresses that a service told the calls of one client."""

    def __init__(
        self, service: Service, enabled: Literal["auto"] | bool, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._service = service
        self._enabled = enabled
        self.operation = service.endpoint_operation
        """The operation that tells."""
        self.clock = clock
        asked = service.operations[self.operation].input
        self._takes = frozenset(service.shapes[asked].members) if asked else frozenset()
        self._kept: dict[Key, Kept] = {}
        self._paused: dict[Key, float] = {}

    def need(self, operation: Operation, arguments: Mapping[str, Any]) -> Need | None:
        """What a call must know first; None where it goes to the endpoint of the service.

        Raises EndpointDiscoveryError where it must not ask, and has to.
        """
        required = operation.discovery == "required"
        if required and self._enabled is False:
            raise EndpointDiscoveryError(
                f"calling {operation.name}: {self._service.service} tells where it is to be called, "
                "and this client was told not to ask",
                hint="Do not set endpoint_discovery_enabled to false for this service, or give an endpoint_url.",
            )
        if not required and self._enabled is not True:
            return None
        asked: dict[str, Any] = {}
        found: dict[str, Any] = {}
        if operation.input:
            self._gather(self._service.shapes[operation.input], arguments, found)
        if found:
            asked = {"Operation": operation.name, "Identifiers": found}
        asked = {name: value for name, value in asked.items() if name in self._takes}
        key = tuple((name, _hashable(value)) for name, value in sorted(asked.items()))
        return Need(operation.name, required, asked, key)

    def _gather(self, shape: Shape, given: Mapping[str, Any], found: dict[str, Any]) -> None:
        for name, node in shape.members.items():
            value = given.get(name)
            if value is None:
                continue
            if node.endpoint_id:
                found[name] = value
                continue
            value = value.to_dict() if isinstance(value, Structure) else value
            if isinstance(value, Mapping) and (held := self._service.resolve(node)).type == "structure":
                self._gather(held, value, found)

    def look(self, need: Need) -> Place | None:
        """Where the call goes; None where that must be asked first."""
        now, kept = self.clock(), self._kept.get(need.key)
        paused = now < self._paused.get(need.key, 0.0)
        for endpoint, ends in kept.addresses if kept is not None else ():
            if now < ends:
                return Place(endpoint, kept, due=kept is not None and now >= kept.renew_at and not paused)
        return self._without(need, kept) if paused else None

    def told(self, need: Need, answer: Mapping[str, Any]) -> Place:
        """Keep what the service answered. Raises EndpointDiscoveryError where it holds no address."""
        now, addresses = self.clock(), []
        told = answer.get("Endpoints")
        for entry in told if isinstance(told, list) else ():
            address, life = _entry(entry)
            try:
                addresses.append((parse_endpoint(address), now + life))
            except InvalidEndpointError as error:
                raise EndpointDiscoveryError(f"asking where to call {need.operation}: {error.message}") from error
        if not addresses:
            raise EndpointDiscoveryError(f"asking where to call {need.operation}: {self.operation} told no address")
        ends = max(ends for _, ends in addresses)
        if len(self._kept) >= _KEPT:
            self._kept.clear()
        kept = self._kept[need.key] = Kept(tuple(addresses), ends - min(AHEAD, (ends - now) / 10))
        self._paused.pop(need.key, None)
        return Place(addresses[0][0], kept)

    def missed(self, need: Need, error: Exception) -> None:
        """Asking failed: it is not done again for a while, if there is anything that the calls can go on with."""
        now, kept = self.clock(), self._kept.get(need.key)
        holds = kept is not None and any(now < ends for _, ends in kept.addresses)
        if holds or isinstance(error, _ASKING_FAILED):
            if len(self._paused) >= _KEPT:
                self._paused.clear()
            self._paused[need.key] = now + PAUSE

    def instead(self, need: Need, error: Exception) -> Place:
        """Where a call goes that waited for the answer. Raises `error`, or EndpointDiscoveryError, where nowhere."""
        if not isinstance(error, _ASKING_FAILED):
            raise error
        place = self._without(need, self._kept.get(need.key))
        if place is None:
            raise EndpointDiscoveryError(
                f"calling {need.operation}: {self._service.service} could not be asked where that is: {error.message}",
                hint="See that its endpoint can be reached, or give an endpoint_url.",
            ) from error
        return place

    @staticmethod
    def _without(need: Need, kept: Kept | None) -> Place | None:
        if kept is not None:
            return Place(kept.addresses[0][0], kept)
        return None if need.required else Place()

    def refused(self, need: Need, found: object, code: str, status: int) -> bool:
        """True where an answer says that the call came to the wrong address, which is then forgotten."""
        kept = found.kept if isinstance(found, Place) else None
        if kept is None or (status != _MISDIRECTED and code != _REFUSED):
            return False
        # of many calls that are refused, those that come late must not forget what the first was told since
        if self._kept.get(need.key) is kept:
            del self._kept[need.key]
        return True


def _entry(told: Any) -> tuple[str, float]:
    """URL and seconds; neither a private model nor a service need hold to what they should be."""
    told = told if isinstance(told, Mapping) else {}
    address, minutes = told.get("Address"), told.get("CachePeriodInMinutes")
    address = address if isinstance(address, str) else ""
    life = min(minutes, _LONGEST) * 60.0 if isinstance(minutes, int | float) else 0.0
    return address if address.startswith("http") else f"https://{address}", life


def _hashable(value: Any) -> Any:
    return tuple(sorted(value.items())) if isinstance(value, dict) else value
