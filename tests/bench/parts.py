"""What single parts of a call cost: signing, reading an answer, and the whole of it where no socket is between.

In-process calls are measured beside boto3 under moto's `mock_aws`, which stands in moto's own environment; the other
parts beside botocore's, in this process.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import botocore.parsers
import botocore.session

from asdoc.appconfig import Client
from asdoc.runtime.http import HttpRequest, HttpResponse
from tests.bench.calls import Caller, Running, our_client, recorded
from tests.bench.measure import Pair, Row, cost, pair, row

TURNS = 9
SECONDS = 0.3
_MANY = 2000
_FEW = 200
_NAMES = {"get_deployment": "GetDeployment", "get_application": "GetApplication"}
_IN_PROCESS = {
    "asdoc": Caller("", "with_asdoc_backend"),
    "constant": Caller("", "with_asdoc_backend", ("constant",)),
    "moto": Caller("moto", "with_moto"),
}


def rows() -> Iterator[Row]:
    arguments, answers = recorded()
    for call, name in _NAMES.items():
        answer = _answer(next(text for path, text in answers.items() if _is_of(call, path)))
        yield _reading(call, name, answer, arguments[call])
    for call, name in _NAMES.items():
        yield _signing(call, name, arguments[call])
    yield from _in_process()


def _is_of(call: str, path: str) -> bool:
    return ("/deployments/" in path) == (call == "get_deployment")


def _answer(text: str) -> HttpResponse:
    head, _, body = text.partition("\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    return HttpResponse(status=200, headers=headers, body=body.encode("latin-1"))


def _pairs(ours: Callable[[], object], theirs: Callable[[], object]) -> Pair:
    turns = [(cost(ours, _MANY).cpu, cost(theirs, _FEW).cpu) for _ in range(TURNS)]
    return pair([own for own, _ in turns], [other for _, other in turns])


def _reading(call: str, name: str, answer: HttpResponse, arguments: dict[str, Any]) -> Row:
    plan = our_client("http://127.0.0.1:1")._start().plan(name).response
    model = botocore.session.Session().get_service_model("appconfig")
    shape = model.operation_model(name).output_shape
    assert shape is not None
    parser = botocore.parsers.create_parser("rest-json")
    told = {"status_code": answer.status, "headers": answer.headers, "body": answer.body}
    ours, theirs = plan.parse(answer).to_dict(), parser.parse(told, shape)
    assert {**ours, "ResponseMetadata": 0} == {**theirs, "ResponseMetadata": 0}
    figure = _pairs(lambda: plan.parse(answer), lambda: parser.parse(told, shape))
    goal = "140x" if call == "get_deployment" else ""
    return row(f"{name}, reading its answer against botocore's parser", figure, 1e6, "µs", goal)


def _signing(call: str, name: str, arguments: dict[str, Any]) -> Row:
    sent: list[HttpRequest] = []

    def keep(request: HttpRequest, /) -> HttpResponse:
        sent.append(request)
        return HttpResponse(status=200, body=b"{}")

    client = Client("us-east-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret", backend=keep)
    caller = client._start()
    plan = caller.plan(name)
    getattr(client, call)(**arguments)
    request = plan.request.build(arguments, caller._base().endpoint)
    request.headers["user-agent"] = "asdoc"
    credentials = botocore.credentials.Credentials("AKIDEXAMPLE", "secret")
    signer = botocore.auth.SigV4Auth(credentials, "appconfig", "us-east-1")
    url = sent[0].url

    def theirs() -> None:
        signer.add_auth(botocore.awsrequest.AWSRequest("GET", url, headers={"User-Agent": "boto3"}))

    figure = _pairs(lambda: caller.sign(plan, request, caller._base()), theirs)
    return row(f"{name}, signing against botocore", figure, 1e6, "µs", "5 µs")


def _in_process() -> Iterator[Row]:
    """moto has no deployments: there, GetDeployment has no peer, and its own cost alone is told."""
    with contextlib.ExitStack() as stack:
        callers = {name: Running(caller, "", {}) for name, caller in _IN_PROCESS.items()}
        for caller in callers.values():
            stack.callback(caller.stop)
        for call, name in _NAMES.items():
            wanted = [each for each in callers if each != "moto" or call == "get_application"]
            seen: dict[str, list[float]] = {each: [] for each in wanted}
            for each in wanted:
                callers[each].turn(call, 1)
            for _ in range(TURNS):
                for each, costs in seen.items():
                    costs.append(callers[each].turn(call, 1, SECONDS).cpu)
            alone = pair(seen["constant"], seen["constant"])
            yield Row(f"{name}, client over a handler that only answers", f"{alone.ours * 1e6:.3g} µs", "", "", "15 µs")
            if "moto" in seen:
                figure = pair(seen["asdoc"], seen["moto"])
                yield row(f"{name} in process with its backend, against boto3 under mock_aws", figure, 1e6, "µs", "60x")
            else:
                whole = pair(seen["asdoc"], seen["asdoc"])
                yield Row(f"{name} in process with its backend", f"{whole.ours * 1e6:.3g} µs", "none in moto", "")
