"""Deployments: started, followed, stopped and reverted."""

from __future__ import annotations

from datetime import timedelta

from asdoc.runtime.server.call import Call
from asdoc.runtime.server.pagination import page

from .alarms import Alarms
from .base import conflict, key_arn, replaced, under
from .hosted import HostedVersions
from .points import PRE_START, Prepared, content_of, resources_of
from .records import DEPLOYMENT, Applied, Deployment, Environment, Members, documented, listed, shown
from .strategies import Strategies
from .timeline import Strategy
from .validators import run_validators

REVERT_WINDOW = timedelta(hours=72)
"""How long after its completion a deployment may be reverted (stop_deployment.rst)."""

_NAMES = documented(Deployment)
_APPLIED = documented(Applied)
_SUMMARY = (
    "DeploymentNumber",
    "ConfigurationProfileId",
    "ConfigurationName",
    "ConfigurationVersion",
    "VersionLabel",
)


class Deployments(Alarms, HostedVersions, Strategies):
    def before_start_deployment(self, call: Call) -> Prepared:
        """Calls the PRE_START_DEPLOYMENT actions, which may change what is deployed, or stop it."""
        environment, profile = self.environment(call), self.profile(call)
        self.strategy(call)
        wanted = call.params["ConfigurationVersion"]
        version = self.version_named(call, profile, wanted) if profile.hosted else None
        applied = self.applied(
            call, resources_of(environment, profile), call.params.get("DynamicExtensionParameters") or {}
        )
        latest = self.latest_deployment(call, environment)
        payload = {
            "Type": "PreStartDeployment",
            "Application": {"Id": profile.ApplicationId},
            "Environment": {"Id": environment.Id, "Name": environment.Name},
            "ConfigurationProfile": {"Id": profile.Id, "Name": profile.Name},
            "DeploymentNumber": 1 if latest is None else latest.DeploymentNumber + 1,
            "ConfigurationVersion": wanted,
            "Description": call.params.get("Description") or "",
            **({} if version is None else content_of(version.Content, version.ContentType)),
        }
        return self.ask_before(call, PRE_START, applied, payload)

    def start_deployment(self, call: Call) -> Members:
        params = call.params
        prepared: Prepared = call.prepared or Prepared()
        environment = self.environment(call)
        strategy = self.strategy(call)
        profile = self.profile(call)
        tags = self.checked_tags(call)
        latest = self.latest_deployment(call, environment)
        number = latest.DeploymentNumber if latest is not None else 0
        expected = params.get("LatestDeploymentNumber", number)
        if expected != number:
            raise conflict(f"LatestDeploymentNumber is {expected}, but the latest deployment is {number}.")
        active = self.active_deployment(call, environment)
        if active is not None:
            raise conflict(f"Environment {environment.Id} has deployment {active.DeploymentNumber} in progress.")
        wanted = params["ConfigurationVersion"]
        # What lies outside of AppConfig cannot be looked at from here; any version of it is taken.
        version = self.version_named(call, profile, wanted) if profile.hosted else None
        content = None if version is None else version.Content
        if version is not None and prepared.content is not None:
            content = prepared.content
        if content is not None:
            run_validators(call, profile, content, strict=False)
        identifier = params.get("KmsKeyIdentifier")
        alarms = self.monitored(environment)
        off = self.off(call, alarms)
        record = Deployment(
            ApplicationId=environment.ApplicationId,
            EnvironmentId=environment.Id,
            DeploymentStrategyId=strategy.Id,
            ConfigurationProfileId=profile.Id,
            DeploymentNumber=number + 1,
            ConfigurationName=profile.Name,
            ConfigurationLocationUri=profile.LocationUri,
            ConfigurationVersion=wanted if version is None else str(version.VersionNumber),
            Description=params.get("Description") or None,
            KmsKeyIdentifier=identifier,
            KmsKeyArn=key_arn(call, identifier),
            VersionLabel=None if version is None else version.VersionLabel,
            strategy=Strategy(
                duration_minutes=strategy.DeploymentDurationInMinutes,
                growth_type=strategy.GrowthType,
                growth_factor=strategy.GrowthFactor,
                bake_minutes=strategy.FinalBakeTimeInMinutes,
            ),
            started=call.now,
            content=content,
            content_type="application/octet-stream" if version is None else version.ContentType,
            applied=prepared.applied,
            alarms=alarms,
            alarmed=call.now if off else None,
            alarm=off,
        )
        self._keep_deployment(call, record)
        self.keep_invocations(call, record, prepared.called)
        self.watch(call, record)
        self.set_tags(call, f"{_resource(environment)}/deployment/{record.DeploymentNumber}", tags)
        return self.deployment_view(call, record)

    def get_deployment(self, call: Call) -> Members:
        return self.deployment_view(call, self.deployment(call, self.environment(call)))

    def list_deployments(self, call: Call) -> Members:
        """The latest first (list_deployments.rst)."""
        records, token = page(call, DEPLOYMENT, under(self.environment(call)), newest_first=True)
        return listed([self.deployment_summary(call, record) for record in records], token)

    def stop_deployment(self, call: Call) -> Members:
        """DEPLOYING becomes ROLLED_BACK; with AllowRevert, so does BAKING, and COMPLETE becomes REVERTED.

        The page lets a stop work "only" on DEPLOYING unless AllowRevert is given, and then speaks of deployments in
        progress and completed (stop_deployment.rst). A deployment that bakes is in progress, and is not DEPLOYING.
        """
        deployment = self.deployment(call, self.environment(call))
        state, _ = self.standing(deployment, call.now)
        if state == "DEPLOYING" or (state == "BAKING" and self.allows_revert(call)):
            ended = replaced(deployment, {"stopped": call.now, "ended_by": call.scope.account})
        elif state == "COMPLETE" and self.allows_revert(call):
            self._check_window(call, deployment)
            ended = replaced(deployment, {"reverted": call.now, "ended_by": call.scope.account})
        else:
            hint = "; it may be reverted with AllowRevert" if state in ("BAKING", "COMPLETE") else ""
            raise call.invalid(f"Deployment {deployment.DeploymentNumber} is {state} and cannot be stopped{hint}.")
        self._keep_deployment(call, ended)
        return self.deployment_view(call, ended)

    def allows_revert(self, call: Call) -> bool:
        return bool(call.params.get("AllowRevert", False))

    def _check_window(self, call: Call, deployment: Deployment) -> None:
        completed = self.progress(deployment, call.now).completed_at
        if completed is not None and call.now - completed > REVERT_WINDOW:
            hours = int(REVERT_WINDOW.total_seconds() // 3600)
            number = deployment.DeploymentNumber
            raise call.invalid(f"Deployment {number} cannot be reverted: it completed more than {hours} hours ago.")

    def _keep_deployment(self, call: Call, record: Deployment) -> None:
        parent = f"{record.ApplicationId}/{record.EnvironmentId}"
        call.store.put(call.scope, DEPLOYMENT, parent, str(record.DeploymentNumber), record)

    def deployment_view(self, call: Call, record: Deployment) -> Members:
        progress = self.progress(record, call.now)
        members = shown(record, _NAMES)
        members.update(_followed(record.strategy))
        members["State"] = progress.state
        members["PercentageComplete"] = progress.percentage
        members["EventLog"] = self.event_log(progress)
        if record.applied:
            self._show_actions(call, record, members)
        members["StartedAt"] = record.started
        if progress.completed_at is not None:
            members["CompletedAt"] = progress.completed_at
        return members

    def _show_actions(self, call: Call, record: Deployment, members: Members) -> None:
        members["AppliedExtensions"] = [shown(extension, _APPLIED) for extension in record.applied]
        events = members["EventLog"]
        for number, invocations in self.invocations(call, record).items():
            if number < len(events):
                events[len(events) - 1 - number]["ActionInvocations"] = invocations

    def deployment_summary(self, call: Call, record: Deployment) -> Members:
        progress = self.progress(record, call.now)
        members = shown(record, _SUMMARY)
        members.update(_followed(record.strategy))
        members["State"] = progress.state
        members["PercentageComplete"] = progress.percentage
        members["StartedAt"] = record.started
        members["Type"] = "USER"
        if progress.completed_at is not None:
            members["CompletedAt"] = progress.completed_at
        return members


def _followed(strategy: Strategy) -> Members:
    return {
        "DeploymentDurationInMinutes": strategy.duration_minutes,
        "GrowthType": strategy.growth_type,
        "GrowthFactor": strategy.growth_factor,
        "FinalBakeTimeInMinutes": strategy.bake_minutes,
    }


def _resource(environment: Environment) -> str:
    return f"application/{environment.ApplicationId}/environment/{environment.Id}"
