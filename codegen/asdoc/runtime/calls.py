"""What the calls of one client share: its service and its plans, where they go, who signs them.

The clients of both kinds drive each `call.Call`, and differ in how they send and how they sleep.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from . import deadline, skew, timestamps
from .call import Call
from .config import VERSION, Config, chosen
from .credentials import Credentials, Source
from .forks import making
from .hooks import Hooks
from .http import HttpRequest, HttpResponse
from .logs import Log
from .plan import USUALLY, Plan, unusual
from .quick import Road, Shared
from .retry import Retries
from .schema import Service
from .settings import Choices
from .sigv4 import Moment, sign_at
from .targets import EXPRESS, Target, Targets

if TYPE_CHECKING:
    from .schema import Operation
    from .seeking import Discovery
    from .sessions import Keys

_USUAL_SCHEMES = ("", "sigv4")
_BUCKETS = 1000
"""How many that stand elsewhere are remembered."""


class Caller:
    """What a client's calls share: its service, endpoint, credentials, retries."""

    def __init__(
        self,
        service: Service,
        package: str,
        *,
        targets: Targets,
        credentials: Source,
        retries: Retries,
        config: Config,
        clock: Callable[[], float] = time.time,
        hooks: Hooks | None = None,
        environ: Mapping[str, str] | None = None,
        choices: Choices = USUALLY,
        discovery: Discovery | None = None,
        connect_timeout: float | None = None,
    ) -> None:
        """`connect_timeout` is what holds where the config of a call has none that was chosen."""
        self.service = service
        self.discovery = discovery
        """Where the service tells itself where it is to be called."""
        self._keys: Keys | None = None
        self.retries = retries
        self.hooks = Hooks() if hooks is None else hooks
        self.log = Log(service.service)
        self.config = config
        self.connect_timeout = config.connect_timeout if connect_timeout is None else connect_timeout
        connect = chosen(config.connect_timeout, self.connect_timeout)
        self.limits = {"connect_timeout": connect, "read_timeout": config.read_timeout}
        self._skew = 0.0
        self._environ: Mapping[str, str] = os.environ if environ is None else environ
        self._package = package
        self._targets = targets
        # found by the first call that needs it: some services have an endpoint for what a call names alone
        self._target: Target | None = None
        self._usual: Target | None = None
        self.credentials = credentials
        self.choices = choices
        self._host_prefix = choices.host_prefix
        self._clock = clock
        self._plans: dict[str, Plan] = {}
        self._stamp = (0, "")
        self._moment: Moment | None = None
        self.roads: dict[str, Road] = {}
        """By name, the operations with a short road that were called before."""
        self._shared: Shared | None = None
        extra = f" app/{choices.app}" if choices.app else ""
        extra += f" {config.user_agent_extra}" if config.user_agent_extra else ""
        self._user_agent = f"asdoc/{VERSION} service/{service.service}{extra}"

    def plan(self, operation_name: str) -> Plan:
        plan = self._plans.get(operation_name)
        if plan is None:
            with making:
                plan = self._plans[operation_name] = Plan(
                    self.service, operation_name, self._package, self._targets, choices=self.choices
                )
            if plan.short is not None and self.retries.rate is None:
                self.roads[operation_name] = Road(self, plan, plan.short)
        return plan

    def shared(self) -> Shared | None:
        """What all requests of this second have in common, where that is known without waiting and is as usual."""
        now, shared, source = self._clock(), self._shared, self.credentials
        if shared is not None and shared.begins <= now < shared.ends and shared.credentials is source.held:
            return shared
        target, held = self._usual, source.held
        if target is None or target.headers or target.endpoint.path or held is None or now >= source.renew_at:
            return None
        timestamp, second = self._timestamp(now), int(now + self._skew) - self._skew
        moment = Moment(held, target.region, target.name, timestamp, target.endpoint.host)
        headers = {"user-agent": self._user_agent, **moment.shared}
        ends = min(second + 1, source.renew_at)
        shared = self._shared = Shared(second, ends, held, moment, target.endpoint, headers)
        return shared

    def watched(self) -> bool:
        """True where somebody is to be told of calls."""
        hooks = self.hooks
        return bool(hooks.before or hooks.after) or self.log.wanted()

    def resumed(self, operation_name: str, arguments: Mapping[str, Any], sent: HttpRequest) -> Call:
        """The call whose first attempt went the short road as `sent`, for what may follow."""
        call = self.call(operation_name, arguments)
        call.resume(sent)
        return call

    def call(self, operation_name: str, arguments: Mapping[str, Any], config: Config | None = None) -> Call:
        """A call, its arguments checked. Raises ParamValidationError; nothing was sent then.

        `config` stands in for that of the client in what concerns one call: timeouts, deadline, attempts.
        """
        plan, config = self.plan(operation_name), config or self.config
        if plan.checked is not None and arguments.get(plan.mode) == "ENABLED":
            plan = plan.checked
        until = deadline.end(config.deadline)
        if plan.placed:
            target = self._targets.of(operation_name, arguments, lambda: self._held(until).account_id)
        else:
            target = self._target or self._base()
        request = plan.request.build(arguments, target.endpoint, host_prefix=self._host_prefix)
        request.headers["user-agent"] = self._user_agent
        if target.headers:
            request.headers.update(target.headers)
        call = Call(self, plan, request, target, config, until)
        if plan.custom is not None:
            call.custom, call.given = plan.custom, arguments
        if self.discovery is not None and plan.request.operation.discovery:
            call.seeks = self.discovery.seeker(plan.request.operation, arguments, target.endpoint)
        elif target.scheme == EXPRESS and not self.choices.unsigned:
            call.seeks = self._express().seeker(operation_name, arguments["Bucket"], target.endpoint)
        hooks, told = self.hooks, self.log.wanted()
        if told or hooks.before or hooks.after:
            from .watch import Watch

            log = self.log if told else None
            call.watch = Watch(self.service, plan.request.operation, arguments, self.hooks, log)
        return call

    def _express(self) -> Keys:
        """The sessions of S3's directory buckets."""
        if self._keys is None:
            from .sessions import Keys

            self._keys = Keys()
        return self._keys

    def target(self, operation_name: str, arguments: Mapping[str, Any]) -> Target:
        """Where a call would go, and what it would be signed for. May block for the account of the credentials."""
        if not self._targets.depends(operation_name):
            return self._target or self._base()
        return self._targets.of(operation_name, arguments, lambda: self._held(None).account_id)

    def moved(self, operation_name: str, arguments: Mapping[str, Any], bucket: str, region: str) -> Target:
        """The target of a call whose bucket was found in another region, which is remembered."""
        moved = self._targets.moved
        if len(moved) >= _BUCKETS:
            moved.clear()
        moved[bucket] = region
        return self._targets.of(operation_name, arguments, lambda: self._held(None).account_id)

    def _base(self) -> Target:
        base = self._target = self._targets.base
        self._usual = base if _is_usual(base) else None
        return base

    def shortened(self, operation: Operation) -> Operation:
        """The operation without what its target tells."""
        return self._targets.shortened(operation)

    def timestamp(self) -> str:
        """Now, by the clock that requests are signed by."""
        return self._timestamp(self._clock())

    def _held(self, until: float | None) -> Credentials:
        return self.credentials.current() if until is None else self.credentials.within(until)

    def fetches(self, operation_name: str) -> bool:
        """True where signing a call would wait for credentials: a caller that must not block has `current` do it."""
        now, source = self._clock(), self.credentials
        if (source.held is not None and now < source.renew_at) or not source.due(now):
            return False
        return (self.plan(operation_name).request.operation.auth or self.service.auth) != "none"

    def sign(
        self,
        plan: Plan,
        request: HttpRequest,
        target: Target,
        until: float | None = None,
        keys: Credentials | None = None,
    ) -> HttpRequest:
        """The request, signed for now, by `keys` where they were found for it; else by the client's credentials, which
        are waited for until a monotonic time. Raises a CredentialsError, DeadlineExceededError."""
        now = self._clock()
        if plan.auth is None and (target is self._usual or _is_usual(target)):
            source = self.credentials
            credentials = source.held
            if credentials is None or now >= source.renew_at:
                credentials = self._held(until)
            headers, timestamp = request.headers, self._timestamp(now)
            if len(headers) > 1 or "user-agent" not in headers or request.body or request.upload is not None:
                return sign_at(request, credentials, target.region, target.name, timestamp)
            moment, shared_by = self._moment, (credentials, timestamp, request.host, target.region, target.name)
            if moment is None or moment.shared_by != shared_by:
                moment = self._moment = Moment(credentials, target.region, target.name, timestamp, request.host)
            return moment.sign(request)
        auth = plan.auth or unusual(self.service, plan.request.operation)
        return auth.sign(
            request,
            target,
            self._timestamp(now),
            credentials=lambda: keys or self._held(until),
            environ=self._environ,
        )

    def corrected(self, code: str, response: HttpResponse, signed: HttpRequest) -> bool:
        """True where an answer shows our clock to be wrong; what is signed from now on is signed by the service's."""
        clock = self._clock()
        written = signed.headers.get("x-amz-date", "")
        try:
            at = timestamps.parse(f"{written[:4]}-{written[4:6]}-{written[6:8]}{written[8:]}").timestamp()
        except (ValueError, IndexError):
            return False
        found = skew.offset(code, response.headers, clock, at)
        if found is None:
            return False
        self._skew = found
        self._shared = None
        return True

    def _timestamp(self, now: float) -> str:
        second = int(now + self._skew)
        kept, text = self._stamp
        if kept != second:
            text = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(second))
            self._stamp = (second, text)
        return text


def _is_usual(target: Target) -> bool:
    return target.scheme in _USUAL_SCHEMES and target.double_encoding
