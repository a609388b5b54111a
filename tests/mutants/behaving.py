"""Backends that behave wrongly: the reference with one small method overridden, so that nothing else can be caught.

Many of the faults were reported of emulators in public.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import msgspec

from asdoc.behaviour.appconfig import AppConfig
from asdoc.behaviour.appconfig.records import (
    APPLICATION,
    EXTENSION_VERSION,
    STRATEGY,
    VERSION,
    ConfigurationProfile,
    Deployment,
    DeploymentStrategy,
    Environment,
    ExtensionVersion,
    HostedConfigurationVersion,
    Members,
)
from asdoc.behaviour.appconfig.timeline import Progress, Strategy
from asdoc.runtime.server.call import Call


class CompleteAtOnce(AppConfig):
    """A deployment is over the moment it starts."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return super().timeline(
            msgspec.structs.replace(strategy, duration_minutes=0, bake_minutes=0),
            started,
            now,
        )


class NeverCompletes(AppConfig):
    """A deployment that has baked goes on baking."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return super().timeline(msgspec.structs.replace(strategy, bake_minutes=10_000), started, now)


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


class GrowsTwiceAsFast(AppConfig):
    """Each step adds twice the growth factor."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        doubled = min(100.0, strategy.growth_factor * 2)
        return super().timeline(msgspec.structs.replace(strategy, growth_factor=doubled), started, now)


class GrowsExponentiallyOnly(AppConfig):
    """LINEAR grows as EXPONENTIAL does."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return super().timeline(msgspec.structs.replace(strategy, growth_type="EXPONENTIAL"), started, now)


class GrowsLinearlyOnly(AppConfig):
    """EXPONENTIAL grows as LINEAR does."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return super().timeline(msgspec.structs.replace(strategy, growth_type="LINEAR"), started, now)


class TakesTwiceAsLong(AppConfig):
    """The deployment's duration is doubled."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        doubled = msgspec.structs.replace(strategy, duration_minutes=strategy.duration_minutes * 2)
        return super().timeline(doubled, started, now)


class StaysAtOnePercent(AppConfig):
    """The percentage does not grow until the end."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        progress = super().timeline(strategy, started, now)
        return msgspec.structs.replace(progress, percentage=1.0) if progress.state == "DEPLOYING" else progress


class StartsAtZero(AppConfig):
    """Nobody has the configuration before the first step."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        progress = super().timeline(strategy, started, now)
        return msgspec.structs.replace(progress, percentage=0.0) if progress.percentage == 1.0 else progress


class OldestEventFirst(AppConfig):
    """The event log begins with the start."""

    def event_log(self, progress: Progress) -> list[Members]:
        return super().event_log(progress)[::-1]


class LogsNothing(AppConfig):
    """The event log is empty."""

    def event_log(self, progress: Progress) -> list[Members]:
        return []


class LogsTheLastEventOnly(AppConfig):
    """The event log forgets what was before."""

    def event_log(self, progress: Progress) -> list[Members]:
        return super().event_log(progress)[:1]


class LogsEverythingAtTheStart(AppConfig):
    """All events have happened at once."""

    def event_log(self, progress: Progress) -> list[Members]:
        log = super().event_log(progress)
        return [{**event, "OccurredAt": log[-1]["OccurredAt"]} for event in log]


class BlamesTheUser(AppConfig):
    """Every event was triggered by the user."""

    def event_log(self, progress: Progress) -> list[Members]:
        return [{**event, "TriggeredBy": "USER"} for event in super().event_log(progress)]


class IgnoresAllowRevert(AppConfig):
    """AllowRevert may be sent, and changes nothing."""

    def allows_revert(self, call: Call) -> bool:
        return False


class AlwaysReverts(AppConfig):
    """What is complete is reverted though nobody allowed it."""

    def allows_revert(self, call: Call) -> bool:
        return True


class KeepsTheWindowOpen(AppConfig):
    """A completed deployment may be reverted at any time after."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        progress = super().timeline(strategy, started, now)
        recent = max(progress.completed_at, now - timedelta(hours=1)) if progress.completed_at else None
        return msgspec.structs.replace(progress, completed_at=recent)


class ClosesTheWindowAfterADay(AppConfig):
    """A deployment may be reverted for 24 hours, not 72."""

    def _check_window(self, call: Call, deployment: Deployment) -> None:
        completed = self.progress(deployment, call.now).completed_at
        if completed is not None and call.now - completed > timedelta(hours=24):
            raise call.invalid("too late")


