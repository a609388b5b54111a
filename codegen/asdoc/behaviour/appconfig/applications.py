"""Applications: the folders that hold environments and configuration profiles."""

from __future__ import annotations

from asdoc.runtime.server.call import Call
from asdoc.runtime.server.kept import steady
from asdoc.runtime.server.pagination import page

from .base import changes, replaced
from .records import APPLICATION, ENVIRONMENT, PROFILE, Application, Members, listed
from .tags import Tags


class Applications(Tags):
    def create_application(self, call: Call) -> Members:
        params = call.params
        tags = self.checked_tags(call)
        record = self.add(
            call,
            APPLICATION,
            "",
            lambda new: Application(Id=new, Name=params["Name"], Description=params.get("Description") or None),
        )
        self.set_tags(call, f"application/{record.Id}", tags)
        return _view(record)

    @steady
    def get_application(self, call: Call) -> Members:
        return _view(self.application(call))

    def list_applications(self, call: Call) -> Members:
        records, token = page(call, APPLICATION)
        return listed([_view(record) for record in records], token)

    def update_application(self, call: Call) -> Members:
        record = replaced(self.application(call), changes(call.params, ("Name", "Description")))
        call.store.put(call.scope, APPLICATION, "", record.Id, record)
        return _view(record)

    def delete_application(self, call: Call) -> None:
        record = self.application(call)
        # The page names BadRequestException and no reason for it. What would be lost with the folder is one: the
        # service refuses to delete a profile that still has versions in the same way.
        for kind in (ENVIRONMENT, PROFILE):
            if call.store.count(call.scope, kind, record.Id):
                raise call.invalid(
                    f"Application {record.Id} still holds something of the kind {kind} and cannot be deleted."
                )
        call.store.delete(call.scope, APPLICATION, "", record.Id)
        self.forget(call, f"application/{record.Id}")


def _view(record: Application) -> Members:
    if record.Description is None:
        return {"Id": record.Id, "Name": record.Name}
    return {"Id": record.Id, "Name": record.Name, "Description": record.Description}
