"""One world of one case: made call by call, judged, and cleared away."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Protocol

import msgspec

from asdoc.runtime.exceptions import ConnectError, ParamValidationError, TransportError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import Operation, Shape

from .cases.model import Suite
from .checks.bodies import error_code
from .checks.decode import decode
from .checks.judge import Answer, judge_error, judge_success
from .checks.readers import Mistyped
from .checks.times import TOLERANCE
from .checks.values import shown
from .driver import Driver
from .events import Check
from .exchanges import Sent
from .patience import throttled
from .plan.answer import PLACEHOLDER
from .plan.leaves import at, pointer
from .plan.resolve import Exchange, Resolver, UnboundError
from .plan.world import OWN, CallStep, TrialStep, WaitStep, World
from .probe import Probe, told
from .targets.base import Target
from .targets.clock import TargetClock

_MAX_PAGES = 100
_OF_FORM = re.compile(
    r"Serialization|MissingParameter|MissingAction|UnknownParameter|MalformedQueryString|InvalidContentType|"
    r"UnsupportedMediaType|SignatureDoesNotMatch"
)
"""Codes of errors that tell of the form of a call, which is as documented, and not of what it is about."""


class Surroundings(Protocol):
    """What an attempt needs of its run."""

    suite: Suite
    target: Target
    driver: Driver
    probe: Probe
    clock: TargetClock
    region: str
    account: str

    def send(self, request: HttpRequest) -> HttpResponse: ...


class Blocked(Exception):  # noqa: N818  an outcome, not an error
    """The world of a case could not be made."""

    def __init__(self, reason: str, *, verdict: str = "blocked") -> None:
        super().__init__(reason)
        self.reason = reason
        self.verdict = verdict


class Attempt:
    """One world being made, judged and cleared away."""

    def __init__(self, runner: Surroundings, world: World) -> None:
        self.runner = runner
        self.world = world
        self.service = runner.suite.service
        self.operation = self.service.operations[world.case.operation]
        self.resolver = Resolver(self.service, region=runner.region, account=runner.account)
        self.path: list[str] = []
        self.sent: list[Sent] = []
        self.waited = 0.0
        self.stopped_clock = False

    def run(self) -> tuple[str, str, list[Check]]:
        if self.world.missing:
            raise Blocked("no plan: " + "; ".join(self.world.missing))
        self._check_documented_params()
        if self.runner.target.fresh:
            self.runner.target.reset()
        for index, step in enumerate(self.world.steps):
            if isinstance(step, WaitStep):
                self._wait(step)
            else:
                self._prepare(index, step)
        if self.stopped_clock and self.world.awaits_state:
            self._own_operation_absent()
            return "blocked", "no clock: the state that the call needs comes about by time alone", self._untried()
        return self._judge()

    def exchange(self, operation: Operation, request: HttpRequest, *, own: bool = False) -> HttpResponse:
        """The answer, which a report can show afterwards beside what was sent."""
        try:
            response = self.runner.send(request)
        except TransportError as error:
            self.sent.append(Sent(operation, own, request, None, error.message, self.waited))
            raise
        self.sent.append(Sent(operation, own, request, response, "", self.waited))
        if throttled(response) and error_code(response)[0] not in self._awaited():
            raise Blocked(f"{operation.name} was throttled to the end: answered {told(response)}; see --rate")
        return response

    def _awaited(self) -> set[str]:
        """The codes of errors that the case is about: a recorded run may hold one of throttling."""
        steps = (step.told.error or () for step in self.world.steps if isinstance(step, TrialStep))
        return {self.world.case.error, *(code for codes in steps for code in codes)} - {""}

    def _untried(self) -> list[Check]:
        """What would have been checked, had the call been made."""
        case = self.world.case
        if case.error:
            return [Check(id="error-code", outcome="blocked", documented=case.error, reason="no clock")]
        checks = [Check(id="status", outcome="blocked", documented=self.operation.status, reason="no clock")]
        for name, value in (case.output or {}).items():
            checks.append(
                Check(
                    id=f"value:/{name}",
                    outcome="blocked",
                    documented=shown(value),
                    pointer=f"/{name}",
                    reason="no clock",
                )
            )
        return checks

    def _check_documented_params(self) -> None:
        """A documented call that the documents themselves do not allow is our fault, whatever a target says to it."""
        for step in [*self.world.steps, self.world.call]:
            if isinstance(step, CallStep):
                known = documented_call(step)
                if known in self.runner.driver.found_documented:
                    continue
                operation = self.service.operations[step.operation]
                try:
                    self.runner.driver.check(operation, self.resolver.params(operation.input, step.params, {}))
                    self.runner.driver.found_documented.add(known)
                except ParamValidationError as error:
                    problems = "; ".join(error.problems)
                    # Nobody has read these examples; where a page contradicts itself, that is no fault of ours.
                    verdict = "blocked" if self.world.unread else "harness-error"
                    raise Blocked(
                        f"{step.operation} as documented is not as documented: {problems}", verdict=verdict
                    ) from error

    def _wait(self, step: WaitStep) -> None:
        try:
            seconds = sum(float(self.resolver.live(amount)) for amount in step.amounts) * step.unit_seconds
            seconds += step.more_seconds
        except (UnboundError, ValueError) as error:
            raise Blocked(f"waiting for {step.state}: the call before did not say how long that takes") from error
        # What is documented to be over by then may be told a little later.
        seconds += 0.0 if step.exact else TOLERANCE
        self.path.append(f"{seconds:.0f} s, until {step.state}" if step.amounts else step.state)
        if self.runner.clock.pass_time(seconds):
            self.waited += seconds
        else:
            self.stopped_clock = True

    def _prepare(self, index: int, step: CallStep) -> None:
        operation = self.service.operations[step.operation]
        fitted = ", ".join(f"{name} {value!r}" for name, value in step.fitted.items())
        self.path.append(step.operation + (f" with {fitted}, as the answer shows" if fitted else ""))
        try:
            arguments = self.resolver.params(operation.input, step.params, step.links)
            request = self.runner.driver.request(operation, arguments)
            response = self.exchange(operation, request)
        except UnboundError as error:
            raise Blocked(self._unbound(error)) from error
        except ParamValidationError as error:
            raise Blocked(
                f"{step.operation} cannot take what the calls before gave: {'; '.join(error.problems)}"
            ) from error
        except ConnectError:
            raise
        except TransportError as error:
            raise Blocked(f"{step.operation} (setup): {error.message}") from error
        if not 200 <= response.status < 300:
            absent = self.runner.probe.absent(operation, request, response)
            self._own_operation_absent()
            how = "is unsupported" if absent else "failed"
            raise Blocked(f"{step.operation} (setup) {how}: {absent or 'answered ' + told(response)}")
        self.resolver.exchanges[index] = Exchange(arguments, decode(self.service, operation, response).tree)

    def _unbound(self, error: UnboundError) -> str:
        step = self.world.steps[error.step] if error.step != OWN else self.world.call
        name = step.operation if isinstance(step, CallStep) else "a wait"
        self._own_operation_absent()
        exchange = self.resolver.exchanges.get(error.step)
        try:
            found = at(exchange.answer if exchange else {}, error.path)
        except LookupError:
            return f"{name} (setup) gave no {pointer(error.path)}"
        raw = found.raw if isinstance(found, Mistyped) else found
        return f"{name} (setup) gave a {pointer(error.path)} of the wrong type: {raw!r}"

    def _own_operation_absent(self) -> None:
        """Where the world cannot be made, the case's own operation may still be told as lacking."""
        operation = self.operation
        links = self.world.call.links
        try:
            arguments = self.resolver.params(operation.input, self.world.call.params, links, documented=True)
            request = self.runner.driver.request(operation, arguments)
            response = self.exchange(operation, request, own=True)
        except (ParamValidationError, TransportError):
            return
        if not 200 <= response.status < 300 and (absent := self.runner.probe.absent(operation, request, response)):
            raise Blocked(f"{operation.name} {absent}", verdict="unsupported")

    def _judge(self) -> tuple[str, str, list[Check]]:
        try:
            arguments = self.resolver.params(self.operation.input, self.world.call.params, self.world.call.links)
            request = self.runner.driver.request(self.operation, arguments)
        except UnboundError as error:
            raise Blocked(self._unbound(error)) from error
        except ParamValidationError as error:
            raise Blocked(f"the call cannot take what the calls before gave: {'; '.join(error.problems)}") from error
        try:
            response = self.exchange(self.operation, request, own=True)
        except ConnectError:
            raise
        except TransportError as error:
            return "fail", "", [Check(id="answer", outcome="fail", documented="an answer", found=error.message)]
        case = self.world.case
        if case.error:
            checks = judge_error(self.service, self.operation, case.error, response)
        else:
            observed = decode(self.service, self.operation, response)
            self.resolver.exchanges[OWN] = Exchange(arguments, observed.tree)
            if 200 <= response.status < 300:
                self._all_pages(arguments, observed.tree)
            checks = judge_success(
                self.service,
                self.operation,
                self.world,
                Answer(response, observed),
                self.resolver,
                orders=self.runner.suite.file.orders,
                waited=self.waited,
                stopped_clock=self.stopped_clock,
            )
        return self._verdict(request, response, checks)

    def _verdict(
        self, request: HttpRequest, response: HttpResponse, checks: list[Check]
    ) -> tuple[str, str, list[Check]]:
        outcomes = {check.outcome for check in checks if check.decides}
        case_error = self.world.case.error
        if response.status >= 400:
            absent = self.runner.probe.absent(self.operation, request, response)
            if absent:
                # A refusal must be that of an operation which is there: an absent one refuses everything.
                return "unsupported", f"{self.operation.name} {absent}", checks
        if "fail" in outcomes:
            if self.world.unread and not case_error and (reason := self._unprepared(response)):
                return "blocked", reason, checks
            return "fail", "", checks
        if "blocked" in outcomes:
            return "blocked", "no clock: time cannot be moved here, and --max-wait does not allow to wait", checks
        if not self.runner.target.fresh and 200 <= response.status < 300:
            meaningless = self.runner.probe.meaningless(self.operation, request)
            if meaningless:
                return "unsupported", f"{self.operation.name} cannot be told from nothing: {meaningless}", checks
        return "pass", "", checks

    def _unprepared(self, response: HttpResponse) -> str:
        """Why a refusal may be of the state that the call is made in; empty where it is not.

        Of an example that nobody has read, the documents do not tell what else must be there first.
        """
        code, _ = error_code(response)
        if not 400 <= response.status < 500:
            return ""
        if _OF_FORM.search(code):
            return ""
        if placeholder := PLACEHOLDER.search(json.dumps(self.world.call.params, default=str)):
            return f"{told(response)}: the documented call holds a placeholder ({placeholder.group()})"
        if self.world.unmade:
            unmade = ", ".join(self.world.unmade[:3])
            return f"{told(response)}: the call names what no documented call brings about ({unmade})"
        return f"{told(response)}: the documents do not tell what must be so before this call"

    def _all_pages(self, arguments: dict[str, object], tree: dict[str, object]) -> None:
        """Add the items of the following pages: the documented ones may stand behind those of other users."""
        for given, gave, lists in _page_members(self.operation, self.service.shapes):
            for _ in range(_MAX_PAGES):
                token = tree.get(gave)
                if not isinstance(token, str) or not token:
                    return
                try:
                    following_page = self.runner.driver.request(self.operation, {**arguments, given: token})
                    response = self.exchange(self.operation, following_page, own=True)
                except (ParamValidationError, TransportError):
                    return
                if not 200 <= response.status < 300:
                    return
                following = decode(self.service, self.operation, response).tree
                for name in lists:
                    here, more = tree.get(name), following.get(name)
                    if isinstance(here, list) and isinstance(more, list):
                        here.extend(more)
                tree[gave] = following.get(gave)
            return

    def clear_away(self) -> None:
        """Undo what the world made, as far as that goes; whether it goes is not what this case is about."""
        if self.runner.target.fresh:
            return
        for step in self.world.teardown:
            self._undo(step)

    def _undo(self, step: CallStep) -> None:
        operation = self.service.operations[step.operation]
        try:
            arguments = self.resolver.params(operation.input, step.params, step.links)
            self.runner.send(self.runner.driver.request(operation, arguments))
        except (UnboundError, ParamValidationError, TransportError):
            return


def _page_members(operation: Operation, shapes: Mapping[str, Shape]) -> list[tuple[str, str, list[str]]]:
    """Input token, output token and result lists, where the operation is documented to answer in pages."""
    paging = operation.pagination
    if paging and len(paging.input_token) == 1 and len(paging.output_token) == 1:
        return [(paging.input_token[0], paging.output_token[0], [key.partition(".")[0] for key in paging.result_key])]
    return []


def documented_call(step: CallStep) -> tuple[str, bytes]:
    """A call as its page, or its case, tells it."""
    return step.operation, msgspec.msgpack.encode(step.params)
