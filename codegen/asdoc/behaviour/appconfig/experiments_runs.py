"""Runs of experiments: started, widened, stopped, and what happened in between.

The pages speak of deployments that go with a run, and tell neither what they deploy nor by which strategy. So a run
deploys nothing here, its events name no deployment, and DeploymentParameters are answered with 501.
"""

from __future__ import annotations

from typing import Any

from asdoc.runtime.server.call import Call, ServiceFault
from asdoc.runtime.server.errors import NOT_IMPLEMENTED
from asdoc.runtime.server.pagination import page

from .base import changes, conflict, not_found, replaced
from .experiments import CONTROL, Experiments, run_resource
from .experiments_records import (
    DONE,
    RUN,
    RUN_EVENT,
    RUNNING,
    SNAPSHOT,
    Definition,
    Run,
    RunEvent,
    Snapshot,
    snapshot,
)
from .records import ENVIRONMENT, PROFILE, ConfigurationProfile, Environment, Members, documented, listed, shown

_NAMES = documented(Run)
_EVENT = documented(RunEvent)
_SUMMARY = ("ExperimentDefinitionId", "Run", "Description", "Status", "StartedAt", "UpdatedAt", "EndedAt")


class ExperimentRuns(Experiments):
    def start_experiment_run(self, call: Call) -> Members:
        """A run of what the definition is now. One definition may have several (start_experiment_run.rst)."""
        params = call.params
        definition = self.definition(call)
        _refuse_deployment(call)
        if definition.archived:
            raise conflict(f"Experiment definition {definition.Id} is archived.")
        application = definition.ApplicationId
        self.find(call, Environment, ENVIRONMENT, application, definition.EnvironmentId)
        profile = self.find(call, ConfigurationProfile, PROFILE, application, definition.ConfigurationProfileId)
        self.check_flag(call, profile, definition.FlagKey)
        tags = self.checked_tags(call)
        tried = snapshot(definition)
        overrides = _overrides(call, tried)
        number = definition.runs + 1
        run = Run(
            ApplicationId=application,
            ExperimentDefinitionId=definition.Id,
            Run=number,
            Description=params.get("Description") or None,
            Status=RUNNING,
            ExposurePercentage=params.get("ExposurePercentage"),
            TreatmentOverrides=overrides,
            StartedAt=call.now,
            UpdatedAt=call.now,
            snapshot=tried,
        )
        self.keep_definition(call, replaced(definition, {"runs": number, "running": definition.running + 1}))
        self.set_tags(call, run_resource(definition, number), tags)
        return _view(self._record(call, run, "RUN_STARTED", "Experiment run started"))

    def get_experiment_run(self, call: Call) -> Members:
        return _view(self.run(call, self.definition(call)))

    def list_experiment_runs(self, call: Call) -> Members:
        """In the order in which they were started; the page tells none."""
        status = call.params.get("Status")
        records, token = page(
            call,
            RUN,
            self.definition(call).Id,
            where=None if status is None else lambda run: bool(run.Status == status),
            filters=(status or "",),
        )
        return listed([shown(record, _SUMMARY) for record in records], token)

    def list_experiment_run_events(self, call: Call) -> Members:
        """As a timeline, the first event first (list_experiment_run_events.rst)."""
        run = self.run(call, self.definition(call))
        records, token = page(call, RUN_EVENT, _parent(run))
        return listed([shown(record, _EVENT) for record in records], token)

    def update_experiment_run(self, call: Call) -> Members:
        """Exposure can only be increased, and only a running experiment be updated (update_experiment_run.rst)."""
        params = call.params
        run = self._running(call, self.definition(call))
        _refuse_deployment(call)
        exposure = params.get("ExposurePercentage")
        if exposure is not None and self.lowers(run, exposure):
            raise call.invalid(
                f"ExposurePercentage: is {exposure}, but {run.ExposurePercentage} is exposed, and it is only increased."
            )
        overrides = _overrides(call, run.snapshot)
        changed: Run = replaced(run, {**changes(params, ("Description",)), "UpdatedAt": call.now})
        if exposure is not None and exposure != run.ExposurePercentage:
            changed = replaced(changed, {"ExposurePercentage": exposure})
            changed = self._record(call, changed, "EXPOSURE_UPDATED", f"Exposure updated to {exposure:.2f}%")
        if overrides is not None and overrides != run.TreatmentOverrides:
            changed = replaced(changed, {"TreatmentOverrides": overrides})
            changed = self._record(call, changed, "OVERRIDES_UPDATED", "Treatment overrides updated")
        self.keep_run(call, changed)
        return _view(changed)

    def stop_experiment_run(self, call: Call) -> Members:
        """RUNNING becomes DONE (stop_experiment_run.rst)."""
        definition = self.definition(call)
        run = self._running(call, definition)
        _refuse_deployment(call)
        ended = {"Status": DONE, "UpdatedAt": call.now, "EndedAt": call.now, "Result": call.params.get("Result")}
        self.keep_definition(call, replaced(definition, {"running": definition.running - 1}))
        return _view(self._record(call, replaced(run, ended), "RUN_STOPPED", "Experiment run stopped"))

    def lowers(self, run: Run, exposure: float) -> bool:
        """Whether less of the audience would be exposed than is now."""
        return run.ExposurePercentage is not None and exposure < run.ExposurePercentage

    def run(self, call: Call, definition: Definition) -> Run:
        number = call.params["Run"]
        found: Run | None = call.store.get(call.scope, RUN, definition.Id, str(number))
        if found is None:
            raise not_found(RUN, str(number))
        return found

    def _running(self, call: Call, definition: Definition) -> Run:
        run = self.run(call, definition)
        if run.Status != RUNNING:
            raise conflict(f"Experiment run {run.Run} is {run.Status}.")
        return run

    def _record(self, call: Call, run: Run, event: str, description: str) -> Run:
        """Keep a run with an event that shows how it stands since."""
        counted: Run = replaced(run, {"events": run.events + 1})
        self.keep_run(call, counted)
        record = RunEvent(
            Description=description,
            EventType=event,
            OccurredAt=call.now,
            TriggeredBy="USER",
            ExposurePercentage=run.ExposurePercentage,
            TreatmentOverrides=run.TreatmentOverrides,
        )
        call.store.put(call.scope, RUN_EVENT, _parent(run), str(counted.events), record)
        return counted

    def keep_run(self, call: Call, run: Run) -> None:
        call.store.put(call.scope, RUN, run.ExperimentDefinitionId, str(run.Run), run)


def _overrides(call: Call, tried: Snapshot) -> Any:
    """The overrides that a call gives. Raises BadRequestException for a treatment that the experiment does not have."""
    overrides = call.params.get("TreatmentOverrides")
    known = {CONTROL, *(treatment["Key"] for treatment in tried.Treatments)}
    for entity, key in (overrides or {}).get("Inline", {}).items():
        if key not in known:
            told = ", ".join(sorted(known))
            raise call.invalid(f"TreatmentOverrides: {entity} is given treatment {key}; there are {told}.")
    return overrides


def _refuse_deployment(call: Call) -> None:
    if call.params.get("DeploymentParameters"):
        raise ServiceFault(
            NOT_IMPLEMENTED,
            "DeploymentParameters: what the deployment of an experiment does is not documented, so none is made.",
        )


def _parent(run: Run) -> str:
    return f"{run.ExperimentDefinitionId}/{run.Run}"


def _view(run: Run) -> Members:
    return {**shown(run, _NAMES), "ExperimentDefinitionSnapshot": shown(run.snapshot, SNAPSHOT)}
