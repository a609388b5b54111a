"""Environment templates: the names under which the versions of a template lie."""

from __future__ import annotations

from typing import Any

from asdoc.runtime.server.call import Call
from asdoc.runtime.server.pagination import page

from .base import arn_of, conflict, given, not_found, replaced
from .records import MAJOR, TEMPLATE, VERSION, Major, Members, Template, Version, answered, shown
from .tags import Tags, tags_given

_SUMMARY = ("arn", "createdAt", "description", "displayName", "lastModifiedAt", "name", "provisioning")
_SHOWN = (*_SUMMARY, "encryptionKey")
_KEPT = ("description", "displayName", "encryptionKey", "provisioning")


class Templates(Tags):
    def create_environment_template(self, call: Call) -> Members:
        name = call.params["name"]
        if call.store.get(call.scope, TEMPLATE, "", name) is not None:
            raise conflict(f"There is an environment template {name} already.")
        self.check_quota(call, TEMPLATE, call.store.count(call.scope, TEMPLATE, ""))
        resource = f"environment-template/{name}"
        template = Template(
            arn=arn_of(call, resource),
            createdAt=call.now,
            lastModifiedAt=call.now,
            name=name,
            **given(call, _KEPT),
        )
        self.keep_template(call, template)
        self.set_tags(call, resource, tags_given(call))
        return self._template_answer(call, template)

    def get_environment_template(self, call: Call) -> Members:
        return self._template_answer(call, self.template(call, call.params["name"]))

    def list_environment_templates(self, call: Call) -> Members:
        templates, token = page(call, TEMPLATE)
        return answered("templates", [self._template_view(call, each, _SUMMARY) for each in templates], token)

    def update_environment_template(self, call: Call) -> Members:
        template = self.template(call, call.params["name"])
        changed = given(call, ("description", "displayName"))
        template = replaced(template, {**changed, "lastModifiedAt": call.now})
        self.keep_template(call, template)
        return self._template_answer(call, template)

    def delete_environment_template(self, call: Call) -> Members:
        """Only where no version of it is left (delete_environment_template.rst:13)."""
        template = self.template(call, call.params["name"])
        if call.store.count(call.scope, MAJOR, template.name):
            raise conflict(f"The environment template {template.name} has versions. Delete them before it.")
        call.store.delete(call.scope, TEMPLATE, "", template.name)
        self.forget_tags(call, f"environment-template/{template.name}")
        return self._template_answer(call, template)

    def template(self, call: Call, name: str) -> Template:
        """The template of that name. Raises ResourceNotFoundException."""
        template: Template | None = call.store.get(call.scope, TEMPLATE, "", name)
        if template is None:
            raise not_found("The environment template", name)
        return template

    def keep_template(self, call: Call, template: Template) -> None:
        call.store.put(call.scope, TEMPLATE, "", template.name, template)

    def majors(self, call: Call, template: str) -> list[Major]:
        """The major versions of a template, the oldest first."""
        return [record for _, record in call.store.page(call.scope, MAJOR, template)]

    def minors(self, call: Call, template: str, major: str) -> list[Version]:
        """The minor versions of a major one, the oldest first."""
        return [record for _, record in call.store.page(call.scope, VERSION, f"{template}/{major}")]

    def recommended_minor(self, call: Call, template: str, major: str) -> str | None:
        """The latest minor version that is published (update_environment.rst:69)."""
        published = (each.minorVersion for each in reversed(self.minors(call, template, major)) if each.published)
        return next(published, None)

    def recommended(self, call: Call, template: str) -> tuple[str, str] | None:
        """The latest major version of which something is published, and its minor one (update_environment.rst:77)."""
        for major in reversed(self.majors(call, template)):
            minor = self.recommended_minor(call, template, major.number)
            if minor is not None:
                return major.number, minor
        return None

    def _template_answer(self, call: Call, template: Template) -> Members:
        return {"environmentTemplate": self._template_view(call, template, _SHOWN)}

    def _template_view(self, call: Call, template: Template, names: tuple[str, ...]) -> Members:
        view: dict[str, Any] = shown(template, names)
        recommended = self.recommended(call, template.name)
        if recommended is not None:
            view["recommendedVersion"] = ".".join(recommended)
        return view
