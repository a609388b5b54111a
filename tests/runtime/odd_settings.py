"""Clients in odd worlds, ours and boto3's: `python -m tests.runtime.odd_settings --runs N --seed S`.

A world is what stands around a client: shared files, an environment, arguments, and the services that hand out keys.
Both clients are made in it. They must find the same settings and the same keys, ask the same of the services, and send
the same, or both must refuse; where they mean to differ, `MEANT` says why. No error may tell a secret of the world.
"""

from __future__ import annotations

import random as randoms
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import click
from botocore.exceptions import BotoCoreError, ClientError

from asdoc.runtime.errors import AsdocError

from .odd_draws import drawn
from .odd_inhabitants import Ours, Theirs
from .odd_surroundings import within
from .odd_worlds import World


class Difference(NamedTuple):
    what: str
    """settings, keys or sent, and what of it differs; `refused` or `taken` is what we do alone."""
    theirs: Any
    ours: Any


class Meant(NamedTuple):
    reason: str
    what: str
    """What differs, or the beginning of it."""
    told: tuple[str, ...] = ()
    """One of these stands in what one of the clients says; empty where nothing need."""
    odd: str = ""
    """What is odd of such a world, where it must be."""

    def tells(self, found: Difference, world: World) -> bool:
        text = f"{found.theirs}\n{found.ours}"
        return (
            found.what.startswith(self.what)
            and (not self.odd or self.odd in world.odd)
            and (not self.told or any(words in text for words in self.told))
        )


MEANT = (
    Meant("A variable that is empty tells nothing, as in AWS's other SDKs.", "", odd="empty variable"),
    Meant("A setting that is empty tells nothing.", "", odd="empty in a file"),
    Meant("Keys of which one is empty sign nothing.", "keys: refused", ("Error(\"finding credentials: ",), odd="empty"),
    Meant("Of services that stand in one place, meta tells the region that was asked for.", "settings region",
          ("-global\n", "us-east-1\naws-global")),
    Meant("A setting is looked at by who needs it.", "",
          ("InvalidSTSRegionalEndpointsConfigError", "InvalidIMDSEndpointModeError", "int() with base 10",
           "InvalidEndpointDiscoveryConfigurationError", "InvalidIMDSEndpointError",
           "for 'account_id_endpoint_mode' is invalid")),
    Meant("What is never compressed has no size from which on it is.", "settings: taken", ("'compress': None",)),
    Meant("What is never compressed has no size from which on it is.", "keys: taken",
          ("for request_min_compression_size_bytes. Value must be",)),
    Meant("Where a program tells no end of its keys, they have none.", "keys: taken", ("not contain a date: %s', ''",)),
    Meant("An endpoint is a place; what else a URL holds would be lost, or sent in the clear.", "",
          ("it holds a user name or password", "it has a query or a fragment")),
    Meant("However it is written when they end, the keys of an instance are used some minutes more.", "keys: taken",
          ("refreshed credentials are still expired",)),
    Meant("A section of nothing is one, and no traceback.", "", ("'str' object",)),
    Meant("An endpoint without a region is refused when the client is made, not by its calls.", "",
          ("no region was given",)),
    Meant("Of a region that begins with fips, botocore makes a config, in which the mode's timeout is gone.",
          "settings connect"),
    Meant("A client that is given FIPS or dual stack asks such an STS, too.", "asked", ("sts-fips.", "api.aws")),
    Meant("There is no such host, whatever it is signed for.", "asked", ("sts.aws-global.",)),
    Meant("There is no such host, whatever it is signed for.", "sent scope", ("'aws-global', 'sts'",)),
    Meant("What a role may be assumed with is for STS to say.", "", ("Invalid length for parameter",)),
    Meant("A duration that is no number is not sent.", "keys: refused", ("reading duration_seconds",)),
    Meant("AWS documents sizes from 0.", "", ('Invalid value "0" for request_min_compression_size_bytes',)),
    Meant("A profile may say it beside its section `s3`, as AWS documents it.", "",
          ("DisableMultiRegionAccessPoints True",)),
    Meant("The name of a host is written in lower case.", "asked", ("//LOCALHOST/",)),
    Meant("An address has no names below it.", "settings: refused", (".[::1]",)),
    Meant("Both kinds of signatures are made here.", "sent: taken", ("Missing Dependency",)),
    Meant("A metadata service that tells the account is believed.", "keys account", ("555555555555",)),
    Meant("A metadata service that tells the account is believed.", "sent url", ("555555555555.ddb",)),
)  # fmt: skip
"""Where the clients mean to differ, and why."""


