"""Servers on loopback that a test scripts, byte by byte or request by request."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Script = Callable[[socket.socket, int], None]
"""Serves one connection; the number counts connections from 0."""


class Scripted:
    """What a scripted server saw."""

    def __init__(self, listener: socket.socket) -> None:
        self.listener = listener
        self.port: int = listener.getsockname()[1]
        self.host = f"127.0.0.1:{self.port}"
        self.connections = 0
        self.requests: list[bytes] = []


@contextmanager
def scripted(script: Callable[[Scripted, socket.socket, int], None]) -> Iterator[Scripted]:
    """A server that runs `script` for each connection, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    server = Scripted(listener)
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket, number: int) -> None:
        with connection, suppress(OSError):
            script(server, connection, number)

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=serve, args=(connection, server.connections), daemon=True)
            server.connections += 1
            threads.append(thread)
            thread.start()

    accepting = threading.Thread(target=accept, daemon=True)
    accepting.start()
    try:
        yield server
    finally:
        # a listener that is only closed leaves `accept` waiting
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join(5)
        for thread in threads:
            thread.join(5)


def read_request(connection: socket.socket) -> bytes:
    """One request, with its body; b"" where the connection was closed."""
    data = b""
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            return b""
        body += more
    return head + b"\r\n\r\n" + body


def always(*answers: bytes) -> Callable[[Scripted, socket.socket, int], None]:
    """Answers the requests of each connection in turn, the last answer for all that follow."""

    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        turn = 0
        while request := read_request(connection):
            server.requests.append(request)
            connection.sendall(answers[min(turn, len(answers) - 1)])
            turn += 1

    return script


OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


def secure(certificate: Path, connection: socket.socket) -> ssl.SSLSocket:
    """The server's end of a connection through TLS, as the `certificate` says who it is."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context.wrap_socket(connection, server_side=True)


@contextmanager
def handled(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """The address, without a slash at its end, of a server whose requests `handler` answers."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.005}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
