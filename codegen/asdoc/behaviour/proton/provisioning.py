"""Who provisions an environment: the rules for the members that say so.

Proton itself does it, with a role or a connection to another account; or the owner of a repository does. Connections
and repositories are not built here, so that what is named is kept as it is, and not looked up.
"""

from __future__ import annotations

from asdoc.runtime.server.call import Call, ServiceFault

from .base import arn_of
from .records import Environment, Members

_CONNECTION = "environmentAccountConnectionId"
_ROLE = "protonServiceRoleArn"
_REPOSITORY = "provisioningRepository"


def check_new(call: Call) -> None:
    """Raises ValidationException for members that exclude each other (create_environment.rst:77, 113, 133, 145)."""
    for one, other in ((_REPOSITORY, _CONNECTION), (_REPOSITORY, _ROLE), (_CONNECTION, _ROLE)):
        if one in call.params and other in call.params:
            raise _excluded(call, one, f"it cannot be given with {other}")
    if "codebuildRoleArn" in call.params and _CONNECTION in call.params:
        raise _excluded(call, "codebuildRoleArn", f"it cannot be given with {_CONNECTION}")


def check_update(call: Call, environment: Environment) -> None:
    """Raises ValidationException for members that the environment cannot have (update_environment.rst:17-37)."""
    if _CONNECTION in call.params and _ROLE in call.params:
        raise _excluded(call, _CONNECTION, f"it cannot be updated together with {_ROLE}")
    wrong: tuple[str, ...]
    if environment.environmentAccountConnectionId is not None:
        wrong, why = (_ROLE, _REPOSITORY), "the environment has an environment account connection"
    elif environment.provisioningRepository is not None:
        wrong, why = (_ROLE, _CONNECTION), "the environment is self-managed"
    elif environment.protonServiceRoleArn is not None:
        wrong, why = (_REPOSITORY, _CONNECTION), "Amazon Web Services manages the environment"
    else:
        wrong, why = (_CONNECTION,), "the environment has no environment account connection"
    for member in wrong:
        if member in call.params:
            raise _excluded(call, member, why)


def repository(call: Call) -> Members:
    """The linked repository of the call, if it names one, with the ARN that it has in the caller's account."""
    branch = call.params.get(_REPOSITORY)
    if branch is None:
        return {}
    arn = arn_of(call, f"repository/{branch['provider'].lower()}:{branch['name']}")
    return {_REPOSITORY: {**branch, "arn": arn}}


def _excluded(call: Call, member: str, why: str) -> ServiceFault:
    return call.invalid(f"{member}: {why}.")
