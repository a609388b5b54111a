"""Associations: which extension acts for which application, environment or configuration profile."""

from __future__ import annotations

from asdoc.runtime.server.call import Call
from asdoc.runtime.server.pagination import page

from .base import not_found, replaced
from .extensions import Extensions, arn_of, check_values
from .records import APPLICATION, ASSOCIATION, ENVIRONMENT, PROFILE, ExtensionAssociation, Members, listed, shown

_NAMES = ("Id", "ExtensionArn", "ResourceArn", "Parameters", "ExtensionVersionNumber")
_SUMMARY = ("Id", "ExtensionArn", "ResourceArn")
_KINDS = (APPLICATION, ENVIRONMENT, PROFILE)
"""What an extension may be associated with (create_extension_association.rst)."""


class Associations(Extensions):
    def create_extension_association(self, call: Call) -> Members:
        params = call.params
        tags = self.checked_tags(call)
        version = self.extension(call, params["ExtensionIdentifier"], params.get("ExtensionVersionNumber"))
        resource = params["ResourceIdentifier"]
        if not resource.startswith("arn:"):
            raise call.invalid(f"ResourceIdentifier: {resource} is not an ARN.")
        named = self.resource_of(call, resource, "ResourceIdentifier", kinds=_KINDS)
        values = params.get("Parameters") or {}
        fault = check_values(version, values)
        if fault is not None:
            raise fault
        mine = arn_of(call, version)
        record = self.add(
            call,
            ASSOCIATION,
            "",
            lambda new: ExtensionAssociation(
                Id=new,
                ExtensionArn=mine,
                ResourceArn=f"arn:aws:appconfig:{call.scope.region}:{call.scope.account}:{named}",
                Parameters=values,
                ExtensionVersionNumber=version.VersionNumber,
                extension=version.Id,
                resource=named,
            ),
        )
        self.set_tags(call, _resource(record), tags)
        return _view(call, record)

    def get_extension_association(self, call: Call) -> Members:
        return _view(call, self._association(call))

    def list_extension_associations(self, call: Call) -> Members:
        params = call.params
        resource = params.get("ResourceIdentifier")
        identifier, number = params.get("ExtensionIdentifier"), params.get("ExtensionVersionNumber")
        end = resource.split(":", 5)[-1] if resource else None
        named = self._identified(call, identifier) if identifier else None

        def matches(record: ExtensionAssociation) -> bool:
            return (
                end in (None, record.resource)
                and number in (None, record.ExtensionVersionNumber)
                and (
                    named is None
                    or (record.extension == named[0] and named[1] in (None, record.ExtensionVersionNumber))
                )
            )

        records, token = page(
            call, ASSOCIATION, where=matches, filters=(resource or "", identifier or "", str(number or ""))
        )
        return listed([shown(record, _SUMMARY) for record in records], token)

    def update_extension_association(self, call: Call) -> Members:
        record = self._association(call)
        values = call.params.get("Parameters")
        if values is not None:
            version = self.extension(call, record.extension, record.ExtensionVersionNumber)
            fault = check_values(version, values)
            if fault is not None:
                raise fault
            record = replaced(record, {"Parameters": values})
            call.store.put(call.scope, ASSOCIATION, "", record.Id, record)
        return _view(call, record)

    def delete_extension_association(self, call: Call) -> None:
        record = self._association(call)
        call.store.delete(call.scope, ASSOCIATION, "", record.Id)
        self.forget(call, _resource(record))

    def forget(self, call: Call, resource: str) -> None:
        """What is deleted has no associations any more either."""
        super().forget(call, resource)
        for _, record in call.store.page(
            call.scope, ASSOCIATION, "", where=lambda held: bool(held.resource == resource)
        ):
            call.store.delete(call.scope, ASSOCIATION, "", record.Id)
            self.forget(call, _resource(record))

    def _association(self, call: Call) -> ExtensionAssociation:
        identifier = call.params["ExtensionAssociationId"]
        record: ExtensionAssociation | None = call.store.get(call.scope, ASSOCIATION, "", identifier)
        if record is None:
            raise not_found(ASSOCIATION, identifier)
        return record

    def _identified(self, call: Call, identifier: str) -> tuple[str, int | None]:
        """(id, version) that a filter names; an extension that is not there has no associations."""
        if identifier.startswith("arn:"):
            return self.of_arn(call, identifier)
        return self.known(call, identifier), None


def _view(call: Call, record: ExtensionAssociation) -> Members:
    arn = f"arn:aws:appconfig:{call.scope.region}:{call.scope.account}:{_resource(record)}"
    return {**shown(record, _NAMES), "Arn": arn}


def _resource(record: ExtensionAssociation) -> str:
    return f"extensionassociation/{record.Id}"
