"""A call without its input and output: what to send, what an answer means, whether to try again.

The clients of both kinds drive it, and differ in how they send and how they sleep.
"""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec

from . import deadline, skew, timestamps
from .config import VERSION, Config, chosen
from .credentials import Credentials, Source
from .exceptions import ClientSideError, DeadlineExceededError, ServiceError, TransportError
from .finishing import streams_in
from .hooks import Hooks
from .http import HttpRequest, HttpResponse
from .logs import Log
from .parse import ResponsePlan, error_code, output_model
from .quick import Road, Shared
from .retry import Again, Retries, repeatable
from .schema import Service
from .serialize import RequestPlan, joined
from .settings import Choices
from .sigv4 import Moment, sign_at
from .targets import Target, Targets

if TYPE_CHECKING:
    from .auth import Auth
    from .endpoint import Endpoint
    from .results import Custom
    from .schema import Operation
    from .seeking import Discovery, Seeker
    from .sessions import Keys
    from .watch import Watch

_USUAL_SCHEMES = ("", "sigv4")
EXPRESS = "sigv4-s3express"
"""What the rules of S3's endpoints call the way of signing for directory buckets."""
USUALLY = Choices()
_BUCKETS = 1000
"""How many that stand elsewhere are remembered."""


def usual(service: Service, operation: Operation) -> bool:
    """True where an operation is signed by SigV4 in its usual form: what `auth.Auth` need not be asked for."""
    return (
        operation.auth in ("", "v4")
        and service.service not in ("docdb", "ec2", "neptune", "rds")  # some of whose requests carry signed ones
        and not (service.auth or service.bearer or operation.unsigned_payload)
        and not streams_in(service, operation)
    )


def customized(service: Service, operation: Operation) -> Custom | None:
    """What is done to an operation's answers; most services have nothing of the kind, and need not load what has."""
    if service.service not in ("ec2", "s3"):
        return None
    from .results import custom

    return custom(service, operation)


def _is_usual(target: Target) -> bool:
    return target.scheme in _USUAL_SCHEMES and target.double_encoding


def _unusual(service: Service, operation: Operation) -> Auth:
    from .auth import Auth

    return Auth(service, operation)


class Plan:
    """Everything about an operation that is the same in each of its calls."""

    __slots__ = ("auth", "checked", "custom", "errors", "mode", "placed", "repeatable", "request", "response", "short")

    def __init__(
        self,
        service: Service,
        name: str,
        package: str,
        targets: Targets,
        *,
        choices: Choices = USUALLY,
    ) -> None:
        operation = service.operations.get(name)
        if operation is None:
            raise ClientSideError(f"calling {name}: {service.service} documents no such operation")
        models = importlib.import_module(f"{package}.models")
        errors = importlib.import_module(f"{package}.errors")
        self.mode = ""
        """The argument that asks for the checksum of an answer, which else is not asked for; empty for none."""
        self.checked: Plan | None = None
        """What stands in for this plan where it is given."""
        if operation.checksum_mode_member and not choices.checks:
            self.mode = operation.checksum_mode_member
            self.checked = Plan(service, name, package, targets, choices=choices._replace(checks=True))
            operation = msgspec.structs.replace(operation, checksum_mode_member="")
        if choices.unsigned:
            operation = msgspec.structs.replace(operation, auth="none")
        self.auth = None if usual(service, operation) else _unusual(service, operation)
        self.placed = targets.depends(name)
        self.request = RequestPlan(
            service, targets.shortened(operation), compress_from=choices.compress_from, sums=choices.sums
        )
        self.response = ResponsePlan(service, operation, output_model(models, operation), errors)
        self.custom = customized(service, operation)
        self.repeatable = repeatable(service, operation)
        # by name and by code, how the service says that an error is to be met; empty where it says nothing
        self.errors: dict[str, str] = {}
        usual_so_far = self.auth is None and not self.placed and self.custom is None and not self.response.begins
        self.short = self.request.short if usual_so_far and not operation.discovery else None
        """The short road to the target of a request, where nothing else stands in the way of a short call."""
        for name in operation.errors:
            traits = service.shapes[name].error
            retry = traits.retry if traits else ""
            self.errors |= {name: retry, traits.code if traits else name: retry}


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
        auth = plan.auth or _unusual(self.service, plan.request.operation)
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
        """The next attempt, signed for now. Raises what a hook raises, and what finding credentials does."""
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
            again = retries.after_answer(response, code, attempt, modelled=plan.errors.get(code), most=most)
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
        if self.until is not None and (isinstance(error, DeadlineExceededError) or time.monotonic() >= self.until):
            if self.watch is not None:
                self.watch.after(self._attempt, error=error)
            self.late(error)
        again = self._caller.retries.after_error(
            error, self._attempt, repeatable=self._plan.repeatable, most=self._config.max_attempts
        )
        return self._next(again, error, None)

    def _next(self, again: Again | None, error: ServiceError | TransportError, response: HttpResponse | None) -> float:
        upload = self._request.upload
        if again is not None and upload is not None and not upload.repeatable:
            self._caller.retries.given_up(again.cost)
            again = None
        wait: float | None = None
        if again is not None:
            rate = self._caller.retries.rate
            wait = again.wait if rate is None else max(again.wait, rate.wait())
            self._cost = again.cost
        if self.watch is not None:
            self.watch.after(self._attempt, response=response, error=error, wait=wait)
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
