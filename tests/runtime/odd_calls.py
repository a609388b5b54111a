"""Calls with odd arguments, by our client and by boto3's: `python -m tests.runtime.odd_calls [SERVICE ...]`.

Over all services of the installed botocore, where none is named. Each call must be refused by both clients or by none,
and what both send must be the same; where they mean to differ, `MEANT` says why. Times are those of a machine far from
UTC, on which a time without a zone is seen to be taken for another.
"""

from __future__ import annotations

import os
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any, NamedTuple
from unittest import mock

import click
from botocore.exceptions import BotoCoreError

from asdoc.codegen import installed
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.schema import Operation

from .odd import arguments, fresh
from .tables import model, table
from .test_protocol_clients import ours, sent_by_botocore, sent_by_us, theirs
from .test_requests_equal_botocore import comparable

_BUCKETS = ("bucket", "a-b-c", "dotted.bucket", "UPPER", "under_score")
_NAMED = 0.9
"""How often a bucket has a name that a bucket can have: without one there is no request to look at."""
_ENDPOINTS = (None, None, None, "http://localhost:1234/base/")


class Difference(NamedTuple):
    service: str
    operation: str
    given: dict[str, Any]
    what: str
    """`refused` or `sent` by botocore alone, `crash` of ours, or what of the request differs."""
    theirs: Any
    ours: Any


class Meant(NamedTuple):
    reason: str
    what: str
    """What differs, or the beginning of it."""
    services: tuple[str, ...] = ()
    """Empty for all."""
    told: tuple[str, ...] = ()
    """One of these stands in what one of the clients says; empty where nothing need."""

    def tells(self, found: Difference) -> bool:
        text = f"{found.theirs}\n{found.ours}"
        return (
            found.what.startswith(self.what)
            and (not self.services or found.service in self.services)
            and (not self.told or any(words in text for words in self.told))
        )


MEANT = (
    Meant("An empty part of a path would address another resource.", "refused", told=("it is a part of the path",)),
    Meant("A line break would begin another header; boto3's transport refuses it later.", "refused",
          told=("must not hold a line break",)),
    Meant("No parser takes such XML.", "refused", told=("XML cannot hold",)),
    Meant("A time is ISO 8601, RFC 822 or a number; others, which dateutil guesses, are refused.", "refused",
          told=("expected a datetime", "expected a date")),
    Meant("The keys of a document are texts, and are not made so.", "refused", told=("): expected a string",)),
    Meant("Which ARNs such a name may hold is the service's to say.", "sent", services=("s3control",)),
    Meant("Checksums that botocore has only with its extra of C are made here.", "sent",
          services=("s3",), told=("Unsupported checksum algorithm", "Using")),
    Meant("What is None within a structure is not given, as at the top.", "sent", told=("value: None,",)),
    Meant("What they ask first, where to be called, is compared by the tests of discovery.", "",
          services=("timestream-query", "timestream-write")),
    Meant("AWS has closed the service; what its signatures name stands in an older table alone.", "",
          services=("importexport",)),
    Meant("The operation is described as one that nobody signs; botocore signs it where the rules of its endpoint "
          "name a signature.", "headers authorization", services=("signin",)),
    Meant("The hash of what is read from a file is told, so that it is read once.", "headers x-amz-content-sha256"),
    Meant("Where botocore names no type, the protocols do.", "headers content-type", told=("None\n",)),
    Meant("A checksum is of the text, and two writers write the same XML otherwise.", "headers x-amz-checksum-",
          services=("s3", "s3control")),
    Meant("A checksum is of the text, and two writers write the same XML otherwise.", "headers content-md5",
          services=("s3", "s3control")),
    Meant("A region that is none is quoted, so that it cannot be another host.", "body",
          services=("docdb", "ec2", "neptune", "rds"), told=("resignedUrl",)),
)  # fmt: skip
"""Where the clients mean to differ, and why."""


