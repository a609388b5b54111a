"""One call without its input and output: what to send, what an answer means, whether to try again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from .config import Config, chosen
from .exceptions import ClientSideError, DeadlineExceededError, ServiceError, TransportError
from .http import HttpRequest, HttpResponse
from .parse import error_code
from .retry import Again
from .serialize import joined
from .targets import Target

if TYPE_CHECKING:
    from .calls import Caller
    from .credentials import Credentials
    from .endpoint import Endpoint
    from .plan import Plan
    from .results import Custom
    from .seeking import Seeker
    from .watch import Watch

_EARLY = 0.002
"""Seconds by which a timer may go off too soon: those of uvloop count milliseconds of a clock that stands still."""


class Call:
    """One call, from its first attempt to its result.

    A client sends `request()` within `limits()`, hands on what comes of it, and before each attempt, the first one
    included, sleeps `wait` seconds and has `seeks` find where it goes.
    """

    # what few calls come to know stands here once for all
    wait = 0.0
    watch: Watch | None = None
    custom: Custom | None = None
    seeks: Seeker | None = None
    keys: Credentials | None = None
    """What it is signed by in place of the client's credentials."""
    given: Mapping[str, Any] = {}
    """The arguments, where `custom` is told them."""
    _attempt = 0
    _corrected = False
    _moved = False
    _cost = 0
    _seen = False
    _ended: Exception | None = None

    def __init__(
        self, caller: Caller, plan: Plan, request: HttpRequest, target: Target, config: Config, until: float | None
    ) -> None:
        self._caller = caller
        self._plan = plan
        self._request = self._signed = request
        self._target = target
        self._config = config
        self.until = until
        rate = caller.retries.rate
        if rate is not None:
            self.wait = self._within(rate.wait(), None)

    def resume(self, sent: HttpRequest) -> None:
        """Go on behind a first attempt that was made elsewhere, and that nobody watched."""
        self._attempt, self._signed, self.watch = 1, sent, None

    def request(self) -> HttpRequest:
        """The next attempt, signed for now. Raises what a hook raises, and what finding credentials does; and the error
        of a call that was to end after a wait."""
        if self._ended is not None:
            raise self._ended
        self._attempt += 1
        watch, request = self.watch, self._request
        if watch is not None:
            request = watch.before(request, self._attempt)
        signed = self._signed = self._caller.sign(self._plan, request, self._target, self.until, self.keys)
        if watch is not None:
            watch.sends(signed, self._attempt)
        return signed

    def limits(self) -> dict[str, float]:
        """How long the attempt may take, as a transport's `send` is told it. Raises DeadlineExceededError."""
        config = self._config
        if self.until is None and config is self._caller.config:
            return self._caller.limits
        connect = chosen(config.connect_timeout, self._caller.connect_timeout)
        if self.until is None:
            return {"connect_timeout": connect, "read_timeout": config.read_timeout}
        left = self.until - time.monotonic()
        if left <= 0:
            self.late(None)
        return {
            "connect_timeout": min(connect, left),
            "read_timeout": min(config.read_timeout, left),
            "deadline": self.until,
        }

    async def begun(self, response: HttpResponse) -> HttpResponse:
        """An answer that streams, once what its result begins with has come. Raises a TransportError."""
        if not self._plan.response.begins:
            return response
        from .events import waited

        return await waited(response)

    def result(self, response: HttpResponse) -> Any:
        """What a successful answer holds. Raises ResponseParseError."""
        self._caller.retries.succeeded(self._cost)
        watch = self.watch
        if watch is None:
            return self._parsed(response)
        try:
            result = self._parsed(response)
        except ClientSideError as error:
            watch.after(self._attempt, response=response, error=error)
            raise
        watch.after(self._attempt, response=response, result=result)
        return result

    def _parsed(self, response: HttpResponse) -> Any:
        result = self._plan.response.parse(response, self._attempt - 1)
        if self.custom is not None:
            self.custom.result(result, response, self.given)
        return result

    def answered(self, response: HttpResponse) -> float:
        """Seconds to wait before the next attempt. Raises the service's error where that is the end of it."""
        plan, attempt, retries = self._plan, self._attempt, self._caller.retries
        self._seen = True
        error = plan.response.error(response, attempt - 1)
        code = (error_code(response, self._caller.service.protocol) or ("", ""))[0]
        most = self._config.max_attempts
        if not self._corrected and self._caller.corrected(code, response, self._signed):
            self._corrected = True
            again = Again(0.0, 0) if attempt < (most or retries.max_attempts) else None
        elif self.seeks is not None and self.seeks.refused(code, response.status):
            again = Again(0.0, 0) if attempt < (most or retries.max_attempts) else None
        elif self.custom is not None and not self._moved and self._moves(self.custom.region(code, response)):
            self._moved = True
            again = Again(0.0, 0)
        else:
            again = retries.after_answer(
                response, code, attempt, modelled=plan.errors.get(code), most=most, polls=plan.polls
            )
        return self._next(again, error, response)

    def _moves(self, region: str) -> bool:
        """True where the call goes on in another region, in which its bucket was found."""
        bucket = self.given.get("Bucket")
        if not region or not isinstance(bucket, str) or bucket.startswith("arn:"):
            return False
        target = self._target = self._caller.moved(self._plan.request.operation.name, self.given, bucket, region)
        self._request = msgspec.structs.replace(self._request, scheme=target.endpoint.scheme, host=target.endpoint.host)
        return True

    def go_to(self, endpoint: Endpoint) -> None:
        """Send what is left of the call to an endpoint."""
        before = self._target.endpoint
        if endpoint != before:
            path = joined(endpoint.path, "/" + self._request.target.removeprefix(before.path).removeprefix("/"))
            self._target = self._target._replace(endpoint=endpoint)
            self._request = msgspec.structs.replace(
                self._request, scheme=endpoint.scheme, host=endpoint.host, target=path
            )

    def failed(self, error: TransportError) -> float:
        """Seconds to wait before the next attempt. Raises `error`, or DeadlineExceededError, where there is none."""
        self._seen = self._seen or error.sent
        if self.until is not None and (
            isinstance(error, DeadlineExceededError) or time.monotonic() >= self.until - _EARLY
        ):
            if self.watch is not None:
                self.watch.after(self._attempt, error=error)
            self.late(error)
        again = self._caller.retries.after_error(
            error,
            self._attempt,
            repeatable=self._plan.repeatable,
            most=self._config.max_attempts,
            polls=self._plan.polls,
        )
        return self._next(again, error, None)

    def _next(self, again: Again | None, error: ServiceError | TransportError, response: HttpResponse | None) -> float:
        upload = self._request.upload
        if again is not None and upload is not None and not upload.repeatable:
            self._caller.retries.given_up(again.cost)
            again = None
        wait: float | None = None
        if again is not None and again.ends:
            self._ended = error
        elif again is not None:
            rate = self._caller.retries.rate
            wait = again.wait if rate is None else max(again.wait, rate.wait())
            self._cost = again.cost
        if self.watch is not None:
            self.watch.after(self._attempt, response=response, error=error, wait=wait)
        if again is not None and again.ends and (self.until is None or time.monotonic() + again.wait < self.until):
            return again.wait
        if wait is None:
            raise error
        return self._within(wait, error)

    def _within(self, wait: float, error: Exception | None) -> float:
        """`wait`, where the deadline leaves time for more than it."""
        if self.until is not None and time.monotonic() + wait >= self.until:
            self._caller.retries.given_up(self._cost)
            self.late(error)
        return wait

    def late(self, error: Exception | None) -> NoReturn:
        """Raise DeadlineExceededError: the call has no time left. `error` is what went wrong last."""
        name, tried = self._plan.request.operation.name, self._attempt
        attempts = f"{tried} {'attempt' if tried == 1 else 'attempts'}"
        last = f"; the last ended in {type(error).__name__}" if error is not None else ""
        late = DeadlineExceededError(
            f"calling {name}: its deadline leaves no time for another attempt after {attempts}{last}",
            hint="Give it more time: Config(deadline=…), client.with_options(deadline=…).",
        )
        late.sent = self._seen
        raise late from error
