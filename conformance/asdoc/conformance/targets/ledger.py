"""What a run made at a target that is not its own: tagged, taken down, and deleted at the end."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from asdoc.runtime.schema import Operation, Service

TAG = "asdoc-run"
"""Key of the tag on everything that a run makes and that takes tags; its value is the run's own."""


class Made:
    """One thing that a run made: the call that made it, and what its deletion is told."""

    def __init__(self, operation: str, resource: str, names: dict[str, Any]) -> None:
        self.operation = operation
        self.resource = resource
        self.names = names

    def __str__(self) -> str:
        told = ", ".join(f"{name} {value!r}" for name, value in self.names.items())
        return f"{self.resource} ({told})"


class Ledger:
    """What was made at a target and not deleted yet, by the lifecycle that a service's cases tell."""

    def __init__(self, service: Service, resources: Mapping[str, Mapping[str, Any]]) -> None:
        self.run = f"asdoc-{uuid.uuid4().hex[:12]}"
        self._service = service
        self._by_create = {facts["create"]: name for name, facts in resources.items() if "create" in facts}
        self._by_delete = {facts["delete"]: name for name, facts in resources.items() if "delete" in facts}
        self._resources = resources
        self._made: list[Made] = []
        self._lock = threading.Lock()
        self.calls: dict[str, int] = {}
        """Operation -> how often it was called."""

    def tagged(self, operation: Operation, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """The arguments of a call, with the run's tag where it makes something that can be tagged."""
        if operation.name not in self._by_create:
            return arguments
        member = self._service.shapes[operation.input].members.get("Tags")
        if member is None:
            return arguments
        shape = self._service.resolve(member)
        if shape.type == "map":
            return {**arguments, "Tags": {**arguments.get("Tags", {}), TAG: self.run}}
        if shape.type == "list" and shape.member is not None:
            names = {name.lower(): name for name in self._service.resolve(shape.member).members}
            if {"key", "value"} <= set(names):
                tag = {names["key"]: TAG, names["value"]: self.run}
                return {**arguments, "Tags": [*arguments.get("Tags", ()), tag]}
        return arguments

    @property
    def left(self) -> list[Made]:
        """What is there still, the last made first."""
        return list(reversed(self._made))

    def answered(self, operation: str, arguments: Mapping[str, Any], status: int, tree: Mapping[str, Any]) -> None:
        """Take down one call and what came of it."""
        with self._lock:
            self.calls[operation] = self.calls.get(operation, 0) + 1
            if not 200 <= status < 300:
                return
            if operation in self._by_create:
                resource = self._by_create[operation]
                self._made.append(Made(operation, resource, self._names(resource, arguments, tree)))
            elif operation in self._by_delete:
                self._gone(self._by_delete[operation], arguments)

    def _names(self, resource: str, arguments: Mapping[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
        """What the deletion of a thing must be told, taken from the answer and the call that made it."""
        facts = self._resources[resource]
        identity = facts.get("identity", "")
        known = {**arguments, **{name: value for name, value in tree.items() if isinstance(value, str | int)}}
        if "delete" not in facts:
            return {identity: tree.get(identity)}
        shape = self._service.shapes[self._service.operations[facts["delete"]].input]
        names = {}
        for name in shape.members:
            if name in known:
                names[name] = known[name]
            elif name in shape.required and identity in tree:
                names[name] = tree[identity]
        return names

    def _gone(self, resource: str, arguments: Mapping[str, Any]) -> None:
        for index, made in enumerate(self._made):
            if made.resource == resource and _same(made.names, arguments):
                del self._made[index]
                return

    def clear(self, delete: Callable[[str, dict[str, Any]], bool]) -> list[Made]:
        """Delete all that is left, the last made first; gives what could not be.

        `delete` calls an operation and says whether it did.
        """
        # What stands in something else may be in the way of it, so once more after the first pass.
        for _ in range(2):
            for made in self.left:
                operation = self._resources[made.resource].get("delete")
                if operation and delete(operation, made.names):
                    with self._lock:
                        if made in self._made:
                            self._made.remove(made)
        return [made for made in self.left if self._resources[made.resource].get("delete")]


def _same(names: Mapping[str, Any], arguments: Mapping[str, Any]) -> bool:
    shared = [name for name in names if name in arguments]
    return bool(shared) and all(str(names[name]) == str(arguments[name]) for name in shared)
