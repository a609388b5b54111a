"""GetConfiguration: what a client of an environment is given."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from asdoc.runtime.server.call import Call

from .base import not_found
from .flags import FLAGS
from .records import (
    APPLICATION,
    ENVIRONMENT,
    PROFILE,
    RETRIEVAL,
    Application,
    ConfigurationProfile,
    Deployment,
    Environment,
    Members,
)
from .rollout import Rollout
from .timeline import IN_PROGRESS


class Retrieval(Rollout):
    def get_configuration(self, call: Call) -> Members:
        """The configuration that is deployed; during a deployment, that of the client's share.

        A client that has it already is answered with 204 and no content (get_configuration.rst).
        """
        params = call.params
        application: Application = self.named(call, APPLICATION, "", params["Application"])
        environment: Environment = self.named(call, ENVIRONMENT, application.Id, params["Environment"])
        profile: ConfigurationProfile = self.named(call, PROFILE, application.Id, params["Configuration"])
        if profile.Type == FLAGS:
            # AppConfig User Guide, "Understanding the type reference for AWS.AppConfig.FeatureFlags".
            raise call.invalid(
                f"Configuration: {profile.Id} holds feature flags; GetLatestConfiguration retrieves them."
            )
        with call.store.transaction(call.scope):
            for record in (environment, profile):
                call.store.put(call.scope, RETRIEVAL, application.Id, record.Id, call.now)
        deployment = self.deployed(call, environment, profile, params["ClientId"])
        if deployment is None:
            raise not_found("Deployed configuration", profile.Name)
        if params.get("ClientConfigurationVersion") == deployment.ConfigurationVersion:
            call.status = 204
            return {"ConfigurationVersion": deployment.ConfigurationVersion}
        return {
            "Content": deployment.content or b"",
            "ConfigurationVersion": deployment.ConfigurationVersion,
            "ContentType": deployment.content_type,
        }

    def deployed(
        self, call: Call, environment: Environment, profile: ConfigurationProfile, client: str
    ) -> Deployment | None:
        """The deployment that a client sees of a profile: one in progress where it is among its share, else the last
        one that was completed and not taken back."""
        for deployment in self.newest_deployments(call, environment):
            if deployment.ConfigurationProfileId != profile.Id:
                continue
            state, percentage = self.standing(deployment, call.now)
            if state == "COMPLETE" or (state in IN_PROGRESS and share(deployment, client) < percentage):
                return deployment
        return None

    def named(self, call: Call, kind: str, parent: str, name: str) -> Any:
        """A resource by its id, else the oldest of that name. Raises ResourceNotFoundException."""
        record = call.store.get(call.scope, kind, parent, name)
        if record is None:
            matches: Callable[[Any], bool] = lambda candidate: bool(candidate.Name == name)  # noqa: E731 - typed
            entries = call.store.page(call.scope, kind, parent, limit=1, where=matches)
            if not entries:
                raise not_found(kind, name)
            record = entries[0][1]
        return record


def share(deployment: Deployment, client: str) -> float:
    """Where a client stands among a deployment's targets: 0 to 100, the same on every call."""
    text = f"{deployment.EnvironmentId}/{deployment.DeploymentNumber}/{client}"
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") * 100 / 2**64
