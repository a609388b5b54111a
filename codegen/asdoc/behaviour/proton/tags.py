"""Tags of Proton's resources, which are named by how their ARNs end."""

from __future__ import annotations

import re
from typing import Any

from asdoc.runtime.server.call import Call
from asdoc.runtime.server.pagination import page
from asdoc.runtime.server.store import Entry

from .base import Base, arn_of, not_found
from .records import TAGS, Members, answered

MAX_TAGS = 50
"""Tags of one resource (from the wire source: as many as one call may give)."""

_ARN = re.compile(r"arn:aws[a-z-]*:proton:[a-z0-9-]+:[0-9]{12}:(?P<resource>.+)")


class Tags(Base):
    def list_tags_for_resource(self, call: Call) -> Members:
        resource = self._tagged(call)
        tags = list(self._tags_of(call, resource).items())

        def source(after: int | None, limit: int) -> list[Entry]:
            first = 0 if after is None else after + 1
            return list(enumerate(tags))[first : first + limit]

        items, token = page(call, TAGS, resource, source=source)
        return answered("tags", [{"key": key, "value": value} for key, value in items], token)

    def tag_resource(self, call: Call) -> Members:
        resource = self._tagged(call)
        self.set_tags(call, resource, {**self._tags_of(call, resource), **tags_given(call)})
        return {}

    def untag_resource(self, call: Call) -> Members:
        resource = self._tagged(call)
        gone = set(call.params["tagKeys"])
        self.set_tags(call, resource, {k: v for k, v in self._tags_of(call, resource).items() if k not in gone})
        return {}

    def set_tags(self, call: Call, resource: str, tags: dict[str, str]) -> None:
        """Keep the tags of a resource. Raises ValidationException over 50."""
        if len(tags) > MAX_TAGS:
            raise call.invalid(f"tags: a resource may have {MAX_TAGS} tags; this one would have {len(tags)}.")
        if tags:
            call.store.put(call.scope, TAGS, "", resource, tags)
        else:
            self.forget_tags(call, resource)

    def forget_tags(self, call: Call, resource: str) -> None:
        call.store.delete(call.scope, TAGS, "", resource)

    def has_resource(self, call: Call, resource: str) -> bool:
        """Whether there is a resource whose ARN ends so, and that may have tags."""
        return False

    def _tags_of(self, call: Call, resource: str) -> dict[str, str]:
        tags: Any = call.store.get(call.scope, TAGS, "", resource)
        return tags or {}

    def _tagged(self, call: Call) -> str:
        arn = call.params["resourceArn"]
        match = _ARN.fullmatch(arn)
        if match is None:
            raise call.invalid(f"resourceArn: {arn} is not the ARN of a Proton resource.")
        resource = match["resource"]
        if arn != arn_of(call, resource) or not self.has_resource(call, resource):
            raise not_found("The resource", arn)
        return resource


def tags_given(call: Call) -> dict[str, str]:
    """The tags of a call; of two with one key, the later."""
    return {tag["key"]: tag["value"] for tag in call.params.get("tags", ())}
