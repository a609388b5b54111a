"""How far deployments were, and when, as a target told it in its answers, beside how far they are documented to be.

Nothing is judged here: this is what a chart shows. Documents disagree about the steps of a deployment, so each reading
is a line of its own: the event log that the GetDeployment example prints, and the prose of GrowthType.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from .cases.model import Case
from .events import Line, Point, Timeline
from .exchanges import Sent

_MARK = b'"PercentageComplete"'
_PERCENTAGE = re.compile(r"(\d{1,3}(?:\.\d{1,6})?) ?%")
_LARGEST = 1 << 20
"""Bytes of an answer that is read once more for its chart."""
_POINTS = 200
_FIRST = 1.0
"""Per cent at the start, as the answer of the StartDeployment example shows."""
EXAMPLE = "as the GetDeployment example logs it"
RULE = "by the rule of the GetDeployment example"
PROSE = "as the prose of GrowthType tells it"


def timelines(case: Case, sent: Sequence[Sent]) -> tuple[Timeline, ...]:
    """One timeline for each deployment that answers of this case told of and that goes on in time."""
    told: dict[str, list[tuple[float, dict[str, Any]]]] = {}
    for each in sent:
        response = each.response
        if response is None or response.status >= 300 or _MARK not in response.body or len(response.body) > _LARGEST:
            continue
        answer = _read(response.body)
        if _number(answer.get("PercentageComplete")) is not None:
            told.setdefault(_subject(answer), []).append((each.seconds, answer))
    found = (_timeline(subject, answers, case) for subject, answers in told.items())
    return tuple(timeline for timeline in found if timeline)


def _timeline(subject: str, answers: list[tuple[float, dict[str, Any]]], case: Case) -> Timeline | None:
    began, last = answers[0][0], answers[-1][1]
    duration = 60 * (_number(last.get("DeploymentDurationInMinutes")) or 0.0)
    whole = duration + 60 * (_number(last.get("FinalBakeTimeInMinutes")) or 0.0)
    observed = [
        Point(seconds=at - began, percentage=percentage)
        for at, answer in answers
        if (percentage := _number(answer.get("PercentageComplete"))) is not None
    ]
    observed += _logged(last)
    observed = [*_in_order(point for point in observed if not 0 < 3 * whole < point.seconds)]
    if not any(point.percentage >= 100 for point in observed) and len(observed) < 2:
        # A deployment that was seen at its start alone shows nothing of how it went on.
        return None
    documented = _logged({**(case.output or {})}) if case.operation == "GetDeployment" else []
    lines = [Line(name="observed", observed=True, points=tuple(observed))]
    if documented:
        lines.append(Line(name=EXAMPLE, points=_in_order([Point(seconds=0.0, percentage=_FIRST), *documented])))
    lines += _rules(last, duration, example=not documented)
    return Timeline(subject=subject, lines=tuple(lines))


def _rules(answer: Mapping[str, Any], duration: float, *, example: bool) -> list[Line]:
    """The documented readings, for the strategy that the answer names."""
    factor = _number(answer.get("GrowthFactor")) or 0.0
    if duration <= 0 or not 1 <= factor <= 100:
        return []
    steps: list[float] = []
    while not steps or steps[-1] < 100:
        count = len(steps)
        grown = factor * 2**count if answer.get("GrowthType") == "EXPONENTIAL" else factor * (count + 1)
        steps.append(min(100.0, grown))
    parts = len(steps) + 1
    by_example = [Point(seconds=duration * (index + 1) / parts, percentage=step) for index, step in enumerate(steps)]
    by_prose = [Point(seconds=duration * index / len(steps), percentage=step) for index, step in enumerate(steps)]
    lines = [Line(name=PROSE, points=tuple(by_prose))]
    if example:
        lines.insert(0, Line(name=RULE, points=(Point(seconds=0.0, percentage=_FIRST), *by_example)))
    return lines


def _logged(answer: Mapping[str, Any]) -> list[Point]:
    """The percentages that an event log tells in its descriptions, by the time since the deployment's start."""
    log, started = answer.get("EventLog"), _moment(answer.get("StartedAt"))
    points = []
    for event in log[:_POINTS] if isinstance(log, list) else ():
        if not isinstance(event, dict) or event.get("EventType") != "PERCENTAGE_UPDATED":
            continue
        percentage = _PERCENTAGE.search(str(event.get("Description"))[:1000])
        at = _moment(event.get("OccurredAt"))
        if percentage and at and started:
            points.append(Point(seconds=(at - started).total_seconds(), percentage=float(percentage[1])))
    return points


def _in_order(points: Iterable[Point]) -> tuple[Point, ...]:
    rounded = {(round(point.seconds, 1), point.percentage) for point in points if point.seconds >= 0}
    return tuple(Point(seconds=seconds, percentage=percentage) for seconds, percentage in sorted(rounded))[:_POINTS]


def _subject(answer: Mapping[str, Any]) -> str:
    number = answer.get("DeploymentNumber")
    return f"deployment {number}" if isinstance(number, int) else "deployment"


def _read(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and abs(number) < 1e9 else None


def _moment(value: Any) -> datetime | None:
    """A timestamp of an answer, or of a page; None where it is none."""
    try:
        if isinstance(value, dict):
            year, month, day, hour, minute, second = (int(part) for part in (*value["$datetime"], 0, 0, 0)[:6])
            return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
        if isinstance(value, str):
            parsed = datetime.fromisoformat(value)
            return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
        return datetime.fromtimestamp(value, UTC) if _number(value) is not None else None
    except (ValueError, KeyError, TypeError, OverflowError, OSError):
        return None
