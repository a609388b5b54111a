"""What the parts of AppConfig's behaviour share: finding resources, making ids, refusing."""

from __future__ import annotations

import re
import secrets
import string
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from asdoc.runtime.server.call import Call, ServiceFault

from .records import (
    APPLICATION,
    DEPLOYMENT,
    ENVIRONMENT,
    KEPT,
    PROFILE,
    STRATEGY,
    VERSION,
    Application,
    ConfigurationProfile,
    Deployment,
    DeploymentStrategy,
    Environment,
    HostedConfigurationVersion,
)

R = TypeVar("R")

_ALPHABET = string.ascii_lowercase + string.digits
_LONGEST_ARN = 2048
"""Characters, from the wire source: an identifier alone may be as long."""
_KEY_ARN = re.compile(r"arn:aws[a-z-]*:kms:(eusc-)?[a-z]{2}(-gov|-iso[a-z]?)?-[a-z]+-[0-9]:[0-9]{12}:(key|alias)/.")


def random_id() -> str:
    """An id as the service gives them: seven lower-case letters and digits (the wire source allows four to seven)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(7))


class Base:
    """`new_id` makes ids. `quotas` maps a kind of resource to the most that one parent may have of it.

    No figure of a quota stands on the pages, so none is in force unless it is given.
    """

    records = KEPT

    def __init__(self, *, new_id: Callable[[], str] = random_id, quotas: Mapping[str, int] | None = None) -> None:
        self._new_id = new_id
        self._quotas = dict(quotas or {})

    def add(self, call: Call, kind: str, parent: str, make: Callable[[str], R]) -> R:
        """Keep a new resource under an id that is not taken. Raises ServiceQuotaExceededException over the quota."""
        quota = self._quotas.get(kind)
        if quota is not None and call.store.count(call.scope, kind, parent) >= quota:
            raise ServiceFault("ServiceQuotaExceededException", f"There may be {quota} of {kind} here, and there are.")
        identifier = self._new_id()
        while call.store.get(call.scope, kind, parent, identifier) is not None:
            identifier = self._new_id()
        record = make(identifier)
        call.store.put(call.scope, kind, parent, identifier, record)
        return record

    def application(self, call: Call) -> Application:
        return self.find(call, Application, APPLICATION, "", call.params["ApplicationId"])

    def environment(self, call: Call) -> Environment:
        """The environment that a call names. Raises ResourceNotFoundException for it or its application."""
        application = self.application(call)
        return self.find(call, Environment, ENVIRONMENT, application.Id, call.params["EnvironmentId"])

    def profile(self, call: Call) -> ConfigurationProfile:
        application = self.application(call)
        identifier = call.params["ConfigurationProfileId"]
        return self.find(call, ConfigurationProfile, PROFILE, application.Id, identifier)

    def version(self, call: Call, profile: ConfigurationProfile) -> HostedConfigurationVersion:
        number = str(call.params["VersionNumber"])
        return self.find(call, HostedConfigurationVersion, VERSION, under(profile), number)

    def deployment(self, call: Call, environment: Environment) -> Deployment:
        number = str(call.params["DeploymentNumber"])
        return self.find(call, Deployment, DEPLOYMENT, under(environment), number)

    def strategy(self, call: Call) -> DeploymentStrategy:
        return self.find(call, DeploymentStrategy, STRATEGY, "", call.params["DeploymentStrategyId"])

    def find(self, call: Call, record_type: type[R], kind: str, parent: str, key: str) -> R:
        record: Any = call.store.get(call.scope, kind, parent, key)
        if record is None:
            raise not_found(kind, key)
        found: R = record
        return found


def under(record: Environment | ConfigurationProfile) -> str:
    """The parent under which the records of an environment or a profile lie."""
    return f"{record.ApplicationId}/{record.Id}"


def not_found(kind: str, name: str) -> ServiceFault:
    return ServiceFault("ResourceNotFoundException", f"{kind} {name} could not be found.", ResourceName=name)


def conflict(message: str) -> ServiceFault:
    return ServiceFault("ConflictException", message)


def changes(params: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """What an update changes: the members given, but for empty texts.

    The documented UpdateApplication example sends Description='' and is answered with the description that was there
    (update_application.rst): an empty description is no description.
    """
    return {name: params[name] for name in names if params.get(name) not in (None, "")}


def replaced(record: R, values: Mapping[str, Any]) -> R:
    copy: Any = msgspec.structs.replace(record, **values)  # type: ignore[type-var] # every record is a Struct
    result: R = copy
    return result


def key_arn(call: Call, identifier: str | None) -> str | None:
    """The ARN of a KMS key: the identifier itself, or the one that its id or alias has in the caller's account.

    Raises the error for invalid requests where that is none that an answer may have.
    """
    if not identifier:
        return None
    name = identifier if identifier.startswith("alias/") else f"key/{identifier}"
    made = f"arn:aws:kms:{call.scope.region}:{call.scope.account}:{name}"
    arn = identifier if identifier.startswith("arn:") else made
    if len(arn) > _LONGEST_ARN or _KEY_ARN.match(arn) is None:
        raise call.invalid("KmsKeyIdentifier: is neither the id nor the alias nor the ARN of a key.")
    return arn
