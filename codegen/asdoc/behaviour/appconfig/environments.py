"""Environments: what configurations are deployed to."""

from __future__ import annotations

from asdoc.runtime.server.call import Call
from asdoc.runtime.server.pagination import page

from .base import changes, conflict, replaced, under
from .points import Points
from .records import DEPLOYMENT, ENVIRONMENT, RETRIEVAL, Environment, Members, documented, shown
from .settings import Settings
from .tags import Tags

_NAMES = documented(Environment)

_STATES = {"COMPLETE": "READY_FOR_DEPLOYMENT", "BAKING": "DEPLOYING", "VALIDATING": "DEPLOYING"}
"""What an environment's state is after its latest deployment's, where they are not the same word."""


class Environments(Points, Settings, Tags):
    def create_environment(self, call: Call) -> Members:
        params = call.params
        application = self.application(call)
        tags = self.checked_tags(call)
        record = self.add(
            call,
            ENVIRONMENT,
            application.Id,
            lambda new: Environment(
                ApplicationId=application.Id,
                Id=new,
                Name=params["Name"],
                Description=params.get("Description") or None,
                Monitors=params.get("Monitors"),
                created=call.now,
            ),
        )
        self.set_tags(call, _resource(record), tags)
        return self.environment_view(call, record)

    def get_environment(self, call: Call) -> Members:
        return self.environment_view(call, self.environment(call))

    def list_environments(self, call: Call) -> Members:
        records, token = page(call, ENVIRONMENT, self.application(call).Id)
        return {
            "Items": [self.environment_view(call, record) for record in records],
            **({"NextToken": token} if token else {}),
        }

    def update_environment(self, call: Call) -> Members:
        record = replaced(self.environment(call), changes(call.params, ("Name", "Description", "Monitors")))
        call.store.put(call.scope, ENVIRONMENT, record.ApplicationId, record.Id, record)
        return self.environment_view(call, record)

    def delete_environment(self, call: Call) -> None:
        record = self.environment(call)
        if self.active_deployment(call, record) is not None:
            raise conflict(f"Environment {record.Id} has a deployment in progress.")
        self.check_deletion_protection(call, record)
        for _, deployment in call.store.page(call.scope, DEPLOYMENT, under(record)):
            self.forget(call, f"{_resource(record)}/deployment/{deployment.DeploymentNumber}")
            self.forget_invocations(call, deployment)
        call.store.drop(call.scope, DEPLOYMENT, under(record))
        call.store.delete(call.scope, RETRIEVAL, record.ApplicationId, record.Id)
        call.store.delete(call.scope, ENVIRONMENT, record.ApplicationId, record.Id)
        self.forget(call, _resource(record))

    def environment_state(self, call: Call, record: Environment) -> str:
        """READY_FOR_DEPLOYMENT, or what the latest deployment makes of the environment."""
        latest = self.latest_deployment(call, record)
        if latest is None:
            return "READY_FOR_DEPLOYMENT"
        state, _ = self.standing(latest, call.now)
        return _STATES.get(state, state)

    def environment_view(self, call: Call, record: Environment) -> Members:
        return {**shown(record, _NAMES), "State": self.environment_state(call, record)}


def _resource(record: Environment) -> str:
    return f"application/{record.ApplicationId}/environment/{record.Id}"
