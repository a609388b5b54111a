"""Failures once more, without asdoc's client: `python -m tests.targets.repeat NAME EVENTS [CASE…]`.

EVENTS is what `asdoc verify … --events EVENTS` wrote. Each failed case's requests are sent again as bytes over a plain
connection, to a target that was started for this and forgets everything before each case. What the target made then has
other ids; they take the places of those in the events. Printed is what went out and what came back, a judged call with
`>` before it. Of a case of more than forty calls the events hold the first and the last alone. Of a long body they hold
the beginning; the rest is made again where the case tells it, and else the case is named and not sent.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.targets.catalog import ROOT
from tests.targets.start import running

CASES = ROOT / "generated" / "asdoc" / "appconfig" / "cases.json"
RESETS = {"moto": "/moto-api/reset", "ministack": "/_ministack/reset", "ministack-1.4.0": "/_ministack/reset"}
LONGEST = 160
"""Characters of a body that are printed."""
_SCOPE = "123456789012/20260101/us-east-1/appconfig/aws4_request"
_SIGNED = f"AWS4-HMAC-SHA256 Credential={_SCOPE}, SignedHeaders=host, Signature=0"
"""Emulators read service and account from it, and check nothing."""
_JSON = ("Content-Type", "application/json")
"""Stands on most requests and is not printed."""
_TELLING = frozenset({"description", "versionlabel", "version-number"})
"""Headers of answers that hold members, beside those that the request has too."""

Json = Any
Event = dict[str, Any]


def failed(path: Path) -> Iterator[Event]:
    """The events of the failed cases."""
    for line in path.read_text().splitlines():
        event = json.loads(line)
        if event["event"] == "case-finished" and event["verdict"] == "fail":
            yield event


class UntoldError(Exception):
    """The events do not hold what was sent."""


def sent_body(sent: Mapping[str, Any], runs: Sequence[tuple[str, int]]) -> bytes:
    """The body that was sent. `runs` are the texts that the case repeats, and how often."""
    body: str = sent.get("body", "")
    size, shown = sent.get("size", 0), sent.get("shown", 0)
    if sent.get("altered"):
        raise UntoldError("the events show a body from which secrets were taken")
    if size == shown:
        return base64.b64decode(body) if sent.get("base64") else body.encode()
    for unit, times in runs:
        if (whole := lengthened(body, unit, times)) is not None and len(whole) == size:
            return whole
    raise UntoldError(f"the events show {shown} of {size} bytes, and the case does not tell the others")


def lengthened(body: str, unit: str, times: int) -> bytes | None:
    """A JSON body that was cut within a run of one text, with all of that run and what closes it, if it is one."""
    begins = len(body)
    while unit and body.endswith(unit, 0, begins):
        begins -= len(unit)
    if begins == len(body) or body[begins - 1 : begins] != '"':
        return None
    open_before = re.sub(r'"(?:[^"\\]|\\.)*"', "", body[: begins - 1])
    closing: list[str] = []
    for sign in open_before:
        if sign in "{[":
            closing.append("}" if sign == "{" else "]")
        elif sign in "}]":
            closing.pop()
    whole = body[:begins] + unit * times + '"' + "".join(reversed(closing))
    return whole.encode() if decoded(whole) is not None else None


def repetitions(tree: Json) -> Iterator[tuple[str, int]]:
    """The texts that a case writes as a part and how often it stands there."""
    if isinstance(tree, dict):
        if "$repeat" in tree:
            unit, times = tree["$repeat"]
            yield unit, times
        for value in tree.values():
            yield from repetitions(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from repetitions(value)


def renamed(text: str, names: Mapping[str, str]) -> str:
    """The ids of the first run, as they are in this one."""
    for old in sorted(names, key=len, reverse=True):
        text = text.replace(old, names[old])
    return text


def learn(old: Json, new: Json, names: dict[str, str]) -> None:
    """Note what stands in the same place of two answers to one call, and differs."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old.keys() & new.keys():
            learn(old[key], new[key], names)
    elif isinstance(old, list) and isinstance(new, list):
        for before, after in zip(old, new, strict=False):
            learn(before, after, names)
    elif isinstance(old, str) and isinstance(new, str) and old != new and len(old) >= 7:
        names[old] = new


