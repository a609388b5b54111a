"""Alarms: an environment's monitors, which roll back what is being deployed to it."""

from __future__ import annotations

from datetime import datetime

from asdoc.runtime.server.call import Call
from asdoc.runtime.server.store import Store

from .base import replaced
from .points import NOWHERE, Points
from .records import ALARM, DEPLOYMENT, WATCH, Deployment, Environment
from .timeline import IN_PROGRESS


class Alarms(Points):
    def alarm(self, store: Store, arn: str, state: str, now: datetime) -> int:
        """Move an alarm; gives how many deployments it has rolled back."""
        with store.transaction():
            if state != "ALARM":
                store.delete(NOWHERE, ALARM, "", arn)
                return 0
            store.put(NOWHERE, ALARM, "", arn, True)
            found = [record for _, record in store.page(NOWHERE, WATCH, "") if arn in record.deployment.alarms]
            hit = 0
            for record in found:
                parent, number = under_environment(record.deployment), str(record.deployment.DeploymentNumber)
                deployment: Deployment | None = store.get(record.scope, DEPLOYMENT, parent, number)
                if deployment is None or self.standing(deployment, now)[0] not in IN_PROGRESS - {"ROLLING_BACK"}:
                    continue
                alarmed = replaced(deployment, {"alarmed": now, "alarm": arn})
                store.put(record.scope, DEPLOYMENT, parent, number, alarmed)
                hit += 1
            return hit

    def monitored(self, environment: Environment) -> tuple[str, ...]:
        """The ARNs of the alarms that an environment monitors."""
        return tuple(monitor["AlarmArn"] for monitor in environment.Monitors or ())

    def off(self, call: Call, alarms: tuple[str, ...]) -> str:
        """The first of the alarms that is in ALARM; empty where none is."""
        return next((arn for arn in alarms if call.store.get(NOWHERE, ALARM, "", arn) is not None), "")


def under_environment(deployment: Deployment) -> str:
    return f"{deployment.ApplicationId}/{deployment.EnvironmentId}"
