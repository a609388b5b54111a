"""Documented cases as pytest's items. `asdoc.testing.options` has the options, and imports this where they are given.

Each process has a target and a runner of its own, made for its first item. What several of pytest-xdist's workers share
is a server behind a URL; a lock in a file then keeps them from moving its clock under one another.
"""

from __future__ import annotations

import difflib
import hashlib
import os
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from asdoc.runtime.credentials import from_arguments
from asdoc.runtime.errors import AsdocError

from .baseline import Baseline, Gate, Problem, judge_one, reasons, vanished
from .baseline_file import read_baseline
from .cases.load import load_suite
from .cases.model import Case, Suite
from .driver import driver_of
from .events import CaseFinished
from .run import Runner, Settings
from .selection import Selection, read_kinds, select
from .targets.base import Target
from .targets.described import Described
from .targets.open import describe, open_target
from .turns import FileTurns
from .verify import fitted

_SKIPPED = ("unsupported", "blocked", "pending")
_SHOWN = 12
_NODE = "asdoc::"
"""What the ids of our items begin with."""
_BASELINE = "baseline"
"""Name of the item that stands for what vanished."""
_MOST = 1e8
"""Seconds: three years, which no wait can be asked to last."""


class Session:
    """What the items of one process share."""

    def __init__(self, config: pytest.Config) -> None:
        def option(name: str) -> Any:
            return config.getoption(f"--asdoc-{name}")

        self.service: str = option("service")
        targets = option("targets")
        self.described: Described = describe(option("target"), Path(targets) if targets else None)
        if self.described.address == "aws":
            raise AsdocError(
                "replaying against aws: items are not told how to clear up.", hint="Use `asdoc verify aws`."
            )
        environment = os.environ
        settings = Settings(
            max_wait=option("max-wait"),
            credentials=from_arguments(
                environment.get("AWS_ACCESS_KEY_ID"),
                environment.get("AWS_SECRET_ACCESS_KEY"),
                environment.get("AWS_SESSION_TOKEN"),
            ),
            driver=option("driver"),
        )
        for name in ("region", "account"):
            if (value := option(name)) is not None:
                settings = settings._replace(**{name: value})
        self.settings = fitted(settings, self.described)
        driver_of(settings.driver)
        if not 0 < option("timeout") < _MOST or not 0 <= settings.max_wait < _MOST:
            raise AsdocError(
                "reading --asdoc-timeout and --asdoc-max-wait: they are no times to wait.",
                hint="Both are in seconds; only the second may be 0.",
            )
        self.timeout: float = option("timeout")
        self.suite: Suite = load_suite(self.service)
        self.named: frozenset[str] = frozenset()
        """The cases that alone are to run; empty for all."""
        kinds = tuple(option("kind")) or ("example",)
        self.ids = [case.id for case in self.suite.file.cases]
        self.cases = select(self.suite.file.cases, Selection(kinds=read_kinds(kinds)))
        baseline = option("baseline")
        self.baseline: Baseline | None = read_baseline(Path(baseline), service=self.service) if baseline else None
        workers = getattr(config, "workerinput", None)
        self._run = str(workers["testrunuid"]) if workers else ""
        self._target: Target | None = None
        self._runner: Runner | None = None

    def case(self, case: Case) -> CaseFinished:
        return self._made().case(case)

    def _made(self) -> Runner:
        if self._runner is None:
            described = self.described
            shared = bool(self._run) and described.address.startswith(("http://", "https://")) and not described.command
            if shared and described.reset is not None and described.reset.when == "start":
                # The controller has done so: a worker that begins later would take from the others what they made.
                described = msgspec.structs.replace(described, reset=None)
            self._target = open_target(described, self.service, timeout=self.timeout, beside=self.suite.file.borrows)
            turns = FileTurns(self._lock()) if shared else None
            self._runner = Runner(self.suite, self._target, self.settings, turns)
        return self._runner

    def _lock(self) -> Path:
        name = hashlib.sha256(f"{self._run} {self.described.address}".encode()).hexdigest()[:24]
        return Path(tempfile.gettempdir()) / f"asdoc-{name}.lock"

    def prepare(self) -> None:
        """What is done once, before the first item and for all workers. Raises AsdocError where nobody is there."""
        described = self.described
        if described.address.startswith(("http://", "https://")) and not described.command:
            self._made().greet()

    def close(self) -> None:
        if self._target is not None:
            self._target.close()
        if self._run:
            self._lock().unlink(missing_ok=True)


_session_key: pytest.StashKey[Session] = pytest.StashKey()


class CaseFailed(Exception):  # noqa: N818  the outcome of an item
    """A case did not come out as documented."""