class RevertsToRolledBack(AppConfig):
    """What is reverted is called ROLLED_BACK."""

    def deployment_view(self, call: Call, record: Deployment) -> Members:
        view = super().deployment_view(call, record)
        return {**view, "State": "ROLLED_BACK"} if view["State"] == "REVERTED" else view


class StopChangesNothing(AppConfig):
    """A stop is answered, and the deployment goes on."""

    def _keep_deployment(self, call: Call, record: Deployment) -> None:
        if call.operation.name != "StopDeployment":
            super()._keep_deployment(call, record)


class TwoDeploymentsAtOnce(AppConfig):
    """An environment takes a second deployment while one is in progress."""

    def active_deployment(self, call: Call, environment: Environment) -> Deployment | None:
        return None


class CountsDeploymentsOfAll(AppConfig):
    """Deployment numbers are counted over all environments."""

    _last: Deployment | None = None

    def latest_deployment(self, call: Call, environment: Environment) -> Deployment | None:
        own = super().latest_deployment(call, environment)
        if call.operation.name != "StartDeployment" or self._last is None:
            return own
        base = own if own is not None else self._last
        return msgspec.structs.replace(base, DeploymentNumber=self._last.DeploymentNumber)

    def active_deployment(self, call: Call, environment: Environment) -> Deployment | None:
        own = next(self.newest_deployments(call, environment), None)
        active = own is not None and self.standing(own, call.now)[0] in ("DEPLOYING", "BAKING")
        return own if active else None

    def _keep_deployment(self, call: Call, record: Deployment) -> None:
        super()._keep_deployment(call, record)
        if self._last is None or record.DeploymentNumber > self._last.DeploymentNumber:
            self._last = record


class AlwaysReady(AppConfig):
    """An environment is READY_FOR_DEPLOYMENT whatever is deployed to it."""

    def environment_state(self, call: Call, record: Environment) -> str:
        return "READY_FOR_DEPLOYMENT"


class NeverReadyAgain(AppConfig):
    """An environment that was deployed to stays DEPLOYING."""

    def environment_state(self, call: Call, record: Environment) -> str:
        state = super().environment_state(call, record)
        return "DEPLOYING" if self.latest_deployment(call, record) is not None else state


class IgnoresTheLock(AppConfig):
    """LatestVersionNumber is not compared."""

    def check_lock(self, call: Call, profile: ConfigurationProfile) -> None:
        return


class NeverValidates(AppConfig):
    """Validators may be given, and do not run."""

    def profile(self, call: Call) -> ConfigurationProfile:
        profile = super().profile(call)
        runs = ("CreateHostedConfigurationVersion", "StartDeployment", "ValidateConfiguration")
        return msgspec.structs.replace(profile, Validators=()) if call.operation.name in runs else profile


class KnowsNoLabels(AppConfig):
    """A version cannot be named by its label."""

    def version_labelled(
        self, call: Call, profile: ConfigurationProfile, label: str
    ) -> HostedConfigurationVersion | None:
        return None


class LosesLabels(AppConfig):
    """A version label may be given, and is not told again."""

    def get_hosted_configuration_version(self, call: Call) -> Members:
        view = super().get_hosted_configuration_version(call)
        return {name: value for name, value in view.items() if name != "VersionLabel"}


class ServesTheFirstVersion(AppConfig):
    """Whatever version is asked for, the first is answered."""

    def version(self, call: Call, profile: ConfigurationProfile) -> HostedConfigurationVersion:
        wanted = super().version(call, profile)
        first = call.store.page(call.scope, VERSION, f"{profile.ApplicationId}/{profile.Id}", limit=1)
        return first[0][1] if first else wanted


class CountsVersionsFromZero(AppConfig):
    """The first hosted version is number 0."""

    def create_hosted_configuration_version(self, call: Call) -> Members:
        view = super().create_hosted_configuration_version(call)
        return {**view, "VersionNumber": view["VersionNumber"] - 1}


class UntagsTheFirstKey(AppConfig):
    """Of several tag keys the first alone is removed."""

    def untag_resource(self, call: Call) -> None:
        call.params["TagKeys"] = call.params["TagKeys"][:1]
        super().untag_resource(call)


