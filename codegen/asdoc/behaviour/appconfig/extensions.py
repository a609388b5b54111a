"""Extensions: what an account lets happen at the points of a workflow, in numbered versions of one name."""

from __future__ import annotations

from typing import Any

from asdoc.runtime.server.call import Call, ServiceFault
from asdoc.runtime.server.pagination import page
from asdoc.runtime.server.store import Entry

from .authored import AUTHORED
from .base import conflict, not_found, replaced
from .records import ASSOCIATION, EXTENSION, EXTENSION_VERSION, Extension, ExtensionVersion, Members, listed, shown
from .tags import Tags

_BEHIND = 2**62
"""The places of the extensions that AWS wrote in the list: behind any of the caller's own."""
_SHOWN = ("Id", "Name", "VersionNumber", "Description", "Actions", "Parameters")
_SUMMARY = ("Id", "Name", "VersionNumber", "Description")
_KEPT = ("Description", "Actions", "Parameters")


class Extensions(Tags):
    def create_extension(self, call: Call) -> Members:
        """A new extension, or the next version of the one of that name (create_extension.rst:70, 221)."""
        params = call.params
        tags = self.checked_tags(call)
        _check_parameters(call)
        name = params["Name"]
        if any(name == authored.Name for authored in AUTHORED.values()):
            raise conflict(f"An extension called {name} exists already: AWS wrote it.")
        extension = self._named(call, name)
        if extension is not None:
            self._check_latest(call, extension, params.get("LatestVersionNumber"))
            extension = replaced(extension, {"latest": extension.latest + 1})
            call.store.put(call.scope, EXTENSION, "", extension.Id, extension)
        else:
            extension = self.add(call, EXTENSION, "", lambda new: Extension(Id=new, Name=name, latest=1))
        version = ExtensionVersion(
            Id=extension.Id,
            Name=name,
            VersionNumber=extension.latest,
            Description=params.get("Description") or None,
            Actions=params["Actions"],
            Parameters=params.get("Parameters"),
        )
        self._keep(call, version)
        self.set_tags(call, _resource(version), tags)
        return self._view(call, version)

    def get_extension(self, call: Call) -> Members:
        return self._view(call, self.extension(call, call.params["ExtensionIdentifier"], _number(call)))

    def list_extensions(self, call: Call) -> Members:
        """The account's own at their highest version, then those that AWS wrote (list_extensions.rst)."""
        wanted = call.params.get("Name")

        def source(after: int | None, limit: int) -> list[Entry]:
            entries: list[Entry] = []
            place = after
            while len(entries) < limit:
                found = call.store.page(
                    call.scope, EXTENSION, "", after=place, limit=limit, where=lambda held: wanted in (None, held.Name)
                )
                entries += [(at, version) for at, held in found if (version := self.highest(call, held.Id)) is not None]
                if len(found) < limit:
                    break
                place = found[-1][0]
            behind = [(_BEHIND + index, known) for index, known in enumerate(AUTHORED.values())]
            behind = [entry for entry in behind if wanted in (None, entry[1].Name)]
            return [*entries, *(entry for entry in behind if after is None or entry[0] > after)][:limit]

        records, token = page(call, EXTENSION, source=source, filters=(wanted or "",))
        return listed([{**shown(record, _SUMMARY), "Arn": arn_of(call, record)} for record in records], token)

    def update_extension(self, call: Call) -> Members:
        """Changes a version in its place, the highest where none is named (update_extension.rst)."""
        version = self._own(call, "changed")
        _check_parameters(call)
        given = {name: call.params[name] for name in _KEPT if call.params.get(name) not in (None, "")}
        version = replaced(version, given)
        self._keep(call, version)
        return self._view(call, version)

    def delete_extension(self, call: Call) -> None:
        """Deletes one version, the highest where none is named, unless the extension is associated.

        The page asks that all associations to the extension are deleted first, of whichever version they are
        (delete_extension.rst:13).
        """
        version = self._own(call, "deleted")
        versions = arn_of(call, version).rpartition("/")[0] + "/"
        held = call.store.page(
            call.scope, ASSOCIATION, "", limit=1, where=lambda record: bool(record.ExtensionArn.startswith(versions))
        )
        if held:
            raise call.invalid(f"Extension {version.Id} is associated as {held[0][1].ExtensionArn}; delete that first.")
        call.store.delete(call.scope, EXTENSION_VERSION, version.Id, str(version.VersionNumber))
        self.forget(call, _resource(version))
        if self.highest(call, version.Id) is None:
            call.store.delete(call.scope, EXTENSION, "", version.Id)

    def extension(self, call: Call, identifier: str, number: int | None) -> ExtensionVersion:
        """The version of the extension of that name, id or ARN; the highest where no number is told.

        Raises ResourceNotFoundException, or BadRequestException where an ARN tells another version than the call.
        """
        key = identifier
        if identifier.startswith("arn:"):
            key, told = self.of_arn(call, identifier)
            if told is not None and number not in (None, told):
                raise call.invalid(f"The ARN is of version {told} of the extension, and version {number} is asked for.")
            number = told if number is None else number
        found = self.known(call, key)
        version: ExtensionVersion | None
        if number is None or found in AUTHORED:
            version = self.highest(call, found)
        else:
            version = call.store.get(call.scope, EXTENSION_VERSION, found, str(number))
        if version is None or number not in (None, version.VersionNumber):
            raise not_found(EXTENSION, identifier if number is None else f"{identifier} version {number}")
        return version

    def known(self, call: Call, key: str) -> str:
        """The id of the extension of that id or name; `key` itself where there is none."""
        if key in AUTHORED or call.store.get(call.scope, EXTENSION, "", key) is not None:
            return key
        authored = next((version.Id for version in AUTHORED.values() if version.Name == key), "")
        own = self._named(call, key)
        return authored or (key if own is None else own.Id)

    def means(self, call: Call, identifier: str, version: ExtensionVersion) -> bool:
        """Whether a name, an id or an ARN, with a version or without, is of that version of an extension."""
        key, number = self.of_arn(call, identifier) if identifier.startswith("arn:") else (identifier, None)
        return self.known(call, key) == version.Id and number in (None, version.VersionNumber)

    def highest(self, call: Call, identifier: str) -> ExtensionVersion | None:
        if identifier in AUTHORED:
            return AUTHORED[identifier]
        found = call.store.page(call.scope, EXTENSION_VERSION, identifier, limit=1, newest_first=True)
        return found[0][1] if found else None

    def of_arn(self, call: Call, arn: str) -> tuple[str, int | None]:
        """(id, version) of an extension's ARN, which ends as `extension/ID/VERSION`."""
        parts = arn.split(":", 5)
        kind, _, rest = parts[5].partition("/") if len(parts) == 6 else ("", "", "")
        identifier, slash, number = rest.partition("/")
        if kind != "extension" or not identifier or (slash and not (number.isascii() and number.isdigit())):
            raise call.invalid(f"ExtensionIdentifier: {arn} is not the ARN of an extension.")
        return identifier, int(number[:20]) if slash else None

    def _named(self, call: Call, name: str) -> Extension | None:
        found = call.store.page(call.scope, EXTENSION, "", limit=1, where=lambda held: bool(held.Name == name))
        return found[0][1] if found else None

    def _check_latest(self, call: Call, extension: Extension, told: int | None) -> None:
        """Raises ConflictException unless the caller knows the most recent version of the name that it takes."""
        highest = self.highest(call, extension.Id)
        if told is None:
            raise conflict(
                f"An extension called {extension.Name} exists already; give LatestVersionNumber to add to it."
            )
        if highest is not None and told != highest.VersionNumber:
            raise conflict(f"LatestVersionNumber is {told}, but the latest version is {highest.VersionNumber}.")

    def _own(self, call: Call, done: str) -> ExtensionVersion:
        version = self.extension(call, call.params["ExtensionIdentifier"], _number(call))
        if version.Id in AUTHORED:
            raise call.invalid(f"Extension {version.Id} cannot be {done}: AWS wrote it.")
        return version

    def _keep(self, call: Call, version: ExtensionVersion) -> None:
        call.store.put(call.scope, EXTENSION_VERSION, version.Id, str(version.VersionNumber), version)

    def _view(self, call: Call, version: ExtensionVersion) -> Members:
        return {**shown(version, _SHOWN), "Arn": arn_of(call, version)}


