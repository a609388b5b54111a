"""Calls through boto3."""

from __future__ import annotations

from functools import partial
from typing import Any

import boto3
import botocore.config

from tests.bench.callers.turns import arguments, blocking, endpoint, take_turns

config = botocore.config.Config(retries={"mode": "standard"}, max_pool_connections=64)
client: Any = boto3.client("appconfig", endpoint_url=endpoint(), config=config)
take_turns(blocking({name: partial(getattr(client, name), **given) for name, given in arguments().items()}))
