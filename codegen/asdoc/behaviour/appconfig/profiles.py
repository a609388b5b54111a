"""Configuration profiles: where a configuration lies, and what checks it."""

from __future__ import annotations

import re
from typing import Any

from asdoc.runtime.server.call import Call
from asdoc.runtime.server.kept import steady
from asdoc.runtime.server.pagination import page

from .base import changes, key_arn, replaced, under
from .flags import FLAGS
from .records import PROFILE, RETRIEVAL, VERSION, ConfigurationProfile, Members, documented, listed, shown
from .rollout import Rollout
from .settings import Settings
from .tags import Tags
from .validators import check_validators

_NAMES = documented(ConfigurationProfile)
_SUMMARY = ("ApplicationId", "Id", "Name", "LocationUri", "Type")

FREEFORM = "AWS.Freeform"
TYPES = (FLAGS, FREEFORM)

# Where a configuration may lie, and which of the places need no role (create_configuration_profile.rst). An object lies
# in a bucket, and every other place has a name.
_WITHOUT_ROLE = ("codepipeline://",)
_WITH_ROLE = ("ssm-parameter://", "ssm-document://", "secretsmanager://", "s3://", "arn:")
_PLACE = re.compile(r"s3://[^/]+/.+|(?!s3:)[^/]*//.+|arn:.+", re.DOTALL)


class Profiles(Rollout, Settings, Tags):
    def create_configuration_profile(self, call: Call) -> Members:
        params = call.params
        application = self.application(call)
        tags = self.checked_tags(call)
        self._check_profile(call, params["LocationUri"], params.get("RetrievalRoleArn"), params.get("Validators"))
        kind = params.get("Type", FREEFORM)
        if kind not in TYPES:
            raise call.invalid(f"Type: must be one of {', '.join(TYPES)}.")
        if kind == FLAGS and params["LocationUri"] != "hosted":
            raise call.invalid("LocationUri: must be hosted for feature flags.")
        identifier = params.get("KmsKeyIdentifier")
        record = self.add(
            call,
            PROFILE,
            application.Id,
            lambda new: ConfigurationProfile(
                ApplicationId=application.Id,
                Id=new,
                Name=params["Name"],
                Description=params.get("Description") or None,
                LocationUri=params["LocationUri"],
                RetrievalRoleArn=params.get("RetrievalRoleArn"),
                Validators=params.get("Validators"),
                Type=kind,
                KmsKeyIdentifier=identifier,
                KmsKeyArn=key_arn(call, identifier),
                created=call.now,
            ),
        )
        self.set_tags(call, _resource(record), tags)
        return shown(record, _NAMES)

    @steady
    def get_configuration_profile(self, call: Call) -> Members:
        return shown(self.profile(call), _NAMES)

    def list_configuration_profiles(self, call: Call) -> Members:
        wanted = call.params.get("Type")
        records, token = page(
            call,
            PROFILE,
            self.application(call).Id,
            where=None if wanted is None else lambda record: bool(record.Type == wanted),
            filters=(wanted or "",),
        )
        return listed([_summary(record) for record in records], token)

    def update_configuration_profile(self, call: Call) -> Members:
        params = call.params
        values = changes(params, ("Name", "Description", "RetrievalRoleArn", "Validators"))
        if "KmsKeyIdentifier" in params:
            # Its wire shape alone may be empty, which takes the key away.
            identifier = params["KmsKeyIdentifier"] or None
            values |= {"KmsKeyIdentifier": identifier, "KmsKeyArn": key_arn(call, identifier)}
        record = replaced(self.profile(call), values)
        self._check_profile(call, record.LocationUri, record.RetrievalRoleArn, params.get("Validators"))
        call.store.put(call.scope, PROFILE, record.ApplicationId, record.Id, record)
        return shown(record, _NAMES)

    def delete_configuration_profile(self, call: Call) -> None:
        record = self.profile(call)
        if call.store.count(call.scope, VERSION, under(record)):
            # The page gives no reason for its BadRequestException; this one is the service's own, as users report it.
            raise call.invalid(f"ConfigurationProfile {record.Id} cannot be deleted while it has hosted versions.")
        self.check_deletion_protection(call, record)
        call.store.delete(call.scope, RETRIEVAL, record.ApplicationId, record.Id)
        call.store.delete(call.scope, PROFILE, record.ApplicationId, record.Id)
        self.forget(call, _resource(record))

    def _check_profile(self, call: Call, location: str, role: str | None, validators: Any) -> None:
        if location != "hosted" and not location.startswith(_WITHOUT_ROLE + _WITH_ROLE):
            known = ", ".join((*_WITHOUT_ROLE, *_WITH_ROLE))
            raise call.invalid(f"LocationUri: must be hosted, or begin with one of {known}.")
        if location != "hosted" and _PLACE.fullmatch(location) is None:
            raise call.invalid(f"LocationUri: {location} names no place; an object of S3 is s3://BUCKET/KEY.")
        if location.startswith(_WITH_ROLE) and role is None:
            raise call.invalid(f"RetrievalRoleArn: is required for a configuration at {location}.")
        check_validators(call, validators or [])


def _resource(record: ConfigurationProfile) -> str:
    return f"application/{record.ApplicationId}/configurationprofile/{record.Id}"


def _summary(record: ConfigurationProfile) -> Members:
    members = shown(record, _SUMMARY)
    if record.Validators:
        members["ValidatorTypes"] = [validator["Type"] for validator in record.Validators]
    return members
