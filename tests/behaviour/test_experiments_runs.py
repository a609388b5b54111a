"""Runs of experiments. Each test names the page and line that it holds the backend to, as of botocore 1.44.5."""

from __future__ import annotations

from typing import Any

import pytest

from asdoc.runtime.exceptions import ClientError
from tests.behaviour.test_experiments import FLAGS, Lab


class Bench(Lab):
    def __init__(self) -> None:
        super().__init__()
        self.definition = self.define()

    def start(self, **more: Any) -> Any:
        return self.client.start_experiment_run(**self.of(), **more)

    def update(self, run: int = 1, **more: Any) -> Any:
        return self.client.update_experiment_run(**self.of(Run=run), **more)

    def stop(self, run: int = 1, **more: Any) -> Any:
        return self.client.stop_experiment_run(**self.of(Run=run), **more)

    def run(self, run: int = 1) -> Any:
        return self.client.get_experiment_run(**self.of(Run=run))

    def numbers(self, **more: Any) -> list[int]:
        return [item["Run"] for item in self.client.list_experiment_runs(**self.of(), **more)["Items"]]

    def events(self, run: int = 1) -> Any:
        return self.client.list_experiment_run_events(**self.of(Run=run))["Items"]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_run_is_running_from_its_start(bench: Bench) -> None:
    """start_experiment_run.rst:13, :281, :295, :302"""
    run = bench.start(Description="d", ExposurePercentage=12.5)
    assert (run["Run"], run["Status"], run["Description"]) == (1, "RUNNING", "d")
    assert run["ExposurePercentage"] == 12.5
    assert run["StartedAt"] == run["UpdatedAt"] == bench.clock.now()
    assert "EndedAt" not in run
    assert (run["ApplicationId"], run["ExperimentDefinitionId"]) == (bench.world.application, bench.definition["Id"])
    assert run["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert bench.get()["Status"] == "ACTIVE"


def test_nobody_need_be_exposed_at_first(bench: Bench) -> None:
    """start_experiment_run.rst:83"""
    assert bench.start(ExposurePercentage=0)["ExposurePercentage"] == 0


def test_one_definition_has_several_runs(bench: Bench) -> None:
    """start_experiment_run.rst:13"""
    assert [bench.start()["Run"], bench.start()["Run"]] == [1, 2]
    bench.stop(1)
    assert bench.get()["Status"] == "ACTIVE"
    bench.stop(2)
    assert bench.get()["Status"] == "IDLE"
    assert bench.start()["Run"] == 3


def test_a_run_keeps_the_definition_that_it_was_started_with(bench: Bench) -> None:
    """get_experiment_run.rst:273, :301, :350, :470"""
    bench.start()
    bench.stop()
    bench.client.update_experiment_definition(**bench.of(), Hypothesis="later", AudienceRule="other")
    kept = bench.run()["ExperimentDefinitionSnapshot"]
    same = ("Id", "Name", "FlagKey", "AudienceRule", "Treatments", "Control", "EnvironmentId", "ConfigurationProfileId")
    assert {name: kept[name] for name in same} == {name: bench.definition[name] for name in same}
    assert "Hypothesis" not in kept


def test_a_run_that_is_not_there_is_not_found(bench: Bench) -> None:
    """get_experiment_run.rst:582"""
    with pytest.raises(bench.client.exceptions.ResourceNotFoundException):
        bench.run()


def test_a_run_needs_the_flag_that_it_tries(bench: Bench) -> None:
    """start_experiment_run.rst:13; create_experiment_definition.rst:115"""
    bench.world.create_version(FLAGS.replace(b"colour", b"shape"), ConfigurationProfileId=bench.profile)
    with pytest.raises(bench.client.exceptions.BadRequestException):
        bench.start()


def test_a_run_needs_its_environment(bench: Bench) -> None:
    """create_experiment_definition.rst:107; start_experiment_run.rst:699"""
    bench.client.delete_environment(ApplicationId=bench.world.application, EnvironmentId=bench.world.environment)
    with pytest.raises(bench.client.exceptions.ResourceNotFoundException):
        bench.start()


def test_overrides_assign_entities_to_treatments_of_the_experiment(bench: Bench) -> None:
    """start_experiment_run.rst:91, :98"""
    key = bench.definition["Treatments"][1]["Key"]
    overrides = {"Inline": {"user-1": key, "user-2": bench.definition["Control"]["Key"]}}
    assert bench.start(TreatmentOverrides=overrides)["TreatmentOverrides"] == overrides
    with pytest.raises(bench.client.exceptions.BadRequestException):
        bench.update(TreatmentOverrides={"Inline": {"user-1": "nothing"}})
    assert bench.run()["TreatmentOverrides"] == overrides


def test_exposure_grows_and_never_shrinks(bench: Bench) -> None:
    """update_experiment_run.rst:13, :79"""
    bench.start(ExposurePercentage=10)
    bench.clock.advance(60)
    run = bench.update(ExposurePercentage=50, Description="wider")
    assert (run["ExposurePercentage"], run["Description"]) == (50, "wider")
    assert run["UpdatedAt"] == bench.clock.now() > run["StartedAt"]
    with pytest.raises(bench.client.exceptions.BadRequestException):
        bench.update(ExposurePercentage=49.5)
    assert bench.update(ExposurePercentage=50)["ExposurePercentage"] == 50
    assert bench.run()["ExposurePercentage"] == 50


def test_a_stopped_run_is_done_and_shows_its_result(bench: Bench) -> None:
    """stop_experiment_run.rst:13, :69, :76, :83, :90; get_experiment_run.rst:266"""
    bench.start(ExposurePercentage=10)
    bench.clock.advance(60)
    result = {"ExecutiveSummary": "s", "ReasonsToLaunch": "r", "ReasonsNotToLaunch": "n"}
    run = bench.stop(Result=result)
    assert (run["Status"], run["Result"], run["EndedAt"]) == ("DONE", result, bench.clock.now())
    assert bench.run()["Result"] == result


def test_only_a_running_experiment_is_updated_or_stopped(bench: Bench) -> None:
    """update_experiment_run.rst:13, :679; stop_experiment_run.rst:13, :670"""
    bench.start()
    bench.stop()
    with pytest.raises(bench.client.exceptions.ConflictException):
        bench.update(ExposurePercentage=50)
    with pytest.raises(bench.client.exceptions.ConflictException):
        bench.stop()


def test_runs_are_listed_by_status_and_in_pages(bench: Bench) -> None:
    """list_experiment_runs.rst:13, :50, :58, :66"""
    for _ in range(3):
        bench.start()
    bench.stop(2)
    assert bench.numbers() == [1, 2, 3]
    assert (bench.numbers(Status="RUNNING"), bench.numbers(Status="DONE")) == ([1, 3], [2])
    first = bench.client.list_experiment_runs(**bench.of(), MaxResults=2)
    assert bench.numbers(NextToken=first["NextToken"]) == [3]
    assert "ExperimentDefinitionSnapshot" not in first["Items"][0]


def test_events_tell_what_happened_in_a_run(bench: Bench) -> None:
    """list_experiment_run_events.rst:13, :140, :147, :161, :168"""
    overrides = {"Inline": {"user": bench.definition["Treatments"][0]["Key"]}}
    started = bench.clock.now()
    bench.start(ExposurePercentage=10)
    bench.clock.advance(60)
    bench.update(ExposurePercentage=20, TreatmentOverrides=overrides)
    bench.update(Description="only words")
    bench.stop()
    events = bench.events()
    assert [event["EventType"] for event in events] == [
        "RUN_STARTED",
        "EXPOSURE_UPDATED",
        "OVERRIDES_UPDATED",
        "RUN_STOPPED",
    ]
    assert [event["ExposurePercentage"] for event in events] == [10, 20, 20, 20]
    assert [event.get("TreatmentOverrides") for event in events] == [None, None, overrides, overrides]
    assert (events[0]["OccurredAt"], events[1]["OccurredAt"]) == (started, bench.clock.now())
    assert {event["TriggeredBy"] for event in events} == {"USER"}
    assert all(event["Description"] for event in events)


def test_events_are_listed_in_pages(bench: Bench) -> None:
    """list_experiment_run_events.rst:58, :66"""
    bench.start()
    bench.stop()
    first = bench.client.list_experiment_run_events(**bench.of(Run=1), MaxResults=1)
    rest = bench.client.list_experiment_run_events(**bench.of(Run=1), NextToken=first["NextToken"])
    assert [event["EventType"] for event in (*first["Items"], *rest["Items"])] == ["RUN_STARTED", "RUN_STOPPED"]


@pytest.mark.parametrize("call", ["start", "update", "stop"])
def test_a_deployment_that_no_page_describes_is_not_pretended(bench: Bench, call: str) -> None:
    """start_experiment_run.rst:131; update_experiment_run.rst:111; stop_experiment_run.rst:99"""
    if call != "start":
        bench.start()
    with pytest.raises(ClientError) as refused:
        getattr(bench, call)(DeploymentParameters={"Tags": {"a": "b"}})
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_an_application_takes_its_experiments_with_it(bench: Bench) -> None:
    """create_experiment_definition.rst:461; list_experiment_definitions.rst:13"""
    bench.start()
    world = bench.world
    world.client.delete_environment(ApplicationId=world.application, EnvironmentId=world.environment)
    for profile in (bench.profile, world.profile):
        its = {"ApplicationId": world.application, "ConfigurationProfileId": profile}
        for version in world.client.list_hosted_configuration_versions(**its)["Items"]:
            world.client.delete_hosted_configuration_version(**its, VersionNumber=version["VersionNumber"])
        world.client.delete_configuration_profile(**its)
    world.client.delete_application(ApplicationId=world.application)
    assert bench.names() == []
