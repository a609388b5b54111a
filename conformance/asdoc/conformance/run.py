"""Running cases: each in a world of its own, made, called, judged and cleared away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from importlib import metadata
from typing import NamedTuple

from asdoc.runtime.credentials import Credentials
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.exceptions import ConnectError, TransportError
from asdoc.runtime.http import HttpRequest, HttpResponse

from .attempt import Attempt, Blocked
from .cases.model import Case, Suite
from .driver import driver_of
from .events import JUDGED, VERDICTS, CaseFinished, Check, ErratumTold, Event, RunFinished, RunStarted
from .exchanges import Sent, Showing, tellable, told_checks
from .hiding import plain_url, without
from .plan.planner import Planner
from .plan.world import World
from .probe import Probe, told
from .targets.base import Target
from .targets.clock import Postponed, TargetClock
from .timelines import timelines
from .trial import Trial
from .turns import ThreadTurns, Turns


class Settings(NamedTuple):
    """What a user decides about a run."""

    region: str = "us-east-1"
    account: str = "123456789012"
    max_wait: float = 0.0
    """The longest real wait for one documented state, in seconds."""
    credentials: Credentials | None = None
    """Who signs; without, made-up keys."""
    driver: str = "asdoc"
    """Whose client calls: asdoc or boto3."""
    jobs: int = 1
    """Cases that are tried at a time."""
    live: bool = False
    """Whether a real account may be used; its environment must allow it as well."""
    fail_fast: bool = False
    """End with the first case that fails."""


class _Outcome(NamedTuple):
    verdict: str
    reason: str
    reading: str
    checks: tuple[Check, ...]
    path: tuple[str, ...]
    sent: tuple[Sent, ...] = ()

    @property
    def misses(self) -> int:
        return sum(check.counts_against for check in self.checks)


class Runner:
    """One run of a suite's cases against one target.

    `turns` holds apart those who share the target. A runner is used by one thread at a time.
    """

    def __init__(self, suite: Suite, target: Target, settings: Settings, turns: Turns | None = None) -> None:
        self.suite = suite
        self.target = target
        self.settings = settings
        self.region = settings.region
        self.account = settings.account
        self.planner = Planner(suite)
        # By a convention of the emulators, an access key of twelve digits is the account that its bearer acts in.
        credentials = settings.credentials or Credentials(settings.account, "made-up")
        self.driver = driver_of(settings.driver)(suite.service, target, credentials, region=settings.region)
        self.probe = Probe(self.driver)
        self.clock = TargetClock(target, max_wait=settings.max_wait)
        self._secrets: tuple[str, ...] = getattr(target, "secrets", ())
        self.showing = Showing(suite.service, self._secrets)
        self.answered_like_aws = False
        self.redirected = ""
        self.unwelcome = ""
        """What every signed request was refused with so far, where that is a matter of who asks."""
        self._welcome = False
        self._refused = 0
        self._unanswered = False
        """Whether the last request had no answer."""
        self._silent = 0
        """Cases in a row that ended so."""
        self._last = ""
        """Id of the last of them."""
        reset = getattr(target, "reset_hook", None)
        self._resets = reset is not None and reset.when == "case"
        self._turns = turns

    def run(self, cases: Iterable[Case], another: Callable[[], Target] | None = None) -> Iterator[Event]:
        """The events of a run. Raises AsdocError where the target cannot be reached, or is no AWS-like endpoint.

        `another` opens one more target like this one, for a worker of its own; without, workers share this one.
        """
        cases = list(cases)
        workers: list[Runner] = [self]
        try:
            clock = self.clock.mode
            self.greet()
            yield RunStarted(
                target=plain_url(self.target.name),
                service=self.suite.service.service,
                region=self.settings.region,
                account=self.settings.account,
                spec=self.suite.service.spec,
                cases=len(cases),
                clock=clock,
                asdoc=metadata.version("asdoc"),
                started=datetime.now(UTC).isoformat(timespec="seconds"),
            )
            totals = dict.fromkeys(VERDICTS, 0)
            for finished in self._finished(cases, workers, another):
                totals[finished.verdict] += 1
                yield finished
                if self.settings.fail_fast and finished.verdict == "fail":
                    break
            for worker in workers:
                worker._still_there()
            tried = any(not case.excluded for case in cases)
            if tried and totals["pass"] == 0 and all(worker.unwelcome for worker in workers):
                raise AsdocError(
                    f"verifying {plain_url(self.target.name)}: it refuses every request with {self.unwelcome}.",
                    hint="Give keys that it knows in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, and its --region; "
                    "or what it asks for in --header.",
                )
            if tried and totals["pass"] == 0 and not any(worker.answered_like_aws for worker in workers):
                if self.redirected:
                    raise AsdocError(
                        f"verifying {plain_url(self.target.name)}: it answers with a redirection to {self.redirected}.",
                        hint="Redirections are not followed: a signature holds for one address. Name that one.",
                    )
                raise AsdocError(
                    f"verifying {plain_url(self.target.name)}: none of its answers looks like one of an AWS service.",
                    hint="Check the address: is it the emulator's own port, and does it offer "
                    f"{self.suite.service.service}?",
                )
            yield RunFinished(totals=totals)
        except ConnectError as error:
            raise self._unreachable(error) from error
        finally:
            for worker in workers[1:]:
                if worker.target is not self.target:
                    worker.target.close()

    def _finished(
        self, cases: list[Case], workers: list[Runner], another: Callable[[], Target] | None
    ) -> Iterator[CaseFinished]:
        jobs = min(self.settings.jobs, len(cases))
        if jobs <= 1:
            for case in cases:
                yield self.case(case)
            return
        from .parallel import run_in_parallel

        if another is None:
            self._turns = self._turns or ThreadTurns()
        waiting = [self]

        def make() -> Runner:
            if waiting:
                return waiting.pop()
            workers.append(Runner(self.suite, another() if another else self.target, self.settings, self._turns))
            return workers[-1]

        yield from run_in_parallel(cases, make, jobs)

    def greet(self) -> None:
        """One request, so that a dead target is told before anything is judged. Raises AsdocError where it is one."""
        if self.target.fresh:
            return
        try:
            self.send(self._greeting())
        except ConnectError as error:
            raise self._unreachable(error) from error
        except TransportError as error:
            raise AsdocError(
                f"verifying {plain_url(self.target.name)}: {error.message}",
                hint="Check that the address is that of an HTTP server.",
            ) from error

    def _greeting(self) -> HttpRequest:
        scheme = self.target.endpoint.partition("://")[0]
        return HttpRequest(method="GET", scheme=scheme, host=_host(self.target), target="/")

    def _unreachable(self, error: ConnectError) -> AsdocError:
        return AsdocError(
            f"verifying {plain_url(self.target.name)}: {error.message}",
            hint="Start the target first, and check its address.",
        )

    def _heed_silence(self, case: Case) -> None:
        """End a run whose target has fallen silent: to go on would block every case, and a gate would take no notice.

        A target that answers nothing but what these cases call is judged on.
        """
        if not self._unanswered or self.target.fresh:
            self._silent = 0
            return
        self._silent += 1
        self._last = case.id
        if self._silent >= _SILENT:
            self._still_there()

    def _still_there(self) -> None:
        """Raises AsdocError, or ConnectError, where the last cases had no answer, and a greeting has none either."""
        if not self._silent:
            return
        try:
            self.driver.send(self._greeting())
        except ConnectError:
            raise
        except TransportError as error:
            raise AsdocError(
                f"verifying {plain_url(self.target.name)}: it answers nothing any more, up to {self._last}: "
                f"{error.message}",
                hint="It hangs or has crashed, which its log may tell. What was judged before stands in --events FILE.",
            ) from error
        self._silent = 0

    def case(self, case: Case) -> CaseFinished:
        """One case: its readings in turn, until the target keeps one."""
        if self._turns is None:
            return self._case(case)
        if not self._resets:
            try:
                with self._turns.together():
                    self.clock.held = True
                    finished = self._case(case)
                if finished.verdict not in _DOUBTFUL:
                    return finished
            except Postponed:
                # From the beginning, as the world that was made by then has been cleared away.
                pass
            finally:
                self.clock.held = False
        with self._turns.alone():
            return self._case(case)

    def _case(self, case: Case) -> CaseFinished:
        began = time.perf_counter()
        self._unanswered = False
        outcomes: list[_Outcome] = []
        tried: list[tuple[World, _Outcome]] = []
        try:
            worlds = [] if case.excluded else self.planner.worlds(case)
        except AsdocError as error:
            outcomes.append(_Outcome("harness-error", error.message, "", (), ()))
            worlds = []
        if case.excluded:
            outcomes.append(_Outcome("blocked", f"excluded: {case.excluded}", "", (), ()))
        for world in worlds:
            if tried and not any(_could_change(world, *each) for each in tried):
                continue
            outcomes.append(self._world(world))
            tried.append((world, outcomes[-1]))
            if outcomes[-1].verdict == "pass":
                break
        self._heed_silence(case)
        best = outcomes[0]
        if len(outcomes) > 1:
            best = min(outcomes, key=lambda outcome: (_RANK[outcome.verdict], outcome.misses))
        plain = best.verdict == "pass" and all(check.outcome == "pass" for check in best.checks)
        secrets = self._secrets if plain else self.showing.secrets(best.sent)
        return CaseFinished(
            id=case.id,
            kind=case.kind,
            operation=case.operation,
            verdict=best.verdict,
            basis=case.basis,
            source=case.source,
            reason=without(tellable(best.reason), secrets),
            reading=best.reading if best.verdict in JUDGED else "",
            errata=tuple(ErratumTold(id=each.id, reason=each.reason, evidence=each.evidence) for each in case.errata),
            checks=told_checks(best.checks, secrets),
            path=best.path,
            seconds=round(time.perf_counter() - began, 6),
            exchanges=() if best.verdict == "pass" else self.showing.exchanges(best.sent),
            timelines=timelines(case, best.sent),
        )

    def _world(self, world: World) -> _Outcome:
        attempt = Trial(self, world) if world.scripted else Attempt(self, world)
        if self._resets:
            self.target.reset()
        try:
            verdict, reason, checks = attempt.run()
        except Blocked as blocked:
            verdict, reason, checks = blocked.verdict, blocked.reason, []
        finally:
            self._clear_away(attempt)
        return _Outcome(verdict, reason, world.reading, tuple(checks), tuple(attempt.path), tuple(attempt.sent))

    def _clear_away(self, attempt: Attempt | Trial) -> None:
        """Undo a world, and once more where time was in the way: what is left behind meets later cases by its name."""
        self._refused = 0
        attempt.clear_away()
        # One refusal is that of stopping what has come to its end by itself.
        if self._refused > 1 and self.clock.settle():
            attempt.clear_away()

    def send(self, request: HttpRequest) -> HttpResponse:
        try:
            response = self.driver.send(request)
        except TransportError:
            self._unanswered = True
            raise
        self._unanswered = False
        self._refused += response.status in (400, 409)
        if not self._welcome and "authorization" in request.headers:
            self._welcome = response.status not in _UNWELCOME
            self.unwelcome = "" if self._welcome else _clean(without(told(response), self._secrets))
        if not self.answered_like_aws:
            self.answered_like_aws = _like_aws(response)
            if response.status in _REDIRECTIONS and not self.redirected:
                self.redirected = _clean(
                    plain_url(without(response.headers.get("location", "somewhere else"), self._secrets))
                )
        return response


_RANK = {"pass": 0, "fail": 1, "unsupported": 2, "blocked": 3, "harness-error": 4, "pending": 5}
"""Of several readings the verdict of the lowest counts."""
_DOUBTFUL = ("fail", "blocked", "harness-error")
"""Verdicts that may come of what others do at a shared target, such as using the same names: they are judged alone."""
_REDIRECTIONS = (301, 302, 303, 307, 308)
_UNWELCOME = (401, 403)
_SILENT = 3


def _clean(text: str) -> str:
    """Text of a target without what could move a terminal's cursor, and not longer than a line."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)[:200]


def _could_change(world: World, other: World, outcome: _Outcome) -> bool:
    """Whether a reading could turn what another one ended in: a world may take a quarter of an hour to make."""
    changes = {*world.changes, *other.changes}
    if any(not change.startswith("/output") for change in changes):
        return True
    if outcome.verdict != "fail":
        return False
    failed = [check.id.partition(":")[2] for check in outcome.checks if check.counts_against]
    changed = [change.removeprefix("/output") for change in changes]
    # What fails where no reading reads otherwise fails again; what lies elsewhere may be no failure at all.
    return any(where and _touch(where, change) for change in changed for where in failed)


def _touch(one: str, other: str) -> bool:
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")


def _host(target: Target) -> str:
    return target.endpoint.partition("://")[2].partition("/")[0]


def _like_aws(response: HttpResponse) -> bool:
    """Whether an answer bears any mark of AWS: request id, error type, error body, or a success in JSON."""
    if any(name.startswith(("x-amzn-", "x-amz-")) for name in response.headers):
        return True
    if 200 <= response.status < 300 and response.body[:1] == b"{":
        return True
    return b'"__type"' in response.body or b"<RequestId>" in response.body
