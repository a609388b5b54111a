"""Answers that are not as they should be: each in one way, or in any bytes."""

from __future__ import annotations

import random

from .valid import SIZES, Answer, Expected, chunked

LENGTHS = (
    "-1",
    "+{n}",
    "0{n}",
    "0000{n}",
    "{n}.0",
    "{n}, {n}",
    "{n},{m}",
    "{m}",
    "{z}",
    "0x{n}",
    "",
    " ",
    "{n} {n}",
    "two",
    "\xb2",
    "99999999999999999999",
    "{n};",
    "\t{n}\t",
    "{n}\x0b",
    "\u0661",
    "1_0",
    "{n}\r",
)
CODINGS = (
    "chunked",
    "Chunked",
    "gzip",
    "gzip, chunked",
    "chunked, chunked",
    "identity",
    "",
    "chunked;q=1",
    "\x0bchunked",
    "xchunked",
)
ASKED = (
    "close",
    "Close",
    "keep-alive",
    "Keep-Alive",
    "keep-alive, close",
    "close, keep-alive",
    "upgrade",
    "",
    "x-close",
)
FIRST = (
    "HTTP/1.1 200",
    "HTTP/1.1  200 OK",
    "HTTP/1.1 20 OK",
    "HTTP/1.1 2000 OK",
    "HTTP/2 200 OK",
    "http/1.1 200 OK",
    "HTTP/1.1 200OK",
    "HTTP/1.9 200 OK",
    "HTTP/1.0 200 OK",
    "",
    " HTTP/1.1 200 OK",
    "HTTP/1.1\t200 OK",
    "HTTP/1.1 099 OK",
    "HTTP/1.1 999 Odd",
    "HTTP/1.1 101 Switching",
    "HTTP/1.1 200 \xe9",
    "HTTP/1.1 200 OK\r",
    "ICY 200 OK",
    "HTTP/1.1 \xb2\xb2\xb2 OK",
)
ODD_SIZES = (
    "-{n:x}",
    "+{n:x}",
    "0x{n:x}",
    "",
    " ",
    "zz",
    "{n:x}{n:x}{n:x}{n:x}{n:x}{n:x}{n:x}{n:x}{n:x}",
    "{m:x}",
    "{z:x}",
    "{n:x} 1",
    "\xb2",
    "{n:x}_0",
    "ffffffffffffffff",
    "fffffffffffffff",
)


