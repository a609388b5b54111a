"""Hosted configuration versions: the contents that AppConfig itself keeps."""

from __future__ import annotations

from typing import Any

from asdoc.runtime.server.call import Call, ServiceFault
from asdoc.runtime.server.kept import steady
from asdoc.runtime.server.pagination import page

from .base import conflict, not_found, replaced, under
from .points import PRE_CREATE, Points, Prepared, content_of, resources_of
from .records import (
    PROFILE,
    VERSION,
    ConfigurationProfile,
    HostedConfigurationVersion,
    Members,
    documented,
    listed,
    shown,
)
from .validators import run_validators

_NAMES = documented(HostedConfigurationVersion)
_SUMMARY = documented(HostedConfigurationVersion, without=("Content",))


class HostedVersions(Points):
    def before_create_hosted_configuration_version(self, call: Call) -> Prepared:
        """Calls the PRE_CREATE_HOSTED_CONFIGURATION_VERSION actions, which may change the content, or stop the call."""
        profile = self.profile(call)
        self.check_lock(call, profile)
        applied = self.applied(call, resources_of(None, profile), {})
        before = call.store.page(call.scope, VERSION, under(profile), limit=1, newest_first=True)
        payload = {
            "Type": "PreCreateHostedConfigurationVersion",
            "Application": {"Id": profile.ApplicationId},
            "ConfigurationProfile": {"Id": profile.Id, "Name": profile.Name},
            "Description": call.params.get("Description") or "",
            **content_of(call.params["Content"], call.params["ContentType"], profile.versions + 1),
        }
        if before:
            latest: HostedConfigurationVersion = before[0][1]
            payload["PreviousContent"] = content_of(latest.Content, latest.ContentType, latest.VersionNumber)
        return self.ask_before(call, PRE_CREATE, applied, payload)

    def create_hosted_configuration_version(self, call: Call) -> Members:
        params = call.params
        prepared: Prepared = call.prepared or Prepared()
        content = params["Content"] if prepared.content is None else prepared.content
        profile = self.profile(call)
        description = params.get("Description") or None
        if description is not None and not description.isascii():
            raise call.invalid("Description: must be ASCII, as it travels in a header.")
        self.check_lock(call, profile)
        label = params.get("VersionLabel")
        if label is not None and self.version_labelled(call, profile, label) is not None:
            raise conflict(f"A version with the label {label} exists already.")
        quota = self._quotas.get(VERSION)
        if quota is not None and call.store.count(call.scope, VERSION, under(profile)) >= quota:
            raise ServiceFault("ServiceQuotaExceededException", f"A profile may have {quota} hosted versions.")
        run_validators(call, profile, content, strict=False)
        record = HostedConfigurationVersion(
            ApplicationId=profile.ApplicationId,
            ConfigurationProfileId=profile.Id,
            VersionNumber=profile.versions + 1,
            Description=description,
            Content=content,
            ContentType=params["ContentType"],
            VersionLabel=label,
            KmsKeyArn=profile.KmsKeyArn,
        )
        call.store.put(call.scope, VERSION, under(profile), str(record.VersionNumber), record)
        grown = replaced(profile, {"versions": record.VersionNumber})
        call.store.put(call.scope, PROFILE, profile.ApplicationId, profile.Id, grown)
        return shown(record, _NAMES)

    def check_lock(self, call: Call, profile: ConfigurationProfile) -> None:
        """Raises ConflictException where LatestVersionNumber is not the latest version's.

        The documented example gives 1 for the first version of a profile and gets version 1
        (create_hosted_configuration_version.rst): the token guards what is there from being overwritten, so where
        nothing is there it guards nothing.
        """
        expected = call.params.get("LatestVersionNumber")
        if expected is None:
            return
        entries: list[tuple[int, Any]] = call.store.page(
            call.scope, VERSION, under(profile), limit=1, newest_first=True
        )
        if entries and entries[0][1].VersionNumber != expected:
            latest = entries[0][1].VersionNumber
            raise conflict(f"LatestVersionNumber is {expected}, but the latest version is {latest}.")

    @steady
    def get_hosted_configuration_version(self, call: Call) -> Members:
        return shown(self.version(call, self.profile(call)), _NAMES)

    def list_hosted_configuration_versions(self, call: Call) -> Members:
        profile = self.profile(call)
        wanted = call.params.get("VersionLabel")
        records, token = page(
            call,
            VERSION,
            under(profile),
            newest_first=True,
            where=None if wanted is None else lambda record: _labelled(record, wanted),
            filters=(wanted or "",),
        )
        return listed([shown(record, _SUMMARY) for record in records], token)

    def delete_hosted_configuration_version(self, call: Call) -> None:
        profile = self.profile(call)
        record = self.version(call, profile)
        call.store.delete(call.scope, VERSION, under(profile), str(record.VersionNumber))

    def validate_configuration(self, call: Call) -> None:
        profile = self.profile(call)
        if profile.hosted:
            version = self.version_named(call, profile, call.params["ConfigurationVersion"])
            run_validators(call, profile, version.Content, strict=True)
        elif profile.Validators:
            raise ServiceFault(
                "NotImplementedException",
                f"This backend cannot reach the configuration at {profile.LocationUri}, and so cannot validate it.",
            )

    def version_named(self, call: Call, profile: ConfigurationProfile, name: str) -> HostedConfigurationVersion:
        """The hosted version of that number or label (start_deployment.rst). Raises ResourceNotFoundException."""
        record: HostedConfigurationVersion | None
        if name.isascii() and name.isdigit():
            record = call.store.get(call.scope, VERSION, under(profile), str(int(name[:20])))
        else:
            record = self.version_labelled(call, profile, name)
        if record is None:
            raise not_found(VERSION, name)
        return record

    def version_labelled(
        self, call: Call, profile: ConfigurationProfile, label: str
    ) -> HostedConfigurationVersion | None:
        entries = call.store.page(
            call.scope, VERSION, under(profile), limit=1, where=lambda record: bool(record.VersionLabel == label)
        )
        return entries[0][1] if entries else None


def _labelled(record: HostedConfigurationVersion, wanted: str) -> bool:
    """Whether a label is the wanted one, or begins with it where it ends in an asterisk."""
    if record.VersionLabel is None:
        return False
    if wanted.endswith("*"):
        return record.VersionLabel.startswith(wanted[:-1])
    return record.VersionLabel == wanted
