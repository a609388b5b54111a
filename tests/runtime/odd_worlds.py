"""A world to make a client in: files, an environment, arguments, and services that hand out keys and answer oddly."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

PASSWORD = "SECRETurl0"
"""What stands in URLs that hold one."""
PLACES = {"config": "AWS_CONFIG_FILE", "credentials": "AWS_SHARED_CREDENTIALS_FILE"}
"""Shared file -> the variable that says where it is."""


@dataclass
class World:
    """What is around one client. Texts hold `{home}` where the folder of the world is to stand."""

    config: str | None = None
    credentials: str | None = None
    environ: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, Any] = field(default_factory=dict)
    """Of the client: region_name, endpoint_url, keys."""
    options: dict[str, Any] | None = None
    """Of the config that the client is given; None where it is given none."""
    own: bool = True
    """False for giving botocore's config to our client as well."""
    profile: str | None = None
    """The profile given by argument."""
    service: str = "appconfig"
    bucket: str = "bucket"
    encoding: str = "utf-8"
    files: dict[str, bytes] = field(default_factory=dict)
    """Name -> what else lies in the folder."""
    sts: str = "good"
    """What comes of asking STS, and so with the parts of the services below: `good`, or how it goes wrong."""
    token: str = "good"
    role: str = "good"
    document: str = "good"
    container: str = "good"
    life: int = 3600
    zone: str = "Z"
    """How the times end that services tell."""
    odd: set[str] = field(default_factory=set)
    """What is odd of it, by name: what `MEANT` may ask."""
    secrets: set[str] = field(default_factory=lambda: {PASSWORD})
    wire: bool = False
    """True where the services around are asked over sockets."""
    requests: list[tuple[str, str, dict[str, str], Any]] = field(default_factory=list)
    """What was asked of the services around, by the client that is looked at."""
    shown: list[str] = field(default_factory=list)
    """What a program shows of our objects."""

    @contextmanager
    def laid(self, home: Path) -> Iterator[dict[str, str]]:
        """The world as files below `home`; gives the environment."""
        written: list[Path] = []

        def write(name: str, data: bytes) -> None:
            path = home / name
            path.parent.mkdir(exist_ok=True, parents=True)
            path.write_bytes(data)
            written.append(path)

        try:
            for name, text in (("config", self.config), ("credentials", self.credentials)):
                if text is not None:
                    place = self.environ.get(PLACES[name], "~/.aws/" + name)
                    for start in ("~/", "$HOME/", "{home}/"):
                        place = place.removeprefix(start)
                    write(place, text.replace("{home}", str(home)).encode(self.encoding))
            for name, data in self.files.items():
                write(name, data.replace(b"{home}", str(home).encode()))
            yield {"HOME": str(home)} | {name: told.replace("{home}", str(home)) for name, told in self.environ.items()}
        finally:
            for path in written:
                path.unlink(missing_ok=True)

    @staticmethod
    def around(url: str, body: bytes) -> bool:
        """True where a request is for one of the services around."""
        path = urlsplit(url).path
        starts = ("/latest/", "/base/latest/", "/container", "/federation/")
        return path.startswith(starts) or b"Action=AssumeRole" in body

    def answer(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> tuple[int, bytes] | str | None:
        """What the services around answer: a status and a body, the name of a failure to reach them, or None where the
        request is for none of them. What of the request matters is kept in `requests`."""
        if not self.around(url, body):
            return None
        parts = urlsplit(url)
        form = dict(parse_qsl(body.decode())) if method == "POST" else {}
        turn = sum(asked[1] == url for asked in self.requests)
        if form.get("Action", "").startswith("AssumeRole"):
            self.requests.append((method, url, _signer(headers), _form(form)))
            return self._sts(form, turn)
        if parts.path.startswith(("/latest/", "/base/latest/")):
            names = ("x-aws-ec2-metadata-token", "x-aws-ec2-metadata-token-ttl-seconds")
            self.requests.append((method, url, {name: headers[name] for name in names if headers.get(name)}, ""))
            return self._instance(method, parts.path)
        if parts.path == "/federation/credentials":
            self.requests.append((method, url, {"token": headers.get("x-amz-sso_bearer_token", "")}, ""))
            told = {"accessKeyId": "SSO", "secretAccessKey": self.secret("SSO"), "sessionToken": "t"}
            ends = (datetime.now(UTC) + timedelta(seconds=self.life)).timestamp() * 1000
            return 200, json.dumps({"roleCredentials": told | {"expiration": int(ends)}}).encode()
        if parts.path.startswith("/container"):
            self.requests.append((method, url, {"authorization": headers.get("authorization", "")}, ""))
            return self._container(turn)
        return None

    def _sts(self, form: dict[str, str], turn: int) -> tuple[int, bytes] | str:
        kind, action = self.sts, form["Action"]
        if kind in ("connect", "read") or (kind == "connect once" and turn == 0):
            return kind.partition(" ")[0]
        if kind == "denied" or (kind in ("throttled", "down") and (turn == 0 or kind == "down")):
            code = {"denied": "AccessDenied", "throttled": "Throttling", "down": "InternalFailure"}[kind]
            text = f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>No.</Message></Error>"
            status = {"denied": 403, "throttled": 400, "down": 500}[kind]
            return status, f"{text}<RequestId>1</RequestId></ErrorResponse>".encode()
        if kind == "no xml":
            return 200, b"It works!"
        if kind == "nothing":
            return 200, f"<{action}Response><{action}Result></{action}Result></{action}Response>".encode()
        user = "<AssumedRoleUser><AssumedRoleId>A:s</AssumedRoleId><Arn>arn:aws:sts::210987654321:assumed-role/r/s"
        user = "" if kind == "no user" else user + "</Arn></AssumedRoleUser>"
        token = "" if kind == "no token" else "<SessionToken>sts-token</SessionToken>"
        who = form.get("RoleArn", "").rpartition("/")[2]
        return 200, (
            f'<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result>{user}<Credentials>'
            f"<AccessKeyId>STS{who}</AccessKeyId><SecretAccessKey>{self.secret('sts')}</SecretAccessKey>{token}"
            f"<Expiration>{self.end()}</Expiration></Credentials></{action}Result>"
            f"<ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></{action}Response>"
        ).encode()

    def _instance(self, method: str, path: str) -> tuple[int, bytes] | str:
        if method == "PUT":
            if self.token in ("connect", "read"):
                return self.token
            return (200, b"imds-token") if self.token == "good" else (int(self.token), b"")
        if path.endswith("/security-credentials/"):
            return {"good": (200, b"a-role"), "none": (404, b""), "empty": (200, b"")}.get(self.role, "connect")
        return self._document(self.document, "IMDS")

    def _container(self, turn: int) -> tuple[int, bytes] | str:
        if self.container in ("connect", "read"):
            return self.container
        if self.container == "once" and turn == 0:
            return 503, b""
        return self._document("good" if self.container == "once" else self.container, "ECS")

    def _document(self, kind: str, who: str) -> tuple[int, bytes]:
        if kind.isdigit():
            return int(kind), b""
        if kind == "no json":
            return 200, b"<html>"
        if kind == "a list":
            return 200, b"[]"
        if kind == "refused":
            return 200, b'{"Code": "AssumeRoleUnauthorizedAccess", "Message": "no"}'
        told = {
            "Code": "Success", "AccessKeyId": who, "SecretAccessKey": self.secret(who), "Token": f"{who}-token",
            "Expiration": self.end(),
        }  # fmt: skip
        if kind == "account":
            told["AccountId"] = "555555555555"
        if kind.startswith("no "):
            del told[kind.removeprefix("no ")]
        return 200, json.dumps(told).encode()

    def end(self) -> str:
        return (datetime.now(UTC) + timedelta(seconds=self.life)).strftime(f"%Y-%m-%dT%H:%M:%S{self.zone}")

    def secret(self, of: str) -> str:
        """A secret that stands nowhere else, and must be told nowhere."""
        told = f"SECRET{of.replace(' ', '')}0"
        self.secrets.add(told)
        return told


def _signer(headers: Mapping[str, str]) -> dict[str, str]:
    scope = headers.get("authorization", "").partition("Credential=")[2].partition(",")[0].split("/")
    return {"signed": "/".join([scope[0], *scope[2:]]), "token": headers.get("x-amz-security-token", "")}


def _form(form: dict[str, str]) -> dict[str, str]:
    name = form.get("RoleSessionName", "")
    if name.rpartition("-")[0] in ("botocore-session", "asdoc-session"):
        form = {**form, "RoleSessionName": "made up"}
    return form