def odd(r: random.Random, method: str, a: Answer, expected: Expected) -> tuple[bytes, str, bytes]:
    n = len(expected.body)
    given = {"n": n, "m": n + r.choice((-1, 1, 3)), "z": n + r.choice((1000, 100_000))}
    rest = [line for line in a.lines if line.lower().partition(":")[0] not in ("content-length", "transfer-encoding")]
    length = f"Content-Length: {n}"
    kind = r.choice(
        (
            "length",
            "length",
            "length",
            "two",
            "both",
            "coding",
            "connection",
            "first",
            "name",
            "breaks",
            "size",
            "chunk",
            "last",
            "behind",
            "behind",
            "unasked",
            "unasked answer",
            "line",
            "cr",
            "body of none",
            "many",
            "interim",
            "mixed",
        )
    )
    behind = b""
    body = expected.body
    if kind == "length":
        a.lines, a.body = [*rest, "Content-Length: " + r.choice(LENGTHS).format(**given)], body
    elif kind == "two":
        a.lines, a.body = [length, *rest, "Content-Length: " + r.choice(LENGTHS).format(**given)], body
    elif kind == "both":
        a.lines, a.body = (
            [length, *rest, "Transfer-Encoding: " + r.choice(CODINGS)],
            r.choice((body, chunked(r, body))),
        )
    elif kind == "coding":
        a.lines, a.body = [*rest, "Transfer-Encoding: " + r.choice(CODINGS)], chunked(r, body)
    elif kind == "connection":
        a.lines.append("Connection: " + r.choice(ASKED))
        if r.random() < 0.3:
            a.first = a.first.replace("1.1", "1.0")
    elif kind == "first":
        a.first = r.choice(FIRST)
    elif kind == "name":
        a.lines.insert(
            r.randrange(len(a.lines) + 1),
            r.choice(
                (
                    "X A: 1",
                    "X-A : 1",
                    ": 1",
                    "X-A",
                    " X-A: 1",
                    "\xe9: 1",
                    "X-\x00: 1",
                    "X-A: \x00",
                    "(x): 1",
                    "X\rY: 1",
                    "",
                    " ",
                    "X" * 5000 + ": 1",
                )
            ),
        )
    elif kind == "breaks":
        a.breaks = r.choice((("\n",), ("\r\n", "\n"), ("\r\n", "\r\r\n"), ("\r\n", "\r")))
    elif kind == "mixed":
        a.breaks = ("\r\n",)
        data = a.wire(r)
        cut = data.index(b"\r\n\r\n")
        return (
            data[:cut] + r.choice((b"\n\r\n", b"\r\n\n", b"\r\n\r\r\n", b"\n\r\r\n", b"\n\n")) + data[cut + 4 :],
            kind,
            b"",
        )
    elif kind == "size":
        a.lines, a.body = [*rest, "Transfer-Encoding: chunked"], chunked(r, body, (*SIZES, *ODD_SIZES))
    elif kind == "chunk":
        made = chunked(r, body)
        at = r.randrange(len(made))
        a.lines, a.body = (
            [*rest, "Transfer-Encoding: chunked"],
            made[:at] + r.choice((b"\n", b"\r", b"\r\n", b"x", b"")) + made[at + r.choice((0, 1)) :],
        )
    elif kind == "last":
        a.lines = [*rest, "Transfer-Encoding: chunked"]
        a.body = chunked(
            r,
            body,
            end=r.choice(
                (
                    b"0\r\n",
                    b"0\r\n\r",
                    b"0\n\n",
                    b"0\r\n\n",
                    b"",
                    b"0",
                    b"0\r\nX: 1\r\n",
                    b"-0\r\n\r\n",
                    b"0\r\n \r\n\r\n",
                    b"0\r\n" + b"X" * 9000 + b"\r\n\r\n",
                    b"0;" + b"x" * 9000 + b"\r\n\r\n",
                )
            ),
        )
    elif kind == "behind":
        a.body += r.choice(
            (
                b"\r\n",
                b"x",
                b"\n",
                b"HTTP/1.1 200 OK\r\nX-Token: stolen\r\ncontent-length: 4\r\n\r\nevil",
                b"x" * 20_000,
                b"\0",
            )
        )
    elif kind == "unasked":
        behind = r.choice((b"\r\n", b"x", b"HTTP/1.1 408 Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"))
    elif kind == "unasked answer":
        behind = b"HTTP/1.1 200 OK\r\nX-Token: stolen\r\ncontent-length: 4\r\n\r\nevil"
    elif kind == "line":
        at = r.randrange(len(a.lines))
        a.lines[at] = r.choice(
            (
                a.lines[at] + "\n",
                a.lines[at] + "\nX-B: 1",
                "\n" + a.lines[at],
                a.lines[at].replace(":", "\n:"),
                a.lines[at].replace(":", ""),
                a.lines[at] + "\x0b",
                a.lines[at] + "\x85",
                a.lines[at] + "\x1c",
            )
        )
    elif kind == "cr":
        at = r.randrange(len(a.lines))
        place = r.randrange(len(a.lines[at]) + 1)
        a.lines[at] = a.lines[at][:place] + "\r" + a.lines[at][place:]
    elif kind == "body of none":
        a.lines, a.body = [*rest, length], body
        a.first = r.choice(("HTTP/1.1 204 No Content", "HTTP/1.1 304 Not Modified", a.first))
    elif kind == "many":
        a.lines = [
            f"X-{number}: {'v' * r.choice((1, 100, 4000))}" for number in range(r.choice((50, 120, 300)))
        ] + a.lines
    else:
        a.interim = r.choice(
            (
                b"HTTP/1.1 100 Continue\r\ncontent-length: 5\r\n\r\n",
                b"HTTP/1.1 100 Continue\r\n\r\nx",
                b"HTTP/1.1 101 No\r\n\r\n",
                b"HTTP/1.1 100 Continue\r\nbad line\r\n\r\n",
                b"HTTP/1.1 199\n\n",
                b"HTTP/1.1 100 Continue\r\ntransfer-encoding: chunked\r\n\r\n",
                b"HTTP/1.1 100 Continue\r\nconnection: close\r\n\r\n",
                b"HTTP/1.1 100 Continue\r\n\r\n" * 30,
            )
        )
    return a.wire(r), kind, behind


def mangled(r: random.Random, data: bytes) -> bytes:
    end = min(len(data), 600)
    for _ in range(r.choice((1, 1, 1, 2, 5))):
        at = r.randrange(end)
        how = r.randrange(6)
        if how == 0:
            data = data[:at] + data[at + 1 :]
        elif how == 1:
            data = data[:at] + bytes((r.choice(b"\r\n :;\x00\x0b0159afx\xa0-\t,"),)) + data[at:]
        elif how == 2:
            data = data[:at] + bytes((r.choice(b"\r\n :;\x00\x0b0159afx\xa0-\t,"),)) + data[at + 1 :]
        elif how == 3:
            data = data[: r.randrange(len(data) + 1)]
        elif how == 4:
            data = data[:at] + data[at : at + 30] + data[at:]
        else:
            data = data[:at] + data[at + r.randrange(30) :]
        end = min(len(data), 600)
        if not end:
            break
    return data
