"""What holds of Proton whatever is called in whatever order, and however the clock moves."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from asdoc.behaviour.proton import Proton
from asdoc.proton.backend import Backend
from asdoc.runtime.server.stores import open_store
from tests.behaviour.proton_world import World, in_use
from tests.explore import examples

ENDED = ("SUCCEEDED", "FAILED", "CANCELLED")
FOLLOWS = {
    "IN_PROGRESS": {"IN_PROGRESS", "CANCELLING", *ENDED},
    "CANCELLING": {"CANCELLING", "CANCELLED", "FAILED"},
    **{status: {status} for status in ENDED},
}
SPECS = st.sampled_from(["spec: 1", "spec: 2"])
NAMES = st.sampled_from(["a", "b"])
NUMBERS = st.sampled_from(["1", "2", "3"])
MODES = st.sampled_from(["NONE", "CURRENT_VERSION", "MINOR_VERSION", "MAJOR_VERSION"])


class Machine(RuleBasedStateMachine):
    """Calls in any order; a documented refusal is as good as a success, and anything else is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(Proton(cancel=lambda name, progress: "CANCELLED" if name == "a" else "FAILED"))
        self.made = {"1.0", "1.1", "2.0"}
        self.world.templates(*sorted(self.made))
        self.statuses: dict[str, str] = {}

    def attempt(self, method: str, **members: Any) -> Any:
        try:
            return getattr(self.world.client, method)(**members)
        except self.world.exceptions.ClientError as refusal:
            code = refusal.response["Error"]["Code"]
            assert code in ("ConflictException", "ResourceNotFoundException", "ValidationException"), code
            return None

    @rule(major=st.none() | NUMBERS)
    def make_version(self, major: str | None) -> None:
        made = self.attempt(
            "create_environment_template_version",
            templateName="vpc",
            majorVersion=major,
            source={"s3": {"bucket": "bundles", "key": "key"}},
        )
        if made is not None:
            version = made["environmentTemplateVersion"]
            number = f"{version['majorVersion']}.{version['minorVersion']}"
            assert number not in self.made, "a number was given twice"
            self.made.add(number)

    @rule(major=NUMBERS, minor=NUMBERS, status=st.sampled_from(["DRAFT", "PUBLISHED"]))
    def set_status(self, major: str, minor: str, status: str) -> None:
        number = str(int(minor) - 1)
        self.attempt(
            "update_environment_template_version",
            templateName="vpc",
            majorVersion=major,
            minorVersion=number,
            status=status,
        )

    @rule(major=NUMBERS, minor=NUMBERS)
    def delete_version(self, major: str, minor: str) -> None:
        number = str(int(minor) - 1)
        self.attempt("delete_environment_template_version", templateName="vpc", majorVersion=major, minorVersion=number)

    @rule(name=NAMES, major=NUMBERS, spec=SPECS)
    def create(self, name: str, major: str, spec: str) -> None:
        self.attempt("create_environment", name=name, templateName="vpc", templateMajorVersion=major, spec=spec)

    @rule(name=NAMES, mode=MODES, spec=SPECS)
    def update(self, name: str, mode: str, spec: str) -> None:
        self.attempt("update_environment", name=name, deploymentType=mode, spec=spec, description="updated")

    @rule(name=NAMES)
    def cancel(self, name: str) -> None:
        self.attempt("cancel_environment_deployment", environmentName=name)

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        self.attempt("delete_environment", name=name)

    @rule(seconds=st.sampled_from([0.5, 5, 9.5, 10, 30, 59.5, 60]))
    def wait(self, seconds: float) -> None:
        self.world.clock.advance(seconds)

    @invariant()
    def one_deployment_is_active_and_what_has_ended_stays_so(self) -> None:
        found = self.world.client.list_deployments(maxResults=100)["deployments"]
        active: list[str] = []
        for each in found:
            status = each["deploymentStatus"]
            before = self.statuses.get(each["id"], "IN_PROGRESS")
            assert status in FOLLOWS[before], (before, status)
            self.statuses[each["id"]] = status
            if status not in ENDED:
                active.append(each["environmentName"])
            assert ("completedAt" in each) == (status in ENDED)
        assert len(active) == len(set(active))

    @invariant()
    def an_environment_shows_its_last_success(self) -> None:
        for summary in self.world.client.list_environments()["environments"]:
            shown = self.world.get(summary["name"])
            attempted = self.world.client.get_deployment(id=shown["lastAttemptedDeploymentId"])["deployment"]
            if shown["deploymentStatus"] != "DELETE_IN_PROGRESS":
                assert shown["deploymentStatus"] == attempted["deploymentStatus"]
            succeeded = attempted
            if "lastSucceededDeploymentId" in shown:
                succeeded = self.world.client.get_deployment(id=shown["lastSucceededDeploymentId"])["deployment"]
                assert succeeded["deploymentStatus"] == "SUCCEEDED"
            state = succeeded["targetState"]["environment"]
            assert (in_use(state), state["spec"]) == (in_use(shown), shown["spec"])
            assert shown["lastDeploymentSucceededAt"] <= self.world.clock.now()

    @invariant()
    def the_recommended_version_is_there_and_published(self) -> None:
        recommended = self.world.recommended()
        if recommended is not None:
            assert self.world.shown_version(recommended)["status"] == "PUBLISHED"


Machine.TestCase.settings = settings(max_examples=examples(30), stateful_step_count=40, deadline=None)
TestLaws = Machine.TestCase


def test_a_store_on_disk_keeps_what_proton_keeps(tmp_path: Path) -> None:
    """What was answered is there for another backend on the same file, and goes on with the clock."""
    url = f"sqlite:///{tmp_path}/proton.sqlite"
    world = World()
    with closing(open_store(url)) as store:
        world.backend = Backend(clock=world.clock, store=store)
        world.client = world.caller()
        world.templates("1.0", "2.0")
        arn = world.deployed(tags=[{"key": "a", "value": "b"}])["arn"]
        world.update("MAJOR_VERSION", spec="spec: 2")
        world.cancel()
        page = world.client.list_environment_template_versions(templateName="vpc", maxResults=1)
        before = world.get()

    with closing(open_store(url)) as store:
        world.backend = Backend(clock=world.clock, store=store)
        world.client = world.caller()
        assert (world.get(), before["deploymentStatus"]) == (before, "CANCELLING")
        assert world.client.list_tags_for_resource(resourceArn=arn)["tags"] == [{"key": "a", "value": "b"}]
        assert world.versions(nextToken=page["nextToken"]) == ["2.0"]
        world.clock.advance(10)
        assert world.get()["deploymentStatus"] == "CANCELLED"
        world.client.delete_environment(name="prod")
        world.clock.advance(10)
        with pytest.raises(world.exceptions.ResourceNotFoundException):
            world.get()
        assert world.client.list_deployments()["deployments"] == []