class ReplacesTags(AppConfig):
    """Tagging a resource forgets the tags that it had."""

    def tag_resource(self, call: Call) -> None:
        self.set_tags(call, self._tagged_resource(call), self.checked_tags(call))


class ForgetsTagsOfCreation(AppConfig):
    """Tags given when a resource is made are dropped."""

    def set_tags(self, call: Call, resource: str, tags: dict[str, str]) -> None:
        if call.operation.name in ("TagResource", "UntagResource"):
            super().set_tags(call, resource, tags)


class ReplacesExtensions(AppConfig):
    """A second extension of a name takes the first version's place."""

    def create_extension(self, call: Call) -> Members:
        view = super().create_extension(call)
        return {**view, "VersionNumber": 1}


class NamesMayRepeat(AppConfig):
    """An extension's name may be used again without LatestVersionNumber."""

    def _check_latest(self, call: Call, extension: Any, told: int | None) -> None:
        return


class GetsTheFirstExtensionVersion(AppConfig):
    """Without a version number, the first version is answered."""

    def highest(self, call: Call, identifier: str) -> ExtensionVersion | None:
        found = call.store.page(call.scope, EXTENSION_VERSION, identifier, limit=1)
        return found[0][1] if found else super().highest(call, identifier)


class KnowsExtensionsByIdOnly(AppConfig):
    """An extension cannot be named by its name."""

    def _named(self, call: Call, name: str) -> Any:
        return super()._named(call, name) if call.operation.name == "CreateExtension" else None


class DeletesAssociatedExtensions(AppConfig):
    """An extension is deleted though it is associated."""

    def delete_extension(self, call: Call) -> None:
        version = self.extension(call, call.params["ExtensionIdentifier"], call.params.get("VersionNumber"))
        call.store.delete(call.scope, EXTENSION_VERSION, version.Id, str(version.VersionNumber))


class AssociatesWithoutParameters(AppConfig):
    """Required parameters of an extension may be left out of an association."""

    def extension(self, call: Call, identifier: str, number: int | None) -> ExtensionVersion:
        version = super().extension(call, identifier, number)
        lax = call.operation.name in ("CreateExtensionAssociation", "UpdateExtensionAssociation")
        return msgspec.structs.replace(version, Parameters=None) if lax else version


class DeletesFullApplications(AppConfig):
    """An application is deleted with everything in it, silently."""

    def delete_application(self, call: Call) -> None:
        record = self.application(call)
        call.store.delete(call.scope, APPLICATION, "", record.Id)


class UpdateForgets(AppConfig):
    """What an update does not name is lost."""

    def update_application(self, call: Call) -> Members:
        view = super().update_application(call)
        record = self.application(call)
        lost = msgspec.structs.replace(record, Description=call.params.get("Description") or None)
        call.store.put(call.scope, APPLICATION, "", record.Id, lost)
        return {name: value for name, value in view.items() if name in ("Id", "Name") or name in call.params}


class UpdateChangesNothing(AppConfig):
    """An update of a strategy is answered as asked for, and not kept."""

    def update_deployment_strategy(self, call: Call) -> Members:
        before = self.strategy(call)
        view = super().update_deployment_strategy(call)
        call.store.put(call.scope, STRATEGY, "", before.Id, before)
        return view


class FollowsTheStrategyOfToday(AppConfig):
    """A deployment in progress follows a strategy that is changed under it."""

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return super().timeline(self._today or strategy, started, now)

    _today: Strategy | None = None

    def update_deployment_strategy(self, call: Call) -> Members:
        view = super().update_deployment_strategy(call)
        record: DeploymentStrategy = self.strategy(call)
        self._today = Strategy(
            duration_minutes=record.DeploymentDurationInMinutes,
            growth_type=record.GrowthType,
            growth_factor=record.GrowthFactor,
            bake_minutes=record.FinalBakeTimeInMinutes,
        )
        return view


class ForgetsSettings(AppConfig):
    """Account settings may be changed, and are told as they were."""

    def get_account_settings(self, call: Call) -> Members:
        return {"DeletionProtection": {"Enabled": False, "ProtectionPeriodInMinutes": 60}}


class ProtectsNothing(AppConfig):
    """Deletion protection may be asked for, and protects nothing."""

    def check_deletion_protection(self, call: Call, record: Environment | ConfigurationProfile) -> None:
        return


class DeletesNothing(AppConfig):
    """An environment that was deleted is still there."""

    def delete_environment(self, call: Call) -> None:
        self.environment(call)
