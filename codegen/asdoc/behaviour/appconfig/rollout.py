"""Where deployments stand: what an environment, a deployment and a retrieving client all ask."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from asdoc.runtime.server.call import Call

from . import timeline
from .base import Base, under
from .records import DEPLOYMENT, Deployment, Environment, Members
from .timeline import IN_PROGRESS, Event, Progress, Strategy


class Rollout(Base):
    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        """How a deployment that nobody stops stands at `now`."""
        return timeline.timeline(strategy, started, now)

    def progress(self, deployment: Deployment, now: datetime) -> Progress:
        """How a deployment stands at `now`, stopped or not."""
        if deployment.stopped is not None:
            reached = self.timeline(deployment.strategy, deployment.started, deployment.stopped)
            return timeline.roll_back(reached, deployment.stopped, deployment.ended_by)
        if deployment.alarmed is not None:
            reached = self.timeline(deployment.strategy, deployment.started, deployment.alarmed)
            return timeline.roll_back_by_alarm(reached, deployment.alarmed, deployment.alarm, now)
        if deployment.reverted is not None:
            reached = self.timeline(deployment.strategy, deployment.started, deployment.reverted)
            return timeline.revert(reached, deployment.reverted, deployment.ended_by)
        return self.timeline(deployment.strategy, deployment.started, now)

    def standing(self, deployment: Deployment, now: datetime) -> tuple[str, float]:
        """State and percentage of a deployment at `now`."""
        progress = self.progress(deployment, now)
        return progress.state, progress.percentage

    def event_log(self, progress: Progress) -> list[Members]:
        """The events as the EventLog shows them: the most recent first (get_deployment.rst)."""
        return [_event(event) for event in reversed(progress.events)]

    def latest_deployment(self, call: Call, environment: Environment) -> Deployment | None:
        return next(self.newest_deployments(call, environment), None)

    def active_deployment(self, call: Call, environment: Environment) -> Deployment | None:
        """The deployment in progress: only ever the latest, as no other starts before it has ended."""
        latest = self.latest_deployment(call, environment)
        if latest is None or self.standing(latest, call.now)[0] not in IN_PROGRESS:
            return None
        return latest

    def newest_deployments(self, call: Call, environment: Environment) -> Iterator[Deployment]:
        """The deployments of an environment, the latest first, read as they are asked for."""
        after: int | None = None
        while True:
            entries: list[tuple[int, Any]] = call.store.page(
                call.scope, DEPLOYMENT, under(environment), after=after, limit=1, newest_first=True
            )
            if not entries:
                return
            after, deployment = entries[0]
            yield deployment


def _event(event: Event) -> Members:
    return {
        "EventType": event.event_type,
        "TriggeredBy": event.triggered_by,
        "Description": event.description,
        "OccurredAt": event.occurred_at,
    }
