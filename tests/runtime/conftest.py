"""What all tests of the client half begin with: no configuration but their own, and no sleep."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from .fake import Client
from .senders import KINDS, Make, Sender


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client slept, each time; it does not sleep."""
    slept: list[float] = []
    monkeypatch.setattr(Client, "_sleep", staticmethod(slept.append))
    return slept


@pytest.fixture(autouse=True)
def _no_configuration(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    # a machine that has none is asked for its credentials in vain, and slowly
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key, chain and authority of `localhost` and 127.0.0.1, in one file: for a server, and for who trusts it."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    authority = trustme.CA()
    own = authority.issue_cert("localhost", "127.0.0.1")
    chain = [*own.cert_chain_pems, authority.cert_pem]
    path.write_bytes(b"".join(part.bytes() for part in (own.private_key_pem, *chain)))
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with both shared files, and profiles of every kind."""
    folder = tmp_path / ".aws"
    folder.mkdir()
    (folder / "credentials").write_text(
        "[default]\naws_access_key_id = FILE\naws_secret_access_key = file-secret\n"
        "[work]\naws_access_key_id=WORK\naws_secret_access_key=work%secret\naws_session_token=work-token\n"
        "[half]\naws_access_key_id=HALF\n"
    )
    (folder / "config").write_text(
        "# a comment\n[default]\nregion = eu-central-1\n"
        "[profile work]\nregion=eu-north-1\nendpoint_url = http://127.0.0.1:1\nservices = local\n"
        "[profile config-only]\naws_access_key_id = CONF\naws_secret_access_key = conf-secret\n"
        "[profile 'two words']\nregion=eu-west-3\n"
        "[profile role]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = work\n"
        "[profile sso]\nsso_session = s\n"
        "[profile variants]\nuse_fips_endpoint = true\nuse_dualstack_endpoint = true\n"
        "[profile off]\nendpoint_url = http://127.0.0.1:2\nignore_configured_endpoint_urls = true\n"
        "[services local]\norchard_keeper =\n  endpoint_url = http://127.0.0.1:3\ns3 =\n  endpoint_url = http://127.0.0.1:4\n"
    )
    return tmp_path


@pytest.fixture
def make() -> Iterator[Make]:
    yield Sender
    for one in list(Sender.opened):
        one.close()


@pytest.fixture(params=KINDS)
def sender(request: pytest.FixtureRequest, make: Make) -> Sender:
    return make(request.param)
