"""A server of the orchard over real sockets, that commits the faults it is told to, one a request."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from .servers import Scripted, read_request, scripted

Fault = Callable[["Orchard", socket.socket, bytes], bool]
"""Answers one request, whatever way; True where the connection goes on."""


class Orchard:
    """What the service has done, and the faults that are still to come."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.faults: list[str] = []
        self.committed: list[str] = []
        self.planted: Counter[str] = Counter()
        """Name of a tree -> how often it was planted."""
        self.seen: Counter[str] = Counter()
        """Name of a tree -> how often planting it was asked for, but for what was refused."""
        self.tokens: dict[str, set[str]] = {}
        """Name -> tokens that its planting came with."""
        self.port = 0

    def next(self) -> str:
        with self.lock:
            fault = self.faults.pop(0) if self.faults else "none"
            self.committed.append(fault)
            return fault

    def carry_out(self, request: bytes) -> bytes:
        """The body that answers a request, done."""
        head, _, body = request.partition(b"\r\n\r\n")
        method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
        if method == "GET":
            return json.dumps({"TreeId": target.rpartition("/")[2], "Name": "x" * 50}).encode()
        told = json.loads(body)
        with self.lock:
            name = told["Name"]
            if "Token" in told:
                known = self.tokens.setdefault(name, set())
                if told["Token"] not in known:
                    self.planted[name] += 1
                known.add(told["Token"])
            else:
                self.planted[name] += 1
                self.seen[name] += 1
        return json.dumps({"TreeId": name, "Name": "y" * 50}).encode()


def head(length: object, extra: str = "") -> bytes:
    return f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n{extra}\r\n".encode()


def wait_for_close(connection: socket.socket) -> None:
    connection.settimeout(5)
    while connection.recv(65536):
        pass


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def none(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = orchard.carry_out(request)
    connection.sendall(head(len(body)) + body)
    return True


def in_pieces(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = orchard.carry_out(request)
    answer = head(len(body)) + body
    for start in range(0, len(answer), 37):
        connection.sendall(answer[start : start + 37])
        time.sleep(0.001)
    return True


def chunked(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = orchard.carry_out(request)
    connection.sendall(
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n%s\r\n%x;a=b\r\n%s\r\n0\r\nx-trailer: 1\r\n\r\n"
        % (body[:5], len(body) - 5, body[5:])
    )
    return True


def resets_before(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    reset(connection)
    return False


def resets_after(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    orchard.carry_out(request)
    reset(connection)
    return False


def resets_within(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = orchard.carry_out(request)
    connection.sendall(head(len(body)) + body[:10])
    time.sleep(0.02)
    reset(connection)
    return False


def stalls(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    orchard.carry_out(request)
    wait_for_close(connection)
    return False


def stalls_within(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = orchard.carry_out(request)
    connection.sendall(head(len(body)) + body[:10])
    wait_for_close(connection)
    return False


def drips(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = orchard.carry_out(request)
    for byte in head(len(body) + 10_000) + body:
        connection.sendall(bytes((byte,)))
        time.sleep(0.02)
    return False


def truncates_head(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    orchard.carry_out(request)
    connection.sendall(head(10)[:30])
    return False


def truncates_body(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = orchard.carry_out(request)
    connection.sendall(head(len(body)) + body[:-5])
    return False


def truncates_chunks(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = orchard.carry_out(request)
    connection.sendall(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n%s\r\n" % (len(body), body))
    return False


def says_too_little(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = orchard.carry_out(request)
    connection.sendall(head(len(body) - 20) + body)
    return True


def says_too_much(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = orchard.carry_out(request)
    connection.sendall(head(len(body) + 20) + body)
    wait_for_close(connection)
    return False


def says_nothing_sensible(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = orchard.carry_out(request)
    connection.sendall(head("-1") + body)
    return True


def chunk_lies(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = orchard.carry_out(request)
    connection.sendall(
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n" % (len(body) - 3, body)
    )
    return True


def answers_twice(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = orchard.carry_out(request)
    wrong = b'{"TreeId": "of another"}'
    connection.sendall(head(len(body)) + body + head(len(wrong)) + wrong)
    return True


def is_no_http(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    orchard.carry_out(request)
    connection.sendall(b"220 mail.example.org ESMTP\r\n\r\n")
    return True


def throttles(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    body = b'{"code": "ThrottlingException"}'
    connection.sendall(b"HTTP/1.1 400 Bad Request\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body))
    return True


def is_unavailable(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    connection.sendall(b"HTTP/1.1 503 Slow Down\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n")
    return True


def closes_after(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    none(orchard, connection, request)
    return False


def truncates_a_refusal(orchard: Orchard, connection: socket.socket, request: bytes) -> bool:
    orchard.carry_out(request)
    connection.sendall(b"HTTP/1.1 503 Slow Down\r\ncontent-length: 100\r\n\r\n{")
    return False


FAULTS: dict[str, Fault] = {
    fault.__name__: fault
    for fault in (
        none, in_pieces, chunked, resets_before, resets_after, resets_within, stalls, stalls_within, drips,
        truncates_head, truncates_body, truncates_chunks, says_too_little, says_too_much, says_nothing_sensible,
        chunk_lies, answers_twice, is_no_http, throttles, is_unavailable, closes_after, truncates_a_refusal,
    )
}  # fmt: skip
HARMLESS = frozenset(("none", "in_pieces", "chunked", "closes_after"))
"""What a client must bear without an error."""


@contextmanager
def orchard() -> Iterator[Orchard]:
    """The server, at `127.0.0.1:port`."""
    told = Orchard()

    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        while request := read_request(connection):
            if not FAULTS[told.next()](told, connection, request):
                return

    with scripted(script) as server:
        told.port = server.port
        yield told