_Outcome = dict[str, Any] | Exception


def _outcome(work: Callable[[], dict[str, Any]]) -> _Outcome:
    try:
        return work()
    except Exception as error:  # noqa: BLE001  # which are looked at
        return error


def differences(world: World, home: Path, counts: Counter[str]) -> Iterator[Difference]:
    """Where the clients differ in a world; `counts` is told what came of each."""
    with world.laid(home) as environ, within(world, environ):
        both = Theirs(world), Ours(world)
        refused = False
        for part in ("settings", "keys", "sent"):
            if part == "sent" and refused:
                return
            outcomes, asked = [], []
            for client in both:
                world.requests = []
                outcomes.append(_outcome(getattr(client, part)))
                asked.append(list({repr(request): request for request in world.requests}.values()))
            expected, found = outcomes
            refused = refused or isinstance(expected, Exception) or isinstance(found, Exception)
            yield from _compared(part, expected, found, counts)
            if not refused and part == "keys" and asked[0] != asked[1]:
                yield Difference("asked", *asked)
            for text in [*_said(found), *world.shown]:
                for secret in world.secrets:
                    if secret in text:
                        yield Difference(f"{part} tells a secret", secret, text)
            world.shown = []


def _said(found: _Outcome) -> Iterator[str]:
    """All that an error says, to whoever prints it and to what collects errors."""
    error: BaseException | None = found if isinstance(found, Exception) else None
    while error is not None:
        yield f"{error} {error!r} {vars(error)}"
        yield "".join(traceback.format_exception(error))
        error = error.__cause__


def meant_by(found: Difference, world: World) -> Meant | None:
    """Why the clients are meant to differ so; None where they are not."""
    return next((known for known in MEANT if known.tells(found, world)), None)


def _compared(part: str, theirs: _Outcome, ours: _Outcome, counts: Counter[str]) -> Iterator[Difference]:
    kinds = ["refused" if isinstance(told, Exception) else "taken" for told in (theirs, ours)]
    counts[f"{part}: {kinds[0]} by botocore, {kinds[1]} by us"] += 1
    if isinstance(ours, Exception) and not isinstance(ours, AsdocError):
        yield Difference(f"{part}: crash", theirs, repr(ours))
    elif kinds[0] != kinds[1]:
        yield Difference(f"{part}: {kinds[1]}", repr(theirs), repr(ours))
    elif isinstance(theirs, dict) and isinstance(ours, dict):
        yield from (
            Difference(f"{part} {name}", told, ours[name]) for name, told in theirs.items() if told != ours[name]
        )
    elif not isinstance(theirs, BotoCoreError | ClientError):
        counts[f"{part}: {type(theirs).__name__} of botocore's is a typed error of ours"] += 1


@click.command()
@click.option("--runs", default=2000, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--meant", "show_meant", is_flag=True, help="Tell what is meant as well.")
@click.option("--only", default="", help="Tell of differences that begin so.")
def main(runs: int, seed: int, show_meant: bool, only: str) -> None:
    """Hold our clients against boto3's in RUNS odd worlds. The exit code is 1 where something differs that is not
    meant."""
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    unmeant = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(runs):
            world = drawn(randoms.Random(seed * 1_000_003 + number))  # noqa: S311  # what is drawn again is wanted
            for found in differences(world, Path(folder), counts):
                meant = meant_by(found, world)
                reasons[meant.reason if meant else f"not meant: {found.what}"] += 1
                unmeant += meant is None
                if (meant is None or show_meant) and found.what.startswith(only):
                    click.echo(f"{number} {world.service}: {found.what}")
                    click.echo(f"  boto3  {str(found.theirs)[:500]}\n  ours   {str(found.ours)[:500]}")
    for counted in (counts, reasons):
        for what, count in counted.most_common():
            click.echo(f"{count:8} {what}")
    if unmeant:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