def decoded(text: str) -> Json:
    try:
        return json.loads(text)
    except ValueError:
        return None


class Server:
    """A target and a plain connection to it for each request."""

    def __init__(self, name: str, endpoint: str) -> None:
        self.reset_path = RESETS[name]
        self.host = urlsplit(endpoint).netloc

    def send(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str, dict[str, str]]:
        connection = http.client.HTTPConnection(self.host, timeout=30)
        try:
            connection.request(method, path, body=body or None, headers={**headers, "Authorization": _SIGNED})
            answer = connection.getresponse()
            text = answer.read().decode(errors="replace")
            return answer.status, text, {key.lower(): value for key, value in answer.getheaders()}
        finally:
            connection.close()

    def forget(self) -> None:
        status, text, _ = self.send("POST", self.reset_path, {}, b"")
        if status != 200:
            raise RuntimeError(f"POST {self.reset_path} answered {status}: {text[:LONGEST]}")


def repeat(server: Server, event: Event, runs: Sequence[tuple[str, int]] = ()) -> Iterator[str]:
    """Send the requests of one case again; gives a line each, marked where the status is another than before.

    `runs` as in `sent_body`. Raises UntoldError, before anything is sent, where the events do not hold a body.
    """
    bodies = [sent_body(each["sent"], runs) for each in event["exchanges"]]
    server.forget()
    names: dict[str, str] = {}
    for each, body in zip(event["exchanges"], bodies, strict=True):
        url = urlsplit(each["url"])
        path = renamed(url.path + (f"?{url.query}" if url.query else ""), names)
        headers = {
            name.title(): renamed(value, names)
            for name, value in each["sent"]["headers"].items()
            if name not in {"authorization", "x-amz-date"}
        }
        if not each["sent"].get("base64"):
            body = renamed(body.decode(), names).encode()
        status, text, answered = server.send(each["method"], path, headers, body)
        received = each["received"]
        learn(decoded(received.get("body", "")), decoded(text), names)
        learn({k: v for k, v in received["headers"].items() if k.endswith("-id")}, answered, names)
        shown = {name: value for name, value in headers.items() if (name, value) != _JSON}
        telling = _TELLING | {name.lower() for name in shown}
        told = {name: value for name, value in answered.items() if name in telling}
        parts = [each["method"], path, json.dumps(shown) if shown else "", body.decode(errors="replace")]
        yield ("> " if each.get("own") else "  ") + " ".join(short(part) for part in parts if part)
        mark = "" if status == each["status"] else f" (was {each['status']})"
        yield f"    {status} {short(json.dumps(told)) if told else ''} {short(text)}{mark}"


def short(text: str) -> str:
    """A text in one line; what is repeated over and over in it is counted."""
    text = " ".join(text.split())
    text = re.sub(r"(.)\1{20,}", lambda run: f"<{len(run[0])} x {run[1]}>", text)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text)})"


def main(arguments: list[str]) -> None:
    name, events, *cases = arguments
    written = {case["id"]: case for case in json.loads(CASES.read_text())["cases"]}
    with running(name) as endpoint:
        server = Server(name, endpoint)
        for event in failed(Path(events)):
            identity = event["id"].partition(".")[2]
            if not cases or identity in cases:
                print(f"== {identity}")
                try:
                    for line in repeat(server, event, [*repetitions(written.get(event["id"]))]):
                        print(line)
                except UntoldError as error:
                    print(f"  not sent again: {error}")


if __name__ == "__main__":
    main(sys.argv[1:])
