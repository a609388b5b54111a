"""AppConfig: wrong behaviours that are more than one call asked or answered otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar

import msgspec

from asdoc.behaviour.appconfig import AppConfig
from asdoc.behaviour.appconfig.base import not_found, replaced, under
from asdoc.behaviour.appconfig.records import (
    APPLICATION,
    ENVIRONMENT,
    EXTENSION_VERSION,
    PROFILE,
    STRATEGY,
    VERSION,
    Applied,
    ConfigurationProfile,
    Deployment,
    Environment,
    ExtensionVersion,
    Members,
)
from asdoc.behaviour.appconfig.timeline import Progress, Strategy
from asdoc.runtime.server.call import Call

from ..mutant import Mutant
from .hooks import behaving

_with = msgspec.structs.replace


class Turned(AppConfig):
    """Shows another course of a deployment than it took."""

    def turned(self, progress: Progress, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        raise NotImplementedError

    def timeline(self, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return self.turned(super().timeline(strategy, started, now), strategy, started, now)


class CompletedFromTheStart(Turned):
    def turned(self, progress: Progress, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return _with(progress, completed_at=progress.completed_at or now)


class CompletedNow(Turned):
    def turned(self, progress: Progress, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return _with(progress, completed_at=now if progress.completed_at else None)


class CompletedBeforeTheBake(Turned):
    def turned(self, progress: Progress, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        bake = timedelta(minutes=strategy.bake_minutes)
        return _with(progress, completed_at=progress.completed_at - bake if progress.completed_at else None)


class GrowsWithoutSteps(Turned):
    def turned(self, progress: Progress, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        if progress.state != "DEPLOYING":
            return progress
        return _with(progress, percentage=100 * (now - started) / timedelta(minutes=strategy.duration_minutes))


class NinetyNineWhileBaking(Turned):
    def turned(self, progress: Progress, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return _with(progress, percentage=99.0) if progress.state == "BAKING" else progress


class NothingWhenComplete(Turned):
    def turned(self, progress: Progress, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return _with(progress, percentage=0.0) if progress.state == "COMPLETE" else progress


class ShareOfOne(Turned):
    def turned(self, progress: Progress, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return _with(progress, percentage=progress.percentage / 100)


class WithoutBakeEvent(Turned):
    def turned(self, progress: Progress, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return _with(progress, events=tuple(e for e in progress.events if e.event_type != "BAKE_TIME_STARTED"))


class WithoutFirstEvent(Turned):
    def turned(self, progress: Progress, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return _with(progress, events=progress.events[1:])


class ThreeEvents(Turned):
    def turned(self, progress: Progress, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return _with(progress, events=progress.events[-3:])


class EventsOfNow(Turned):
    def turned(self, progress: Progress, strategy: Strategy, started: datetime, now: datetime) -> Progress:
        return _with(progress, events=tuple(_with(event, occurred_at=now) for event in progress.events))


class Stopped(AppConfig):
    """Shows another end of a deployment that was stopped or reverted."""

    def ended(self, progress: Progress, deployment: Deployment, now: datetime) -> Progress:
        raise NotImplementedError

    def progress(self, deployment: Deployment, now: datetime) -> Progress:
        progress = super().progress(deployment, now)
        return self.ended(progress, deployment, now) if deployment.stopped or deployment.reverted else progress


class StoppedAtNothing(Stopped):
    def ended(self, progress: Progress, deployment: Deployment, now: datetime) -> Progress:
        return _with(progress, percentage=0.0)


class StoppedWithoutEvents(Stopped):
    def ended(self, progress: Progress, deployment: Deployment, now: datetime) -> Progress:
        return _with(progress, events=tuple(e for e in progress.events if "ROLLBACK" not in e.event_type))


class StoppedByAppConfig(Stopped):
    def ended(self, progress: Progress, deployment: Deployment, now: datetime) -> Progress:
        return _with(progress, events=tuple(_with(event, triggered_by="APPCONFIG") for event in progress.events))


class StoppedAndComplete(Stopped):
    def ended(self, progress: Progress, deployment: Deployment, now: datetime) -> Progress:
        return _with(progress, completed_at=now if deployment.stopped else progress.completed_at)


class StoppedAndGoingOn(Stopped):
    def ended(self, progress: Progress, deployment: Deployment, now: datetime) -> Progress:
        gone_on = self.timeline(deployment.strategy, deployment.started, now)
        return _with(progress, percentage=gone_on.percentage)


class RollsBackForEver(Stopped):
    def ended(self, progress: Progress, deployment: Deployment, now: datetime) -> Progress:
        return _with(progress, state="ROLLING_BACK" if deployment.stopped else progress.state)


class StopsAgain(AppConfig):
    """To stop what was stopped or reverted succeeds."""

    def stop_deployment(self, call: Call) -> Members:
        deployment = self.deployment(call, self.environment(call))
        if self.standing(deployment, call.now)[0] in ("ROLLED_BACK", "REVERTED"):
            return self.deployment_view(call, deployment)
        return super().stop_deployment(call)


class StopsTheLatest(AppConfig):
    """The latest deployment is stopped, whatever number was given."""

    def stop_deployment(self, call: Call) -> Members:
        latest = self.latest_deployment(call, self.environment(call))
        if latest is not None:
            call.params = {**call.params, "DeploymentNumber": latest.DeploymentNumber}
        return super().stop_deployment(call)


class WindowFromTheStart(AppConfig):
    """The 72 hours of a revert begin with the deployment."""

    def _check_window(self, call: Call, deployment: Deployment) -> None:
        if call.now - deployment.started > timedelta(hours=72):
            raise call.invalid("It is too late.")


class DeploysWhileBaking(AppConfig):
    """Another deployment may start while one bakes."""

    def active_deployment(self, call: Call, environment: Environment) -> Deployment | None:
        active = super().active_deployment(call, environment)
        return None if active is None or self.standing(active, call.now)[0] == "BAKING" else active


class DeploysOneInAnApplication(AppConfig):
    """One deployment at a time in a whole application."""

    def active_deployment(self, call: Call, environment: Environment) -> Deployment | None:
        for _, each in call.store.page(call.scope, ENVIRONMENT, environment.ApplicationId):
            active = super().active_deployment(call, each)
            if active is not None:
                return active
        return None


class ReadyWhileBaking(AppConfig):
    """An environment is ready while its deployment bakes."""

    def environment_state(self, call: Call, record: Environment) -> str:
        latest = self.latest_deployment(call, record)
        if latest is not None and self.standing(latest, call.now)[0] == "BAKING":
            return "READY_FOR_DEPLOYMENT"
        return super().environment_state(call, record)


class ReadyAfterStop(AppConfig):
    """An environment is ready as soon as its deployment was stopped."""

    def environment_state(self, call: Call, record: Environment) -> str:
        state = super().environment_state(call, record)
        return "READY_FOR_DEPLOYMENT" if state in ("ROLLED_BACK", "REVERTED") else state


class ShowsTheStrategyOfToday(AppConfig):
    """A deployment shows what its strategy has become."""

    def get_deployment(self, call: Call) -> Members:
        answer = super().get_deployment(call)
        strategy = call.store.get(call.scope, STRATEGY, "", answer["DeploymentStrategyId"])
        if strategy is not None:
            answer["GrowthFactor"] = strategy.GrowthFactor
        return answer


class ShowsTheNameOfToday(AppConfig):
    """A deployment shows what its profile is called by now."""

    def get_deployment(self, call: Call) -> Members:
        answer = super().get_deployment(call)
        profile = call.store.get(call.scope, PROFILE, answer["ApplicationId"], answer["ConfigurationProfileId"])
        return {**answer, "ConfigurationName": profile.Name} if profile is not None else answer


class ForgetsTheName(AppConfig):
    """An update of an application without a name empties it."""

    def update_application(self, call: Call) -> Members:
        record = replaced(self.application(call), {"Name": call.params.get("Name", "")})
        call.store.put(call.scope, APPLICATION, "", record.Id, record)
        return super().update_application(call)


class ForgetsMonitors(AppConfig):
    """An update of an environment without monitors takes them away."""

    def update_environment(self, call: Call) -> Members:
        record = replaced(self.environment(call), {"Monitors": None})
        call.store.put(call.scope, ENVIRONMENT, record.ApplicationId, record.Id, record)
        return super().update_environment(call)


class AddsMonitors(AppConfig):
    """The monitors of an update are added to those that were there."""

    def update_environment(self, call: Call) -> Members:
        held = self.environment(call).Monitors or []
        call.params = {**call.params, "Monitors": [*held, *call.params.get("Monitors", [])]}
        return super().update_environment(call)


class _ForgetsOfProfiles(AppConfig):
    lost: ClassVar[Members]

    def update_configuration_profile(self, call: Call) -> Members:
        record = replaced(self.profile(call), self.lost)
        call.store.put(call.scope, PROFILE, record.ApplicationId, record.Id, record)
        return super().update_configuration_profile(call)


class ForgetsValidators(_ForgetsOfProfiles):
    lost: ClassVar[Members] = {"Validators": None}


class ForgetsRoles(_ForgetsOfProfiles):
    lost: ClassVar[Members] = {"RetrievalRoleArn": None}

    def _check_profile(self, call: Call, location: str, role: str | None, validators: Any) -> None:
        return


class ForgetsTypes(_ForgetsOfProfiles):
    lost: ClassVar[Members] = {"Type": "AWS.Freeform"}


class ForgetsKeys(_ForgetsOfProfiles):
    lost: ClassVar[Members] = {"KmsKeyIdentifier": None, "KmsKeyArn": None}


class CountsAnew(_ForgetsOfProfiles):
    """The versions of a profile are counted anew once it was updated."""

    lost: ClassVar[Members] = {"versions": 0}


class OverlooksZero(AppConfig):
    """An update to 0 is none."""

    def update_deployment_strategy(self, call: Call) -> Members:
        call.params = {name: value for name, value in call.params.items() if value != 0}
        return super().update_deployment_strategy(call)


class ResetsTheBake(AppConfig):
    """An update of a strategy without a bake time sets it to 0."""

    def update_deployment_strategy(self, call: Call) -> Members:
        call.params = {"FinalBakeTimeInMinutes": 0, **call.params}
        return super().update_deployment_strategy(call)


class ReusesNumbers(AppConfig):
    """The number of the last version is given again once that was deleted."""

    def create_hosted_configuration_version(self, call: Call) -> Members:
        profile = self.profile(call)
        left = call.store.page(call.scope, VERSION, under(profile), limit=1, newest_first=True)
        record = replaced(profile, {"versions": left[0][1].VersionNumber if left else 0})
        call.store.put(call.scope, PROFILE, profile.ApplicationId, profile.Id, record)
        return super().create_hosted_configuration_version(call)


class DeletesAllVersions(AppConfig):
    def delete_hosted_configuration_version(self, call: Call) -> None:
        profile = self.profile(call)
        self.version(call, profile)
        call.store.drop(call.scope, VERSION, under(profile))


class DeletesTheNewestVersion(AppConfig):
    def delete_hosted_configuration_version(self, call: Call) -> None:
        profile = self.profile(call)
        self.version(call, profile)
        newest = call.store.page(call.scope, VERSION, under(profile), limit=1, newest_first=True)[0][1]
        call.store.delete(call.scope, VERSION, under(profile), str(newest.VersionNumber))


class FindsAnywhere(AppConfig):
    """What lies in one application is found through another."""

    def find(self, call: Call, record_type: type[Any], kind: str, parent: str, key: str) -> Any:
        places = [parent]
        if kind in (ENVIRONMENT, PROFILE):
            places += [record.Id for _, record in call.store.page(call.scope, APPLICATION, "")]
        found = (call.store.get(call.scope, kind, place, key) for place in places)
        record = next((each for each in found if each is not None), None)
        if record is None:
            raise not_found(kind, key)
        return record


class FindsTheLast(AppConfig):
    """Where an id is not there, the last of its kind is taken."""

    def find(self, call: Call, record_type: type[Any], kind: str, parent: str, key: str) -> Any:
        record = call.store.get(call.scope, kind, parent, key)
        if record is None:
            last = call.store.page(call.scope, kind, parent, limit=1, newest_first=True)
            if not last:
                raise not_found(kind, key)
            record = last[0][1]
        return record


class SharesTags(AppConfig):
    """What lies in an application shares its tags."""

    def set_tags(self, call: Call, resource: str, tags: dict[str, str]) -> None:
        super().set_tags(call, "/".join(resource.split("/")[:2]), tags)

    def _tags_of(self, call: Call, resource: str) -> dict[str, str]:
        return super()._tags_of(call, "/".join(resource.split("/")[:2]))


class UntagsWhateverTheCase(AppConfig):
    def untag_resource(self, call: Call) -> None:
        resource = self._tagged_resource(call)
        gone = {key.lower() for key in call.params["TagKeys"]}
        held = self._tags_of(call, resource).items()
        self.set_tags(call, resource, {key: value for key, value in held if key.lower() not in gone})


class UntagsByPrefix(AppConfig):
    def untag_resource(self, call: Call) -> None:
        resource = self._tagged_resource(call)
        gone = tuple(call.params["TagKeys"])
        held = self._tags_of(call, resource).items()
        self.set_tags(call, resource, {key: value for key, value in held if not key.startswith(gone)})


class LosesEmptyTags(AppConfig):
    def checked_tags(self, call: Call) -> dict[str, str]:
        return {key: value for key, value in super().checked_tags(call).items() if value}


class TagsOfAnything(AppConfig):
    def resource_of(self, call: Call, arn: str, member: str, *, kinds: tuple[str, ...]) -> str:
        return arn.split(":", 5)[-1]


class MergesActions(AppConfig):
    """The actions of an update are added to those that were there."""

    def update_extension(self, call: Call) -> Members:
        held = self.extension(call, call.params["ExtensionIdentifier"], call.params.get("VersionNumber"))
        call.params = {**call.params, "Actions": {**held.Actions, **call.params.get("Actions", {})}}
        return super().update_extension(call)


class MergesParameters(AppConfig):
    """The values of an association's update are added to those that were there."""

    def update_extension_association(self, call: Call) -> Members:
        held = self._association(call).Parameters
        call.params = {**call.params, "Parameters": {**held, **call.params.get("Parameters", {})}}
        return super().update_extension_association(call)


