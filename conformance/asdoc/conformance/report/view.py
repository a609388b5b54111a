"""What the HTML report shows of a run, as plain values of JSON: a short row for each case, and its details apart.

A browser reads the rows at once and the details of a case when it is opened, so they lie in parts of their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from ..events import VERDICTS, CaseFinished, Check, Exchange
from .curl import curl
from .model import Report
from .words import expected_text, headline, places, telling, value_text

PART = 50
"""Cases whose details lie in one part."""
_ROOM = 24 << 20
"""Bytes of what was sent and received that one file carries; what is beyond it stands in the stream alone."""
_LONGEST = 2000
_FAULTS = 8
_RANK = {verdict: rank for rank, verdict in enumerate(("fail", "harness-error", "blocked", "unsupported", "pending"))}


def in_order(cases: Iterable[CaseFinished]) -> list[CaseFinished]:
    """What needs a reader first, then by operation; the order of the run decides the rest."""
    return sorted(cases, key=lambda case: (_RANK.get(case.verdict, 9), case.operation))


def rows(report: Report, cases: Sequence[CaseFinished]) -> dict[str, Any]:
    """All that the page needs before anything is opened."""
    kinds = sorted({case.kind for case in cases})
    operations = sorted({case.operation for case in cases})
    faults = common_faults(cases)
    number = {key: index for index, key in enumerate(faults)}
    at_kind = {name: index for index, name in enumerate(kinds)}
    at_operation = {name: index for index, name in enumerate(operations)}
    return {
        "verdicts": list(VERDICTS),
        "kinds": kinds,
        "operations": operations,
        "faults": [
            {"check": check, "documented": documented, "found": found, "cases": many}
            for (check, documented, found), many in faults.items()
        ],
        "part": PART,
        "cases": [
            [
                case.id,
                at_kind[case.kind],
                at_operation[case.operation],
                VERDICTS.index(case.verdict),
                _page(case),
                "" if case.verdict == "pass" else headline(case),
                int(bool(case.errata)),
                sorted({number[key] for key in _faults(case) if key in number}),
            ]
            for case in cases
        ],
        "charts": _charts(cases),
        "service": report.started.service,
    }


def _page(case: CaseFinished) -> str:
    """Page and line as a row shows them. The address of an operation's reference names the operation once more."""
    where = places(case)
    if not where:
        return ""
    return "API reference" if where[0].page == where[0].address else str(where[0])


_SHARED = ("pages", "path", "held")
"""Lists that many cases have alike; a part holds each of them once."""


def parts(report: Report, cases: Sequence[CaseFinished]) -> list[dict[str, Any]]:
    """The details of the cases, in the same order, `PART` together, with the lists that they share beside them."""
    room = _ROOM
    told = []
    for case in cases:
        details, used = _details(case, report.started.region, room)
        room -= used
        told.append(details)
    return [_part(told[index : index + PART]) for index in range(0, len(told), PART)]


def _part(cases: list[dict[str, Any]]) -> dict[str, Any]:
    lists: dict[bytes, int] = {}
    for details in cases:
        for name in _SHARED:
            if name in details:
                details[name] = lists.setdefault(msgspec.json.encode(details[name]), len(lists))
    return {"lists": [msgspec.json.decode(each) for each in lists], "cases": cases}


def _details(case: CaseFinished, region: str, room: int) -> tuple[dict[str, Any], int]:
    size = sum(_size(exchange) for exchange in case.exchanges)
    fits = size <= room
    told: dict[str, Any] = {
        "basis": case.basis,
        "pages": [[str(place), place.address] for place in places(case)],
        "seconds": round(case.seconds, 4),
        # The steps of other kinds hold the case's own call already, and end where the case ended.
        "path": [*case.path, case.operation] if case.kind == "example" else list(case.path),
    }
    if case.reason:
        told["reason"] = case.reason
    if case.reading:
        told["reading"] = case.reading
    if case.errata:
        told["errata"] = [[erratum.reason, list(erratum.evidence)] for erratum in case.errata]
    if case.verdict == "pass":
        # Found as documented: the names say all, and ten thousand cases must still open at once.
        told["held"] = [check.id for check in case.checks if check.outcome == "pass"]
        told["checks"] = [_check(check) for check in case.checks if check.outcome != "pass"]
    else:
        # What the verdict rests on comes before what is only told beside it.
        told["checks"] = [_check(check) for check in sorted(case.checks, key=lambda check: not check.counts_against)]
    if case.exchanges and fits:
        told["exchanges"] = [_exchange(exchange, region) for exchange in case.exchanges]
    elif case.exchanges:
        told["left"] = len(case.exchanges)
    if case.timelines:
        told["timelines"] = msgspec.to_builtins(case.timelines)
    return told, size if fits else 0


def _size(exchange: Exchange) -> int:
    received = len(exchange.received.body) if exchange.received else 0
    return 600 + 3 * len(exchange.sent.body) + received


def _check(check: Check) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": check.id,
        "outcome": check.outcome,
        "documented": value_text(check.documented, _LONGEST),
        "found": value_text(check.found, _LONGEST),
    }
    if check.here is not None:
        told["here"] = value_text(check.here, _LONGEST)
    if check.reason:
        told["reason"] = check.reason
    if not check.decides:
        told["derived"] = True
    return told


def _exchange(exchange: Exchange, region: str) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(exchange)
    told["curl"] = curl(exchange, region)
    return told


def common_faults(cases: Iterable[CaseFinished]) -> dict[tuple[str, str, str], int]:
    """What differs in the same way in more than one case, the most frequent first: often one cause, and one repair."""
    counts = Counter(key for case in cases for key in set(_faults(case)))
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return {key: many for key, many in ranked[:_FAULTS] if many > 1}


def _faults(case: CaseFinished) -> list[tuple[str, str, str]]:
    if case.verdict != "fail":
        return []
    return [
        (
            re.sub(r"/\d+(?=/|$)", "/*", check.id.partition("@")[0]),
            expected_text(check, 80),
            value_text(check.found, 80),
        )
        for check in telling(case)
    ]


def _charts(cases: Sequence[CaseFinished]) -> list[list[int]]:
    """The cases of each different timeline, so that what is seen twenty times is drawn once."""
    seen: dict[bytes, list[int]] = {}
    for index, case in enumerate(cases):
        if case.timelines:
            lines = msgspec.json.encode([timeline.lines for timeline in case.timelines])
            seen.setdefault(lines, []).append(index)
    return list(seen.values())
