"""The server of plans, in a process of its own: it keeps to them byte by byte, and notes what was asked of it."""

from __future__ import annotations

import json
import socket
import ssl
import struct
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from .plans import Turn, plan

ROOT = Path(__file__).parents[3]
PAUSE = 0.01
"""Seconds after which comes what nobody asked for."""
NO_DELAY = (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class _BrokenError(Exception):
    pass


class Server:
    def __init__(self, certificate: str) -> None:
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate)
        self.seen: dict[tuple[str, str, int], list[tuple[int, int]]] = defaultdict(list)
        self.wrong: list[str] = []

    def accept(self, listener: socket.socket, *, secured: bool) -> None:
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=self.serve, args=(connection,), kwargs={"secured": secured}, daemon=True).start()

    def serve(self, connection: socket.socket, *, secured: bool) -> None:
        connection.settimeout(20)
        connection.setsockopt(*NO_DELAY)
        way = ""
        try:
            if secured:
                connection = self.context.wrap_socket(connection, server_side=True)
            buffer = b""
            count = 0
            while True:
                head, buffer = self.head(connection, buffer)
                if not head:
                    return
                method, target, _ = head.split(b"\r\n")[0].decode().split(" ")
                if target.startswith("/_"):
                    self.control(connection, target)
                    continue
                _, run, text, index, came = target.split("/")
                way = way or came
                seed, at = int(text), int(index)
                turn = plan(seed)[at]
                self.seen[run, came, seed].append((at, count))
                if came != way or turn.method != method:
                    self.wrong.append(f"{target} {method} over a connection of {way}")
                count += 1
                if not turn.early:
                    buffer = self.drain(connection, head, buffer, turn)
                for pause, data in turn.segments:
                    if pause:
                        time.sleep(pause)
                    connection.sendall(data)
                if turn.early and turn.ending == "keep":
                    buffer = self.drain(connection, head, buffer, turn)
                if turn.later:
                    time.sleep(PAUSE)
                    connection.sendall(turn.later)
                if turn.ending == "stall":
                    with suppress(OSError):
                        while connection.recv(65536):
                            pass
                    return
                if turn.ending == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    return
                if turn.ending == "close":
                    if isinstance(connection, ssl.SSLSocket) and not turn.cut:
                        connection.settimeout(0)
                        with suppress(OSError):
                            connection.unwrap()
                    return
        except _BrokenError as error:
            self.wrong.append(f"{way}: {error}")
        except (OSError, ValueError) as error:
            if isinstance(error, ValueError):
                self.wrong.append(f"{way}: {error!r}")
        finally:
            with suppress(OSError):
                connection.close()

    def control(self, connection: socket.socket, target: str) -> None:
        _, what, *more = target.split("/")
        told: Any = None
        if what == "_seen":
            told = self.seen.pop((more[0], more[1], int(more[2])), [])
        elif what == "_wrong":
            told, self.wrong = self.wrong, []
        data = json.dumps(told).encode()
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(data) + data)

    @staticmethod
    def head(connection: socket.socket, buffer: bytes) -> tuple[bytes, bytes]:
        while b"\r\n\r\n" not in buffer:
            more = connection.recv(65536)
            if not more:
                if buffer:
                    raise _BrokenError(f"a request that breaks off: {buffer[:80]!r}")
                return b"", b""
            buffer += more
        head, _, buffer = buffer.partition(b"\r\n\r\n")
        return head, buffer

    @staticmethod
    def drain(connection: socket.socket, head: bytes, buffer: bytes, turn: Turn) -> bytes:
        """Read the body of a request, and give what is behind it."""
        fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])

        def more() -> bytes:
            got = connection.recv(1 << 18)
            if not got:
                raise OSError("gone")
            return got

        if b"content-length" in fields:
            length = int(fields[b"content-length"])
            while len(buffer) < length:
                buffer += more()
            body, buffer = buffer[:length], buffer[length:]
        elif b"transfer-encoding" in fields:
            body = b""
            while True:
                while b"\r\n" not in buffer:
                    buffer += more()
                size, _, buffer = buffer.partition(b"\r\n")
                count = int(size, 16)
                while len(buffer) < count + 2:
                    buffer += more()
                body += buffer[:count]
                buffer = buffer[count + 2 :]
                if not count:
                    break
        else:
            return buffer
        if body.strip(b"u"):
            raise _BrokenError(f"within the body of a request is {body.strip(b'u')[:80]!r}")
        return buffer


def main(certificate: str) -> None:
    """Serve until standard input ends."""
    server = Server(certificate)
    listeners = [socket.create_server(("127.0.0.1", 0), backlog=512) for _ in range(2)]
    for listener, secured in zip(listeners, (False, True), strict=True):
        threading.Thread(target=server.accept, args=(listener,), kwargs={"secured": secured}, daemon=True).start()
    sys.stdout.write(json.dumps([listener.getsockname()[1] for listener in listeners]) + "\n")
    sys.stdout.flush()
    sys.stdin.read()


@contextmanager
def started(certificate: str) -> Iterator[list[int]]:
    """The ports of the server, plain and through TLS, while it runs."""
    command = [sys.executable, "-m", "tests.runtime.exchanges.server", certificate]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(10)


if __name__ == "__main__":
    main(sys.argv[1])
