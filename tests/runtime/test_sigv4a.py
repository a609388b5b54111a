"""A signature for many regions is one that the public key of its maker confirms, over the text that AWS describes.

The key pair of these credentials is the one that AWS's own signing test suite names. Texts are written out by hand.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256

from asdoc.runtime import sigv4a
from asdoc.runtime.credentials import Credentials
from asdoc.runtime.exceptions import ConfigurationError
from asdoc.runtime.http import HttpRequest
from asdoc.runtime.sigv4a import presign_for_regions, sign_for_regions, signing_key

KEYS = Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
WHEN = "20150830T123600Z"
SCOPE = "20150830/service/aws4_request"
EMPTY = sha256(b"").hexdigest()
REQUEST = HttpRequest(method="GET", scheme="https", host="example.amazonaws.com", target="/", headers={})


def confirmed(signature: str, canonical: str) -> bool:
    text = f"AWS4-ECDSA-P256-SHA256\n{WHEN}\n{SCOPE}\n{sha256(canonical.encode()).hexdigest()}"
    try:
        signing_key(KEYS).public_key().verify(bytes.fromhex(signature), text.encode(), ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def test_the_key_of_these_credentials_is_the_one_that_aws_derives() -> None:
    point = signing_key(KEYS).public_key().public_numbers()
    assert f"{point.x:x}" == "b6618f6a65740a99e650b33b6b4b5bd0d43b176d721a3edfea7e7d2d56d936b1"
    assert f"{point.y:x}" == "865ed22a7eadc9c5cb9d2cbaca1b3699139fedc5043dc6661864218330c8e518"


def test_a_request_is_signed_with_its_set_of_regions() -> None:
    signed = sign_for_regions(REQUEST, KEYS, "us-east-1,eu-*", "service", WHEN)
    told, _, signature = signed.headers.pop("authorization").rpartition("=")
    assert told == (
        f"AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/{SCOPE}, "
        "SignedHeaders=host;x-amz-date;x-amz-region-set, Signature"
    )
    assert signed.headers == {"x-amz-date": WHEN, "x-amz-region-set": "us-east-1,eu-*"}
    lines = f"host:example.amazonaws.com\nx-amz-date:{WHEN}\nx-amz-region-set:us-east-1,eu-*\n"
    canonical = f"GET\n/\n\n{lines}\nhost;x-amz-date;x-amz-region-set\n{EMPTY}"
    assert confirmed(signature, canonical)
    assert not confirmed(signature, canonical.replace("eu-*", "*"))


def test_the_token_and_what_stands_for_the_body_are_signed_too() -> None:
    keys = Credentials(KEYS.access_key, KEYS.secret_key, "token")
    request = HttpRequest(method="PUT", host="b.example", target="/a%20b?x=1&a", headers={}, body=b"body")
    signed = sign_for_regions(request, keys, "*", "service", WHEN, payload="UNSIGNED-PAYLOAD", double_encoding=False)
    names = "host;x-amz-content-sha256;x-amz-date;x-amz-region-set;x-amz-security-token"
    lines = (
        f"host:b.example\nx-amz-content-sha256:UNSIGNED-PAYLOAD\nx-amz-date:{WHEN}\n"
        "x-amz-region-set:*\nx-amz-security-token:token\n"
    )
    signature = signed.headers["authorization"].rpartition("=")[2]
    assert confirmed(signature, f"PUT\n/a%20b\na=&x=1\n{lines}\n{names}\nUNSIGNED-PAYLOAD")


def test_a_url_is_signed_for_its_set_of_regions() -> None:
    url = presign_for_regions(REQUEST, KEYS, "*", "service", WHEN, expires=60)
    query, _, signature = urlsplit(url).query.partition("&X-Amz-Signature=")
    assert dict(parse_qsl(query)) == {
        "X-Amz-Algorithm": "AWS4-ECDSA-P256-SHA256",
        "X-Amz-Credential": f"AKIDEXAMPLE/{SCOPE}",
        "X-Amz-Date": WHEN,
        "X-Amz-Expires": "60",
        "X-Amz-Region-Set": "*",
        "X-Amz-SignedHeaders": "host",
    }
    in_order = "&".join(sorted(query.split("&")))
    assert confirmed(signature, f"GET\n/\n{in_order}\nhost:example.amazonaws.com\n\nhost\n{EMPTY}")


def test_a_secret_from_which_no_key_follows_at_once_is_tried_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def digest(key: bytes, fixed: bytes, kind: str) -> bytes:
        asked.append(fixed[-5])
        return b"\xff" * 32 if len(asked) < 3 else b"\0" * 31 + b"\7"

    monkeypatch.setattr("hmac.digest", digest)
    assert signing_key(Credentials("other", "secret")).private_numbers().private_value == 8
    assert asked == [1, 2, 3]
    monkeypatch.setattr("hmac.digest", lambda *_: b"\xff" * 32)
    with pytest.raises(ConfigurationError, match="no key follows"):
        signing_key(Credentials("third", "secret"))
    sigv4a._keys.clear()


def test_without_the_package_of_curves_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    sigv4a._keys.clear()
    missing: dict[str, Any] = {"cryptography.hazmat.primitives.asymmetric": None}
    for name, module in missing.items():
        monkeypatch.setitem(sys.modules, name, module)
    with pytest.raises(ConfigurationError, match="cryptography is not installed") as error:
        sign_for_regions(REQUEST, KEYS, "*", "service", WHEN)
    assert "asdoc[sigv4a]" in str(error.value)
    assert KEYS.secret_key not in str(error.value)
