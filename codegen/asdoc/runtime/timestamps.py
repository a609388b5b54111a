"""Timestamps as AWS writes them: ISO 8601, RFC 822 dates and seconds since 1970.

Every time that comes in leaves as an aware `datetime`; every time that goes out is written in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ZONES = {
    "GMT": 0,
    "UTC": 0,
    "UT": 0,
    "Z": 0,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}


def parse(value: object) -> datetime:
    """The time that a number (seconds since 1970) or a string (ISO 8601, RFC 822, or such a number) tells.

    A string without a zone is UTC. Raises ValueError where it tells none, TypeError where it is no string or number.
    """
    if isinstance(value, bool):
        raise TypeError("a boolean is not a time")
    if isinstance(value, int | float):
        return from_epoch(value)
    if not isinstance(value, str):
        raise TypeError(f"{type(value).__name__} is not a time")
    text = value.strip()
    if "," in text or (len(text) > 3 and text[-3:].isalpha()):
        return _from_rfc822(text)
    try:
        return from_epoch(float(text))
    except ValueError:
        pass
    time = datetime.fromisoformat(text)
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def from_epoch(seconds: float) -> datetime:
    """The time so many seconds after 1970, to the microsecond. Raises ValueError beyond the years 1 to 9999."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        # the platform's own range may be smaller than datetime's
        try:
            return _EPOCH + timedelta(seconds=seconds)
        except (OverflowError, ValueError) as error:
            raise ValueError(f"{seconds} seconds after 1970 is beyond the years 1 to 9999") from error


def _from_rfc822(text: str) -> datetime:
    """`Wed, 21 Oct 2015 07:28:00 GMT`, the weekday optional, the zone a name or an offset."""
    words = text.rpartition(",")[2].replace("-", " ", 2 if "-" in text.split(":")[0] else 0).split()
    try:
        day, month, year, clock = int(words[0]), _MONTHS.index(words[1][:3].capitalize()) + 1, int(words[2]), words[3]
        zone = words[4] if len(words) > 4 else "GMT"
        if year < 100:
            year += 1900 if year >= 70 else 2000
        hour, minute, second = (*clock.split(":"), "0")[:3]
        whole, _, fraction = second.partition(".")
        offset = _offset(zone)
        time = datetime(year, month, day, int(hour), int(minute), int(whole), int(fraction[:6].ljust(6, "0")), UTC)
        return time - offset
    except (IndexError, KeyError, ValueError) as error:
        raise ValueError(f"{text!r} is not a date") from error


def _offset(zone: str) -> timedelta:
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:4] or 0))
        return -offset if zone[0] == "-" else offset
    return timedelta(hours=_ZONES[zone.upper()])


def given(value: object) -> datetime:
    """The time that a caller means: a `datetime` (one without a zone is in UTC, as boto3 takes it), or what `parse`
    reads. Raises ValueError or TypeError where it is neither."""
    time = value if isinstance(value, datetime) else parse(value)
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def iso8601(time: datetime) -> str:
    """`2015-10-21T07:28:00Z`, with microseconds where there are any; `time` is in UTC."""
    text = f"{time.year:04}-{time.month:02}-{time.day:02}T{time.hour:02}:{time.minute:02}:{time.second:02}"
    return f"{text}.{time.microsecond:06}Z" if time.microsecond else f"{text}Z"


def rfc822(time: datetime) -> str:
    """`Wed, 21 Oct 2015 07:28:00 GMT`; `time` is in UTC, its fraction of a second is dropped."""
    return (
        f"{_DAYS[time.weekday()]}, {time.day:02} {_MONTHS[time.month - 1]} {time.year:04} "
        f"{time.hour:02}:{time.minute:02}:{time.second:02} GMT"
    )


def epoch(time: datetime) -> int | float:
    """Seconds since 1970: an int where they are whole. `time` is in UTC."""
    since = time - _EPOCH
    seconds = since.days * 86400 + since.seconds
    # one division only, so that the float is rounded once
    return (seconds * 1_000_000 + since.microseconds) / 1_000_000 if since.microseconds else seconds


FORMATS = {"iso8601": iso8601, "rfc822": rfc822, "unixtimestamp": epoch}
"""How a time is written, by the lower-cased name that the wire source gives the format."""
