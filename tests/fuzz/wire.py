"""Made-up wire facts: just enough that code can be generated of whatever operations a page told."""

from __future__ import annotations

import json
from pathlib import Path

_HASH = "0" * 64


def write(folder: Path) -> None:
    """Write `wire.json` into the folder of a spec, for the service and the operations in its `operations.json`."""
    told = json.loads((folder / "operations.json").read_text(encoding="utf-8"))
    service = told["service"]
    facts = {
        "service": service,
        "origin": {"source": "botocore", "version": "0", "sha256": {"service-2": _HASH}},
        "metadata": {
            "apiVersion": "2020-01-01",
            "endpointPrefix": "garden",
            "protocol": "json",
            "jsonVersion": "1.0",
            "serviceId": "Garden",
            "signatureVersion": "v4",
            "targetPrefix": "Garden",
        },
        "operations": {
            name: {"http": {"method": "POST", "requestUri": "/"}, "errors": operation["errors"]}
            for name, operation in told["operations"].items()
        },
        "shapes": {},
        "pagination": {},
        "waiters": {},
    }
    (folder / "wire.json").write_text(json.dumps(facts), encoding="utf-8")
