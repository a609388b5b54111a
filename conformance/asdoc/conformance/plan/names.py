"""What the names of operations and members tell of each other."""

from __future__ import annotations

import re
from functools import lru_cache

CREATING = frozenset({
    "Add", "Allocate", "Associate", "Attach", "Authorize", "Batch", "Build", "Clone",
    "Copy", "Create", "Define", "Deploy", "Enable", "Grant", "Import", "Initiate",
    "Install", "Invite", "Issue", "Join", "Launch", "Make", "Open", "Post",
    "Provision", "Publish", "Purchase", "Put", "Record", "Register", "Replicate", "Request",
    "Restore", "Run", "Schedule", "Send", "Set", "Start", "Submit", "Subscribe",
    "Tag", "Upload", "Verify", "Write",
})  # fmt: skip
"""First words of operations that bring something about that later calls can name."""

UNDOING = {
    "Add": ("Remove", "Delete"),
    "Allocate": ("Release",),
    "Associate": ("Disassociate",),
    "Attach": ("Detach",),
    "Copy": ("Delete",),
    "Create": ("Delete", "Terminate"),
    "Enable": ("Disable",),
    "Import": ("Delete",),
    "Put": ("Delete",),
    "Register": ("Deregister",),
    "Request": ("Delete", "Cancel"),
    "Restore": ("Delete",),
    "Run": ("Terminate", "Stop"),
    "Start": ("Stop", "Cancel"),
    "Subscribe": ("Unsubscribe",),
}

GENERIC = frozenset(
    {"id", "name", "arn", "description", "type", "value", "key", "status", "state", "version", "tags", "filters"}
)
"""Member names that every resource of a service may have."""

_SUFFIX = re.compile(
    r"(?:Identifiers?|Numbers?|Names?|Arns?|ARNs?|IDs?|Ids?|Keys?|Urls?|Uris?|Tokens?|Handles?|id|arn|name)$"
)


@lru_cache(maxsize=4096)
def verb_noun(operation: str) -> tuple[str, str]:
    """`CreateDBCluster` → `Create`, `DBCluster`; a batch has the verb of its calls."""
    if re.match(r"Batch[A-Z][a-z]+[A-Z]", operation):
        operation = operation.removeprefix("Batch")
    match = re.match(r"[A-Z][a-z0-9]+", operation)
    verb = match.group() if match else operation
    return verb, operation[len(verb) :]


@lru_cache(maxsize=4096)
def singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


@lru_cache(maxsize=4096)
def names_identity(member: str) -> bool:
    """Whether a member's name says that it holds what a thing is called by."""
    return bool(_SUFFIX.search(member))


@lru_cache(maxsize=4096)
def stem(member: str) -> str:
    """The thing that a member names: `ApplicationId` → `application`, `Environment` → `environment`, `Id` → ``."""
    return singular(_SUFFIX.sub("", member)).lower()


@lru_cache(maxsize=4096)
def names_own(operation: str, member: str) -> bool:
    """Whether a member of a creating call names what the call makes: `Id`, `DeploymentNumber` of StartDeployment."""
    thing = stem(member)
    noun = singular(verb_noun(operation)[1]).lower()
    return thing == "" or thing == noun or noun.endswith(thing)


@lru_cache(maxsize=4096)
def names_made(operation: str, member: str) -> bool:
    """Whether a creating call is told by this member what to call that which it makes: `Bucket` of CreateBucket."""
    if names_identity(member):
        return names_own(operation, member)
    return verb_noun(operation) == ("Create", member)


@lru_cache(maxsize=65536)
def affinity(consumer_operation: str, consumer: str, producer_operation: str, producer: str) -> int:
    """How much the names alone say that one member holds what the other does: 0 nothing, 3 all but certain."""
    noun = singular(verb_noun(producer_operation)[1]).lower()
    thing = stem(consumer)
    same_name = consumer.lower() == producer.lower()
    if same_name and consumer.lower() not in GENERIC:
        return 3
    if thing and thing == noun:
        return 3 if _suffix(consumer) == _suffix(producer) or not _suffix(consumer) else 2
    if same_name and singular(verb_noun(consumer_operation)[1]).lower() == noun:
        return 2
    if len(thing) >= 4 and (noun.endswith(thing) or noun.startswith(thing)):
        return 2 if noun.endswith(thing) else 1
    if thing and thing == stem(producer):
        return 1
    return 0


def _suffix(member: str) -> str:
    match = _SUFFIX.search(member)
    return match.group().lower().removesuffix("s") if match else ""
