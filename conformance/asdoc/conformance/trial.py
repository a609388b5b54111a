"""One world of a case of several steps: each step is called and judged in its turn, up to the first that goes wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from asdoc.runtime.exceptions import ConnectError, ParamValidationError, TransportError
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.schema import Operation

from .attempt import Attempt, Blocked, Surroundings, documented_call
from .checks.decode import decode
from .checks.judge import judge_error, judge_step
from .checks.pages import Page, judge_pages
from .checks.readers import Observed
from .events import DERIVED, Check
from .malformed import malformed
from .plan.leaves import at
from .plan.references import altered, names
from .plan.resolve import Exchange, UnboundError
from .plan.world import OWN, ArnLink, CallStep, Link, Open, Step, TrialStep, WaitStep, World
from .probe import told
from .unlinked import unlinked

_MOST_PAGES = 200
_READS = frozenset({"timestamp", "ordering", "pagination"})
"""Kinds of cases whose last call reads what the others made."""
_NO_CLOCK = "no clock: time cannot be moved here, and --max-wait does not allow to wait"


class Trial(Attempt):
    """The steps of a case, each judged."""

    def __init__(self, runner: Surroundings, world: World) -> None:
        super().__init__(runner, world)
        self.resolver.names = world.names
        self.repeats: dict[int, list[Exchange]] = {}
        """What each call gave, every time."""

    def run(self) -> tuple[str, str, list[Check]]:
        if self.world.missing:
            raise Blocked("no plan: " + "; ".join(self.world.missing))
        self._check_documented_params()
        if self.runner.target.fresh:
            self.runner.target.reset()
        self.checks: list[Check] = []
        self.there: set[str] = set()
        """Operations that were seen to answer as they should: a refusal of theirs is one, and no lack."""
        self.last: tuple[Operation, HttpRequest] | None = None
        self.hollow = ""
        """Why a success tells nothing."""
        self.doubt: tuple[str, str] | None = None
        """What the case ends in if the control that follows goes well."""
        judged = [index for index, step in enumerate(self.world.steps) if _is_judged(step)]
        for index, step in enumerate(self.world.steps):
            if isinstance(step, WaitStep):
                self._wait(step)
                if self.stopped_clock:
                    return "blocked", _NO_CLOCK, [*self.checks, *self._untold(index)]
            elif isinstance(step, TrialStep):
                if step.told.control and step.operation in self.there:
                    # It went well when it was judged.
                    continue
                if self.doubt and not step.told.control:
                    continue
                ending = self._try(index, step, f"@{step.told.label or judged.index(index) + 1}"
                                   if len(judged) > 1 and index in judged else "")  # fmt: skip
                if ending and ending[0] == "fail" and self._doubtful(index, step):
                    self.doubt = ending
                elif ending:
                    return (*ending, self.checks)
            elif self.doubt is None or index in self._needed_later(index):
                self._prepare(index, step)
            if self.doubt and isinstance(step, TrialStep) and step.told.control:
                break
        return (*self.doubt, self.checks) if self.doubt else self._passed()

    def _needed_later(self, index: int) -> set[int]:
        """What the next control is made of, step by step: without it a control tells nothing."""
        following = range(index + 1, len(self.world.steps))
        control = next(later for later in following if _is_control(self.world.steps[later]))
        needed, found = {control}, [control]
        while found:
            before = _makers(self.world, self.world.steps[found.pop()]) - needed
            needed |= before
            found += before
        return needed

    def _doubtful(self, index: int, step: TrialStep) -> bool:
        """Whether a control that is still to come tells that the world, and not the target, is what is wrong."""
        refusal = bool(step.told.error or step.told.refused)
        if refusal and self.status < 400:
            # What should have been refused was done: no control could excuse that.
            return False
        return any(
            isinstance(later, TrialStep) and later.told.control and later.operation == step.operation
            for later in self.world.steps[index + 1 :]
        )

    def _passed(self) -> tuple[str, str, list[Check]]:
        if self.last and self.hollow:
            return "unsupported", f"it cannot be told from nothing: {self.hollow}", self.checks
        if self.last and not self.runner.target.fresh:
            operation, request = self.last
            meaningless = self.runner.probe.meaningless(operation, request)
            if meaningless:
                return "unsupported", f"{operation.name} cannot be told from nothing: {meaningless}", self.checks
        return "pass", "", self.checks

    def _untold(self, start: int) -> list[Check]:
        """What was not tried, for time could not pass."""
        return [
            Check(id=f"status@{step.told.label or step.operation}", outcome="blocked", reason="no clock")
            for step in self.world.steps[start:]
            if isinstance(step, TrialStep) and not step.told.control
        ]

    def _check_documented_params(self) -> None:
        """A call of ours that is not told to be malformed, and that the documents do not allow, is our fault."""
        for step in self.world.steps:
            if not isinstance(step, CallStep) or (isinstance(step, TrialStep) and step.told.malformed):
                continue
            operation = self.service.operations[step.operation]
            known = documented_call(step)
            if known in self.runner.driver.found_documented:
                continue
            try:
                arguments = self.resolver.params(operation.input, step.params, step.links, documented=True)
                self.runner.driver.check(operation, arguments)
                self.runner.driver.found_documented.add(known)
            except ParamValidationError as error:
                problems = "; ".join(error.problems)
                # It may be an example that nobody has read; where a page contradicts itself, that is no fault of ours.
                raise Blocked(f"{step.operation} is called as it is not documented: {problems}",
                              verdict="blocked" if self.world.unread else "harness-error") from error  # fmt: skip

    def _try(self, index: int, step: TrialStep, where: str) -> tuple[str, str] | None:
        """One judged step. What the case ends in, where it ends here."""
        told_step = step.told
        operation = self.service.operations[step.operation]
        self.path.append(_shown(told_step.call, times=told_step.times))
        if told_step.at:
            return self._timeline(index, step, operation, where)
        if told_step.until:
            return self._poll(index, step, operation, where)
        outputs = [None] * (told_step.times - 1) + [told_step.output]
        for count, output in enumerate(outputs, 1):
            self.resolver.count = count
            ending = self._once(index, step, operation, output, where)
            if ending:
                return ending
        self.resolver.count = 1
        return self._walk(index, step, operation, where) if told_step.pages else None

    def _once(
        self, index: int, step: TrialStep, operation: Operation, output: Mapping[str, Any] | None, where: str
    ) -> tuple[str, str] | None:
        request, response = self._call(index, step, operation)
        if response is None:
            self.checks.append(Check(id=f"answer{where}", outcome="fail", documented="an answer", found=self.silence))
            return ("blocked", f"{operation.name} (control) gave no answer") if step.told.control else ("fail", "")
        return self._judge_step(step, operation, request, response, self._judged(step, operation, response, output),
                                where)  # fmt: skip

    def _judged(
        self, step: TrialStep, operation: Operation, response: HttpResponse, output: Mapping[str, Any] | None
    ) -> list[Check]:
        told_step = step.told
        if told_step.error or told_step.refused:
            return judge_error(
                self.service, operation, told_step.error, response,
                status=told_step.status, reason=told_step.reason, message=told_step.message,
            )  # fmt: skip
        checks = judge_step(
            self.service, operation, response, self.observed, output, self.resolver,
            status=told_step.status, orders=self.runner.suite.file.orders,
        )  # fmt: skip
        if self.world.case.kind == "statement" and not told_step.status and 200 <= response.status < 300:
            # A statement is of what is done: with which of the successes it is told, examples and bounds judge.
            checks[0] = msgspec.structs.replace(checks[0], basis=DERIVED)
        return checks

    def _judge_step(
        self,
        step: TrialStep,
        operation: Operation,
        request: HttpRequest,
        response: HttpResponse,
        checks: list[Check],
        where: str,
    ) -> tuple[str, str] | None:
        if not step.told.control:
            self.checks += [_at(check, where) for check in checks]
        wrong = [check for check in checks if check.counts_against]
        if step.told.control and 200 <= response.status < 300:
            # That it went well is all that is asked of it: how it is told, is for other cases.
            wrong = []
        refusal = bool(step.told.error or step.told.refused)
        if response.status >= 400 and (wrong or refusal) and operation.name not in self.there:
            absent = self.runner.probe.absent(operation, request, response)
            if absent:
                return "unsupported", f"{operation.name} {absent}"
        if not wrong:
            if not refusal:
                self.there.add(operation.name)
                self.last = (operation, request)
                self.hollow = self.hollow or self.runner.probe.hollow(operation, self.given, self.observed.tree)
            return None
        if step.told.control:
            return "blocked", f"{operation.name} (control) failed: answered {told(response)}"
        if response.status >= 400 and self.world.case.kind in _READS:
            earlier = (one for at_step, one in self.resolver.exchanges.items() if self.world.steps[at_step] is not step)
            if loose := ", ".join(unlinked(self.service, operation, step, earlier)):
                return "blocked", f"no call of this world gives {operation.name} its {loose}: answered {told(response)}"
        return "fail", ""

    def _call(self, index: int, step: TrialStep, operation: Operation) -> tuple[HttpRequest, HttpResponse | None]:
        """Call once, and keep what went out and came back."""
        try:
            arguments = self.resolver.params(operation.input, step.params, step.links)
        except UnboundError as error:
            raise Blocked(self._unbound(error)) from error
        for name in step.unknown:
            arguments[name] = altered(arguments[name])
        return self._exchange(index, step, operation, arguments)

    def _exchange(
        self, index: int, step: TrialStep, operation: Operation, arguments: dict[str, Any]
    ) -> tuple[HttpRequest, HttpResponse | None]:
        try:
            if step.told.malformed:
                request = self.runner.driver.noted(
                    operation,
                    arguments,
                    malformed(self.service, operation, arguments, endpoint=self.runner.target.endpoint),
                )
            else:
                request = self.runner.driver.request(operation, arguments)
        except ParamValidationError as error:
            raise Blocked(
                f"{operation.name} cannot take what the calls before gave: {'; '.join(error.problems)}"
            ) from error
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            raise Blocked(f"{operation.name} cannot be sent like that: {error}", verdict="harness-error") from error
        try:
            response = self.exchange(operation, request, own=not step.told.control)
        except ConnectError:
            raise
        except TransportError as error:
            self.silence = error.message
            self.status = 0
            return request, None
        self.status, self.given = response.status, arguments
        self.observed = decode(self.service, operation, response) if 200 <= response.status < 300 else Observed({}, [])
        exchange = Exchange(arguments, self.observed.tree)
        self.resolver.exchanges[index] = exchange
        if 200 <= response.status < 300:
            self.repeats.setdefault(index, []).append(exchange)
        return request, response

    def _timeline(self, index: int, step: TrialStep, operation: Operation, where: str) -> tuple[str, str] | None:
        passed = 0.0
        for moment in step.told.at:
            if not self._let_pass((moment.minutes - passed) * 60):
                self.checks.append(Check(id=f"timeline@{moment.minutes:g}min", outcome="blocked", reason="no clock"))
                return "blocked", _NO_CLOCK
            passed = moment.minutes
            ending = self._once(index, step, operation, moment.output, f"{where}@{moment.minutes:g}min")
            if ending:
                return ending
        return None

    def _let_pass(self, seconds: float) -> bool:
        if not self.runner.clock.pass_time(seconds):
            return False
        self.waited += seconds
        return True

    def _poll(self, index: int, step: TrialStep, operation: Operation, where: str) -> tuple[str, str] | None:
        assert step.told.until is not None  # noqa: S101  asked for by the caller
        poll = step.told.until
        passed = 0.0
        while True:
            before = len(self.checks)
            ending = self._once(index, step, operation, step.told.output, where)
            if not ending or ending[0] != "fail" or passed >= poll.minutes:
                return ending
            if not self._let_pass(poll.every * 60):
                return "blocked", _NO_CLOCK
            passed += poll.every
            del self.checks[before:]

    def _walk(self, index: int, step: TrialStep, operation: Operation, where: str) -> tuple[str, str] | None:
        """The pages of a list, and the list as it is without a limit."""
        assert step.told.pages is not None  # noqa: S101  asked for by the caller
        paging = operation.pagination
        if paging is None or not paging.limit_key:
            raise Blocked(f"{operation.name} is not documented to answer in pages", verdict="harness-error")
        arguments = self.resolver.params(operation.input, step.params, step.links)
        size = step.told.pages.size
        whole = list(self._pages(index, step, operation, arguments, _MOST_PAGES))
        # What others have left on the target is listed, too; as many pages again are for a list that grows meanwhile.
        ends = not whole[-1].token
        most = _MOST_PAGES + (2 * sum(len(page.items) for page in whole) // size if ends else 0)
        limited = list(self._pages(index, step, operation, {**arguments, paging.limit_key: size}, most))
        checks = judge_pages(step.told.pages, limited, whole)
        self.checks += [_at(check, where) for check in checks]
        return ("fail", "") if any(check.counts_against for check in checks) else None

    def _pages(
        self, index: int, step: TrialStep, operation: Operation, arguments: dict[str, Any], most: int
    ) -> Iterator[Page]:
        paging = operation.pagination
        assert paging is not None  # noqa: S101  asked for by the caller
        given: dict[str, str] = {}
        for _ in range(most):
            _, response = self._exchange(index, step, operation, {**arguments, **given})
            if response is None or response.status != operation.status:
                yield Page([], "", self.silence if response is None else told(response))
                return
            tree = self.observed.tree
            token = tree.get(paging.output_token[0])
            items = _items(tree, paging.result_key[0])
            yield Page(items, token if isinstance(token, str) else "", "")
            if not isinstance(token, str) or not token:
                return
            given = {paging.input_token[0]: token}

    def clear_away(self) -> None:
        """Undo each repetition of a call, the last first."""
        if self.runner.target.fresh:
            return
        for step in self.world.lastly:
            self._undo(step)
        for undo in self.world.teardown:
            setup = self.resolver.exchanges.get(undo.undoes)
            for exchange in reversed(self.repeats.get(undo.undoes) or ([setup] if setup else [])):
                self.resolver.exchanges[undo.undoes] = exchange
                self._undo(undo)


def _is_judged(step: object) -> bool:
    return isinstance(step, TrialStep) and not step.told.control


def _is_control(step: object) -> bool:
    return isinstance(step, TrialStep) and step.told.control


def _makers(world: World, step: Step) -> set[int]:
    """Indices of the calls that give a call its values."""
    if not isinstance(step, CallStep):
        return set()
    bindings = [link for link in step.links.values() if not isinstance(link, Open)]
    links = [piece for link in bindings for piece in (link.pieces if isinstance(link, ArnLink) else (link,))]
    named = {world.names[name] for name in names(step.params) if name in world.names}
    return named | {link.step for link in links if isinstance(link, Link) and link.step != OWN}


def _items(tree: Mapping[str, Any], key: str) -> list[Any]:
    try:
        items = at(tree, tuple(key.split(".")))
    except LookupError:
        return []
    if isinstance(items, dict):
        return sorted(items.items())
    return items if isinstance(items, list) else []


def _at(check: Check, where: str) -> Check:
    return msgspec.structs.replace(check, id=check.id + where) if where else check


def _shown(call: str, *, times: int) -> str:
    return f"{call}, {times} times" if times > 1 else call