class OverlooksVersionsInArns(AppConfig):
    def of_arn(self, call: Call, arn: str) -> tuple[str, int | None]:
        return super().of_arn(call, arn)[0], None


class LowestExtension(AppConfig):
    def highest(self, call: Call, identifier: str) -> ExtensionVersion | None:
        found = call.store.page(call.scope, EXTENSION_VERSION, identifier, limit=1)
        return found[0][1] if found else super().highest(call, identifier)


class _Applies(AppConfig):
    def of(self, resources: tuple[str, ...]) -> tuple[str, ...]:
        return resources

    def applied(self, call: Call, resources: tuple[str, ...], dynamic: Any) -> tuple[Applied, ...]:
        return super().applied(call, self.of(resources), dynamic)


class AppliesOfTheApplication(_Applies):
    def of(self, resources: tuple[str, ...]) -> tuple[str, ...]:
        return resources[:1]


class AppliesOfTheRest(_Applies):
    def of(self, resources: tuple[str, ...]) -> tuple[str, ...]:
        return resources[1:]


class AppliesWithoutParameters(AppConfig):
    def applied(self, call: Call, resources: tuple[str, ...], dynamic: Any) -> tuple[Applied, ...]:
        return tuple(replaced(each, {"Parameters": {}}) for each in super().applied(call, resources, dynamic))


