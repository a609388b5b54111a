"""How many documented examples get a plan from the documents alone: `python -m tests.conformance.planning`.

Each service that has examples is read from the pages that boto3 writes of it. A documented call is planned where every
literal that names something live is brought about by another documented call of the service.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import botocore.loaders
from botocore.exceptions import UnknownServiceError

from asdoc.cli._suites import made_suite
from asdoc.conformance.cases.model import Suite
from asdoc.conformance.plan.planner import Planner

AT_LEAST = 0.95


class Planned(NamedTuple):
    service: str
    planned: int
    examples: int
    missing: tuple[str, ...]
    """What the cases without a plan lack."""


def services_with_examples() -> list[str]:
    """The services of which the installed botocore documents calls."""
    loader = botocore.loaders.Loader()
    found = []
    for service in loader.list_available_services("service-2"):
        try:
            told = loader.load_service_model(service, "examples-1")
        except UnknownServiceError:
            continue
        if any(told.get("examples", {}).values()):
            found.append(service)
    return found


def planned(suite: Suite) -> Planned:
    """The documented calls of one service, and those of them that have a plan."""
    planner = Planner(suite)
    examples = [case for case in suite.file.cases if case.kind == "example"]
    missing = []
    for case in examples:
        worlds = planner.worlds(case)
        if all(world.missing for world in worlds):
            missing.append(f"{case.id}: {'; '.join(worlds[0].missing)}")
    return Planned(suite.service.service, len(examples) - len(missing), len(examples), tuple(missing))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("services", nargs="*", help="Only these; all that have examples without any.")
    parser.add_argument("--cache", type=Path, help="Folder for the specs; the user's cache folder without.")
    parser.add_argument("--missing", action="store_true", help="Say what the cases without a plan lack.")
    given = parser.parse_args(arguments)
    told = [planned(made_suite(service, given.cache)) for service in given.services or services_with_examples()]
    for each in told:
        print(f"{each.service:28}{each.planned:5} of {each.examples:5}")
        for line in each.missing if given.missing else ():
            print(f"    {line}")
    count, total = sum(each.planned for each in told), sum(each.examples for each in told)
    print(f"{f'{len(told)} services':28}{count:5} of {total:5}  {count / max(total, 1):.1%}")
    return 0 if count >= AT_LEAST * total else 1


if __name__ == "__main__":
    sys.exit(main())
