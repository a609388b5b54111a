"""One client is shared by a thousand threads, by the processes that are forked from its own, and is closed for all."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable

import pytest

from asdoc.runtime.config import Config
from asdoc.runtime.exceptions import ClientClosedError
from asdoc.runtime.forks import making
from asdoc.runtime.rate import Rate
from asdoc.runtime.retry import Budget
from asdoc.runtime.transports.pool import PoolTransport

from .fake import Client
from .plays import answer, client
from .servers import Scripted, always, read_request, scripted


def echo(server: Scripted, connection: socket.socket, number: int) -> None:
    """Answers each request for a tree with its name, and with the number of the connection."""
    while request := read_request(connection):
        name = request.split(b" ")[1].rpartition(b"/")[2].decode()
        body = json.dumps({"TreeId": name, "Name": str(number)}).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))


def connected(server: Scripted) -> Client:
    return Client(
        "eu-west-1",
        endpoint_url=f"http://{server.host}",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(connect_timeout=30),
    )


def test_a_thousand_threads_get_their_own_answers() -> None:
    with scripted(echo) as server:
        trees = connected(server)
        start = threading.Barrier(1000)
        wrong: list[object] = []

        def work(number: int) -> None:
            try:
                start.wait()
                for turn in range(5):
                    name = f"{number}-{turn}"
                    found = trees.get_tree(TreeId=name).TreeId
                    if found != name:
                        wrong.append((name, found))
            except Exception as error:  # noqa: BLE001  # whatever it is, it is a lost answer
                wrong.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(1000)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        idle = sum(map(len, trees._made["transport"]._idle.values()))
        assert idle <= 10
        trees.close()


def in_child(work: Callable[[], bytes]) -> bytes:
    """What `work` gives in a forked child; an empty answer where the child hangs or fails."""
    reader, writer = os.pipe()
    with warnings.catch_warnings():
        # Python warns of forking beside threads; what is held by them is what is tested here
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            os.write(writer, work())
        finally:
            os._exit(0)
    os.close(writer)
    end = time.monotonic() + 20
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if time.monotonic() > end:
            os.kill(child, 9)
            os.waitpid(child, 0)
            break
        time.sleep(0.01)
    found = os.read(reader, 1000)
    os.close(reader)
    return found


forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")


@forks
def test_a_forked_child_calls_over_connections_of_its_own() -> None:
    with scripted(echo) as server:
        trees = connected(server)
        assert trees.get_tree(TreeId="parent").Name == "0"
        found = in_child(lambda: repr([trees.get_tree(TreeId="child").Name for _ in range(3)]).encode())
        assert found == b"['1', '1', '1']"
        assert trees.get_tree(TreeId="parent").Name == "0"
        trees.close()


@forks
def test_children_that_are_forked_amid_the_calls_of_many_threads_can_call() -> None:
    with scripted(echo) as server:
        trees = connected(server)
        stop = threading.Event()

        def work() -> None:
            while not stop.is_set():
                trees.get_tree(TreeId="parent")

        threads = [threading.Thread(target=work) for _ in range(8)]
        for thread in threads:
            thread.start()
        try:
            for number in range(10):
                name = f"child-{number}"
                assert in_child(lambda name=name: str(trees.get_tree(TreeId=name).TreeId).encode()) == name.encode()  # type: ignore[misc]  # bound as the loop goes
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        trees.close()


@forks
@pytest.mark.parametrize("made", [Budget, Rate])
def test_a_lock_that_a_thread_holds_as_the_process_forks_does_not_hold_the_child(
    made: Callable[[], Budget | Rate],
) -> None:
    shared = made()

    def work() -> bytes:
        if isinstance(shared, Budget):
            shared.take(5)
            shared.give(5)
        else:
            shared.throttled = True
            shared.answered(throttled=True)
            shared.wait()
        return b"done"

    with shared._lock:
        assert in_child(work) == b"done"


FIRST_CALLS = """
import os, sys, threading, time
from asdoc.appconfig import Client
from asdoc.runtime.config import Config

client = Client(
    "us-east-1", endpoint_url=sys.argv[1], aws_access_key_id="a", aws_secret_access_key="b",
    config=Config(transport=sys.argv[2] or None),
)

def call(count=1):
    for _ in range(count):
        assert client.get_application(ApplicationId="a").Id == "a"

