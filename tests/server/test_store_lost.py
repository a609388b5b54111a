"""A store that is gone: each request is refused as documented and told in a line, until the store is back."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.server import test_serving as served
from tests.server.durability import Wire
from tests.server.postgres import Postgres, postgres


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    try:
        with postgres() as started:
            yield started
    except FileNotFoundError as error:
        pytest.skip(str(error))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_database_that_is_gone_is_told_in_a_line_and_used_again_when_it_is_back(
    database: Postgres, workers: str
) -> None:
    url = database.url.replace("@", ":hidden-word@")
    with served.start("appconfig", "--port", "0", "--store", url, "--workers", workers) as process:
        port = int(served.address_of(process).rpartition(":")[2])
        wire = Wire(port)
        made = wire.told("POST", "/applications", {"Name": f"kept {workers}"})
        assert wire.send("GET", "/_asdoc/ready")[0] == 200

        database.stop()
        read = wire.send("GET", f"/applications/{made['Id']}")
        written = wire.send("POST", "/applications", {"Name": "lost"})
        for status, answer in (read, written):
            assert (status, set(answer)) == (500, {"Message"})
            assert "store does not answer" in answer["Message"]
        assert wire.send("GET", "/_asdoc/ready")[0] == 503
        assert wire.send("POST", "/_asdoc/reset")[0] == 503
        assert wire.send("GET", "/_asdoc/snapshot")[0] == 503

        database.start()
        assert wire.send("GET", "/_asdoc/ready")[0] == 200
        assert wire.told("GET", f"/applications/{made['Id']}") == made
        assert wire.told("POST", "/applications", {"Name": f"again {workers}"})
        wire.close()
        process.terminate()
        _, told = process.communicate(timeout=20)
    assert "Traceback" not in told
    assert "hidden-word" not in told
    # Beside them there is the beat, which finds the store gone as well.
    lines = [line for line in told.splitlines() if "what time brings about" not in line]
    ids = [re.findall(r"under ([0-9a-f-]+)\.", answer["Message"])[0] for _, answer in (read, written)]
    assert [sum(known in line for line in lines) for known in ids] == [1, 1]
    assert len(lines) == 5, told
