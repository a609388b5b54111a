"""What AppConfig keeps of experiments: definitions, their runs, and what happened in each run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from . import records
from .records import documented

DEFINITION = "ExperimentDefinition"
RUN = "ExperimentRun"
RUN_EVENT = "ExperimentRunEvent"

RUNNING = "RUNNING"
DONE = "DONE"


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What a run keeps of its definition, as that was when the run was started."""

    ApplicationId: str
    Id: str
    Name: str
    Hypothesis: str | None = None
    ConfigurationProfileId: str
    EnvironmentId: str
    FlagKey: str
    AudienceRule: str
    AudienceDescription: str | None = None
    LaunchCriteria: str | None = None
    Treatments: list[Mapping[str, Any]]
    Control: Mapping[str, Any]


class Definition(Snapshot, frozen=True, kw_only=True):
    CreatedAt: datetime
    UpdatedAt: datetime
    KmsKeyIdentifier: str | None = None
    archived: bool = False
    running: int = 0
    """How many of its runs have not been stopped."""
    runs: int = 0
    """How many runs were ever started: a number is given once."""

    @property
    def status(self) -> str:
        if self.archived:
            return "ARCHIVED"
        return "ACTIVE" if self.running else "IDLE"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    ApplicationId: str
    ExperimentDefinitionId: str
    Run: int
    Description: str | None = None
    Status: str
    ExposurePercentage: float | None = None
    TreatmentOverrides: Mapping[str, Any] | None = None
    Result: Mapping[str, str] | None = None
    StartedAt: datetime
    UpdatedAt: datetime
    EndedAt: datetime | None = None
    snapshot: Snapshot
    events: int = 0


class RunEvent(msgspec.Struct, frozen=True, kw_only=True):
    Description: str
    EventType: str
    OccurredAt: datetime
    TriggeredBy: str
    ExposurePercentage: float | None = None
    TreatmentOverrides: Mapping[str, Any] | None = None


KEPT: Mapping[str, Any] = {**records.KEPT, DEFINITION: Definition, RUN: Run, RUN_EVENT: RunEvent}
"""Kind -> the type of its records, for all that AppConfig keeps."""

SNAPSHOT = documented(Snapshot)


def snapshot(definition: Definition) -> Snapshot:
    return Snapshot(**{name: getattr(definition, name) for name in SNAPSHOT})
