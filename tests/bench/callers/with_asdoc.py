"""Calls through asdoc's blocking client; a third argument names the transport."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from asdoc.appconfig import Client
from asdoc.runtime.config import Config
from tests.bench.callers.turns import arguments, blocking, endpoint, take_turns

transport: Any = sys.argv[3] if len(sys.argv) > 3 else None
client = Client(endpoint_url=endpoint(), config=Config(transport=transport, max_pool_connections=64))
take_turns(blocking({name: partial(getattr(client, name), **given) for name, given in arguments().items()}))
