"""Runs made up for reports: small ones, huge ones, and ones in which every text wants to be more than text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from asdoc.conformance.events import (
    VERDICTS,
    CaseFinished,
    Check,
    ErratumTold,
    Event,
    Exchange,
    Line,
    Message,
    Point,
    RunFinished,
    RunStarted,
    Timeline,
)
from asdoc.conformance.report.model import Report, gather

KINDS = ("example", "error", "statement", "constraint", "pagination")


def started(**changes: Any) -> RunStarted:
    members: dict[str, Any] = {
        "target": "http://127.0.0.1:5000", "service": "library", "region": "us-east-1", "account": "123456789012",
        "spec": "ab" * 32, "cases": 0, "clock": "real", "asdoc": "0.1.0", "started": "2026-01-02T03:04:05+00:00",
    }  # fmt: skip
    return RunStarted(**{**members, **changes})


def case(operation: str = "GetShelf", verdict: str = "pass", **changes: Any) -> CaseFinished:
    kind = changes.get("kind", "example")
    members: dict[str, Any] = {
        "id": f"library.{kind}.{operation}.1", "kind": kind, "operation": operation, "verdict": verdict,
        "basis": "documented", "source": (f"library/client/{operation.lower()}.rst:12#0123456789ab",), "seconds": 0.25,
    }  # fmt: skip
    if verdict == "fail":
        members["checks"] = (Check(id="status", outcome="fail", documented=201, found=200),)
    elif verdict != "pass":
        members["reason"] = f"why it is {verdict}"
    return CaseFinished(**{**members, **changes})


def run(*cases: CaseFinished, **changes: Any) -> list[Event]:
    return [
        started(cases=len(cases), **changes),
        *cases,
        RunFinished(totals={verdict: sum(each.verdict == verdict for each in cases) for verdict in VERDICTS}),
    ]


def report(*cases: CaseFinished, **changes: Any) -> Report:
    return gather(run(*cases, **changes))


def one_of_each() -> Report:
    """A case of each verdict."""
    return report(*(case(f"Verb{verdict.title().replace('-', '')}", verdict) for verdict in VERDICTS))


def exchange(**changes: Any) -> Exchange:
    members: dict[str, Any] = {
        "operation": "GetShelf", "own": True, "method": "POST", "url": "http://127.0.0.1:5000/shelves",
        "signing": "library",
        "sent": Message(
            headers={"content-type": "application/json", "authorization": "***"}, body='{"Name":"x"}', size=12, shown=12
        ),
        "status": 200,
        "received": Message(headers={"content-type": "application/json"}, body='{"Id":"1"}', size=10, shown=10),
    }  # fmt: skip
    return Exchange(**{**members, **changes})


def timeline() -> Timeline:
    steps = (Point(seconds=0, percentage=1), Point(seconds=180, percentage=25), Point(seconds=720, percentage=100))
    return Timeline(
        subject="deployment 1",
        lines=(Line(name="observed", observed=True, points=steps), Line(name="as documented", points=steps)),
    )


def huge(number: int = 10_000) -> Iterator[Event]:
    """A run of so many cases; one of seven fails, with all that a failure has."""
    totals = dict.fromkeys(VERDICTS, 0)
    yield started(cases=number)
    for index in range(number):
        operation = f"Operation{index % 120:03}OfTheLibrary"
        kind = KINDS[index % len(KINDS)]
        verdict = "fail" if index % 7 == 0 else "unsupported" if index % 11 == 0 else "pass"
        totals[verdict] += 1
        held = tuple(Check(id=f"value:/Items/{at}/Name", outcome="pass", documented="a", found="a") for at in range(8))
        failed = (Check(id=f"value:/Number{index}", outcome="fail", documented=index, found=f"number {index}"),)
        yield case(
            operation,
            verdict,
            kind=kind,
            id=f"library.{kind}.{operation}.{index}",
            checks=held + (failed if verdict == "fail" else ()),
            path=("CreateShelf", "CreateBook", "900 s, until BOUND"),
            exchanges=() if verdict == "pass" else (exchange(), exchange(operation="CreateShelf", own=False)),
        )
    yield RunFinished(totals=totals)


ATTACKS = (
    "</script><script>window.pwned=1</script>",
    "<img src=x onerror=window.pwned=1>",
    "<svg onload=window.pwned=1><!--<script>",
    "'\"><iframe srcdoc='<script>parent.pwned=1</script>'>",
    "javascript:window.pwned=1",
    "]]>\u2028\u2029\x00\x1b[2J\u202e&lt;script&gt;window.pwned=1&lt;/script&gt;",
    "$policy ${script} %(x)s {{7*7}} |pipe| `tick` @everyone ::error::x\n::set-output name=a::b",
)


def hostile() -> Report:
    """Every text of every event is an attack on whoever shows it."""
    return report(*_hostile_cases(), target=ATTACKS[0], service=ATTACKS[1], region=ATTACKS[2], asdoc=ATTACKS[3])


def _hostile_cases() -> Iterable[CaseFinished]:
    for number, text in enumerate(ATTACKS):
        yield CaseFinished(
            id=f"{text}{number}", kind=text, operation=text, verdict="fail", basis=text, reason=text, reading=text,
            source=(f"{text}:7#0", f"library/client/{text}.rst:8#0", text),
            errata=(ErratumTold(id=text, reason=text, evidence=(text,)),),
            checks=(
                Check(id=text, outcome="fail", documented=text, here=text, found={text: [text]}, reason=text),
                Check(id="content-type", outcome="fail", basis="derived", documented=text, found=text, pointer=text),
                Check(id=text, outcome="pass", documented=text, found=text),
            ),
            path=(text, text),
            exchanges=(
                exchange(
                    operation=text, method=text, url=text, error=text,
                    sent=Message(headers={text: text}, body=text, size=9, shown=9),
                    received=Message(headers={text: text}, body=text, size=9, shown=9),
                ),
            ),
            timelines=(
                Timeline(
                    subject=text,
                    lines=(
                        Line(name=text, observed=True, points=(Point(seconds=1e8, percentage=-1e9),)),
                        Line(name=text, points=(Point(seconds=0, percentage=1e9),)),
                    ),
                ),
            ),
        )  # fmt: skip
