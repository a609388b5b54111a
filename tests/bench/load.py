"""A load of keep-alive connections from one process of its own, light enough not to be what is measured.

Every connection has one request under way. Run as a program it prints requests a second:
`python -m tests.bench.load HOST PORT PATH CONNECTIONS SECONDS`.
"""

from __future__ import annotations

import selectors
import socket
import sys
import time


def length_of(head: bytes) -> int:
    """The Content-Length of an answer's head, zero where it has none."""
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 : head.index(b"\r\n", at)]) if at >= 0 else 0


def load(host: str, port: int, path: str, connections: int, seconds: float) -> float:
    """Answers of status 200 a second. Raises SystemExit where another status comes back."""
    authorization = (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260101/us-east-1/appconfig/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64
    )
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAuthorization: {authorization}\r\n\r\n".encode()
    selector = selectors.EpollSelector()
    links: dict[int, socket.socket] = {}
    for _ in range(connections):
        link = socket.create_connection((host, port))
        link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        link.sendall(request)
        selector.register(link, selectors.EVENT_READ)
        links[link.fileno()] = link
    waiting = dict.fromkeys(links, b"")
    answered, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        for key, _ in selector.select(1.0):
            connection = links[key.fd]
            received = connection.recv(65536)
            data = waiting[key.fd] + received
            end = data.find(b"\r\n\r\n")
            if end < 0 or len(data) < end + 4 + length_of(data[: end + 2]):
                if not received:
                    raise SystemExit("the server closed a connection")
                waiting[key.fd] = data
                continue
            if data[9:12] != b"200":
                raise SystemExit(f"the server answered {data[:300]!r}")
            waiting[key.fd] = b""
            answered += 1
            connection.sendall(request)
    return answered / elapsed


if __name__ == "__main__":
    host, port, path, connections, seconds = sys.argv[1:]
    print(load(host, int(port), path, int(connections), float(seconds)))
