"""Tags of resources, which are named by how their ARNs end."""

from __future__ import annotations

import re
from typing import Any

from asdoc.runtime.server.call import Call

from .base import Base, not_found
from .records import (
    APPLICATION,
    ASSOCIATION,
    DEPLOYMENT,
    ENVIRONMENT,
    EXTENSION_VERSION,
    PROFILE,
    STRATEGY,
    TAGS,
    Members,
)

MAX_TAGS = 50
"""Tags of one resource (tag_resource.rst)."""

# The set that tag_resource.rst names, taken at its word: `+-=` is a range there, and holds the digits.
_TAG_TEXT = re.compile(r"[a-zA-Z+-=._:/]*")

_KINDS = (
    (re.compile(r"application/(?P<key>[^/]+)"), APPLICATION),
    (re.compile(r"application/(?P<parent>[^/]+)/environment/(?P<key>[^/]+)"), ENVIRONMENT),
    (re.compile(r"application/(?P<parent>[^/]+)/configurationprofile/(?P<key>[^/]+)"), PROFILE),
    (re.compile(r"application/(?P<a>[^/]+)/environment/(?P<e>[^/]+)/deployment/(?P<key>[^/]+)"), DEPLOYMENT),
    (re.compile(r"deploymentstrategy/(?P<key>[^/]+)"), STRATEGY),
    (re.compile(r"extension/(?P<parent>[^/]+)/(?P<key>[^/]+)"), EXTENSION_VERSION),
    (re.compile(r"extensionassociation/(?P<key>[^/]+)"), ASSOCIATION),
)
_TAGGED = tuple(kind for _, kind in _KINDS)


class Tags(Base):
    def list_tags_for_resource(self, call: Call) -> Members:
        return {"Tags": dict(self._tags_of(call, self._tagged_resource(call)))}

    def tag_resource(self, call: Call) -> None:
        resource = self._tagged_resource(call)
        self.set_tags(call, resource, {**self._tags_of(call, resource), **self.checked_tags(call)})

    def untag_resource(self, call: Call) -> None:
        resource = self._tagged_resource(call)
        gone = set(call.params["TagKeys"])
        self.set_tags(call, resource, {k: v for k, v in self._tags_of(call, resource).items() if k not in gone})

    def checked_tags(self, call: Call) -> dict[str, str]:
        """The tags that a call gives. Raises BadRequestException where one breaks the documented rules."""
        tags: dict[str, str] = call.params.get("Tags", {})
        for key, value in tags.items():
            if key.startswith("aws:"):
                raise call.invalid(f"Tags: the key {key} begins with aws:, which is reserved.")
            if not _TAG_TEXT.fullmatch(key) or not _TAG_TEXT.fullmatch(value):
                raise call.invalid(f"Tags: the tag {key} has characters other than [a-zA-Z+-=._:/].")
        return tags

    def set_tags(self, call: Call, resource: str, tags: dict[str, str]) -> None:
        """Keep the tags of a resource, which is named as its ARN ends. Raises BadRequestException over 50."""
        if len(tags) > MAX_TAGS:
            raise call.invalid(f"Tags: a resource may have {MAX_TAGS} tags; this one would have {len(tags)}.")
        if tags:
            call.store.put(call.scope, TAGS, "", resource, tags)
        else:
            call.store.delete(call.scope, TAGS, "", resource)

    def forget(self, call: Call, resource: str) -> None:
        """Forget what hangs on a resource that is being deleted."""
        call.store.delete(call.scope, TAGS, "", resource)

    def _tags_of(self, call: Call, resource: str) -> dict[str, str]:
        tags: Any = call.store.get(call.scope, TAGS, "", resource)
        return tags or {}

    def _tagged_resource(self, call: Call) -> str:
        return self.resource_of(call, call.params["ResourceArn"], "ResourceArn", kinds=_TAGGED)

    def resource_of(self, call: Call, arn: str, member: str, *, kinds: tuple[str, ...]) -> str:
        """The end of an ARN that names a resource of this account, of one of the kinds; `member` is what gives it.

        Account and region of the ARN are not compared with the caller's: no AppConfig operation tells a caller its
        account, and an id finds its resource only where the caller has it.
        """
        parts = arn.split(":", 5)
        if len(parts) != 6 or parts[2] != "appconfig":
            raise call.invalid(f"{member}: {arn} is not the ARN of an AppConfig resource.")
        resource: str = parts[5]
        for pattern, kind in _KINDS:
            match = pattern.fullmatch(resource)
            if match is None or kind not in kinds:
                continue
            groups = match.groupdict()
            parent = f"{groups['a']}/{groups['e']}" if kind == DEPLOYMENT else groups.get("parent") or ""
            if call.store.get(call.scope, kind, parent, groups["key"]) is None:
                raise not_found(kind, arn)
            return resource
        raise call.invalid(f"{member}: {resource} names no kind of resource that is meant here.")
