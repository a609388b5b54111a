"""A server that says again what the reference said: `python -m tests.bench.replay FILE`, a map of path to answer.

What a client costs is measured against it, as the reference itself answers fewer calls than clients can make. With
`awake` as second argument it never sleeps, which takes a core of its own: to wake a server that sleeps is work for the
kernel that is charged to whoever sends, and of a service that stands elsewhere nobody does it.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path


class Replay(asyncio.BufferedProtocol):
    """Answers each request, which fits into one read, by its path."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._space = bytearray(16 * 1024)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def get_buffer(self, sizehint: int) -> bytearray:
        return self._space

    def buffer_updated(self, nbytes: int) -> None:
        self._transport.write(self._answers[bytes(self._space[:nbytes]).split(b" ", 2)[1]])


async def main(answers: dict[bytes, bytes], *, awake: bool) -> None:
    loop = asyncio.get_running_loop()

    def stay() -> None:
        loop.call_soon(stay)

    if awake:
        stay()
    server = await loop.create_server(lambda: Replay(answers), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    told = json.loads(Path(sys.argv[1]).read_text())
    answers = {path.encode(): answer.encode("latin-1") for path, answer in told.items()}
    asyncio.run(main(answers, awake="awake" in sys.argv[2:]))
