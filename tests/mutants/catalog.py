"""The wrong backends, and the case that must name each fault.

Each is the reference with one small method overridden, so that nothing else can be what is caught.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from asdoc.behaviour.appconfig import AppConfig
from asdoc.behaviour.appconfig.records import Members
from asdoc.behaviour.appconfig.timeline import Progress, Strategy
from asdoc.runtime.schema import Operation, load_service
from asdoc.runtime.server.backend import ServiceBackend
from asdoc.runtime.server.call import Call
from asdoc.runtime.server.clock import ManualClock


class CompleteAtOnce(AppConfig):
    """A deployment is over the moment it starts."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return super().timeline(
            msgspec.structs.replace(strategy, duration_minutes=0, bake_minutes=0),
            started,
            now,
        )


class IgnoresAllowRevert(AppConfig):
    """AllowRevert may be sent, and changes nothing."""

    def allows_revert(self, call: Call) -> bool:
        return False


class SkipsTheBake(AppConfig):
    """A deployment is COMPLETE as soon as it has reached everybody's share of time, and no bake is ever told of."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        progress = super().timeline(msgspec.structs.replace(strategy, bake_minutes=0), started, now)
        events = tuple(event for event in progress.events if event.event_type != "BAKE_TIME_STARTED")
        return msgspec.structs.replace(progress, events=events)


class EndsTheBakeEarly(AppConfig):
    """The bake is told of, and lasts no time."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return super().timeline(msgspec.structs.replace(strategy, bake_minutes=0), started, now)


class OldestEventFirst(AppConfig):
    """The event log begins with the start."""

    def event_log(self, progress: Progress) -> list[Members]:
        return super().event_log(progress)[::-1]


class KeepsTheWindowOpen(AppConfig):
    """A completed deployment may be reverted at any time after."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        progress = super().timeline(strategy, started, now)
        recent = max(progress.completed_at, now - timedelta(hours=1)) if progress.completed_at else None
        return msgspec.structs.replace(progress, completed_at=recent)


class OkForCreated(ServiceBackend):
    """Every documented 201 is a 200."""

    def status_of(self, operation: Operation, call: Call) -> int:
        status = super().status_of(operation, call)
        return 200 if status == 201 else status


@dataclass(frozen=True)
class Mutant:
    name: str
    caught_by: tuple[str, str]
    """The case that must fail, and the check in it that must name the fault."""
    behaviour: type[AppConfig] = AppConfig
    backend: type[ServiceBackend] = ServiceBackend

    def make(self) -> ServiceBackend:
        return self.backend(load_service("asdoc.appconfig"), self.behaviour(), clock=ManualClock())


EXAMPLE, STATEMENT = "appconfig.example", "appconfig.statement"

MUTANTS = (
    Mutant("complete-at-once", (f"{EXAMPLE}.StartDeployment.1", "value:/State"), CompleteAtOnce),
    Mutant(
        "allow-revert-ignored",
        (f"{STATEMENT}.deployment.stop.allow-revert-completed", "status"),
        IgnoresAllowRevert,
    ),
    Mutant("bake-skipped", (f"{EXAMPLE}.GetDeployment.1", "value:/EventLog/1"), SkipsTheBake),
    Mutant("bake-too-short", (f"{STATEMENT}.deployment.bake.lasts", "value:/State"), EndsTheBakeEarly),
    Mutant("oldest-event-first", (f"{EXAMPLE}.GetDeployment.1", "order:/EventLog"), OldestEventFirst),
    Mutant("window-kept-open", (f"{STATEMENT}.deployment.stop.revert-window", "status"), KeepsTheWindowOpen),
    Mutant("ok-for-created", (f"{EXAMPLE}.CreateApplication.1", "status"), backend=OkForCreated),
)
