"""The three documented outcomes of cancelling the deployment of an environment's update."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from asdoc.behaviour.proton import Proton
from asdoc.codegen.pages import hash_of
from asdoc.runtime.server.call import Call
from tests.behaviour.proton_world import World, in_use
from tests.seeds import seed


def updating(behaviour: Proton | None = None) -> World:
    """An environment with version 1.0 and spec 1, on its way to 2.0 and spec 2."""
    world = World(behaviour)
    world.templates("1.0", "2.0")
    world.deployed()
    world.update("MAJOR_VERSION", spec="spec: 2")
    return world


def message(environment: Any) -> str:
    return str(environment["deploymentStatusMessage"])


def test_a_cancellation_that_succeeds_ends_cancelled_and_rolled_back() -> None:
    """cancel_environment_deployment.rst:13, 22"""
    world = updating()
    before = world.get()["lastSucceededDeploymentId"]
    world.clock.advance(30)
    assert world.cancel()["deploymentStatus"] == "CANCELLING"
    world.clock.advance(9.9)
    assert world.get()["deploymentStatus"] == "CANCELLING"
    world.clock.advance(0.1)
    after = world.get()
    assert (after["deploymentStatus"], in_use(after), after["spec"]) == ("CANCELLED", "1.0", "spec: 1")
    assert (after["lastSucceededDeploymentId"], "cancelled" in message(after)) == (before, True)
    world.clock.advance(3600)
    assert world.get()["deploymentStatus"] == "CANCELLED"


def test_a_cancellation_that_fails_ends_failed() -> None:
    """cancel_environment_deployment.rst:13, 24"""
    world = updating(Proton(cancel="FAILED"))
    before = world.get()["lastSucceededDeploymentId"]
    assert world.cancel()["deploymentStatus"] == "CANCELLING"
    world.clock.advance(10)
    after = world.get()
    assert (after["deploymentStatus"], after["lastSucceededDeploymentId"]) == ("FAILED", before)
    assert "could not be cancelled" in message(after)
    world.clock.advance(3600)
    assert world.get()["deploymentStatus"] == "FAILED"


def test_a_cancellation_of_what_has_succeeded_has_no_effect() -> None:
    """cancel_environment_deployment.rst:26"""
    world = updating()
    world.clock.advance(60)
    before = world.get()
    assert world.cancel() == before
    assert (before["deploymentStatus"], in_use(before), before["spec"]) == ("SUCCEEDED", "2.0", "spec: 2")
    world.clock.advance(3600)
    assert world.get() == before


def test_an_update_that_is_faster_than_the_attempt_succeeds() -> None:
    """cancel_environment_deployment.rst:26"""
    world = updating(Proton(cancel="SUCCEEDED"))
    world.clock.advance(30)
    assert world.cancel()["deploymentStatus"] == "IN_PROGRESS"
    world.clock.advance(30)
    assert (world.get()["deploymentStatus"], in_use(world.get())) == ("SUCCEEDED", "2.0")


@pytest.mark.parametrize(
    ("seconds", "outcome"), [(0, "CANCELLED"), (44, "CANCELLED"), (45, "FAILED"), (59, "FAILED"), (60, "SUCCEEDED")]
)
def test_the_clock_alone_can_choose_the_outcome(seconds: float, outcome: str) -> None:
    """cancel_environment_deployment.rst:22, 24, 26: which comes when is not told; the last quarter fails here"""
    world = updating()
    world.clock.advance(seconds)
    world.cancel()
    world.clock.advance(10)
    assert world.get()["deploymentStatus"] == outcome


def test_a_function_can_choose_the_outcome_by_environment_and_progress() -> None:
    """cancel_environment_deployment.rst:22, 24"""
    asked: list[tuple[str, float]] = []

    def choose(environment: str, progress: float) -> str:
        asked.append((environment, progress))
        return "FAILED"

    world = updating(Proton(cancel=choose))
    world.clock.advance(15)
    world.cancel()
    world.clock.advance(10)
    assert (asked, world.get()["deploymentStatus"]) == ([("prod", 0.25)], "FAILED")


def test_a_variant_can_decide_by_the_deployment_itself() -> None:
    class Stubborn(Proton):
        def cancel_outcome(self, deployment: Any, now: datetime) -> str:
            return "FAILED" if deployment.target.templateMajorVersion == "2" else "CANCELLED"

    world = updating(Stubborn())
    world.cancel()
    world.clock.advance(10)
    assert world.get()["deploymentStatus"] == "FAILED"


def test_an_outcome_that_is_not_documented_is_told_at_once() -> None:
    with pytest.raises(ValueError, match="CANCELLED, FAILED, SUCCEEDED"):
        Proton(cancel="DONE")
    with pytest.raises(ValueError, match="less than 0"):
        Proton(deployment=-1)


def test_only_an_update_that_is_in_progress_is_cancelled() -> None:
    """cancel_environment_deployment.rst:13, 305, 308"""
    world = World()
    world.templates("1.0")
    with pytest.raises(world.exceptions.ResourceNotFoundException):
        world.cancel()
    world.create()
    with pytest.raises(world.exceptions.ConflictException):
        world.cancel()
    world.clock.advance(60)
    world.update("CURRENT_VERSION")
    world.cancel()
    for _ in ("CANCELLING", "CANCELLED"):
        with pytest.raises(world.exceptions.ConflictException):
            world.cancel()
        world.clock.advance(10)


def test_after_a_cancellation_the_environment_can_be_updated_again() -> None:
    """cancel_environment_deployment.rst:22"""
    world = updating()
    world.cancel()
    world.clock.advance(10)
    world.update("CURRENT_VERSION", spec="spec: 3")
    world.clock.advance(60)
    assert (world.get()["deploymentStatus"], in_use(world.get()), world.get()["spec"]) == (
        "SUCCEEDED",
        "1.0",
        "spec: 3",
    )


def test_how_long_things_take_can_be_told() -> None:
    world = World(Proton(deployment=0, deletion=0))
    world.templates("1.0")
    assert world.create()["deploymentStatus"] == "SUCCEEDED"
    assert world.update("CURRENT_VERSION", spec="spec: 2")["spec"] == "spec: 2"
    assert world.cancel()["deploymentStatus"] == "SUCCEEDED"
    world.client.delete_environment(name="prod")
    with pytest.raises(world.exceptions.ResourceNotFoundException):
        world.get()


@pytest.mark.seeds
@pytest.mark.parametrize(
    ("outcome", "line", "words"),
    [
        ("CANCELLED", 22, "the resulting deployment state is ``CANCELLED``"),
        ("FAILED", 24, "the resulting deployment state is ``FAILED``"),
        ("SUCCEEDED", 26, "the resulting deployment state is ``SUCCEEDED`` and the cancellation attempt has no effect"),
    ],
)
def test_each_outcome_that_the_seed_tells_can_be_had(outcome: str, line: int, words: str) -> None:
    """seed 004, and cancel_environment_deployment.rst of today, which is the same"""
    told = seed("004").read_text().split("\n")[line - 1]
    assert words in told
    assert hash_of(told) in {"36daae3c8081", "e1244ea3821b", "7000f6ef8ac9"}
    world = updating(Proton(cancel=outcome))
    world.cancel()
    world.clock.advance(60)
    assert world.get()["deploymentStatus"] == outcome


def test_a_failing_deployment_can_still_be_cancelled() -> None:
    """cancel_environment_deployment.rst:22"""

    class Failing(Proton):
        def deployment_outcome(self, call: Call) -> str:
            return "FAILED" if call.operation.name == "UpdateEnvironment" else "SUCCEEDED"

    world = updating(Failing())
    world.cancel()
    world.clock.advance(60)
    assert world.get()["deploymentStatus"] == "CANCELLED"
