"""A Proton to try things on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from asdoc.behaviour.proton import Proton
from asdoc.proton import Client
from asdoc.proton.backend import Backend
from asdoc.runtime.server.clock import ManualClock

START = datetime(2021, 9, 17, 21, 43, 54, 205000, tzinfo=UTC)
SOURCE = {"s3": {"bucket": "bundles", "key": "bundle.tar.gz"}}


@dataclass
class World:
    """Proton, on a clock that stands still."""

    behaviour: Proton | None = None
    clock: ManualClock = field(default_factory=lambda: ManualClock(START))

    def __post_init__(self) -> None:
        self.backend = Backend(clock=self.clock, behaviour=self.behaviour)
        self.client = self.caller()
        self.exceptions = self.client.exceptions

    def caller(self, account: str = "111122223333", region: str = "us-east-1") -> Any:
        return Client(region, backend=self.backend.handle, aws_access_key_id=account, aws_secret_access_key="secret")

    def template(self, name: str = "vpc", **more: Any) -> Any:
        return self.client.create_environment_template(name=name, **more)["environmentTemplate"]

    def version(self, template: str = "vpc", major: str | None = None, **more: Any) -> str:
        """A new version, as `2.1`."""
        made = self.client.create_environment_template_version(
            templateName=template, majorVersion=major, source=SOURCE, **more
        )["environmentTemplateVersion"]
        return f"{made['majorVersion']}.{made['minorVersion']}"

    def update_version(self, version: str, template: str = "vpc", **more: Any) -> Any:
        major, minor = version.split(".")
        return self.client.update_environment_template_version(
            templateName=template, majorVersion=major, minorVersion=minor, **more
        )["environmentTemplateVersion"]

    def publish(self, *versions: str, template: str = "vpc") -> None:
        for version in versions:
            self.update_version(version, template, status="PUBLISHED")

    def shown_version(self, version: str, template: str = "vpc") -> Any:
        major, minor = version.split(".")
        return self.client.get_environment_template_version(
            templateName=template, majorVersion=major, minorVersion=minor
        )["environmentTemplateVersion"]

    def delete_version(self, version: str, template: str = "vpc") -> Any:
        major, minor = version.split(".")
        return self.client.delete_environment_template_version(
            templateName=template, majorVersion=major, minorVersion=minor
        )["environmentTemplateVersion"]

    def versions(self, template: str = "vpc", **more: Any) -> list[str]:
        found = self.client.list_environment_template_versions(templateName=template, **more)["templateVersions"]
        return [f"{each['majorVersion']}.{each['minorVersion']}" for each in found]

    def recommended(self, template: str = "vpc") -> str | None:
        found = self.client.get_environment_template(name=template)["environmentTemplate"]
        told: str | None = found.get("recommendedVersion")
        return told

    def templates(self, *versions: str, template: str = "vpc") -> None:
        """A template with these versions, published; they are named in the order in which they come."""
        self.template(template)
        for version in versions:
            major, minor = version.split(".")
            assert self.version(template, None if minor == "0" else major) == version
            self.publish(version, template=template)

    def create(self, name: str = "prod", **more: Any) -> Any:
        members = {"spec": "spec: 1", "templateName": "vpc", "templateMajorVersion": "1", **more}
        return self.client.create_environment(name=name, **members)["environment"]

    def deployed(self, name: str = "prod", **more: Any) -> Any:
        """An environment whose first deployment is through."""
        self.create(name, **more)
        self.clock.advance(60)
        environment = self.get(name)
        assert environment["deploymentStatus"] == "SUCCEEDED"
        return environment

    def get(self, name: str = "prod") -> Any:
        return self.client.get_environment(name=name)["environment"]

    def update(self, mode: str, name: str = "prod", **more: Any) -> Any:
        return self.client.update_environment(name=name, deploymentType=mode, **more)["environment"]

    def cancel(self, name: str = "prod") -> Any:
        return self.client.cancel_environment_deployment(environmentName=name)["environment"]


def in_use(environment: Any) -> str:
    return f"{environment['templateMajorVersion']}.{environment['templateMinorVersion']}"