class Cases(pytest.Collector):
    """The documented cases of a service."""

    def collect(self) -> Iterable[pytest.Item]:
        session = self.config.stash[_session_key]
        for case in session.cases:
            yield CaseItem.from_parent(self, name=case.id, case=case)
        if session.baseline is not None and (problems := vanished(session.baseline, suite=session.ids)):
            yield Vanished.from_parent(self, name=_BASELINE, problems=problems)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, **others: Any) -> None:
        super().__init__(**others)
        self.case = case
        self.user_properties += [("asdoc-kind", case.kind), ("asdoc-operation", case.operation)]

    def runtest(self) -> None:
        session = self.config.stash[_session_key]
        try:
            finished = session.case(self.case)
        except AsdocError as error:
            # What a case cannot be judged for, the next one could not either.
            self.session.shouldfail = error.message
            raise CaseFailed(str(error)) from None
        self.user_properties.append(("asdoc-verdict", finished.verdict))
        gate = Gate()
        if session.baseline is not None:
            gate = judge_one(finished, session.baseline, suite=session.ids, today=datetime.now(UTC).date())
        if gate.problems:
            raise CaseFailed("\n".join([told(finished), *map(_told_problem, gate.problems)]))
        if gate.pending:
            pytest.skip("pending: new in this suite, and failing")
        if gate.expected and session.baseline is not None:
            pytest.xfail("; ".join(reasons(finished, session.baseline)))
        if finished.verdict in ("fail", "harness-error"):
            raise CaseFailed(told(finished))
        if finished.verdict in _SKIPPED:
            pytest.skip(f"{finished.verdict}: {finished.reason}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        # An id has dots, which pytest would take for those between a class and its method.
        return self.path, None, f"case {self.case.id}"


class Vanished(pytest.Item):
    """The cases that the baseline has and the suite does not: nothing runs for them, and they keep the gate shut."""

    def __init__(self, *, problems: list[Problem], **others: Any) -> None:
        super().__init__(**others)
        self.problems = problems

    def runtest(self) -> None:
        raise CaseFailed("\n".join(map(_told_problem, self.problems)))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, "baseline"


def _told_problem(problem: Problem) -> str:
    of = " ".join(part for part in (problem.case, problem.check) if part)
    return _printable(f"{problem.rule}: {of}: {problem.told}")


def told(finished: CaseFinished) -> str:
    """A case that did not pass, as text."""
    lines = [f"{finished.verdict}: {finished.id}", *finished.source[:1]]
    if finished.reason:
        lines.append(finished.reason)
    failed = [check for check in finished.checks if check.counts_against]
    for check in failed[:_SHOWN]:
        lines += [
            f"  {check.id}",
            f"    documented  {_shown(check.documented)}",
            f"    found       {_shown(check.found)}",
        ]
    if len(failed) > _SHOWN:
        lines.append(f"  … and {len(failed) - _SHOWN} more checks")
    return "\n".join(map(_printable, lines))


def _printable(line: str) -> str:
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 200 else text[:199] + "…"


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    try:
        session = Session(config)
        if not hasattr(config, "workerinput") and not config.option.collectonly:
            session.prepare()
    except AsdocError as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[_session_key] = session
    # As pytest prints them: what is copied from a failure runs that case alone.
    session.named = frozenset(arg.removeprefix(_NODE) for arg in config.args if arg.startswith(_NODE))
    if unknown := sorted(session.named - {*session.ids, _BASELINE}):
        close = difflib.get_close_matches(unknown[0], session.ids, n=1)
        hint = f"did you mean {_NODE}{close[0]}?" if close else "--collect-only lists them."
        raise pytest.UsageError(f"selecting cases: no case is {unknown[0]}; {hint}")
    config.args[:] = [arg for arg in config.args if not arg.startswith(_NODE)]
    if config.args_source is not pytest.Config.ArgsSource.ARGS:
        # Nothing was named but the target, so nothing else is collected.
        config.args[:] = []


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    named = config.stash[_session_key].named
    found = [
        item
        for item in Cases.from_parent(session, name="asdoc", nodeid="asdoc").collect()
        if not named or item.name in named
    ]
    items.extend(found)
    # So that they are counted among the collected.
    report = pytest.CollectReport(nodeid="asdoc", outcome="passed", longrepr=None, result=[*found])
    session.ihook.pytest_collectreport(report=report)


def pytest_report_header(config: pytest.Config) -> str:
    session = config.stash[_session_key]
    return f"asdoc: {len(session.cases)} cases of {session.service} against {session.described.name}"


def pytest_unconfigure(config: pytest.Config) -> None:
    if _session_key in config.stash:
        config.stash[_session_key].close()