for _ in range(6):
    threading.Thread(target=call, args=(5,)).start()
children = []
for _ in range(4):  # while the threads import what their first calls need
    child = os.fork()
    if not child:
        call()
        os._exit(0)
    children.append(child)
    time.sleep(0.01)
until = time.monotonic() + 20
while children and time.monotonic() < until:
    for child in list(children):
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            assert not status, status
            children.remove(child)
    time.sleep(0.005)
for child in children:
    os.kill(child, 9)
print(len(children), "children hang")
"""


@forks
@pytest.mark.parametrize("transport", ["", "fast"])
def test_children_that_are_forked_amid_the_first_calls_can_call(transport: str) -> None:
    body = b'{"Id": "a"}'
    with scripted(always(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))) as server:
        ended = subprocess.run(
            [sys.executable, "-c", FIRST_CALLS, f"http://{server.host}", transport],
            check=False, capture_output=True, text=True, timeout=60,
        )  # fmt: skip
    assert ended.stdout == "0 children hang\n", ended.stderr


@forks
def test_a_fork_waits_for_what_another_thread_is_making() -> None:
    began, made = threading.Event(), []

    def make() -> None:
        with making:
            began.set()
            time.sleep(0.1)
            made.append(True)

    thread = threading.Thread(target=make)
    thread.start()
    began.wait(5)

    def work() -> bytes:
        with making:
            return b"whole" if made else b"half"

    assert in_child(work) == b"whole"
    thread.join()
    with making:
        pass


def test_calls_after_close_are_refused_clearly() -> None:
    trees, transport = client(answer(200))
    trees.get_tree(TreeId="t")
    trees.close()
    for closed in (trees, trees.with_options(deadline=2)):
        with pytest.raises(ClientClosedError, match="was closed"):
            closed.get_tree(TreeId="t")
    trees.close()
    assert len(transport.sent) == 1
    assert not transport.closed


def test_a_client_is_closed_by_its_block() -> None:
    with scripted(echo) as server:
        with connected(server) as trees:
            trees.get_tree(TreeId="t")
            held = trees._made["transport"]._idle[("http", server.host)][0]
        assert held._sock.fileno() == -1
        with pytest.raises(ClientClosedError):
            trees.get_tree(TreeId="t")


def test_closing_a_view_closes_nothing() -> None:
    with scripted(echo) as server:
        trees = connected(server)
        with trees.with_options(deadline=5) as view:
            view.get_tree(TreeId="t")
        assert trees.get_tree(TreeId="t").Name == "0"
        assert server.connections == 1
        trees.close()


def test_a_call_that_is_under_way_ends_as_it_would_and_leaves_no_connection() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        read_request(connection)
        begun.set()
        go_on.wait(5)
        connection.sendall(b'HTTP/1.1 200 OK\r\ncontent-length: 15\r\n\r\n{"TreeId": "t"}')
        connection.recv(1)
        server.requests.append(b"closed")

    with scripted(script) as server:
        trees = connected(server)
        found: list[str | None] = []
        thread = threading.Thread(target=lambda: found.append(trees.get_tree(TreeId="t").TreeId))
        thread.start()
        assert begun.wait(5)
        trees.close()
        go_on.set()
        thread.join()
        assert found == ["t"]
        end = time.monotonic() + 5
        while not server.requests and time.monotonic() < end:
            time.sleep(0.01)
        assert server.requests == [b"closed"]


def test_closing_a_pool_amid_calls_of_many_threads_loses_no_answer() -> None:
    from asdoc.runtime.http import HttpRequest

    with scripted(echo) as server:
        pool = PoolTransport(environ={})
        wrong: list[object] = []

        def work(number: int) -> None:
            for turn in range(50):
                request = HttpRequest(method="GET", host=server.host, target=f"/trees/{number}-{turn}")
                try:
                    body = json.loads(pool.send(request, connect_timeout=5, read_timeout=5).body)
                    if body["TreeId"] != f"{number}-{turn}":
                        wrong.append(body)
                except Exception as error:  # noqa: BLE001  # whatever it is, it is a lost answer
                    wrong.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            pool.close()
            time.sleep(0.001)
        for thread in threads:
            thread.join()
        assert wrong == []
        pool.close()
