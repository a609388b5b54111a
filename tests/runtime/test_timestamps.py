"""Times are read in every form that services write, and written as botocore writes them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, parsedate_to_datetime

import pytest
from botocore.serialize import JSONSerializer
from botocore.utils import parse_to_aware_datetime
from hypothesis import given
from hypothesis import strategies as st

from asdoc.runtime import timestamps

_times = st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1), timezones=st.just(UTC))


@given(_times)
def test_each_form_is_read_back_as_the_time_that_was_written(time: datetime) -> None:
    assert timestamps.parse(timestamps.iso8601(time)) == time
    assert timestamps.parse(timestamps.rfc822(time)) == time.replace(microsecond=0)
    assert abs(timestamps.parse(timestamps.epoch(time)) - time) < timedelta(milliseconds=1)


@given(_times)
def test_each_form_is_written_as_botocore_writes_it(time: datetime) -> None:
    for name, write in timestamps.FORMATS.items():
        assert write(time) == getattr(JSONSerializer(), f"_timestamp_{name}")(time)


@given(_times, st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30)), timezone(timedelta(hours=-8))]))
def test_a_date_of_the_mail_kind_is_read_in_any_zone(time: datetime, zone: timezone) -> None:
    written = format_datetime(time.astimezone(zone))
    assert timestamps.parse(written) == parsedate_to_datetime(written)


@pytest.mark.parametrize(
    "text",
    [
        "2015-10-21T07:28:00Z", "2015-10-21T07:28:00+00:00", "2015-10-21T09:28:00+02:00", "2015-10-21T07:28:00",
        "20151021T072800Z", "2015-10-21 07:28:00", "2015-10-21T07:28:00.000Z", "1445412480", "1445412480.0", 1445412480,
        1445412480.0, "1.44541248E9", "Wed, 21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 2015 07:28:00 +0000",
        "Wed, 21 Oct 2015 03:28:00 EDT", "21 Oct 2015 07:28:00 GMT", "Wed, 21 Oct 15 07:28:00 GMT",
        "Wednesday, 21-Oct-15 07:28:00 GMT", "Wed, 21 Oct 2015 07:28:00.000 GMT", " 2015-10-21T07:28:00Z ",
    ],
)  # fmt: skip
def test_one_moment_in_many_forms(text: object) -> None:
    read = timestamps.parse(text)
    assert read == datetime(2015, 10, 21, 7, 28, tzinfo=UTC)
    assert read.tzinfo is not None


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "soon",
        "2015-13-01",
        "Wed, 32 Oct 2015 07:28:00 GMT",
        "1e400",
        "nan",
        "inf",
        1e300,
        float("nan"),
        "a, b",
        "GMT",
        "Wed, 21 Oct 2015 07:28:00 +zz",
    ],
)
def test_what_is_no_time_is_refused(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        timestamps.parse(wrong)


@pytest.mark.parametrize("wrong", [None, True, [], {}, b"2015-10-21T07:28:00Z"])
def test_what_cannot_be_a_time_is_refused(wrong: object) -> None:
    with pytest.raises(TypeError):
        timestamps.parse(wrong)


def test_times_before_1970_and_far_ahead_are_read() -> None:
    assert timestamps.parse(-1e9) == datetime(1938, 4, 24, 22, 13, 20, tzinfo=UTC)
    assert timestamps.parse(253402300799) == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


def test_a_time_without_a_zone_that_a_caller_gives_is_local() -> None:
    local = datetime(2015, 10, 21, 7, 28)
    assert timestamps.given(local) == local.astimezone()
    assert timestamps.given("2015-10-21T07:28:00").tzinfo is UTC


@pytest.fixture
def _far_from_greenwich(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_far_from_greenwich")
@given(st.datetimes(datetime(1900, 1, 1), datetime(9000, 1, 1)))
def test_a_time_without_a_zone_means_what_it_means_to_botocore_wherever_it_is_written(moment: datetime) -> None:
    assert timestamps.given(moment) == parse_to_aware_datetime(moment)  # type: ignore[arg-type]  # it takes more than its stub tells
