"""The laws that hold whatever is done in whatever order; a share of `python -m tests.behaviour.sequences`.

And each law is seen to be broken, by a backend that is wrong in one point.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from asdoc.behaviour.appconfig import AppConfig
from asdoc.behaviour.appconfig.base import replaced
from asdoc.behaviour.appconfig.records import PROFILE, Deployment, Environment, Members
from asdoc.behaviour.appconfig.timeline import Progress
from asdoc.runtime.server.call import Call
from tests.behaviour.sequences import Sequences, run
from tests.explore import EXPLORING, examples


def test_no_sequence_of_operations_breaks_a_law() -> None:
    run(examples(80), explore=EXPLORING)


class TwoAtATime(AppConfig):
    def active_deployment(self, call: Call, environment: Environment) -> Deployment | None:
        return None


class OldestFirst(AppConfig):
    def event_log(self, progress: Progress) -> list[Members]:
        return super().event_log(progress)[::-1]


class PercentageFalls(AppConfig):
    def progress(self, deployment: Deployment, now: datetime) -> Progress:
        progress = super().progress(deployment, now)
        if progress.state != "DEPLOYING":
            return progress
        return Progress(state=progress.state, percentage=100.0 / len(progress.events), events=progress.events)


class EndlessRevert(AppConfig):
    def _check_window(self, call: Call, deployment: Deployment) -> None:
        pass


class Forgetful(AppConfig):
    """Counts the versions that are there, not those that were ever made."""

    def delete_hosted_configuration_version(self, call: Call) -> None:
        super().delete_hosted_configuration_version(call)
        profile = self.profile(call)
        counted = replaced(profile, {"versions": 0})
        call.store.put(call.scope, PROFILE, profile.ApplicationId, profile.Id, counted)


@pytest.mark.parametrize(
    ("behaviour", "law"),
    [
        (TwoAtATime, "start_deployment was answered with success, and ConflictException was due"),
        (OldestFirst, "newest first|is not the newest"),
        (PercentageFalls, "the percentage fell|changed the percentage"),
        (EndlessRevert, "stop_deployment was answered with success, and BadRequestException was due"),
        (Forgetful, "version numbers have a gap"),
    ],
)
def test_a_backend_that_is_wrong_in_one_point_is_found_out(behaviour: type[AppConfig], law: str) -> None:
    machine = type("Wrong", (Sequences,), {"behaviour": behaviour})
    with pytest.raises(AssertionError, match=law):
        run(2_000, machine=machine, shrink=False)
