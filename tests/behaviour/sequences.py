"""Random sequences of operations on AppConfig, with the clock moved at random, and what must hold after each.

`python -m tests.behaviour.sequences --sequences 10000` tries so many. The exit code is 1 where a law was broken, and
the shortest sequence that was found to break it is told.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from asdoc.appconfig import Client
from asdoc.appconfig.backend import Backend
from asdoc.behaviour.appconfig import AppConfig
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.server.clock import ManualClock

START = datetime(2021, 9, 17, 21, 43, 54, 205000, tzinfo=UTC)
STEPS = 30
ALARM = "arn:aws:cloudwatch:us-east-1:111122223333:alarm:errors"
ACTIVE = frozenset({"DEPLOYING", "BAKING", "VALIDATING", "ROLLING_BACK"})
FOLLOWS = {
    "DEPLOYING": {"DEPLOYING", "BAKING", "COMPLETE", "ROLLING_BACK", "ROLLED_BACK"},
    "BAKING": {"BAKING", "COMPLETE", "ROLLING_BACK", "ROLLED_BACK"},
    "ROLLING_BACK": {"ROLLING_BACK", "ROLLED_BACK"},
    "COMPLETE": {"COMPLETE", "REVERTED"},
    "ROLLED_BACK": {"ROLLED_BACK"},
    "REVERTED": {"REVERTED"},
}
"""What a deployment may be seen as after it was seen as something."""
ENVIRONMENT_STATES = {"COMPLETE": "READY_FOR_DEPLOYMENT", "BAKING": "DEPLOYING"}
LAST_EVENT = {
    "DEPLOYING": {"DEPLOYMENT_STARTED", "PERCENTAGE_UPDATED"},
    "BAKING": {"BAKE_TIME_STARTED"},
    "ROLLING_BACK": {"ROLLBACK_STARTED"},
    "ROLLED_BACK": {"ROLLBACK_COMPLETED"},
    "COMPLETE": {"DEPLOYMENT_COMPLETED"},
    "REVERTED": {"REVERT_COMPLETED"},
}
SELDOM = st.integers(0, 5).map(lambda drawn: drawn == 5)
"""What would leave too little to go on with, were it drawn as often as all else."""
MINUTES = 60
HOURS = 60 * MINUTES
DURATIONS = st.sampled_from([0, 0, 1, 10, 15, 60]) | st.integers(0, 1440)

tried: Counter[str] = Counter()
"""What was done and answered, over all sequences: a law that nothing came near to was not tried."""


@dataclass
class Profile:
    application: str
    made: int = 0
    versions: list[int] = field(default_factory=list)
    labels: dict[str, int] = field(default_factory=dict)


@dataclass
class Environment:
    application: str
    monitored: bool
    seen: list[Any] = field(default_factory=list)
    """What was last seen of each deployment, the first one first."""


@dataclass
class Extension:
    identifier: str
    made: int = 0
    versions: list[int] = field(default_factory=list)


class Sequences(RuleBasedStateMachine):
    """Knows what it has made, and holds the backend to it."""

    behaviour: type[AppConfig] = AppConfig

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock(START)
        self.backend = Backend(clock=self.clock, behaviour=self.behaviour())
        self.client: Any = Client(
            "us-east-1",
            backend=self.backend.handle,
            aws_access_key_id="111122223333",
            aws_secret_access_key="secret",
        )
        self.applications: list[str] = []
        self.environments: dict[str, Environment] = {}
        self.profiles: dict[str, Profile] = {}
        self.strategies: list[str] = []
        self.extensions: dict[str, Extension] = {}
        self.associations: dict[str, tuple[str, int, str]] = {}
        """Id -> the name and version of the extension, and the resource."""
        self.alarmed = False

    # What is done -----------------------------------------------------------------------------------------------

    @initialize(minutes=DURATIONS, bake=DURATIONS, monitored=st.booleans())
    def begin(self, minutes: int, bake: int, monitored: bool) -> None:
        """Enough to deploy at once; all else the sequence makes for itself."""
        self.make_application()
        self.make_environment(0, monitored)
        self.make_profile(0)
        self.make_version(0, None)
        self.make_strategy(minutes, bake, "LINEAR", 20.0)

    @rule()
    def make_application(self) -> None:
        if len(self.applications) < 3:
            self.applications.append(self.done("create_application", Name="a")["Id"])

    @rule(at=st.integers(0, 9), monitored=st.booleans())
    def make_environment(self, at: int, monitored: bool) -> None:
        application = pick(self.applications, at)
        if application is not None and len(self.environments) < 4:
            monitors = {"Monitors": [{"AlarmArn": ALARM}]} if monitored else {}
            made = self.done("create_environment", ApplicationId=application, Name="e", **monitors)
            assert made["State"] == "READY_FOR_DEPLOYMENT"
            self.environments[made["Id"]] = Environment(application, monitored)

    @rule(at=st.integers(0, 9))
    def make_profile(self, at: int) -> None:
        application = pick(self.applications, at)
        if application is not None and len(self.profiles) < 4:
            made = self.done("create_configuration_profile", ApplicationId=application, Name="p", LocationUri="hosted")
            self.profiles[made["Id"]] = Profile(application)

    @rule(at=st.integers(0, 9), label=st.none() | st.sampled_from(["one", "two"]))
    def make_version(self, at: int, label: str | None) -> None:
        identifier = pick(list(self.profiles), at)
        if identifier is None:
            return
        profile = self.profiles[identifier]
        expected = "ConflictException" if label in profile.labels else ""
        made = self.tried(
            expected,
            "create_hosted_configuration_version",
            **self.of_profile(identifier),
            Content=b"{}",
            ContentType="application/json",
            **({} if label is None else {"VersionLabel": label}),
        )
        if made is not None:
            profile.made += 1
            assert made["VersionNumber"] == profile.made, "version numbers have a gap"
            profile.versions.append(profile.made)
            if label is not None:
                profile.labels[label] = profile.made

    @rule(at=st.integers(0, 9), number=st.integers(1, 6))
    def delete_version(self, at: int, number: int) -> None:
        identifier = pick(list(self.profiles), at)
        if identifier is None:
            return
        profile = self.profiles[identifier]
        there = number in profile.versions
        expected = "" if there else "ResourceNotFoundException"
        self.tried(expected, "delete_hosted_configuration_version", **self.of_profile(identifier), VersionNumber=number)
        if there:
            profile.versions.remove(number)
            profile.labels = {name: held for name, held in profile.labels.items() if held != number}

    @rule(
        minutes=DURATIONS,
        bake=DURATIONS,
        growth=st.sampled_from(["LINEAR", "EXPONENTIAL"]),
        factor=st.floats(1, 100, width=32),
    )
    def make_strategy(self, minutes: int, bake: int, growth: str, factor: float) -> None:
        if len(self.strategies) < 4:
            made = self.done(
                "create_deployment_strategy",
                Name="s",
                DeploymentDurationInMinutes=minutes,
                FinalBakeTimeInMinutes=bake,
                GrowthType=growth,
                GrowthFactor=factor,
            )
            self.strategies.append(made["Id"])

    @rule(at=st.integers(0, 9), minutes=st.integers(0, 1440), factor=st.floats(1, 100, width=32))
    def change_strategy(self, at: int, minutes: int, factor: float) -> None:
        """None of the deployments that follow it may notice."""
        identifier = pick(self.strategies, at)
        if identifier is not None:
            self.done(
                "update_deployment_strategy",
                DeploymentStrategyId=identifier,
                DeploymentDurationInMinutes=minutes,
                GrowthFactor=factor,
            )

    @rule(at=st.integers(0, 9))
    def delete_strategy(self, at: int) -> None:
        identifier = pick(self.strategies, at)
        if identifier is not None and len(self.strategies) > 1:
            self.done("delete_deployment_strategy", DeploymentStrategyId=identifier)
            self.strategies.remove(identifier)

    @rule(
        at=st.integers(0, 9),
        deployed=st.integers(0, 9),
        strategy=st.integers(0, 9),
        version=st.integers(0, 9),
        absent=SELDOM,
    )
    def start(self, at: int, deployed: int, strategy: int, version: int, absent: bool) -> None:
        identifier = pick(list(self.environments), at)
        followed = pick(self.strategies, strategy)
        if identifier is None or followed is None:
            return
        environment = self.environments[identifier]
        own = [name for name, held in self.profiles.items() if held.application == environment.application]
        content = pick(own, deployed)
        if content is None:
            return
        profile = self.profiles[content]
        named = [*map(str, profile.versions), *profile.labels]
        wanted = "99" if absent else pick(named, version) or "99"
        there = wanted != "99"
        expected = "" if there else "ResourceNotFoundException"
        if there and self.active(identifier):
            expected = "ConflictException"
        started = self.tried(
            expected,
            "start_deployment",
            **self.of_environment(identifier),
            DeploymentStrategyId=followed,
            ConfigurationProfileId=content,
            ConfigurationVersion=wanted,
        )
        if started is not None:
            assert started["DeploymentNumber"] == len(environment.seen) + 1, "deployment numbers have a gap"
            assert started["StartedAt"] == self.clock.now()
            if environment.monitored and self.alarmed:
                assert started["State"] == "ROLLING_BACK"
            environment.seen.append(started)

    @rule(at=st.integers(0, 9), back=st.integers(0, 3), revert=st.sampled_from([None, False, True]))
    def stop(self, at: int, back: int, revert: bool | None) -> None:
        identifier = pick([name for name, held in self.environments.items() if held.seen], at)
        if identifier is not None:
            self.stop_it(identifier, max(1, len(self.environments[identifier].seen) - back), revert)

    @rule(at=st.integers(0, 9), hours=st.sampled_from([0, 1, 71, 72, 73]))
    def revert(self, at: int, hours: int) -> None:
        """A completed deployment is what a random choice seldom falls upon."""
        complete = [
            (name, number)
            for name, held in self.environments.items()
            for number, deployment in enumerate(held.seen, 1)
            if deployment["State"] == "COMPLETE"
        ]
        if complete:
            environment, number = complete[at % len(complete)]
            self.clock.advance(hours * HOURS)
            self.stop_it(environment, number, True)

    def stop_it(self, environment: str, number: int, revert: bool | None) -> None:
        before = self.shown(environment, number)
        becomes = "ROLLED_BACK" if before["State"] == "DEPLOYING" else ""
        if revert and before["State"] == "BAKING":
            becomes = "ROLLED_BACK"
        if revert and before["State"] == "COMPLETE":
            late = (self.clock.now() - before["CompletedAt"]).total_seconds() > 72 * HOURS
            becomes = "" if late else "REVERTED"
        stopped = self.tried(
            "" if becomes else "BadRequestException",
            "stop_deployment",
            **self.of_environment(environment),
            DeploymentNumber=number,
            **({} if revert is None else {"AllowRevert": revert}),
        )
        if stopped is None:
            assert self.shown(environment, number) == before, "a refused stop has changed something"
        else:
            assert stopped["State"] == becomes
            assert stopped["PercentageComplete"] == before["PercentageComplete"], "a stop changed the percentage"
            tried[f"{before['State']} is stopped -> {becomes}"] += 1

    @rule(
        seconds=st.sampled_from([0.001, 1, 30, 59.999, MINUTES, 10 * MINUTES, HOURS, 24 * HOURS, 72 * HOURS])
        | st.floats(0, 4 * HOURS)
    )
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule(at=st.integers(0, 9), past=st.sampled_from([-0.001, 0, 0.001]), bake=st.booleans())
    def wait_for_the_end(self, at: int, past: float, bake: bool) -> None:
        """To where growth or the bake ends, or a little before or after that."""
        environment = pick([name for name in self.environments if self.active(name)], at)
        if environment is not None:
            latest = self.shown(environment, len(self.environments[environment].seen))
            minutes = latest["DeploymentDurationInMinutes"] + bake * latest["FinalBakeTimeInMinutes"]
            left = minutes * MINUTES - (self.clock.now() - latest["StartedAt"]).total_seconds()
            self.clock.advance(max(0.0, left + past))

    @rule(state=st.sampled_from(["ALARM", "OK", "INSUFFICIENT_DATA"]))
    def move_alarm(self, state: str) -> None:
        hit = {
            name
            for name, held in self.environments.items()
            if held.monitored and self.state_of_latest(name) in ("DEPLOYING", "BAKING")
        }
        body = json.dumps({"alarm": ALARM, "state": state}).encode()
        answer = self.backend.handle(HttpRequest(method="POST", target="/_asdoc/alarms", body=body))
        assert answer.status == 200
        self.alarmed = state == "ALARM"
        assert json.loads(answer.body)["rolledBack"] == (len(hit) if self.alarmed else 0)
        for name in hit if self.alarmed else ():
            assert self.state_of_latest(name) == "ROLLING_BACK"

    @rule(at=st.integers(0, 9), now=SELDOM)
    def delete_environment(self, at: int, now: bool) -> None:
        identifier = pick(list(self.environments), at)
        if identifier is not None and now:
            expected = "ConflictException" if self.active(identifier) else ""
            if self.tried(expected, "delete_environment", **self.of_environment(identifier)) is not None:
                self.forget(identifier)
                del self.environments[identifier]

    @rule(at=st.integers(0, 9), now=SELDOM)
    def delete_profile(self, at: int, now: bool) -> None:
        identifier = pick(list(self.profiles), at)
        if identifier is not None and now:
            expected = "BadRequestException" if self.profiles[identifier].versions else ""
            if self.tried(expected, "delete_configuration_profile", **self.of_profile(identifier)) is not None:
                del self.profiles[identifier]

    @rule(at=st.integers(0, 9), now=SELDOM)
    def delete_application(self, at: int, now: bool) -> None:
        identifier = pick(self.applications, at)
        if identifier is not None and now:
            held = {place.application for place in self.environments.values()}
            held |= {place.application for place in self.profiles.values()}
            expected = "BadRequestException" if identifier in held else ""
            if self.tried(expected, "delete_application", ApplicationId=identifier) is not None:
                self.applications.remove(identifier)

    @rule(name=st.sampled_from(["x", "y"]), told=st.integers(-1, 4))
    def make_extension(self, name: str, told: int) -> None:
        extension = self.extensions.get(name)
        expected = "ConflictException" if extension is not None and max(extension.versions) != told else ""
        made = self.tried(
            expected,
            "create_extension",
            Name=name,
            Actions={"ON_DEPLOYMENT_STEP": [{"Name": "n", "Uri": "arn:aws:sns:us-east-1:111122223333:t"}]},
            **({} if told < 0 else {"LatestVersionNumber": told}),
        )
        if made is not None:
            extension = self.extensions.setdefault(name, Extension(made["Id"]))
            extension.made += 1
            assert (made["Id"], made["VersionNumber"]) == (extension.identifier, extension.made)
            extension.versions.append(extension.made)

    @rule(at=st.integers(0, 9), number=st.none() | st.integers(1, 3))
    def delete_extension(self, at: int, number: int | None) -> None:
        name = pick(list(self.extensions), at)
        if name is None:
            return
        extension = self.extensions[name]
        version = max(extension.versions) if number is None else number
        used = any(held[0] == name for held in self.associations.values())
        expected = "BadRequestException" if used else ""
        if version not in extension.versions:
            expected = "ResourceNotFoundException"
        deleted = self.tried(
            expected,
            "delete_extension",
            ExtensionIdentifier=name,
            **({} if number is None else {"VersionNumber": number}),
        )
        if deleted is not None:
            extension.versions.remove(version)
            if not extension.versions:
                del self.extensions[name]

    @rule(at=st.integers(0, 9), environment=st.integers(0, 9))
    def associate(self, at: int, environment: int) -> None:
        name, resource = pick(list(self.extensions), at), pick(list(self.environments), environment)
        if name is not None and resource is not None:
            arn = (
                "arn:aws:appconfig:us-east-1:111122223333:application/"
                f"{self.environments[resource].application}/environment/{resource}"
            )
            made = self.done("create_extension_association", ExtensionIdentifier=name, ResourceIdentifier=arn)
            highest = max(self.extensions[name].versions)
            assert made["ExtensionVersionNumber"] == highest
            self.associations[made["Id"]] = (name, highest, resource)

    @rule(at=st.integers(0, 9))
    def part(self, at: int) -> None:
        identifier = pick(list(self.associations), at)
        if identifier is not None:
            self.done("delete_extension_association", ExtensionAssociationId=identifier)
            del self.associations[identifier]

    # What holds after each step ---------------------------------------------------------------------------------

    @invariant()
    def deployments_go_on_as_they_may(self) -> None:
        for identifier, environment in self.environments.items():
            found = [self.shown(identifier, number) for number in range(1, len(environment.seen) + 1)]
            for before, after in zip(environment.seen, found, strict=True):
                follows(before, after, self.clock.now())
                if before["State"] != after["State"]:
                    tried[f"{before['State']} -> {after['State']}"] += 1
            active = [deployment for deployment in found if deployment["State"] in ACTIVE]
            assert len(active) <= 1, "an environment has two active deployments"
            assert active in ([], found[-1:]), "a deployment is active that is not the latest"
            state = found[-1]["State"] if found else "COMPLETE"
            shown = self.client.get_environment(**self.of_environment(identifier))["State"]
            assert shown == ENVIRONMENT_STATES.get(state, state)
            environment.seen = found

    @rule(size=st.integers(1, 5))
    def lists_are_what_was_made_without_what_was_deleted(self, size: int) -> None:
        self.look(size)

    def teardown(self) -> None:
        """Each sequence is looked over at its end, and all that goes on by itself is let come to its end."""
        if sys.exception() is not None:
            return  # a law is broken already, and that one is to be told
        self.look(2)
        self.clock.advance(3 * 24 * HOURS)
        self.deployments_go_on_as_they_may()
        for identifier in self.environments:
            assert not self.active(identifier), "a deployment has not ended after three days"

    def look(self, size: int) -> None:
        assert self.listed("list_applications", size, "Id") == self.applications
        own = self.listed("list_deployment_strategies", size, "Id")
        assert [name for name in own if not name.startswith("AppConfig.")] == self.strategies
        assert len(own) - len(self.strategies) == 4
        for application in self.applications:
            where = {"ApplicationId": application}
            environments = [name for name, held in self.environments.items() if held.application == application]
            profiles = [name for name, held in self.profiles.items() if held.application == application]
            assert self.listed("list_environments", size, "Id", **where) == environments
            assert self.listed("list_configuration_profiles", size, "Id", **where) == profiles
        for name, environment in self.environments.items():
            numbers = self.listed("list_deployments", size, "DeploymentNumber", **self.of_environment(name))
            assert numbers == list(range(len(environment.seen), 0, -1)), "deployments are not listed as they were made"
        for name, profile in self.profiles.items():
            where = self.of_profile(name)
            numbers = self.listed("list_hosted_configuration_versions", size, "VersionNumber", **where)
            assert numbers == profile.versions[::-1]
        extensions = self.listed("list_extensions", size, "Name")
        assert [name for name in extensions if not name.startswith("AWS.")][: len(self.extensions)] == list(
            self.extensions
        )
        associations = self.listed("list_extension_associations", size, "Id")
        assert associations == list(self.associations), "associations are not those that were made and not deleted"

    # How it is asked --------------------------------------------------------------------------------------------

    def done(self, method: str, **members: Any) -> Any:
        tried[method] += 1
        return getattr(self.client, method)(**members)

    def tried(self, expected: str, method: str, **members: Any) -> Any:
        """The answer, or None where the expected error came. Any other error, or none where one was due, is wrong."""
        code = ""
        answer: Any = None
        try:
            answer = getattr(self.client, method)(**members)
        except self.client.exceptions.ClientError as error:
            code = error.response["Error"]["Code"]
        assert code == expected, f"{method} was answered with {code or 'success'}, and {expected or 'success'} was due"
        tried[f"{method} {code}".strip()] += 1
        return None if code else answer or {}

    def listed(self, method: str, size: int, member: str, **where: Any) -> list[Any]:
        """That member of all items, page by page; no page is longer than was asked for, or empty before the last."""
        items: list[Any] = []
        token: dict[str, str] = {}
        while True:
            page = getattr(self.client, method)(MaxResults=size, **where, **token)
            assert len(page["Items"]) <= size
            items += [item[member] for item in page["Items"]]
            if "NextToken" not in page:
                return items
            assert len(page["Items"]) == size, "a page before the last is not full"
            token = {"NextToken": page["NextToken"]}

    def shown(self, environment: str, number: int) -> Any:
        """A deployment, without what came of its actions: that is written down whenever they are done."""
        shown = self.client.get_deployment(**self.of_environment(environment), DeploymentNumber=number)
        events = [{**event, "ActionInvocations": ()} for event in shown["EventLog"]]
        return {**{name: value for name, value in shown.items() if name != "ResponseMetadata"}, "EventLog": events}

    def state_of_latest(self, environment: str) -> str:
        seen = self.environments[environment].seen
        return str(self.shown(environment, len(seen))["State"]) if seen else ""

    def active(self, environment: str) -> bool:
        return self.state_of_latest(environment) in ACTIVE

    def of_environment(self, identifier: str) -> dict[str, str]:
        return {"ApplicationId": self.environments[identifier].application, "EnvironmentId": identifier}

    def of_profile(self, identifier: str) -> dict[str, str]:
        return {"ApplicationId": self.profiles[identifier].application, "ConfigurationProfileId": identifier}

    def forget(self, resource: str) -> None:
        """What is deleted has no associations any more."""
        self.associations = {name: held for name, held in self.associations.items() if held[2] != resource}


def follows(before: Any, after: Any, now: datetime) -> None:
    """Raises AssertionError where a deployment may not be seen as `after` once it was seen as `before`."""
    state = after["State"]
    assert state in FOLLOWS[before["State"]], f"{before['State']} became {state}"
    assert after["PercentageComplete"] >= before["PercentageComplete"], "the percentage fell"
    assert state not in ("BAKING", "COMPLETE", "REVERTED") or after["PercentageComplete"] == 100.0
    assert ("CompletedAt" in after) == (state in ("COMPLETE", "REVERTED"))
    log, known = after["EventLog"], before["EventLog"]
    stamps = [event["OccurredAt"] for event in log]
    assert stamps == sorted(stamps, reverse=True), "the events are not newest first"
    assert stamps[0] <= now, "an event is of the future"
    assert stamps[-1] == after["StartedAt"]
    assert bare(log[len(log) - len(known) :]) == bare(known), "what had happened was taken back"
    assert log[0]["EventType"] in LAST_EVENT[state], "the first of the events is not the newest"
    fixed = ("DeploymentNumber", "StartedAt", "DeploymentDurationInMinutes", "GrowthFactor", "ConfigurationVersion")
    assert [after[name] for name in fixed] == [before[name] for name in fixed]
    if state in ("COMPLETE", "ROLLED_BACK", "REVERTED") and state == before["State"]:
        assert bare(log) == bare(known), "something happened after the end"


def bare(log: list[Any]) -> list[Any]:
    """Events without the actions called for them, which report in their own time."""
    return [{name: value for name, value in event.items() if name != "ActionInvocations"} for event in log]


def pick(among: list[str], at: int) -> str | None:
    return among[at % len(among)] if among else None


def run(sequences: int, *, machine: type[Sequences] = Sequences, explore: bool = False, shrink: bool = True) -> None:
    """Raises AssertionError where a sequence breaks a law: with the shortest that was found, or with the first."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=not explore,
            database=None,
            phases=(Phase.generate, Phase.shrink) if shrink else (Phase.generate,),
            suppress_health_check=(HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large),
        ),
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.behaviour.sequences", description=__doc__)
    parser.add_argument("--sequences", type=int, default=10_000)
    parser.add_argument("--explore", action="store_true", help="other sequences than the last time")
    chosen = parser.parse_args()
    began = time.monotonic()
    try:
        run(chosen.sequences, explore=chosen.explore)
    except AssertionError as broken:
        print(f"BROKEN {broken}")
        print("\n".join(getattr(broken, "__notes__", ())))
        return 1
    print(f"{chosen.sequences:,} sequences of up to {STEPS} steps in {time.monotonic() - began:.0f} s, none broken")
    for name, count in sorted(tried.items()):
        print(f"{count:>9,} {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
