"""The suite of Signature Version 4, run through our signer: `python -m tests.protocols.signing_suite FOLDER`.

FOLDER is `tests/unit/auth/aws4_testsuite` of botocore's source distribution. A case is a folder with the request
(.req), the text that is signed (.creq) and the header that proves it (.authz).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import click

from asdoc.runtime.credentials import Credentials
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.sigv4 import Moment, canonical_request, sign_at

_ACCESS_KEY = "AKIDEXAMPLE"
_SECRET_KEY = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
_REGION = "us-east-1"
_SIGNING_NAME = "service"
_TOKEN = "x-amz-security-token"


class Case(NamedTuple):
    name: str
    request: HttpRequest
    canonical: str
    authorization: str

    @property
    def credentials(self) -> Credentials:
        """With a token where that is signed, too: where it is added later, the signer does not know of it."""
        lines = self.canonical.splitlines()
        token = next((line.partition(":")[2] for line in lines if line.startswith(f"{_TOKEN}:")), "")
        return Credentials(_ACCESS_KEY, _SECRET_KEY, token)


class Difference(NamedTuple):
    what: str
    expected: str
    found: str


def cases(folder: Path) -> list[Case]:
    return [_case(path, folder) for path in sorted(folder.rglob("*.req"))]


def _case(path: Path, folder: Path) -> Case:
    told = {
        kind: path.with_suffix(f".{kind}").read_text(encoding="utf-8").replace("\r", "")
        for kind in ("req", "creq", "authz")
    }
    return Case(path.parent.relative_to(folder).as_posix(), _request(told["req"]), told["creq"], told["authz"])


def _request(text: str) -> HttpRequest:
    head, _, body = text.partition("\n\n")
    first, *lines = filter(None, head.split("\n"))
    method, _, target = first.rpartition(" ")[0].partition(" ")
    headers: dict[str, str] = {}
    name = ""
    for line in lines:
        if line[:1] == " ":
            headers[name] += line  # a value of several lines
            continue
        field, _, value = line.partition(":")
        name = field.lower()
        # a client holds what is sent more than once as one value
        headers[name] = f"{headers[name]},{value.strip()}" if name in headers else value
    path, mark, query = target.partition("?")
    # The suite writes paths as they were before they were encoded, and some queries; a request has its query as it is
    # sent, and the signer encodes the path.
    target = path + mark + quote(query, safe="%=&-_.~+/")
    return HttpRequest(method=method, host=headers.pop("host"), target=target, headers=headers, body=body.encode())


def differences(case: Case) -> Iterator[Difference]:
    timestamp = case.request.headers["x-amz-date"]
    signed = sign_at(case.request, case.credentials, _REGION, _SIGNING_NAME, timestamp)
    held = {name: value for name, value in signed.headers.items() if name != "authorization"}
    found = {
        "the signed text": (case.canonical, canonical_request(case.request, held)[1]),
        "the header": (case.authorization, signed.headers["authorization"]),
    }
    if not case.request.body and held.keys() <= {"x-amz-date", _TOKEN}:
        moment = Moment(case.credentials, _REGION, _SIGNING_NAME, timestamp, case.request.host)
        told = moment.authorization(case.request.method, case.request.target)
        found["the header, by what many requests share"] = (case.authorization, told)
    for what, (expected, made) in found.items():
        if expected != made:
            yield Difference(what, expected, made)


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(folder: Path) -> None:
    """Sign the requests of FOLDER. The exit code is 1 where a signature is another than the suite's."""
    chosen = cases(folder)
    if not chosen:
        raise click.ClickException(f"{folder} holds no request (.req).")
    different = 0
    for case in chosen:
        told = list(differences(case))
        different += bool(told)
        for difference in told:
            click.echo(
                f"{case.name}: {difference.what}\n  expected {difference.expected!r}\n  found    {difference.found!r}"
            )
    click.echo(f"{len(chosen)} cases, {len(chosen) - different} same, {different} different")
    if different:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
