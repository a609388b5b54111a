"""Answers that services once gave, read by us and by botocore: `python -m tests.protocols.answers_suite FOLDER`.

FOLDER is `tests/unit/response_parsing` of botocore's source distribution: bodies by service and operation, of answers
and of errors. Both clients make the same call, and are given the same answer.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import click
from botocore import xform_name
from botocore.awsrequest import AWSResponse, HeadersDict
from botocore.config import Config
from botocore.exceptions import ClientError
from click.testing import CliRunner

from asdoc.cli.main import cli

from .suite.cases import Case, Json
from .suite.compare import Difference
from .suite.known import ANSWERS, Known
from .suite.meaning import same
from .suite.wire import Answer, Server, Way, call
from .suites import required

_ENDPOINT = "https://answers.example.org"
_WAYS = [Way(awaited, over_socket=False) for awaited in (False, True)]
_SHOWN = 600


def cases(folder: Path, only: str) -> list[Case]:
    """The answers of operations that the installed botocore knows."""
    session = botocore.session.Session()
    found: list[Case] = []
    for path in sorted([*folder.glob("xml/*/*.xml"), *folder.glob("json/errors/*.json")]):
        service, _, method = path.stem.partition("-")
        method = method.partition("#")[0].replace("-", "_")
        name = path.relative_to(folder).as_posix()
        if only not in name or service not in session.get_available_services():
            continue
        model: Json = session.get_component("data_loader").load_service_model(service, "service-2")
        given = next((told for told in model["operations"].values() if xform_name(told["name"]) == method), None)
        if given is not None:
            answer = _answer(path.read_bytes(), 400 if path.parent.name == "errors" else 200)
            found.append(Case(name, "0", name, service, model, given, {"answer": answer}, _ENDPOINT))
    return found


def _answer(body: bytes, status: int) -> Answer:
    """Some files have headers in the body."""
    if b'"__headers__"' not in body:
        return Answer(status, {}, body)
    told = json.loads(body)
    headers = told.pop("__headers__")
    return Answer(status, headers, json.dumps(told).encode())


def differences(case: Case, way: Way, server: Server) -> Iterator[Difference]:
    """Raises ValueError where botocore cannot read the answer."""
    arguments = required(case)
    expected = _by_botocore(case, arguments)
    _, outcome = call(case, arguments, case.told["answer"], way, server)
    found: Json = dict(outcome.error.response if outcome.error is not None else outcome.result)
    ids = [told.pop("ResponseMetadata").get("RequestId") for told in (expected, found)]
    if ids[0] != ids[1]:
        yield Difference("request ID", *ids)
    if not same(expected, found):
        yield Difference("result", expected, found)


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def _by_botocore(case: Case, arguments: Json) -> Json:
    answer: Answer = case.told["answer"]
    config = Config(parameter_validation=False, retries={"max_attempts": 0})
    session = botocore.session.Session()
    session.set_credentials("AKIDEXAMPLE", "hidden")
    client: Any = session.create_client(case.service, region_name="us-east-1", endpoint_url=_ENDPOINT, config=config)

    def respond(**_: Any) -> AWSResponse:
        return AWSResponse(_ENDPOINT, answer.status, HeadersDict(answer.headers), _Raw(answer.body))  # type: ignore[arg-type]  # as botocore itself does

    client.meta.events.register("before-send", respond)
    try:
        told: Json = getattr(client, xform_name(case.given["name"]))(**arguments)
    except ClientError as error:
        told = dict(error.response)
    return {name: value.read() if hasattr(value, "read") else value for name, value in told.items()}


def _make(services: list[str], made: Path) -> None:
    for service in services:
        if not (made / service).is_dir():
            ran = CliRunner().invoke(cli, ["generate", "--service", service, "--out", str(made)])
            if ran.exit_code:
                raise click.ClickException(f"asdoc generate --service {service}: {ran.output or ran.exception}")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--only", default="", metavar="TEXT", help="The files whose names hold TEXT.")
@click.option("--keep", type=click.Path(path_type=Path), help="Make the packages here, those that are not there yet.")
def main(folder: Path, only: str, keep: Path | None) -> None:
    """Read the answers of FOLDER. The exit code is 1 where one is read otherwise than by botocore, and is not meant."""
    chosen = cases(folder, only)
    if not chosen:
        raise click.ClickException(f"{folder} holds no answer whose name holds {only!r}.")
    counts: dict[str, int] = dict.fromkeys(("same", "meant", "different", "not read by botocore"), 0)
    with tempfile.TemporaryDirectory(prefix="answers.") as temporary, Server().named_anything() as server:
        made = keep or Path(temporary)
        _make(sorted({case.service for case in chosen}), made)
        sys.path.insert(0, str(made))
        for case in chosen:
            counts[_judged(case, server)] += 1
    click.echo(f"{len(chosen)} answers: " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    if counts["different"]:
        raise SystemExit(1)


def _judged(case: Case, server: Server) -> str:
    verdict = "same"
    for way in _WAYS:
        try:
            told = list(differences(case, way, server))
        except ValueError as error:
            click.echo(f"{case.id}: botocore cannot read it: {error}")
            return "not read by botocore"
        for difference in told:
            known: Known | None = next((known for known in ANSWERS if known.tells(case, difference, way)), None)
            if known is not None:
                verdict = "meant" if verdict == "same" else verdict
                continue
            verdict = "different"
            click.echo(f"{case.id}: {way}: {difference.what}")
            click.echo(f"  botocore {str(difference.expected)[:_SHOWN]}\n  found    {str(difference.found)[:_SHOWN]}")
    return verdict


if __name__ == "__main__":
    main()