@contextmanager
def away() -> Iterator[None]:
    """Within, this machine stands in another zone than UTC, and has no settings of AWS."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    nowhere = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}
    try:
        with mock.patch.dict(os.environ, {**kept, **nowhere, "TZ": "America/New_York"}, clear=True):
            time.tzset()
            yield
    finally:
        time.tzset()


def differences(name: str, calls: int, seed: int, counts: Counter[str]) -> Iterator[Difference]:
    """Where the clients of a service differ, in so many calls; `counts` is told what came of each."""
    random = Random(seed * 1_000_003 + zlib.crc32(name.encode()))  # noqa: S311  # what is drawn again is wanted
    service = table(name, resolved=True)
    operations = [operation for operation in service.operations.values() if comparable(service, operation)]
    random.shuffle(operations)
    for number in range(calls if operations else 0):
        operation = operations[number % len(operations)]
        given = arguments(random, model(name).operation_model(operation.name).input_shape)
        members = service.shapes[operation.input].members if operation.input else {}
        given |= {key: "a" * 36 for key, node in members.items() if node.idempotent and key not in given}
        if "Bucket" in given and random.random() < _NAMED:
            given["Bucket"] = random.choice(_BUCKETS)
        for found in compared(name, operation, given, random.choice(_ENDPOINTS), counts):
            yield Difference(name, operation.name, given, *found)


def compared(
    name: str, operation: Operation, given: dict[str, Any], endpoint: str | None, counts: Counter[str]
) -> Iterator[tuple[str, Any, Any]]:
    expected: Any = None
    try:
        expected = sent_by_botocore(name, operation, fresh(given), endpoint)
        told = "sent"
    except BotoCoreError as error:
        told, expected = "refused", error
    except Exception as error:  # noqa: BLE001  # botocore's own trouble with what its check let pass
        told, expected = "crash", error
    try:
        found: Any = sent_by_us(ours(name, endpoint).call(operation.name, fresh(given)).request())
        own = "sent"
    except AsdocError as error:
        own, found = "refused", error
    except Exception as error:  # noqa: BLE001  # which is what is looked for
        counts["crash"] += 1
        yield "crash", expected, repr(error)
        return
    counts[f"{told} by botocore, {own} by us"] += 1
    if told == own == "sent":
        for part in ("method", "address", "query", "body"):
            if expected[part] != found[part]:
                yield part, expected[part], found[part]
        heads = expected["headers"], found["headers"]
        for header in sorted(heads[0].keys() | heads[1].keys()):
            if heads[0].get(header) != heads[1].get(header):
                yield f"headers {header}", heads[0].get(header), heads[1].get(header)
    elif told != own and told != "crash":
        # named by what we do, and botocore does not
        yield own, expected, found


@click.command()
@click.argument("services", nargs=-1)
@click.option("--calls", default=200, help="For each service.", show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--meant", "show_meant", is_flag=True, help="Tell what is meant as well.")
def main(services: tuple[str, ...], calls: int, seed: int, show_meant: bool) -> None:
    """Hold our calls of SERVICES against boto3's. The exit code is 1 where something differs that is not meant."""
    counts: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    unmeant = 0
    with away():
        for name in services or installed.services():
            for found in differences(name, calls, seed, counts):
                meant = next((known for known in MEANT if known.tells(found)), None)
                reasons[meant.reason if meant else "not meant"] += 1
                unmeant += meant is None
                if meant is None or show_meant:
                    click.echo(f"{name} {found.operation}: {found.what}\n  given  {str(found.given)[:600]}")
                    click.echo(f"  boto3  {str(found.theirs)[:600]}\n  ours   {str(found.ours)[:600]}")
            for kept in (theirs, ours, table, model):
                kept.cache_clear()  # of the whole of botocore's data, a little is held at a time
    for counted in (counts, reasons):
        for what, count in counted.most_common():
            click.echo(f"{count:8} {what}")
    if unmeant:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
