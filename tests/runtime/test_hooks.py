"""Hooks see each attempt and may change what is sent; what they raise is the caller's."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from asdoc.runtime.exceptions import ConfigurationError, ConnectError, ReadTimeout, ResponseParseError, TransportError
from asdoc.runtime.hooks import Received, Sending
from asdoc.runtime.http import HttpResponse

from .fake import Client, TreeNotFound
from .plays import answer, client


def test_a_header_that_a_hook_adds_is_signed_and_sent() -> None:
    trees, transport = client(answer(200))

    @trees.hooks.before_sending
    def trace(sending: Sending) -> None:
        sending.request.headers["X-Trace"] = f"{sending.operation_name}-{sending.attempt}"

    trees.get_tree(TreeId="t")
    sent = transport.sent[0].headers
    assert sent["x-trace"] == "GetTree-1"
    assert "x-trace" in sent["authorization"].partition("SignedHeaders=")[2].partition(",")[0]


def test_what_a_hook_changes_holds_for_one_attempt_alone(waits: list[float]) -> None:
    trees, transport = client(answer(503), answer(200))
    seen: list[Sending] = []

    @trees.hooks.before_sending
    def once(sending: Sending) -> None:
        seen.append(sending)
        assert "x-once" not in sending.request.headers
        assert "authorization" not in sending.request.headers
        sending.request.headers["x-once"] = str(sending.attempt)

    trees.get_tree(TreeId="t")
    assert [request.headers["x-once"] for request in transport.sent] == ["1", "2"]
    assert [(one.service, one.operation_name, one.attempt, dict(one.arguments)) for one in seen] == [
        ("orchard", "GetTree", 1, {"TreeId": "t"}),
        ("orchard", "GetTree", 2, {"TreeId": "t"}),
    ]


def test_the_end_of_each_attempt_is_seen(waits: list[float]) -> None:
    trees, transport = client(
        ConnectError("x"), answer(503, {"code": "Slow"}), answer(200, {"TreeId": "t"}, x_amzn_requestid="r")
    )
    seen: list[Received] = []
    trees.hooks.after_receiving(seen.append)
    tree = trees.get_tree(TreeId="t")
    assert [(one.attempt, type(one.error).__name__) for one in seen] == [
        (1, "ConnectError"),
        (2, "ServiceError"),
        (3, "NoneType"),
    ]
    assert [one.response and one.response.status for one in seen] == [None, 503, 200]
    assert [one.wait for one in seen[:2]] == waits
    assert seen[2].wait is None
    assert seen[2].result is tree
    assert all(one.seconds >= 0 for one in seen)
    assert [one.request for one in seen] == transport.sent


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (answer(404, {"code": "NoSuchTree"}), TreeNotFound),
        (ReadTimeout("x"), ReadTimeout),
        (answer(200, b"no json"), ResponseParseError),
    ],
)
def test_the_error_that_ends_a_call_is_seen_before_it_is_raised(
    act: HttpResponse | TransportError, kind: type[Exception], waits: list[float]
) -> None:
    trees, _ = client(act)
    seen: list[Received] = []
    trees.hooks.after_receiving(seen.append)
    with pytest.raises(kind) as caught:
        trees.with_options(max_attempts=1).get_tree(TreeId="t")
    assert [one.error for one in seen] == [caught.value]


class Refused(Exception):  # noqa: N818  # a test's own
    pass


def test_what_a_hook_raises_ends_the_call_and_is_not_tried_again() -> None:
    trees, transport = client(answer(200))

    @trees.hooks.before_sending
    def refuse(sending: Sending) -> None:
        raise Refused

    with pytest.raises(Refused):
        trees.get_tree(TreeId="t")
    assert transport.sent == []
    trees.hooks.remove(refuse)

    @trees.hooks.after_receiving
    def complain(received: Received) -> None:
        raise ConnectError("of the hook's own")

    with pytest.raises(ConnectError, match="of the hook's own"):
        trees.get_tree(TreeId="t")
    assert len(transport.sent) == 1


def test_a_hook_that_raises_what_a_transport_might_is_not_taken_for_one() -> None:
    trees, transport = client(answer(200))

    @trees.hooks.before_sending
    def broken(sending: Sending) -> None:
        raise TransportError("of the hook's own")

    with pytest.raises(TransportError, match="of the hook's own"):
        trees.get_tree(TreeId="t")
    assert transport.sent == []


def test_hooks_are_of_one_client_and_of_its_views() -> None:
    one, _ = client(answer(200))
    other, _ = client(answer(200))
    seen: list[str] = []
    one.hooks.before_sending(lambda sending: seen.append("one"))
    other.get_tree(TreeId="t")
    one.get_tree(TreeId="t")
    one.with_options(deadline=5).get_tree(TreeId="t")
    assert seen == ["one", "one"]


def test_hooks_are_called_in_their_order_and_gone_when_removed() -> None:
    trees, _ = client(answer(200))
    order: list[int] = []

    def numbered(number: int) -> Callable[[Sending], None]:
        return lambda sending: order.append(number)

    hooks = [trees.hooks.before_sending(numbered(number)) for number in range(3)]
    trees.get_tree(TreeId="t")
    trees.hooks.remove(hooks[1])
    trees.get_tree(TreeId="t")
    assert order == [0, 1, 2, 0, 2]


def test_a_request_may_be_replaced_as_a_whole() -> None:
    import msgspec

    trees, transport = client(answer(200))

    @trees.hooks.before_sending
    def elsewhere(sending: Sending) -> None:
        sending.request = msgspec.structs.replace(sending.request, target="/elsewhere")

    trees.get_tree(TreeId="t")
    assert transport.sent[0].target == "/elsewhere"


def test_a_representation_shows_no_secret() -> None:
    trees, _ = client(answer(200))
    shown: list[str] = []
    trees.hooks.before_sending(lambda sending: shown.append(repr(sending)))
    trees.hooks.after_receiving(lambda received: shown.append(repr(received)))
    trees.get_tree(TreeId="secret")
    assert shown == ["<Sending orchard GetTree, attempt 1>", "<Received orchard GetTree, attempt 1: a result>"]


def test_a_client_without_hooks_makes_none() -> None:
    trees, _ = client(answer(200))
    assert isinstance(trees, Client)
    trees.get_tree(TreeId="t")
    assert not trees.hooks


def test_a_method_is_taken_out_again_by_its_name() -> None:
    trees, _ = client(answer(200))
    seen: list[Sending | Received] = []
    trees.hooks.before_sending(seen.append)
    trees.hooks.after_receiving(seen.append)
    trees.hooks.remove(seen.append)  # another object than the ones above
    trees.get_tree(TreeId="t")
    assert seen == []
    assert not trees.hooks


async def awaited(told: object) -> None:
    raise AssertionError("nobody awaits it")


class Awaited:
    async def __call__(self, told: object) -> None:
        raise AssertionError("nobody awaits it")


@pytest.mark.parametrize("hook", [awaited, partial(awaited), Awaited(), None, 3])
def test_a_hook_that_would_be_called_in_vain_is_refused_when_it_is_added(hook: Any) -> None:
    trees, _ = client(answer(200))
    for add in (trees.hooks.before_sending, trees.hooks.after_receiving):
        with pytest.raises(ConfigurationError, match="adding a hook"):
            add(hook)
    trees.get_tree(TreeId="t")


@pytest.mark.parametrize(("name", "value"), [("x-a", 3), ("x-a", None), ("x-a", b"x"), (3, "a")])
def test_a_header_that_is_no_text_is_told_as_the_hooks(name: Any, value: Any) -> None:
    trees, transport = client(answer(200))

    @trees.hooks.before_sending
    def wrong(sending: Sending) -> None:
        sending.request.headers[name] = value

    with pytest.raises(ConfigurationError, match="a hook made the header"):
        trees.get_tree(TreeId="t")
    assert transport.sent == []
