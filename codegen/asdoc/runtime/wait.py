"""Waiting until a service tells that something is so: what ends a wait, and the two loops that make its calls.

Whether an answer ends it is decided by data, as botocore decides it: same outcome for same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf
from time import monotonic
from typing import Any, Protocol, TypedDict

from .deadline import block
from .exceptions import ConfigurationError, DeadlineExceededError, ServiceError, UnknownWaiterError, WaiterError
from .expressions import compile_expression
from .response import Structure
from .schema import Acceptor, Service, WaiterRule

_ENDLESS = 1e9
"""Seconds that nobody waits between two calls, and no machine can."""
Matches = Callable[[Any], bool]
"""Takes an answer, or what an error told in its place: whether the acceptor is met."""


class WaiterConfig(TypedDict, total=False):
    """How often to ask: the names that boto3 has for it."""

    Delay: float
    """Seconds between two calls."""
    MaxAttempts: int
    """Calls after which it is given up."""


class Client(Protocol):
    """What a wait asks of a client; `_call` and `_sleep` of a client that does not block give an awaitable."""

    def _call(self, operation_name: str, arguments: Mapping[str, Any], /) -> Any: ...

    def _service(self) -> Service: ...

    def _sleep(self, seconds: float, /) -> Any: ...


class Waits:
    """How a waiter asks, as boto3's `waiter.config` has it: the delay and the attempts may be set."""

    def __init__(self, rule: WaiterRule) -> None:
        self.operation = rule.operation
        self.delay: float = rule.delay
        """Seconds between two calls."""
        self.max_attempts: float = rule.max_attempts
        """Calls after which it is given up."""
        self.acceptors = rule.acceptors


class Wait:
    """One wait, without its calls and its sleep: `judge` is told of every answer.

    Raises ConfigurationError for a number in the configuration that is none.
    """

    def __init__(self, rule: WaiterRule, config: WaiterConfig | None = None, usual: Waits | None = None) -> None:
        usual = usual or Waits(rule)
        self._rule = rule
        self._acceptors = [(acceptor, _MATCHERS[acceptor.matcher](acceptor)) for acceptor in rule.acceptors]
        self._delay = _number(rule, config, "Delay", usual.delay, 0, _ENDLESS)
        self._left = _number(rule, config, "MaxAttempts", usual.max_attempts, -inf, inf)
        self._last: Acceptor | None = None

    def judge(self, answer: Any) -> float | None:
        """Seconds to wait before the next call; None where what was waited for is so.

        `answer` is the result of a call, or the `response` of the error that it ended in. Raises WaiterError.
        """
        self._left -= 1
        met = next((acceptor for acceptor, matches in self._acceptors if matches(answer)), None)
        if met is None and _is_error(answer):
            told = answer["Error"]
            reason = f"An error occurred ({told.get('Code', 'Unknown')}): {told.get('Message', 'Unknown')}"
            raise WaiterError(self._rule.name, reason, answer)
        self._last = met or self._last
        if met is not None and met.state == "success":
            return None
        if met is not None and met.state == "failure":
            reason = f"Waiter encountered a terminal failure state: {_explain(met)}"
            raise WaiterError(self._rule.name, reason, answer)
        if self._left <= 0:
            before = f". Previously accepted state: {_explain(self._last)}" if self._last else ""
            raise WaiterError(self._rule.name, f"Max attempts exceeded{before}", answer)
        until = block()
        if until is not None and monotonic() + self._delay >= until:
            raise DeadlineExceededError(
                f"waiting for {self._rule.name}: the deadline comes before the next look, after {self._delay:g} s",
                hint="Give it more time, or look more often: WaiterConfig={'Delay': …}.",
            )
        return self._delay


class _Waiting:
    """One waiter of a client. Raises UnknownWaiterError where the documents tell none of this name."""

    def __init__(self, client: Client, waiter_name: str) -> None:
        service = client._service()
        rule = service.waiters.get(waiter_name)
        if rule is None:
            raise UnknownWaiterError(
                f"Waiter does not exist: {waiter_name}",
                hint=f"{service.client} has {', '.join(service.waiters) or 'none'}.",
            )
        self._client = client
        self._rule = rule
        self.name = rule.name
        self.config = Waits(rule)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


