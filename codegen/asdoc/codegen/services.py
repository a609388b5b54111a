"""Which service a page is of, whichever of its names the page has.

A page has the name in its address (`appconfig`), the class of the client (`AppConfig`) or the full title (`Amazon
AppConfig`). `services.json` holds the names of every service that the pinned botocore knows, and, where services share
a class or a title, their methods to tell them apart. It is written by

    python -m asdoc.codegen.services > codegen/asdoc/codegen/services.json
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from . import installed
from .pages import AnyPage, Identity, OperationPage, PageError

_TABLE = Path(__file__).with_name("services.json")
_VENDOR = re.compile(r"(?:Amazon|AWS) +")
HINT = "Say it with `--service NAME`, as boto3.client('NAME') does."
"""What to do about a page whose service cannot be told."""


_LONGEST = 100
"""Characters of a service's name. The longest that boto3 knows has 35; a file's may have 255."""
_NO_SERVICE = frozenset(("schema",))
"""Names that mean something else beside the specs."""


class Named(NamedTuple):
    """The service of a page, and by which rule it was found."""

    service: str
    rule: str
    """`address`, `given`, `class`, `title`, `operations`, or `derived:class` and `derived:title`."""


class _Names(NamedTuple):
    by_class: Mapping[str, list[str]]
    by_title: Mapping[str, list[str]]
    classes: Mapping[str, str]
    methods: Mapping[str, frozenset[str]]
    """Of the services that share a class or a title."""


def resolve(pages: Collection[AnyPage], path: str, given: str = "") -> Named:
    """The service of the pages of one document; `given` is what a user says of one that has no address.

    The name in the address wins, then what is given, then the class, then the title. Where several services have that
    name, the one that knows the most operations of the document is meant. A name that no service of the table has is
    turned into the one that boto3 most likely has for it, and the rule says `derived`. Raises PageError where nothing
    of this helps.
    """
    for page in pages:
        if page.service:
            return Named(page.service, "address")
    if given:
        return Named(given, "given")
    names = _names()
    methods = {page.method for page in pages if isinstance(page, OperationPage)}
    for kind, known, called in (
        ("class", names.by_class, _first(page.client for page in pages)),
        ("title", names.by_title, _first(page.service_title for page in pages)),
    ):
        if not called:
            continue
        candidates = known.get(called, [])
        if len(candidates) > 1:
            known_of = {service: len(methods & names.methods[service]) for service in candidates}
            best = max(known_of.values())
            fitting = [service for service in candidates if known_of[service] == best]
            if len(fitting) == 1:
                return Named(fitting[0], "operations")
            shared = " and ".join(candidates)
            raise PageError(
                path, 1, f"the {kind} {called!r} is that of {shared}, and the operations do not tell which", hint=HINT
            )
        if candidates:
            return Named(candidates[0], kind)
        if derived := _derived(called):
            return Named(derived, f"derived:{kind}")
    raise PageError(path, 1, "nothing here tells which service this page is of", hint=HINT)


def candidates(identity: Identity) -> set[str]:
    """Every service that a page of these names may be of; empty where nothing is known of them."""
    if identity.service:
        return {identity.service}
    names = _names()
    for known, called in ((names.by_class, identity.client), (names.by_title, identity.title)):
        if called:
            return set(known.get(called, [_derived(called)]))
    return set()


def is_name(service: str) -> bool:
    """Whether a folder of a service may be called so; what a page says may be anything."""
    return len(service) <= _LONGEST and service not in _NO_SERVICE


def client_of(service: str) -> str:
    """The class of the client of a service; empty where the table does not know the service."""
    return _names().classes.get(service, "")


def _first(names: Iterable[str]) -> str:
    return next((name for name in names if name), "")


def _derived(called: str) -> str:
    """The name in lower case without its vendor, as most services have it: `Amazon AppConfig` → `appconfig`."""
    return re.sub(r"[^a-z0-9]", "", _VENDOR.sub("", called).lower())


@cache
def _names() -> _Names:
    told = json.loads(_TABLE.read_text(encoding="utf-8"))
    by_class: defaultdict[str, list[str]] = defaultdict(list)
    by_title: defaultdict[str, list[str]] = defaultdict(list)
    for service, (client, title) in told["services"].items():
        by_class[client].append(service)
        by_title[title].append(service)
    classes = {service: client for service, (client, _) in told["services"].items()}
    return _Names(by_class, by_title, classes, {name: frozenset(known) for name, known in told["methods"].items()})


def table() -> dict[str, Any]:
    """The content of `services.json`, from the installed botocore. Raises AsdocError where that is missing."""
    source = installed.loader()
    from botocore import xform_name
    from botocore.model import ServiceModel
    from botocore.utils import get_service_module_name

    services: dict[str, list[str]] = {}
    methods: dict[str, list[str]] = {}
    sharing: defaultdict[tuple[int, str], list[str]] = defaultdict(list)
    for name in sorted(source.list_available_services("service-2")):
        model = ServiceModel(source.load_service_model(name, "service-2"), name)
        services[name] = [get_service_module_name(model), str(model.metadata["serviceFullName"])]
        methods[name] = sorted(xform_name(operation) for operation in model.operation_names)
        for position, called in enumerate(services[name]):
            sharing[position, called].append(name)
    shared = sorted({name for names in sharing.values() if len(names) > 1 for name in names})
    return {
        "botocore": installed.versions()["botocore"],
        "services": services,
        "methods": {name: methods[name] for name in shared},
    }


def dumps(told: dict[str, Any]) -> str:
    """The table with one service a line, so that a change of it can be reviewed."""
    sections = []
    for key in ("services", "methods"):
        rows = ",\n".join(f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in told[key].items())
        sections.append(f' "{key}": {{\n{rows}\n }}')
    return f'{{\n "botocore": {json.dumps(told["botocore"])},\n' + ",\n".join(sections) + "\n}\n"


if __name__ == "__main__":
    sys.stdout.write(dumps(table()))
