"""Every statement of the seed pages holds of the reference backend: the name of each test has seed and line.

Most are said in `statements.yaml` and tried as cases. Here are those that no case can try, because an alarm must go off
or a function be called, and what the pages say of single members.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from asdoc.behaviour.proton import Proton
from asdoc.codegen.spec import files
from tests.behaviour import seed_members as members
from tests.behaviour.conftest import World
from tests.behaviour.proton_world import World as ProtonWorld
from tests.behaviour.test_alarms import ALARM, move
from tests.behaviour.test_points import UPPER, extend, world_of
from tests.behaviour.test_proton_cancel import updating
from tests.behaviour.test_statements import SPECS, results
from tests.seeds import seed

TRIED: Mapping[str, tuple[str, ...]] = {
    "000:13": (
        "deployment.stop.in-progress",
        "deployment.stop.only-while-deploying",
        "deployment.stop.allow-revert-in-progress",
        "deployment.stop.allow-revert-completed",
        "deployment.stop.revert-window",
    ),
    "000:57": ("deployment.stop.allow-revert-completed", "deployment.revert.previous-version"),
    "000:230": ("deployment.events.newest-first",),
    "000:244": ("deployment.events.types",),
    "000:265": ("deployment.events.percentage-described",),
    "000:370": ("deployment.extensions.recorded-at-start",),
    "001:297": ("deployment.timeline.linear-example",),
    "002:57": ("deployment.version.number-or-label",),
    "002:344": ("deployment.timeline.first-percentage",),
    "003:9": ("extension.get.identifiers",),
    "003:11": ("extension.get.highest",),
    "003:32": ("extension.create.points",),
    "003:45": ("extension.create.uris",),
    "003:49": ("association.create.required-parameters", "association.get.shows"),
    "003:56": ("association.create.required-parameters",),
    "003:64": ("extension.create.unique-name", "extension.create.versions"),
    "003:99": ("extension.create.tags",),
    "003:103": ("extension.create.versions", "extension.create.lock"),
    "003:149": ("association.delete.keeps-extension",),
    "003:155": ("association.delete.keeps-extension",),
    "003:183": ("extension.update.version",),
    "003:189": ("extension.update.identifiers",),
    "003:223": ("extension.update.version",),
    "003:269": ("extension.list.authored",),
    "003:274": ("extension.list.pages",),
    "003:276": ("extension.list.pages",),
    "003:278": ("extension.list.name",),
    "003:285": ("extension.list.authored",),
    "003:299": ("extension.list.pages",),
    "003:300": ("extension.delete.associated",),
    "003:306": ("extension.delete.identifiers",),
    "003:308": ("extension.delete.version", "extension.delete.highest"),
    "003:310": ("association.create.resources",),
    "003:316": ("association.create.identifiers",),
    "003:318": ("association.create.highest",),
    "003:321": ("association.create.resources",),
    "003:323": ("association.create.required-parameters",),
    "003:327": ("association.create.tags",),
    "003:349": ("association.list.filters",),
    "003:354": ("association.list.filters",),
    "003:356": ("association.list.filters",),
    "003:358": ("association.list.filters",),
    "003:360": ("association.list.pages",),
    "003:362": ("association.list.pages",),
    "003:380": ("association.update.parameters",),
    "003:388": ("association.update.parameters",),
    "003:617": ("deployment.stop.in-progress", "deployment.stop.only-while-deploying"),
}
"""Seed and line -> the statements that say it in our words."""

UNSAID: Mapping[str, str] = {
    "000:258": "introduces the list that follows",
    "000:267": "an internal error is nothing that a caller can bring about, and the reference has none",
    "000:454": "introduces the example, which is a case of its own",
    "001:1": "the title of the page",
    "001:285": "introduces the example, which is a case of its own",
    "002:1": "the title of the page",
    "002:329": "introduces the example, which is a case of its own",
    "003:1": "the title of the page",
    "003:2": "sums up the page",
    "003:57": "says what an extension is for",
    "003:58": "says who writes extensions",
    "003:371": "names the operation that tells more",
    "004:17": "introduces the list that follows",
    "004:130": "is about components, which are not built",
    "004:134": "points to another document",
    "004:232": "is about repositories, which are not built",
    "004:239": "is about repositories, which are not built",
    "004:169": "is about connections to other accounts: held by test_proton_environments",
    "004:176": "is about connections to other accounts: held by test_proton_environments",
    "004:225": "is about templates without provisioning: held by test_proton_environments",
    "003:287": "names the operation that tells more",
    "004:155": "a message has no documented text: held by test_proton_cancel",
}
"""Lines that say nothing of what a backend does, or nothing that one can be held to, and why."""


CITED = re.compile(r"\b00\d:\d+\b")


@pytest.fixture
def stage() -> members.Stage:
    return members.stage()


@cache
def proton() -> tuple[Any, Any]:
    return members.proton()


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, id=f"seed {place} {name}") for place, names in TRIED.items() for name in names],
)
def test_a_statement_of_a_seed_holds(name: str) -> None:
    assert results("appconfig")[name].verdict == "pass"


@pytest.mark.parametrize("said", members.DEPLOYMENT)
def test_a_member_of_a_deployment_is_what_its_line_says(said: str, stage: members.Stage) -> None:
    assert members.DEPLOYMENT[said](stage.deployment(), stage)


@pytest.mark.parametrize("said", members.APPLIED)
def test_a_member_of_an_applied_extension_is_what_its_line_says(said: str, stage: members.Stage) -> None:
    assert members.APPLIED[said](stage.applied(), stage)


@pytest.mark.parametrize("said", members.INVOCATION)
def test_a_member_of_an_invocation_is_what_its_line_says(said: str, stage: members.Stage) -> None:
    assert members.INVOCATION[said](stage.invocation(), stage)


@pytest.mark.parametrize("said", members.EXTENSION)
def test_a_member_of_an_extension_is_what_its_line_says(said: str, stage: members.Stage) -> None:
    found = stage.world.client.get_extension(ExtensionIdentifier="extension")
    assert members.EXTENSION[said](found, stage)


@pytest.mark.parametrize("said", members.ASSOCIATION)
def test_a_member_of_an_association_is_what_its_line_says(said: str, stage: members.Stage) -> None:
    known = {"ExtensionAssociationId": stage.association["Id"]}
    found = dict(stage.world.client.get_extension_association(**known))
    found.pop("ResponseMetadata", None)
    assert members.ASSOCIATION[said](found, stage)


@pytest.mark.parametrize("said", members.PROTON)
def test_a_member_of_an_environment_is_what_its_line_says(said: str) -> None:
    assert members.PROTON[said](*proton())


def watched() -> World:
    """A world whose environment has an alarm, and a deployment under way."""
    world = World()
    world.environment = world.client.create_environment(
        ApplicationId=world.application, Name="watched", Monitors=[{"AlarmArn": ALARM}]
    )["Id"]
    world.create_version()
    world.start(world.create_strategy(15, 25, FinalBakeTimeInMinutes=10))
    return world


def test_000_216_alarms_are_monitored_through_the_bake_and_not_after_it() -> None:
    """000:216; 001:151: after its bake a deployment is no longer rolled back"""
    for minutes, state in ((20, "ROLLING_BACK"), (25, "COMPLETE")):
        world = watched()
        world.clock.advance(minutes * 60)
        move(world)
        assert world.deployment()["State"] == state


def test_000_251_an_event_names_user_appconfig_or_alarm() -> None:
    """000:251"""
    world = watched()
    world.clock.advance(3 * 60)
    move(world)
    assert [event["TriggeredBy"] for event in reversed(world.deployment()["EventLog"])] == [
        "USER",
        "APPCONFIG",
        "CLOUDWATCH_ALARM",
    ]


def test_000_263_a_rollback_names_the_account_or_the_alarm() -> None:
    """000:263; 003:466"""
    world = watched()
    move(world)
    assert ALARM in world.deployment()["EventLog"][0]["Description"]
    stopped = World()
    stopped.create_version()
    stopped.start(stopped.create_strategy())
    assert any("111122223333" in event["Description"] for event in stopped.stop()["EventLog"])


def test_002_63_a_deployment_bears_the_tags_that_it_is_given() -> None:
    """002:63: a key and an optional value"""
    world = World()
    world.create_version()
    world.deploy(Tags={"team": "blue", "alone": ""})
    arn = world.arn(f"application/{world.application}/environment/{world.environment}/deployment/1")
    assert world.client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"team": "blue", "alone": ""}


def test_002_73_dynamic_parameters_reach_the_actions_before_a_deployment() -> None:
    """002:73"""
    seen: list[dict[str, Any]] = []

    def act(payload: dict[str, Any]) -> dict[str, Any]:
        seen.append(payload["Parameters"])
        return {}

    world = world_of({UPPER: act})
    extend(world, {"PRE_START_DEPLOYMENT": UPPER}, Parameters={"who": {"Dynamic": True}}, values={"who": "nobody"})
    world.create_version()
    world.deploy(DynamicExtensionParameters={"own#who": "me"})
    assert seen == [{"who": "me"}]


def test_003_369_the_list_shows_associations_and_their_ids_serve_other_calls(stage: members.Stage) -> None:
    """003:369; 003:373"""
    (item,) = stage.world.client.list_extension_associations()["Items"]
    found = stage.world.client.get_extension_association(ExtensionAssociationId=item["Id"])
    assert (found["ResourceArn"], found["ExtensionArn"]) == (item["ResourceArn"], item["ExtensionArn"])


def test_004_13_only_what_is_in_progress_can_be_cancelled() -> None:
    """004:13"""
    world = updating()
    assert world.cancel()["deploymentStatus"] == "CANCELLING"
    world.clock.advance(3600)
    with pytest.raises(world.exceptions.ConflictException):
        world.cancel()


@pytest.mark.parametrize(
    ("said", "outcome"), [("004:22", "CANCELLED"), ("004:24", "FAILED")], ids=["seed 004:22", "seed 004:24"]
)
def test_004_a_cancellation_ends_as_documented(said: str, outcome: str) -> None:
    """004:22; 004:24"""
    world = updating(Proton() if outcome == "CANCELLED" else Proton(cancel="FAILED"))
    world.cancel()
    world.clock.advance(60)
    assert world.get()["deploymentStatus"] == outcome


def test_004_26_a_cancellation_that_comes_too_late_has_no_effect() -> None:
    """004:26"""
    world: ProtonWorld = updating()
    world.clock.advance(3600)
    before = world.get()
    assert before["deploymentStatus"] == "SUCCEEDED"
    assert world.cancel()["deploymentStatus"] == "SUCCEEDED"
    assert world.get() == before


def test_004_33_the_deprecation_is_a_fact_of_the_operation() -> None:
    """004:33"""
    assert files.load(SPECS / "proton" / "operations.json")["operations"]["CancelEnvironmentDeployment"]["deprecated"]


def sentences(number: str) -> dict[str, str]:
    """Place -> sentence, of all that a seed says in prose."""
    found = {}
    for line, text in enumerate(seed(number).read_text().split("\n"), 1):
        bare = re.sub(r"``|[*]", "", text).strip().lstrip("•- ").strip()
        told = len(bare) >= 25 and " " in bare and not re.fullmatch(r"\w+ \(\w+\) (--|–)", bare)
        code = ("'", "{", "client.", ":", "response", "..", "See also", "datetime")
        if told and not bare.startswith(code):
            found[f"{number}:{line}"] = bare
    return found


@pytest.mark.seeds
def test_nothing_that_a_seed_says_is_left_out() -> None:
    said = {place: text for number in range(5) for place, text in sentences(f"{number:03}").items()}
    named = {name.partition(" ")[0] for table in vars(members).values() if isinstance(table, dict) for name in table}
    by_hand = {place for test in vars(sys.modules[__name__]).values() for place in CITED.findall(str(test.__doc__))}
    known = {*TRIED, *UNSAID, *by_hand, *named}
    covered = {said[place] for place in known if place in said}
    assert sorted(f"{place} {text}" for place, text in said.items() if text not in covered) == []
