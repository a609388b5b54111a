"""An account of AWS as far as a machine has one: AppConfig and STS under their own names, over TLS, behind a proxy.

Who names it in HTTPS_PROXY, and its authority in AWS_CA_BUNDLE, meets signatures that are verified, and no way to
move the clock. `asdoc verify aws` runs whole against it, in a process of its own.

    python -m tests.conformance.cloud FOLDER     serves until interrupted; prints the environment to use
"""

from __future__ import annotations

import json
import re
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import trustme

from asdoc.appconfig.backend import Backend
from asdoc.runtime.http import HttpRequest, HttpResponse
from asdoc.runtime.server.access_keys import Key
from asdoc.runtime.server.auth import Verifier
from asdoc.runtime.server.clock import Clock, ManualClock

ACCOUNT = "210987654321"
KEY, SECRET = "AKIDOFATEST", "a-secret-of-a-test"
Answer = Callable[[HttpRequest], HttpResponse | None]


class Account:
    """`before` may answer in place of the service; `after` is told what was answered."""

    def __init__(self, folder: Path, *, clock: Clock | None = None, latency: float = 0.0) -> None:
        self.backend = Backend(clock=clock or ManualClock())
        self.backend.verifier = Verifier({KEY: Key(KEY, SECRET, ACCOUNT)})
        self.latency = latency
        self.before: Answer = lambda request: None
        self.seen: list[tuple[HttpRequest, int]] = []
        self.hosts: set[str] = set()
        authority = trustme.CA()
        issued = authority.issue_cert("*.us-east-1.amazonaws.com", "*.eu-west-1.amazonaws.com")
        self.authority = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self.authority))
        own = folder / "own.pem"
        issued.private_key_and_cert_chain_pem.write_to_path(str(own))
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(own)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._turn = threading.Lock()
        self.proxy = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def environment(self) -> dict[str, str]:
        """Of a process that is to meet this account, and is allowed to."""
        return {
            "HTTPS_PROXY": self.proxy, "AWS_CA_BUNDLE": str(self.authority), "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET, "ASDOC_ALLOW_AWS": ACCOUNT, "NO_PROXY": "",
        }  # fmt: skip

    def close(self) -> None:
        self._listener.close()

    def left(self) -> dict[str, int]:
        """Records of the account by kind, without those that AWS itself has made."""
        counts: dict[str, int] = {}
        for name, path in (("applications", "/applications"), ("extensions", "/extensions"),
                           ("associations", "/extensionassociations")):  # fmt: skip
            items = self._list(path)
            counts[name] = len([each for each in items if not str(each.get("Id", "")).startswith("AWS.")])
        own = [each for each in self._list("/deploymentstrategies") if not each["Id"].startswith("AppConfig.")]
        return {name: count for name, count in {**counts, "strategies": len(own)}.items() if count}

    def _list(self, path: str) -> list[dict[str, Any]]:
        verifier, self.backend.verifier = self.backend.verifier, None
        scope = f"AWS4-HMAC-SHA256 Credential={ACCOUNT}/20261121/us-east-1/appconfig/aws4_request"
        try:
            answer = self.backend.handle(HttpRequest(method="GET", target=path, headers={"authorization": scope}))
        finally:
            self.backend.verifier = verifier
        items: list[dict[str, Any]] = json.loads(answer.body).get("Items", [])
        return items

    def answer(self, request: HttpRequest) -> HttpResponse:
        time.sleep(self.latency)
        self.hosts.add(request.host)
        with self._turn:
            response = self.before(request) or self._answer(request)
            self.seen.append((request, response.status))
        return response

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if request.host.startswith("sts."):
            if f"Credential={KEY}/" not in request.headers.get("authorization", ""):
                body = b"<ErrorResponse><Error><Code>InvalidClientTokenId</Code></Error></ErrorResponse>"
                return HttpResponse(status=403, headers={"content-type": "text/xml"}, body=body)
            told = f"<GetCallerIdentityResponse><GetCallerIdentityResult><Account>{ACCOUNT}</Account>"
            return HttpResponse(status=200, headers={"content-type": "text/xml"}, body=told.encode())
        if request.target.startswith("/_asdoc"):
            return HttpResponse(status=403, headers={"content-type": "application/json"}, body=b'{"message": "no"}')
        return self.backend.handle(request)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._tunnel, args=(connection,), daemon=True).start()

    def _tunnel(self, connection: socket.socket) -> None:
        account = self
        try:
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(1)
            if not re.match(rb"CONNECT \S+\.amazonaws\.com:443 ", head):
                connection.sendall(b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n")
                return
            connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            secured = self._context.wrap_socket(connection, server_side=True)
        except OSError:
            connection.close()
            return

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1

            def reply(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                request = HttpRequest(
                    method=self.command, scheme="https", host=headers.get("host", ""), target=self.path,
                    headers=headers, body=body,
                )  # fmt: skip
                response = account.answer(request)
                self.send_response_only(response.status)
                for name, value in response.headers.items():
                    if name != "content-length":
                        self.send_header(name, value)
                if response.status != 204:
                    self.send_header("content-length", str(len(response.body)))
                self.end_headers()
                self.wfile.write(response.body)

            def log_message(self, format: str, *args: Any) -> None:
                pass

        for verb in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            setattr(Handler, f"do_{verb}", Handler.reply)
        try:
            Handler(secured, ("127.0.0.1", 0), None)  # type: ignore[arg-type]  # there is no server behind it
        except OSError:
            pass
        finally:
            secured.close()


def main() -> None:
    account = Account(Path(sys.argv[1]))
    for name, value in account.environment.items():
        print(f"export {name}={value}", flush=True)
    try:
        while True:
            time.sleep(1)
    except KeyboardInterrupt:
        print(account.left(), len(account.seen))


if __name__ == "__main__":
    main()
