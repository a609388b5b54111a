"""Every transport makes the same of whatever a server says, and gives nobody another's answer."""

from __future__ import annotations

from .run import explore


def test_transports_agree_on_answers_whatever_a_server_says() -> None:
    found = explore(range(100), seconds=5)
    assert not found.wrong, "\n".join(found.wrong)
    assert found.exchanges > 100
