"""All paginators and waiters that botocore carries, as their authors wrote them, and answers made to meet them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import botocore.loaders
from hypothesis import strategies as st

Json = dict[str, Any]


@cache
def paginators() -> dict[str, Json]:
    """`service.Operation` -> its rule."""
    return _all("paginators-1", "pagination")


@cache
def waiters() -> dict[str, Json]:
    """`service.Waiter` -> its rule."""
    return _all("waiters-2", "waiters")


def _all(kind: str, key: str) -> dict[str, Json]:
    loader = botocore.loaders.Loader()
    return {
        f"{service}.{name}": rule
        for service in loader.list_available_services(kind)
        for name, rule in loader.load_service_model(service, kind)[key].items()
    }


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def expressions() -> list[str]:
    """Every expression that a paginator or a waiter is written with."""
    found: set[str] = set()
    for rule in paginators().values():
        for key in ("output_token", "result_key", "more_results", "non_aggregate_keys"):
            found.update(listed(rule.get(key, [])))
    for rule in waiters().values():
        found.update(acceptor["argument"] for acceptor in rule["acceptors"] if "argument" in acceptor)
    return sorted(found)


_PATH = re.compile(r"[A-Za-z_]\w*(?:\[-?\d*\]|\.\*|\.[A-Za-z_]\w*)*(?!\w*\()")


def paths(expression: str) -> list[list[str]]:
    """The steps of every path in an expression: names, `[]` for a list, `*` for any key."""
    bare = re.sub(r"'[^']*'|`[^`]*`", " ", expression)
    bare = re.sub(r"\[\?[^]]*", lambda match: "[] " + match.group()[2:], bare).replace("length(", " ")
    return [
        [step if re.match(r"\w|\*", step) else "[]" for step in re.findall(r"\w+(?![\d]*\])|\[[^]]*\]|\*", path)]
        for path in _PATH.findall(bare)
    ]


def data(all_steps: list[list[str]], leaves: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Objects in which the paths lead to leaves, to nothing, or to what nobody expects there."""
    names = sorted({steps[0] for steps in all_steps if steps and steps[0] not in ("[]", "*")})
    under = {name: [steps[1:] for steps in all_steps if steps and steps[0] == name] for name in names}
    lists = [steps[1:] for steps in all_steps if steps and steps[0] == "[]"]
    stars = [steps[1:] for steps in all_steps if steps and steps[0] == "*"]
    choices: list[st.SearchStrategy[Any]] = []
    if names:
        held = {name: data(steps, leaves) for name, steps in under.items()}
        choices.append(st.fixed_dictionaries({}, optional=held))
        choices.append(st.fixed_dictionaries(held))
    if lists:
        choices.append(st.lists(data(lists, leaves), max_size=4))
    if stars:
        choices.append(st.dictionaries(st.sampled_from(["a", "b"]), data(stars, leaves), max_size=2))
    if not choices or any(not steps for steps in all_steps):
        choices.append(leaves)
    return st.one_of(*choices)
