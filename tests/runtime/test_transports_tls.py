"""What every transport keeps to over TLS, whichever library carries it."""

from __future__ import annotations

import os
import socket
import ssl
from contextlib import suppress
from pathlib import Path

import pytest
import trustme

from asdoc.runtime.exceptions import (
    ConfigurationError,
    TlsError,
    TransportError,
)

from .senders import KINDS, OWN, Make, Sender, serving
from .servers import OK, Scripted, always, read_request, secure


@pytest.mark.parametrize("kind", KINDS)
def test_tls_is_verified_against_the_given_authority(kind: str, make: Make, certificate: Path) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        with secure(certificate, connection) as secured:
            always(OK)(server, secured, number)

    with serving(script) as server:
        trusting = make(kind, verify=str(certificate))
        for host in (f"localhost:{server.port}", server.host):
            assert [trusting.send(host, scheme="https").body for _ in range(2)] == [b"ok"] * 2
        assert server.connections == 2
        assert make(kind, verify=False).send(server.host, scheme="https").body == b"ok"
        with pytest.raises(TlsError):
            make(kind).send(server.host, scheme="https")


@pytest.mark.parametrize("kind", OWN)
@pytest.mark.parametrize("apart", [False, True], ids=["one-file", "two-files"])
def test_who_connects_is_told_to_who_asks(
    kind: str, apart: bool, make: Make, certificate: Path, tmp_path: Path
) -> None:
    authority = trustme.CA()
    (tmp_path / "authority.pem").write_bytes(authority.cert_pem.bytes())
    issued = authority.issue_cert("client.example.org")
    paths = [str(tmp_path / name) for name in ("both.pem", "cert.pem", "key.pem")]
    issued.private_key_and_cert_chain_pem.write_to_path(paths[0])
    issued.cert_chain_pems[0].write_to_path(paths[1])
    issued.private_key_pem.write_to_path(paths[2])

    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        context.load_verify_locations(tmp_path / "authority.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        with suppress(ssl.SSLError), context.wrap_socket(connection, server_side=True) as secured:
            always(OK)(server, secured, number)

    own = (paths[1], paths[2]) if apart else paths[0]
    with serving(script) as server:
        known = make(kind, verify=str(certificate), client_cert=own)
        assert known.send(f"localhost:{server.port}", scheme="https").body == b"ok"
        with pytest.raises(TransportError):
            make(kind, verify=str(certificate)).send(f"localhost:{server.port}", scheme="https")
        with pytest.raises(ConfigurationError, match="certificate of this client"):
            make(kind, client_cert=str(tmp_path / "none.pem")).send(server.host, scheme="https")


@pytest.mark.parametrize("kind", KINDS)
def test_tls_of_another_name_is_not_trusted(kind: str, make: Make, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    authority = trustme.CA()
    issued = authority.issue_cert("other.example.org")
    parts = (issued.private_key_pem, *issued.cert_chain_pems, authority.cert_pem)
    other.write_bytes(b"".join(part.bytes() for part in parts))

    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        with suppress(ssl.SSLError), secure(other, connection) as secured:
            always(OK)(server, secured, number)

    with serving(script) as server, pytest.raises(TlsError):
        make(kind, verify=str(other)).send(f"localhost:{server.port}", scheme="https")


@pytest.mark.parametrize("kind", OWN)
def test_tls_goes_through_a_proxy_by_a_tunnel(kind: str, make: Make, certificate: Path) -> None:
    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        server.requests.append(read_request(connection))
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with secure(certificate, connection) as secured:
            always(OK)(server, secured, number)

    with serving(script) as proxy:
        sender = make(kind, verify=str(certificate), environ={"https_proxy": f"http://u:p@{proxy.host}"})
        answers = [sender.send("localhost:8443", scheme="https") for _ in range(2)]
        assert [(answer.status, answer.body, answer.headers) for answer in answers] == [
            (200, b"ok", {"content-length": "2"})
        ] * 2
        assert proxy.requests[0].startswith(b"CONNECT localhost:8443 HTTP/1.")
        assert b"basic dtpw" in proxy.requests[0].lower()
        assert proxy.requests[1].startswith(b"GET /x HTTP/1.1\r\n")
        assert b"basic" not in proxy.requests[1].lower()


def test_an_endpoint_that_does_not_speak_tls_is_told(sender: Sender) -> None:
    def plain(server: Scripted, connection: socket.socket, number: int) -> None:
        connection.recv(1024)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with serving(plain) as server, pytest.raises(TlsError):
        sender.send(server.host, scheme="https")


@pytest.mark.parametrize("kind", OWN)
def test_trusted_certificates_that_cannot_be_read_are_told(kind: str, make: Make, tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_text("no certificate")
    with serving(always(OK)) as server:
        for bundle in ("bad.pem", "missing.pem"):
            with pytest.raises(ConfigurationError):
                make(kind, verify=str(tmp_path / bundle)).send(server.host, scheme="https")


# -- what the one over libcurl has to see to itself


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_a_forked_child_says_nothing_over_its_parents_tls(certificate: Path, make: Make) -> None:
    from .test_pool import fork

    def script(server: Scripted, connection: socket.socket, number: int) -> None:
        with secure(certificate, connection) as secured:
            always(OK)(server, secured, number)

    with serving(script) as server:
        sender = make("curl", verify=str(certificate))
        sender.send(server.host, scheme="https")
        reader, writer = os.pipe()
        child = fork()
        if child == 0:
            try:
                os.write(writer, sender.send(server.host, scheme="https").body)
                sender.close()
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        assert os.read(reader, 10) == b"ok"
        assert sender.send(server.host, scheme="https").body == b"ok"
        assert server.connections == 2
        os.close(reader)
        os.close(writer)
