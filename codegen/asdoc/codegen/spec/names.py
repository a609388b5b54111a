"""Names of shapes where no wire source gives one: derived from the names that the pages tell."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable

_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_HUMP = re.compile(r"(?<=.)(?=[A-Z][a-z])|(?<=[a-z0-9])(?=[A-Z])")
_KEEP = ("ss", "us", "is", "ics", "news")
_PLURALS = (("ies", "y"), ("sses", "ss"), ("shes", "sh"), ("ches", "ch"), ("xes", "x"), ("zes", "ze"), ("s", ""))


def singular(name: str) -> str:
    """`Tags` → `Tag`, `Policies` → `Policy`; a name that is no plural by its ending stays."""
    lower = name.lower()
    if lower.endswith(_KEEP):
        return name
    for ending, instead in _PLURALS:
        if lower.endswith(ending) and len(name) > len(ending) + 1:
            return name[: len(name) - len(ending)] + instead
    return name


def snake(name: str) -> str:
    """`InstanceStatusOk` → `instance_status_ok`, as boto3 has it for methods and waiters."""
    return _HUMP.sub("_", name).lower()


def pascal(name: str) -> str:
    """The member's name as a shape's: `deploymentStatus` → `DeploymentStatus`."""
    cleaned = re.sub(r"[^A-Za-z0-9]+", " ", name).strip()
    joined = "".join(part[:1].upper() + part[1:] for part in cleaned.split()) or "Shape"
    return joined if joined[0].isalpha() else f"Shape{joined}"


def common_noun(operations: Iterable[str]) -> str:
    """The words that all operation names end in: Get-, Start-, StopDeployment → `Deployment`; "" without any."""
    split = [_WORD.findall(name) for name in operations]
    shared: list[str] = []
    for words in zip(*(reversed(words) for words in split), strict=False):
        if len(set(words)) > 1:
            break
        shared.insert(0, words[0])
    if any(len(shared) >= len(words) for words in split):
        shared = shared[1:]  # the verb belongs to the operation
    return "".join(shared)


def noun(operation: str) -> str:
    """What the operation acts on: `GetDeployment` → `Deployment`; "" for a verb alone."""
    return "".join(_WORD.findall(operation)[1:])


def unique(wanted: str, taken: Iterable[str], owner: str = "") -> str:
    """`wanted`, or with its owner's name before it, or with the first free number behind it."""
    return first_free(wanted, {name.lower() for name in taken}, owner)


def first_free(wanted: str, used: Container[str], owner: str = "") -> str:
    """As `unique`, for many names in turn: `used` has those that are taken in lower case."""
    if wanted.lower() not in used:
        return wanted
    if owner and (owner + wanted).lower() not in used:
        return owner + wanted
    number = 2
    while f"{wanted}{number}".lower() in used:
        number += 1
    return f"{wanted}{number}"