def arn_of(call: Call, version: ExtensionVersion) -> str:
    """An ARN names the version; those that AWS wrote belong to no account (AppConfig API Reference, ListExtensions)."""
    account = "" if version.Id in AUTHORED else call.scope.account
    return f"arn:aws:appconfig:{call.scope.region}:{account}:{_resource(version)}"


def _resource(version: ExtensionVersion) -> str:
    return f"extension/{version.Id}/{version.VersionNumber}"


def _number(call: Call) -> int | None:
    number: int | None = call.params.get("VersionNumber")
    return number


def _check_parameters(call: Call) -> None:
    """Raises BadRequestException where a dynamic parameter is required (create_extension.rst)."""
    parameters: dict[str, dict[str, Any]] = call.params.get("Parameters") or {}
    for name, told in parameters.items():
        if told.get("Dynamic") and told.get("Required"):
            raise call.invalid(f"Parameters: {name} is dynamic, and so cannot be required.")


def check_values(version: ExtensionVersion, values: dict[str, str]) -> ServiceFault | None:
    """The error of an association's parameter values; None where they fit the extension's parameters."""
    parameters = version.Parameters or {}
    missing = [name for name, told in parameters.items() if told.get("Required") and name not in values]
    unknown = [name for name in values if name not in parameters]
    if missing:
        return ServiceFault("BadRequestException", f"Parameters: {missing[0]} is required by extension {version.Id}.")
    if unknown:
        return ServiceFault("BadRequestException", f"Parameters: extension {version.Id} has no {unknown[0]}.")
    return None
