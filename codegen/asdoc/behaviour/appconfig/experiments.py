"""Experiment definitions: what is tried on whom, and with which values of a feature flag.

The pages tell no figure for the weights of treatments, and no key of a treatment, which only answers have: keys are
given here by place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from asdoc.runtime.server.call import Call
from asdoc.runtime.server.pagination import page

from .base import changes, conflict, not_found, replaced, under
from .experiments_records import DEFINITION, KEPT, RUN, RUN_EVENT, Definition
from .flags import FLAGS
from .records import (
    APPLICATION,
    ENVIRONMENT,
    PROFILE,
    VERSION,
    Application,
    ConfigurationProfile,
    Environment,
    Members,
    documented,
    listed,
    shown,
)
from .retrieval import Retrieval
from .tags import Tags

CONTROL = "control"
"""Key of the treatment that the others are compared with."""

_NAMES = documented(Definition)
_SUMMARY = (
    "ApplicationId",
    "Id",
    "Name",
    "Hypothesis",
    "ConfigurationProfileId",
    "EnvironmentId",
    "FlagKey",
    "CreatedAt",
    "UpdatedAt",
)
_TEXTS = ("Hypothesis", "AudienceRule", "AudienceDescription", "LaunchCriteria")


class Experiments(Retrieval, Tags):
    records = KEPT

    def create_experiment_definition(self, call: Call) -> Members:
        """A definition is IDLE until it is run.

        Operations take its name for its id, so a name is given once within an application; the page names
        ConflictException and no reason for it (create_experiment_definition.rst).
        """
        params = call.params
        application: Application = self.named(call, APPLICATION, "", params["ApplicationIdentifier"])
        profile: ConfigurationProfile = self.named(
            call, PROFILE, application.Id, params["ConfigurationProfileIdentifier"]
        )
        environment: Environment = self.named(call, ENVIRONMENT, application.Id, params["EnvironmentIdentifier"])
        tags = self.checked_tags(call)
        self.check_flag(call, profile, params["FlagKey"])
        if self._called(call, application, params["Name"]) is not None:
            raise conflict(f"Application {application.Id} has an experiment definition {params['Name']} already.")
        record = self.add(
            call,
            DEFINITION,
            "",
            lambda new: Definition(
                ApplicationId=application.Id,
                Id=new,
                Name=params["Name"],
                ConfigurationProfileId=profile.Id,
                EnvironmentId=environment.Id,
                FlagKey=params["FlagKey"],
                Treatments=_numbered(params["Treatments"]),
                Control=_keyed(params["Control"], CONTROL),
                CreatedAt=call.now,
                UpdatedAt=call.now,
                KmsKeyIdentifier=profile.KmsKeyArn,
                **{name: params[name] for name in _TEXTS if params.get(name)},
            ),
        )
        self.set_tags(call, _resource(record), tags)
        return _view(record)

    def get_experiment_definition(self, call: Call) -> Members:
        return _view(self.definition(call))

    def list_experiment_definitions(self, call: Call) -> Members:
        """Those of the account in the order in which they came; archived ones are listed only where they are asked for.

        Archiving is what hides a definition from the list (delete_experiment_definition.rst).
        """
        params = call.params
        wanted = params.get("ApplicationIdentifier")
        applications: list[Application] = (
            [record for _, record in call.store.page(call.scope, APPLICATION, "")]
            if wanted is None
            else [self.named(call, APPLICATION, "", wanted)]
        )
        within = None if wanted is None else {applications[0].Id}
        profiles = _ids(call, PROFILE, params.get("ConfigurationProfileIdentifier"), applications)
        environments = _ids(call, ENVIRONMENT, params.get("EnvironmentIdentifier"), applications)
        status = params.get("Status")

        def matches(record: Definition) -> bool:
            return (
                (within is None or record.ApplicationId in within)
                and (profiles is None or record.ConfigurationProfileId in profiles)
                and (environments is None or record.EnvironmentId in environments)
                and (not record.archived if status is None else record.status == status)
            )

        names = ("ApplicationIdentifier", "ConfigurationProfileIdentifier", "EnvironmentIdentifier", "Status")
        filters = tuple(params.get(name) or "" for name in names)
        found, token = page(call, DEFINITION, where=matches, filters=filters)
        return listed([{**shown(record, _SUMMARY), "Status": record.status} for record in found], token)

    def update_experiment_definition(self, call: Call) -> Members:
        """Refused while a run is active (update_experiment_definition.rst)."""
        record = self.definition(call)
        check_idle(record)
        values = changes(call.params, _TEXTS)
        if "Treatments" in call.params:
            values["Treatments"] = _numbered(call.params["Treatments"])
        if "Control" in call.params:
            values["Control"] = _keyed(call.params["Control"], CONTROL)
        changed: Definition = replaced(record, {**values, "UpdatedAt": call.now})
        self.keep_definition(call, changed)
        return _view(changed)

    def delete_experiment_definition(self, call: Call) -> None:
        """ARCHIVE hides and keeps, DESTROY deletes with all runs (delete_experiment_definition.rst).

        The page tells no default: where no type is given, nothing is lost. It names ConflictException and no reason
        for it; a run that goes on is one.
        """
        record = self.definition(call)
        if record.running:
            raise conflict(f"Experiment definition {record.Id} has an active run; stop it first.")
        if call.params.get("DeleteType", "ARCHIVE") == "ARCHIVE":
            self.keep_definition(call, replaced(record, {"archived": True, "UpdatedAt": call.now}))
        else:
            self._destroy(call, record)

    def definition(self, call: Call) -> Definition:
        """The definition that a call names by id or name. Raises ResourceNotFoundException."""
        application: Application = self.named(call, APPLICATION, "", call.params["ApplicationIdentifier"])
        identifier = call.params["ExperimentDefinitionIdentifier"]
        found: Definition | None = call.store.get(call.scope, DEFINITION, "", identifier)
        if found is None or found.ApplicationId != application.Id:
            found = self._called(call, application, identifier)
        if found is None:
            raise not_found(DEFINITION, identifier)
        return found

    def check_flag(self, call: Call, profile: ConfigurationProfile, key: str) -> None:
        """Raises BadRequestException where the latest version of the profile has no such feature flag.

        An experiment is of an existing flag, which the profile stores (create_experiment_definition.rst).
        """
        if profile.Type != FLAGS:
            raise call.invalid(f"ConfigurationProfileIdentifier: {profile.Id} stores no feature flags.")
        entries = call.store.page(call.scope, VERSION, under(profile), limit=1, newest_first=True)
        if not entries or key not in flags_in(entries[0][1].Content):
            raise call.invalid(f"FlagKey: {profile.Id} has no feature flag {key}.")

    def keep_definition(self, call: Call, record: Definition) -> None:
        call.store.put(call.scope, DEFINITION, "", record.Id, record)

    def forget(self, call: Call, resource: str) -> None:
        """The experiments of an application go with it."""
        super().forget(call, resource)
        kind, _, identifier = resource.partition("/")
        if kind == "application" and "/" not in identifier:
            for _, record in call.store.page(
                call.scope, DEFINITION, "", where=lambda kept: bool(kept.ApplicationId == identifier)
            ):
                self._destroy(call, record)

    def _destroy(self, call: Call, record: Definition) -> None:
        for _, run in call.store.page(call.scope, RUN, record.Id):
            call.store.drop(call.scope, RUN_EVENT, f"{record.Id}/{run.Run}")
            self.forget(call, run_resource(record, run.Run))
        call.store.drop(call.scope, RUN, record.Id)
        call.store.delete(call.scope, DEFINITION, "", record.Id)
        self.forget(call, _resource(record))

    def _called(self, call: Call, application: Application, name: str) -> Definition | None:
        entries = call.store.page(
            call.scope,
            DEFINITION,
            "",
            limit=1,
            where=lambda kept: bool(kept.ApplicationId == application.Id and kept.Name == name),
        )
        return entries[0][1] if entries else None


def check_idle(record: Definition) -> None:
    """Raises ConflictException for a definition that is being run, or is only kept for reference."""
    if record.running:
        raise conflict(f"Experiment definition {record.Id} has an active run; stop it first.")
    if record.archived:
        raise conflict(f"Experiment definition {record.Id} is archived.")


def flags_in(content: bytes) -> Iterable[str]:
    """The keys of the feature flags of a configuration; none where it is not one of feature flags."""
    try:
        document = msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return ()
    flags = document.get("flags") if isinstance(document, dict) else None
    return flags if isinstance(flags, dict) else ()


def run_resource(definition: Definition, run: int) -> str:
    return f"{_resource(definition)}/run/{run}"


def _ids(call: Call, kind: str, wanted: str | None, applications: list[Application]) -> set[str] | None:
    """The ids that an id or a name stands for in the applications; None where there is nothing to filter by."""
    if wanted is None:
        return None
    found = {wanted}
    for application in applications:
        entries: list[tuple[int, Any]] = call.store.page(
            call.scope, kind, application.Id, where=lambda kept: bool(kept.Name == wanted)
        )
        found.update(record.Id for _, record in entries)
    return found


def _numbered(treatments: list[Members]) -> list[Mapping[str, Any]]:
    return [_keyed(treatment, f"t{number}") for number, treatment in enumerate(treatments, 1)]


def _keyed(treatment: Members, key: str) -> Members:
    return {"Key": key, **treatment}


def _resource(record: Definition) -> str:
    return f"application/{record.ApplicationId}/experimentdefinition/{record.Id}"


def _view(record: Definition) -> Members:
    return {**shown(record, _NAMES), "Status": record.status}