class Waiter(_Waiting):
    """What `client.get_waiter(...)` gives."""

    def wait(self, *, WaiterConfig: WaiterConfig | None = None, **arguments: Any) -> Any:  # noqa: N803  # as boto3 has it
        """Call the operation with `arguments` until what is waited for is so. See `until`."""
        return self.until(arguments, WaiterConfig)

    def until(self, arguments: Mapping[str, Any], config: WaiterConfig | None) -> Any:
        """Call the operation with `arguments` until what is waited for is so.

        Returns the last answer; None where it was an error, by which some waiters know that something is gone. Raises
        WaiterError where it will not be so, or did not become so in time, and ConfigurationError.
        """
        wait = Wait(self._rule, config, self.config)
        while True:
            answer, told = None, None
            try:
                answer = told = self._client._call(self._rule.operation, arguments)
            except ServiceError as error:
                told = error.response
            delay = wait.judge(told)
            if delay is None:
                return answer
            self._client._sleep(delay)


class AsyncWaiter(_Waiting):
    """What `get_waiter(...)` of a client that does not block gives."""

    async def wait(self, *, WaiterConfig: WaiterConfig | None = None, **arguments: Any) -> Any:  # noqa: N803  # as boto3 has it
        """Call the operation with `arguments` until what is waited for is so. See `until`."""
        return await self.until(arguments, WaiterConfig)

    async def until(self, arguments: Mapping[str, Any], config: WaiterConfig | None) -> Any:
        """Call the operation with `arguments` until what is waited for is so.

        Returns the last answer; None where it was an error, by which some waiters know that something is gone. Raises
        WaiterError where it will not be so, or did not become so in time, and ConfigurationError.
        """
        wait = Wait(self._rule, config, self.config)
        while True:
            answer, told = None, None
            try:
                answer = told = await self._client._call(self._rule.operation, arguments)
            except ServiceError as error:
                told = error.response
            delay = wait.judge(told)
            if delay is None:
                return answer
            await self._client._sleep(delay)


def _number(rule: WaiterRule, config: object, name: str, usual: float, least: float, most: float) -> float:
    """What a configuration says, or what is usual where it says nothing."""
    if config is None or isinstance(config, Mapping):
        told = (config or {}).get(name)
        told = usual if told is None else told
        if isinstance(told, int | float) and least <= told <= most:
            return told
    else:
        name, told = "WaiterConfig", config
    raise ConfigurationError(
        f"waiting for {rule.name}: {name} is {told!r}, and must be a number",
        hint="Give WaiterConfig={'Delay': seconds, 'MaxAttempts': calls}, or one of the two.",
    )


def _is_error(answer: Any) -> bool:
    error = answer.get("Error")
    return isinstance(error, dict | Structure) and "Code" in error


def _status(acceptor: Acceptor) -> Matches:
    def matches(answer: Any) -> bool:
        return bool((answer.get("ResponseMetadata") or {}).get("HTTPStatusCode") == acceptor.expected)

    return matches


def _error(acceptor: Acceptor) -> Matches:
    def matches(answer: Any) -> bool:
        if isinstance(acceptor.expected, bool):
            return ("Error" in answer and "Code" in answer["Error"]) if acceptor.expected else "Error" not in answer
        return bool((answer.get("Error") or {}).get("Code", "") == acceptor.expected)

    return matches


def _path(acceptor: Acceptor) -> Matches:
    search = compile_expression(acceptor.argument)

    def matches(answer: Any) -> bool:
        return not _is_error(answer) and bool(search(answer) == acceptor.expected)

    return matches


def _path_items(holds: Callable[[Any], bool]) -> Callable[[Acceptor], Matches]:
    def compile_items(acceptor: Acceptor) -> Matches:
        search = compile_expression(acceptor.argument)

        def matches(answer: Any) -> bool:
            if _is_error(answer):
                return False
            found = search(answer)
            # of nothing, nothing is held for told
            return isinstance(found, list) and bool(found) and holds(item == acceptor.expected for item in found)

        return matches

    return compile_items


_MATCHERS: dict[str, Callable[[Acceptor], Matches]] = {
    "status": _status,
    "error": _error,
    "path": _path,
    "pathAll": _path_items(all),
    "pathAny": _path_items(any),
}


def _explain(acceptor: Acceptor) -> str:
    return _EXPLANATIONS[acceptor.matcher].format(argument=acceptor.argument, expected=acceptor.expected)


_EXPLANATIONS = {
    "path": 'For expression "{argument}" we matched expected path: "{expected}"',
    "pathAll": 'For expression "{argument}" all members matched expected path: "{expected}"',
    "pathAny": 'For expression "{argument}" we matched expected path: "{expected}" at least once',
    "status": "Matched expected HTTP status code: {expected}",
    "error": "Matched expected service error code: {expected}",
}
