from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from asdoc.appconfig import Client
from asdoc.appconfig.backend import Backend
from asdoc.behaviour.appconfig import AppConfig
from asdoc.runtime.server.clock import ManualClock

START = datetime(2021, 9, 17, 21, 43, 54, 205000, tzinfo=UTC)
ROLE = "arn:aws:iam::111122223333:role/Example-App-Config-Role"


@dataclass
class World:
    """An application with an environment and a hosted profile, on a clock that stands still."""

    clock: ManualClock = field(default_factory=lambda: ManualClock(START))
    behaviour: AppConfig | None = None

    def __post_init__(self) -> None:
        self.backend = Backend(clock=self.clock, behaviour=self.behaviour)
        self.client: Any = Client(
            "us-east-1",
            backend=self.backend.handle,
            aws_access_key_id="111122223333",
            aws_secret_access_key="secret",
        )
        self.application: str = self.client.create_application(Name="application")["Id"]
        self.environment: str = self.client.create_environment(ApplicationId=self.application, Name="environment")["Id"]
        self.profile: str = self.create_profile()

    def create_profile(self, name: str = "profile", **more: Any) -> str:
        members = {"LocationUri": "hosted", **more}
        made = self.client.create_configuration_profile(ApplicationId=self.application, Name=name, **members)
        return str(made["Id"])

    def create_version(self, content: bytes = b"{}", **more: Any) -> Any:
        members = {"ConfigurationProfileId": self.profile, "ContentType": "application/json", **more}
        return self.client.create_hosted_configuration_version(
            ApplicationId=self.application, Content=content, **members
        )

    def create_strategy(self, minutes: int = 15, factor: float = 25, **more: Any) -> str:
        made = self.client.create_deployment_strategy(
            Name="strategy", DeploymentDurationInMinutes=minutes, GrowthFactor=factor, **more
        )
        return str(made["Id"])

    def start(self, strategy: str, version: str = "1", **more: Any) -> Any:
        members = {
            "ApplicationId": self.application,
            "EnvironmentId": self.environment,
            "ConfigurationProfileId": self.profile,
            **more,
        }
        return self.client.start_deployment(DeploymentStrategyId=strategy, ConfigurationVersion=version, **members)

    def deploy(self, version: str = "1", **more: Any) -> Any:
        """A deployment that is complete at once."""
        return self.start(self.create_strategy(minutes=0, factor=100), version, **more)

    def deployment(self, number: int = 1) -> Any:
        return self.client.get_deployment(
            ApplicationId=self.application, EnvironmentId=self.environment, DeploymentNumber=number
        )

    def stop(self, number: int = 1, **more: Any) -> Any:
        return self.client.stop_deployment(
            ApplicationId=self.application, EnvironmentId=self.environment, DeploymentNumber=number, **more
        )

    def environment_state(self) -> str:
        found = self.client.get_environment(ApplicationId=self.application, EnvironmentId=self.environment)
        return str(found["State"])

    def retrieve(self, client: str = "client", **more: Any) -> Any:
        return self.client.get_configuration(
            Application="application", Environment="environment", Configuration="profile", ClientId=client, **more
        )

    def arn(self, resource: str) -> str:
        return f"arn:aws:appconfig:us-east-1:111122223333:{resource}"


@pytest.fixture
def world() -> World:
    return World()
