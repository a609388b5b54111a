"""What a run made at a target that is not its own: tagged, taken down, and deleted at the end."""

from __future__ import annotations

import re
import shlex
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from asdoc.runtime.http import HttpResponse
from asdoc.runtime.schema import Operation, Service

from ..plan.names import UNDOING, names_own, verb_noun

TAG = "asdoc-run"
"""Key of the tag on everything that a run makes and that takes tags; its value is the run's own."""
WAITS = (0.0, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each pass over what is left: what stands in something else, or is busy, may be in the way at first."""
_INSISTING = {"DeletionProtectionCheck": "BYPASS"}
"""Member of a deletion -> what it is told where it was refused: nobody but the run has a use for what the run made."""
_ENDING = ("Stop", "Cancel")
"""First words of operations that end something, which then is still there, and may have ended by itself before."""


class Life(NamedTuple):
    """How one kind of thing comes about and goes."""

    resource: str
    identity: str
    """Member of the answer that names it; empty where names alone tell."""
    undo: str
    """Operation that deletes or ends it; empty where there is none."""

    @property
    def ends(self) -> bool:
        """Whether undoing it is to end it, so that a refusal says that there is nothing to end."""
        return self.undo.startswith(_ENDING)


class Made:
    """One thing that a run made: the call that made it, and what its deletion is told."""

    def __init__(self, operation: str, life: Life, names: dict[str, Any]) -> None:
        self.operation = operation
        self.life = life
        self.resource = life.resource
        self.names = names

    def __str__(self) -> str:
        told = ", ".join(f"{name} {value!r}" for name, value in self.names.items())
        return f"{self.resource} ({told})"

    def command(self, service: str, region: str) -> str:
        """What deletes it by hand, with AWS's own tool; empty where nothing does."""
        if not self.life.undo:
            return ""
        given = [word for name, value in self.names.items() for word in (f"--{_dashed(name)}", str(value))]
        return shlex.join(["aws", service, _dashed(self.life.undo), *given, "--region", region])


def lives(service: Service, resources: Mapping[str, Mapping[str, Any]]) -> dict[str, Life]:
    """Operation that makes something -> what is known of it: what the cases tell, and beside it what names tell."""
    found: dict[str, Life] = {}
    for name, operation in service.operations.items():
        verb, noun = verb_noun(name)
        undo = next((each + noun for each in UNDOING.get(verb, ()) if each + noun in service.operations), "")
        if undo and operation.input:
            found[name] = Life(noun, "", undo)
    for resource, facts in resources.items():
        if create := facts.get("create"):
            undo = facts.get("delete") or (found[create].undo if create in found else "")
            found[create] = Life(resource, facts.get("identity", ""), undo)
    return found


class Ledger:
    """What was made at a target and not deleted yet. Safe to use from many threads."""

    def __init__(self, service: Service, resources: Mapping[str, Mapping[str, Any]]) -> None:
        self.run = f"asdoc-{uuid.uuid4().hex[:12]}"
        key, value = TAG.encode(), self.run.encode()
        self._marks = [re.compile(each.replace(b"KEY", key).replace(b"VALUE", value), re.IGNORECASE) for each in _MARKS]
        self._service = service
        self._lives = lives(service, resources)
        self._undone_by: dict[str, set[str]] = {}
        for life in self._lives.values():
            self._undone_by.setdefault(life.undo, set()).add(life.resource)
        self._made: list[Made] = []
        self._lock = threading.Lock()
        self.calls: dict[str, int] = {}
        """Operation -> how often it was called."""
        self.unsure: list[str] = []
        """Calls that make something and had no answer, or one that does not tell whether they did."""

    def tagged(self, operation: Operation, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
        """The arguments of a call, with the run's tag where it makes something that can be tagged.

        Where the call has as many tags as it may have, it stays as it is.
        """
        if operation.name not in self._lives:
            return arguments
        members = self._service.shapes[operation.input].members
        name = next((name for name in ("Tags", "tags", "TagList") if name in members), "")
        if not name:
            return arguments
        shape = self._service.resolve(members[name])
        given = arguments.get(name)
        if given is None:
            given = {} if shape.type == "map" else []
        if shape.max is not None and len(given) >= shape.max:
            return arguments
        if shape.type == "map" and isinstance(given, Mapping):
            return {**arguments, name: {**given, TAG: self.run}}
        if shape.type == "list" and shape.member is not None and isinstance(given, list | tuple):
            parts = {part.lower(): part for part in self._service.resolve(shape.member).members}
            pair = [next((parts[part] for part in (word, f"tag{word}") if part in parts), "") for word in _PAIR]
            if all(pair):
                return {**arguments, name: [*given, dict(zip(pair, (TAG, self.run), strict=True))]}
        return arguments

    def makes_room(self, operation: Operation, arguments: Mapping[str, Any]) -> tuple[str, dict[str, Any]] | None:
        """What is to be called before a call that gives something all the tags that it may have: ours must go first."""
        verb, noun = verb_noun(operation.name)
        untag = self._service.operations.get(f"Untag{noun}")
        if verb != "Tag" or untag is None:
            return None
        shape = self._service.shapes[operation.input].members.get("Tags")
        most = self._service.resolve(shape).max if shape is not None else None
        tags = arguments.get("Tags")
        if most is None or not isinstance(tags, Mapping | list | tuple) or len(tags) < most:
            return None
        members = self._service.shapes[untag.input].members
        keys = next((name for name in members if name.lower().endswith("keys")), "")
        told = {name: arguments[name] for name in members if name in arguments and name != keys}
        return (untag.name, {**told, keys: [TAG]}) if keys and told else None

    def unmarked(self, response: HttpResponse) -> HttpResponse:
        """An answer without the run's own tag, which no document tells of, and nothing else changed."""
        if self.run.encode() not in response.body:
            return response
        body = response.body
        for pattern in self._marks:
            body = pattern.sub(b"", body)
        return msgspec.structs.replace(response, body=body)

    @property
    def left(self) -> list[Made]:
        """What is there still, the last made first."""
        with self._lock:
            return list(reversed(self._made))

    def answered(self, operation: str, arguments: Mapping[str, Any], status: int, tree: Mapping[str, Any]) -> None:
        """Take down one call and what came of it; status 0 is for no answer."""
        with self._lock:
            self.calls[operation] = self.calls.get(operation, 0) + 1
            life = self._lives.get(operation)
            if life is not None and (status == 0 or status >= 500):
                told = f"status {status}" if status else "no answer"
                name = next((f" of {key} {arguments[key]!r}" for key in ("Name", "name") if key in arguments), "")
                self.unsure.append(f"{operation}{name}: {told}")
            elif not 200 <= status < 300:
                return
            elif life is not None:
                names = self._names(life, operation, arguments, tree)
                if not any(made.life == life and made.names == names for made in self._made):
                    self._made.append(Made(operation, life, names))
            elif operation in self._undone_by:
                self._gone(self._undone_by[operation], arguments)

    def _names(
        self, life: Life, operation: str, arguments: Mapping[str, Any], tree: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What the deletion of a thing must be told, taken from the answer and the call that made it."""
        told = {name: value for name, value in tree.items() if isinstance(value, str | int)}
        if not life.undo:
            return {name: value for name, value in told.items() if name == (life.identity or "Id")}
        known = {**arguments, **told}
        shape = self._service.shapes[self._service.operations[life.undo].input]
        names = {}
        for name in shape.members:
            own = [life.identity] if life.identity else []
            own += [each for each in ("Id", "Arn", "Name") if names_own(operation, name)]
            if name in known:
                names[name] = known[name]
            elif name in shape.required and (other := next((each for each in own if each in told), "")):
                names[name] = told[other]
        return names

    def _gone(self, resources: Iterable[str], arguments: Mapping[str, Any]) -> None:
        for index, made in enumerate(self._made):
            if made.resource in resources and _same(made.names, arguments):
                del self._made[index]
                return

    def clear(
        self, undo: Callable[[str, dict[str, Any]], int], sleep: Callable[[float], None] = time.sleep
    ) -> list[Made]:
        """Delete all that is left, the last made first; gives what could not be.

        `undo` calls an operation and gives the status of its answer, 0 for none.
        """
        for wait in WAITS:
            if not self.left:
                break
            sleep(wait)
            for made in self.left:
                if made.life.undo and self._undone(made, undo(made.life.undo, self._told(made, insisting=wait > 0))):
                    with self._lock:
                        if made in self._made:
                            self._made.remove(made)
        return self.left

    @staticmethod
    def _undone(made: Made, status: int) -> bool:
        # What is not there needs no deleting, such as what went with that which it stood in.
        return 200 <= status < 300 or status in (404, 410) or (made.life.ends and 400 <= status < 500 and status != 429)

    def _told(self, made: Made, *, insisting: bool) -> dict[str, Any]:
        members = self._service.shapes[self._service.operations[made.life.undo].input].members
        more = {name: value for name, value in _INSISTING.items() if insisting and name in members}
        return {**made.names, **more}


_PAIR = ("key", "value")
_IN_JSON = tuple(
    mark
    for one in (
        rb'"KEY"\s*:\s*"VALUE"',
        rb'\{\s*"(?:tag)?key"\s*:\s*"KEY"\s*,\s*"(?:tag)?value"\s*:\s*"VALUE"\s*\}',
        rb'\{\s*"(?:tag)?value"\s*:\s*"VALUE"\s*,\s*"(?:tag)?key"\s*:\s*"KEY"\s*\}',
    )
    for mark in (one + rb"\s*,\s*", rb"\s*,\s*" + one, one)
)
_MARKS = (
    *_IN_JSON,
    rb"<(\w+)>\s*<(\w*Key)>KEY</\2>\s*<(\w*Value)>VALUE</\3>\s*</\1>",
    rb"<(\w+)>\s*<(\w*Value)>VALUE</\2>\s*<(\w*Key)>KEY</\3>\s*</\1>",
)
"""How the run's tag stands in an answer: in a map or a list of JSON with one of its commas, or in XML."""


def _same(names: Mapping[str, Any], arguments: Mapping[str, Any]) -> bool:
    shared = [name for name in names if name in arguments]
    return bool(shared) and all(str(names[name]) == str(arguments[name]) for name in shared)


def _dashed(name: str) -> str:
    """As AWS's own tool writes names: `ApplicationId` → `application-id`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()
