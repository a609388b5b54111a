"""Versions of environment templates: major ones, each with minor ones, which are drafts until they are published."""

from __future__ import annotations

import msgspec

from asdoc.runtime.server.call import Call
from asdoc.runtime.server.pagination import page

from .base import arn_of, conflict, given, not_found, replaced
from .records import MAJOR, TOKEN, VERSION, Major, Members, Template, Token, Version, answered, shown
from .tags import tags_given
from .templates import Templates

_SHOWN = (
    "arn",
    "createdAt",
    "description",
    "lastModifiedAt",
    "majorVersion",
    "minorVersion",
    "templateName",
)
_MESSAGES = {
    "REGISTRATION_IN_PROGRESS": "The template bundle is being registered.",
    "REGISTRATION_FAILED": "The template bundle could not be registered.",
}


class Versions(Templates):
    def create_environment_template_version(self, call: Call) -> Members:
        """A new major version, or a new minor one of the major version named (…_template_version.rst:68, 72)."""
        params = call.params
        template = self.template(call, params["templateName"])
        token, request = params.get("clientToken", ""), _request(call)
        if token:
            made = self._made_with(call, token, request)
            if made is not None:
                return self._version_answer(call, made)
        self.check_quota(call, VERSION, self._count(call, template))
        major = self._next(call, template)
        resource = f"environment-template/{template.name}:{major.number}.{major.minors_made - 1}"
        version = Version(
            arn=arn_of(call, resource),
            createdAt=call.now,
            lastModifiedAt=call.now,
            majorVersion=major.number,
            minorVersion=str(major.minors_made - 1),
            templateName=template.name,
            registered_at=call.now + self._registration,
            registers=self.registers(call),
            token=token,
            **given(call, ("description",)),
        )
        call.store.put(call.scope, MAJOR, template.name, major.number, major)
        self._keep_version(call, version)
        if token:
            kept = Token(request=request, template=template.name, major=major.number, minor=version.minorVersion)
            call.store.put(call.scope, TOKEN, "", token, kept)
        self.set_tags(call, resource, tags_given(call))
        return self._version_answer(call, version)

    def get_environment_template_version(self, call: Call) -> Members:
        return self._version_answer(call, self._named_version(call))

    def list_environment_template_versions(self, call: Call) -> Members:
        """The minor versions of the major one named; without one, a version of each major (…_versions.rst:40, 44).

        What stands for a major version is its recommended minor one, or the latest where none is published.
        """
        template = self.template(call, call.params["templateName"])
        major = call.params.get("majorVersion")
        if major is not None:
            self._major(call, template, major)
            versions, token = page(call, VERSION, f"{template.name}/{major}")
        else:
            majors, token = page(call, MAJOR, template.name)
            versions = [self._representative(call, template, each.number) for each in majors]
        return answered("templateVersions", [self._version_view(call, each) for each in versions], token)

    def update_environment_template_version(self, call: Call) -> Members:
        version = self._named_version(call)
        values = given(call, ("description",))
        status = call.params.get("status")
        if status is not None:
            if status not in ("DRAFT", "PUBLISHED"):
                raise call.invalid(f"status: {status} comes about by registering; set DRAFT or PUBLISHED.")
            if self.version_status(call, version) in _MESSAGES:
                raise conflict(f"The version {version.arn} is not registered.")
            values["published"] = status == "PUBLISHED"
        version = replaced(version, {**values, "lastModifiedAt": call.now})
        self._keep_version(call, version)
        return self._version_answer(call, version)

    def delete_environment_template_version(self, call: Call) -> Members:
        version = self._named_version(call)
        name, major = version.templateName, version.majorVersion
        self._check_deletion(call, version)
        answer = self._version_answer(call, version)
        call.store.delete(call.scope, VERSION, f"{name}/{major}", version.minorVersion)
        if not call.store.count(call.scope, VERSION, f"{name}/{major}"):
            call.store.delete(call.scope, MAJOR, name, major)
        call.store.delete(call.scope, TOKEN, "", version.token)
        self.forget_tags(call, f"environment-template/{name}:{major}.{version.minorVersion}")
        return answer

    def _check_deletion(self, call: Call, version: Version) -> None:
        """Raises ConflictException for a recommended version that has others beside it (…_version.rst:13, 17)."""
        name, major, minor = version.templateName, version.majorVersion, version.minorVersion
        siblings = call.store.count(call.scope, VERSION, f"{name}/{major}") > 1
        if siblings and minor == self.recommended_minor(call, name, major):
            raise conflict(f"{major}.{minor} is the recommended minor version of {major}, which has others.")
        others = call.store.count(call.scope, MAJOR, name) > 1
        if not siblings and others and (major, minor) == self.recommended(call, name):
            raise conflict(f"{major}.{minor} is the recommended version of {name}, which has others.")

    def registers(self, call: Call) -> bool:
        """Whether the registration of a new version succeeds. What lies in S3 cannot be looked at from here."""
        return True

    def version(self, call: Call, template: str, major: str, minor: str) -> Version:
        """That version of a template. Raises ResourceNotFoundException."""
        version: Version | None = call.store.get(call.scope, VERSION, f"{template}/{major}", minor)
        if version is None:
            raise not_found("The version", f"{major}.{minor} of the environment template {template}")
        return version

    def version_status(self, call: Call, version: Version) -> str:
        if call.now < version.registered_at:
            return "REGISTRATION_IN_PROGRESS"
        if not version.registers:
            return "REGISTRATION_FAILED"
        return "PUBLISHED" if version.published else "DRAFT"

    def _named_version(self, call: Call) -> Version:
        template = self.template(call, call.params["templateName"])
        return self.version(call, template.name, call.params["majorVersion"], call.params["minorVersion"])

    def _major(self, call: Call, template: Template, number: str) -> Major:
        major: Major | None = call.store.get(call.scope, MAJOR, template.name, number)
        if major is None:
            raise not_found("The major version", f"{number} of the environment template {template.name}")
        return major

    def _next(self, call: Call, template: Template) -> Major:
        """The major version that the call makes or adds to, with the new minor version counted."""
        number = call.params.get("majorVersion")
        if number is not None:
            major = self._major(call, template, number)
            return replaced(major, {"minors_made": major.minors_made + 1})
        template = replaced(template, {"majors_made": template.majors_made + 1})
        self.keep_template(call, template)
        return Major(number=str(template.majors_made), minors_made=1)

    def _made_with(self, call: Call, token: str, request: str) -> Version | None:
        """The version that an identical request with this token made (create_environment_template_version.rst:52)."""
        kept: Token | None = call.store.get(call.scope, TOKEN, "", token)
        if kept is None:
            return None
        if kept.request != request:
            raise conflict(f"clientToken: another request was made with {token}.")
        return self.version(call, kept.template, kept.major, kept.minor)

    def _representative(self, call: Call, template: Template, major: str) -> Version:
        minor = self.recommended_minor(call, template.name, major)
        versions = self.minors(call, template.name, major)
        return next((each for each in versions if each.minorVersion == minor), versions[-1])

    def _count(self, call: Call, template: Template) -> int:
        majors = self.majors(call, template.name)
        return sum(call.store.count(call.scope, VERSION, f"{template.name}/{each.number}") for each in majors)

    def _keep_version(self, call: Call, version: Version) -> None:
        parent = f"{version.templateName}/{version.majorVersion}"
        call.store.put(call.scope, VERSION, parent, version.minorVersion, version)

    def _version_answer(self, call: Call, version: Version) -> Members:
        return {"environmentTemplateVersion": self._version_view(call, version)}

    def _version_view(self, call: Call, version: Version) -> Members:
        status = self.version_status(call, version)
        view = {**shown(version, _SHOWN), "status": status}
        if status in _MESSAGES:
            view["statusMessage"] = _MESSAGES[status]
        minor = self.recommended_minor(call, version.templateName, version.majorVersion)
        if minor is not None:
            view["recommendedMinorVersion"] = minor
        return view


def _request(call: Call) -> str:
    """What makes two requests identical: all members but the token."""
    members = {name: value for name, value in call.params.items() if name != "clientToken"}
    return msgspec.json.encode(members, order="sorted").decode()
