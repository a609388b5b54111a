"""Calls through capo-appconfig, whose arguments have names in snake case."""

from __future__ import annotations

import re
from functools import partial

from capo_appconfig import AppConfigClient  # type: ignore[import-not-found, unused-ignore]  # in an environment of its own

from tests.bench.callers.turns import arguments, blocking, endpoint, take_turns

client = AppConfigClient(endpoint=endpoint(), region="us-east-1")
take_turns(
    blocking(
        {
            name: partial(
                getattr(client, name),
                **{re.sub("(?<=[a-z])(?=[A-Z])", "_", key).lower(): value for key, value in given.items()},
            )
            for name, given in arguments().items()
        }
    )
)