class ProtectsEnvironmentsAlone(AppConfig):
    def check_deletion_protection(self, call: Call, record: Environment | ConfigurationProfile) -> None:
        if isinstance(record, Environment):
            super().check_deletion_protection(call, record)


class ProtectsProfilesAlone(AppConfig):
    def check_deletion_protection(self, call: Call, record: Environment | ConfigurationProfile) -> None:
        if isinstance(record, ConfigurationProfile):
            super().check_deletion_protection(call, record)


BEHAVES: dict[type[AppConfig], str] = {
    **dict.fromkeys(
        (CompletedFromTheStart, CompletedNow, CompletedBeforeTheBake, GrowsWithoutSteps, NinetyNineWhileBaking,
         NothingWhenComplete, ShareOfOne, WithoutBakeEvent, WithoutFirstEvent, ThreeEvents, EventsOfNow,
         ShowsTheStrategyOfToday, ShowsTheNameOfToday),
        "GetDeployment",
    ),
    **dict.fromkeys(
        (StoppedAtNothing, StoppedWithoutEvents, StoppedByAppConfig, StoppedAndComplete, StoppedAndGoingOn,
         RollsBackForEver, StopsAgain, StopsTheLatest, WindowFromTheStart),
        "StopDeployment",
    ),
    **dict.fromkeys((DeploysWhileBaking, DeploysOneInAnApplication, AppliesOfTheApplication, AppliesOfTheRest,
                     AppliesWithoutParameters), "StartDeployment"),
    **dict.fromkeys((ReadyWhileBaking, ReadyAfterStop), "GetEnvironment"),
    ForgetsTheName: "UpdateApplication",
    ForgetsMonitors: "UpdateEnvironment",
    AddsMonitors: "UpdateEnvironment",
    **dict.fromkeys((ForgetsValidators, ForgetsRoles, ForgetsTypes, ForgetsKeys, CountsAnew),
                    "UpdateConfigurationProfile"),
    OverlooksZero: "UpdateDeploymentStrategy",
    ResetsTheBake: "UpdateDeploymentStrategy",
    ReusesNumbers: "CreateHostedConfigurationVersion",
    DeletesAllVersions: "DeleteHostedConfigurationVersion",
    DeletesTheNewestVersion: "DeleteHostedConfigurationVersion",
    FindsAnywhere: "GetEnvironment",
    FindsTheLast: "GetApplication",
    SharesTags: "TagResource",
    UntagsWhateverTheCase: "UntagResource",
    UntagsByPrefix: "UntagResource",
    LosesEmptyTags: "TagResource",
    TagsOfAnything: "ListTagsForResource",
    MergesActions: "UpdateExtension",
    MergesParameters: "UpdateExtensionAssociation",
    OverlooksVersionsInArns: "GetExtension",
    LowestExtension: "GetExtension",
    ProtectsEnvironmentsAlone: "DeleteConfigurationProfile",
    ProtectsProfilesAlone: "DeleteEnvironment",
}  # fmt: skip


def mutants() -> Iterator[Mutant]:
    yield from behaving("appconfig", BEHAVES)
