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


def add_walks(folder: Path) -> None:
    """Give each operation of a spec a paginator over its first list, and a waiter, so that code is made of these too.

    Pages tell of them on pages of their own, which a mangled page has not.
    """
    path = folder / "operations.json"
    told = json.loads(path.read_text(encoding="utf-8"))
    shapes = json.loads((folder / "shapes.json").read_text(encoding="utf-8"))["$defs"]
    for name, operation in told["operations"].items():
        members = shapes[operation["output"]]["properties"] if operation["output"] else {}
        given = shapes[operation["input"]]["properties"] if operation["input"] else {}
        lists = [member for member, node in members.items() if node.get("type") == "array"]
        paged = {"method": "paginate", "pageSize": True, "members": list(members), "source": operation["source"]}
        paged |= {"input_token": list(given)[-1:], "output_token": [], "result_key": lists[:1] or list(members)[:1]}
        operation.setdefault("pagination", paged)
        acceptors = [{"matcher": "path", "argument": member, "expected": "x", "state": "success"} for member in members]
        acceptors += [{"matcher": "error", "expected": error, "state": "success"} for error in operation["errors"]]
        waited = {"operation": name, "method": "wait", "delay": 5, "maxAttempts": 3, "source": operation["source"]}
        told["waiters"].setdefault(f"{name}Done", {**waited, "wire": {"acceptors": acceptors}})
    path.write_text(json.dumps(told), encoding="utf-8")
