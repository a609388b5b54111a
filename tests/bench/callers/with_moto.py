"""Calls through boto3 under moto's `mock_aws`: an application is all of AppConfig that moto can give back."""

from __future__ import annotations

from functools import partial
from typing import Any

import boto3
from moto import mock_aws  # type: ignore[import-not-found, unused-ignore]  # in an environment of its own

from tests.bench.callers.turns import blocking, take_turns

with mock_aws():
    client: Any = boto3.client("appconfig")
    application = client.create_application(Name="bench")["Id"]
    take_turns(blocking({"get_application": partial(client.get_application, ApplicationId=application)}))
