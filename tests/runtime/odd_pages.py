"""Paginators and waiters, of our clients and of boto3's: `python -m tests.runtime.odd_pages [SERVICE ...]`.

Over all services of the installed botocore that have any, where none is named. One script of answers, drawn at random,
is played to both clients, and to ours that is awaited. Where they mean to differ, `MEANT` says why.
"""

from __future__ import annotations

import base64
import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click

from asdoc.codegen import installed

from . import odd_waits, odd_walks
from .odd_calls import away
from .odd_clients import Clients, Script
from .odd_walks import Difference
from .tables import model


class Meant(NamedTuple):
    reason: str
    tells: Callable[[Difference], bool]


_OF_TOKENS = ("boto_truncate_amount", "boto_encoded_keys")
_NO_LISTS = {
    "apigateway GetUsage", "budgets DescribeBudgetPerformanceHistory", "devicefarm GetOfferingStatus",
    "devicefarm ListUniqueProblems", "marketplace-discovery SearchFacets", "taxsettings ListTaxExemptions",
}  # fmt: skip
"""Operations whose pages hold a map or a structure where those of others hold a list."""


def _opened(found: Difference) -> dict[str, Any]:
    """What the token that a walk begins at opens to; nothing where there is none, or it does not open."""
    start: Any = (getattr(found.given, "config", None) or {}).get("StartingToken")
    try:
        content = json.loads(base64.b64decode(start.encode()))
    except (AttributeError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _opens_to_more(found: Difference) -> bool:
    return bool(_opened(found).keys() - {*found.given.tokens, *_OF_TOKENS}) if _opened(found) else False


def _skips_no_number(found: Difference) -> bool:
    skip = _opened(found).get(_OF_TOKENS[0]) or 0
    return not isinstance(skip, int) or skip < 0


def _waits_no_number(found: Difference) -> bool:
    config = getattr(found.given, "config", None) or {}
    return any(
        not isinstance(config.get(name, 0), int | float) or config.get(name, 0) < least
        for name, least in (("Delay", 0), ("MaxAttempts", float("-inf")))
    )


def _refused_at_once(found: Difference) -> bool:
    if found.what != "end" or not found.theirs or not found.ours:
        return False
    return found.theirs[0] == "expression" and str(found.ours[1]).startswith("Bad starting token")


def _moved(found: Difference) -> bool:
    answers = getattr(found.given, "answers", ())
    return found.service == "s3" and any(answer.status in (301, 400) for answer in answers)


MEANT = (
    Meant("A token that holds more than the tokens of its operation is one of the service: it gives no argument.",
          _opens_to_more),
    Meant("A token that skips what is no number from 0 was not given by a walk.", _skips_no_number),
    Meant("A token that is none is refused where it is given, before an expression is read.", _refused_at_once),
    Meant("A walk that begins at a page gives it: boto3 gives None of what is no list.",
          lambda found: f"{found.service} {found.name}" in _NO_LISTS),
    Meant("How often to ask is looked at before anything is asked, and None says nothing.", _waits_no_number),
    Meant("boto3 asks S3 for the region of a bucket that is elsewhere; here the answer says it, or nothing does.",
          _moved),
    Meant("AWS has closed the service; what its signatures name stands in an older table alone.",
          lambda found: found.service == "importexport"),
)  # fmt: skip
"""Where the clients mean to differ, and why."""


def services() -> list[str]:
    """Those that have a paginator or a waiter."""
    listing = [
        name for name in installed.services("paginators-1") if installed.model(name, "paginators-1")["pagination"]
    ]
    return sorted({*listing, *installed.services("waiters-2")})


def differences(name: str, made: Path, runs: int, seed: int, counts: Counter[str]) -> Iterator[Difference]:
    """Where the clients of a service differ; `made` holds packages, or is given those that it lacks."""
    clients = Clients(name, made)
    with clients.imported():
        yield from _named(clients, counts)
        yield from odd_walks.differences(clients, runs, seed, counts)
        yield from odd_waits.differences(clients, runs, seed, counts)


def _named(clients: Clients, counts: Counter[str]) -> Iterator[Difference]:
    """Where one client of a service has a paginator, or a waiter, and the other has not."""
    theirs, ours = clients.theirs(Script(())), clients.ours(Script(()))
    pairs: list[tuple[str, Any, Any]] = [("waiters", sorted(theirs.waiter_names), sorted(ours.waiter_names))]
    pairs += [(name, name, getattr(ours.wait_until, name).__name__) for name in theirs.waiter_names]
    for method in theirs.meta.method_to_api_mapping:
        listing = theirs.can_paginate(method)
        pairs.append((method, listing, ours.can_paginate(method)))
        if listing:
            keys = [key.expression for key in theirs.get_paginator(method).result_keys]
            pairs.append((method, keys, ours.get_paginator(method).paginate().result_keys))
    for name, expected, found in pairs:
        counts["names"] += 1
        if found != expected:
            yield Difference(clients.name, name, "names", "names", None, expected, found)


def meant(found: Difference) -> str:
    """Why a difference is meant; empty where it is not."""
    return next((known.reason for known in MEANT if known.tells(found)), "")


@click.command()
@click.argument("names", nargs=-1, metavar="[SERVICE ...]")
@click.option("--runs", default=10, help="For each paginator and each waiter.", show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--keep", type=click.Path(path_type=Path), help="Make the packages here, those that are not there yet.")
@click.option("--meant", "show_meant", is_flag=True, help="Tell what is meant as well.")
def main(names: tuple[str, ...], runs: int, seed: int, keep: Path | None, show_meant: bool) -> None:
    """Hold our pages and waits of SERVICES against boto3's. The exit code is 1 where something differs that is not
    meant."""
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    with away(), tempfile.TemporaryDirectory(prefix="pages.") as temporary:
        for name in names or services():
            for found in differences(name, keep or Path(temporary), runs, seed, counts):
                reason = meant(found)
                reasons[reason or "not meant"] += 1
                if show_meant or not reason:
                    click.echo(f"{name} {found.name}: {found.way}: {found.what}\n  given  {str(found.given)[:1500]}")
                    click.echo(f"  boto3  {str(found.theirs)[:700]}\n  ours   {str(found.ours)[:700]}")
            model.cache_clear()
    for counted in (counts, reasons):
        for what, count in counted.most_common():
            click.echo(f"{count:8} {what}")
    if reasons["not meant"]:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
