"""Target files, presets, and what a user is told where one is wrong."""

from __future__ import annotations

import json
import os
import tomllib
from pathlib import Path

import jsonschema
import pytest

from asdoc.conformance.targets.base import located
from asdoc.conformance.targets.described import Described, Hook, Keys
from asdoc.conformance.targets.file import SCHEMA, known, named, read
from asdoc.conformance.targets.inproc import HandlerTarget
from asdoc.conformance.targets.keys import credentials_of
from asdoc.conformance.targets.open import describe, open_target
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.http import HttpResponse

PRESETS = SCHEMA.with_name("presets.toml")


def written(folder: Path, text: str) -> Path:
    path = folder / "targets.toml"
    path.write_text(text)
    return path


def test_the_presets_hold_to_the_schema_that_users_files_are_held_to() -> None:
    schema = json.loads(SCHEMA.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(tomllib.loads(PRESETS.read_text()), schema)
    assert set(read(PRESETS)) >= {"moto", "ministack", "localstack", "floci", "fakecloud", "aws-emulator"}


def test_a_table_of_a_file_stands_in_place_of_a_preset(tmp_path: Path) -> None:
    path = written(tmp_path, '[moto]\naddress = "http://10.0.0.1:5000"\nrate = 3\n')
    assert named("moto", path).address == "http://10.0.0.1:5000"
    assert named("moto", path).command == ()
    assert named("floci", path).address == "http://127.0.0.1:4566"


def test_a_file_in_the_current_folder_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "mine" not in known()
    (tmp_path / "asdoc-targets.toml").write_text('[mine]\naddress = "reference"\n')
    assert describe("@mine").address == "reference"


WRONG = {
    '[t]\naddress = "http://h"\ntimeout = nan': "t.timeout is no number",
    '[t]\naddress = "http://h"\nclock = {speed = inf}': "t.clock.speed is no number",
    '[t]\naddress = "http://h"\nready = {timeout = 1e300}': "t.ready.timeout is no number",
    "mine = 3": "mine",
    "[mine]": "address",
    '[mine]\naddress = "ftp://x"': "mine.address",
    '[mine]\naddress = "reference"\ncolour = "red"': "colour",
    '[mine]\naddress = "reference"\nheader = {}': "did you mean headers",
    '[mine]\naddress = "http://x"\nreset = {url = "/reset", when = "always"}': "mine.reset.when",
    '[mine]\naddress = "http://x"\nreset = {when = "case"}': "url",
    '[mine]\naddress = "http://x"\naccount = "12"': "mine.account",
    '[mine]\naddress = "http://x"\nrate = 0': "mine.rate",
    '[mine]\naddress = "http://x"\nheaders = {"a b" = "c"}': "mine.headers",
    '[mine]\naddress = "http://x:{port}"': "no command",
    '[mine]\naddress = "reference"\ncommand = ["x"]': "no URL",
    "[mine": "at end of document",
    '["../x"]\naddress = "reference"': "../x",
}


@pytest.mark.parametrize(("text", "told"), WRONG.items())
def test_what_is_wrong_with_a_file_is_told_with_its_place(text: str, told: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(AsdocError) as caught:
        read(path)
    assert told in caught.value.message
    assert str(path) in caught.value.message


def test_what_is_no_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(AsdocError, match="UTF-8"):
        read(path)
    with pytest.raises(AsdocError, match="No such file"):
        read(tmp_path / "none.toml")


def test_a_secret_of_a_wrong_file_is_not_told(tmp_path: Path) -> None:
    path = written(tmp_path, '[mine]\naddress = "http://x"\ncredentials = {secret_key = ["hunter2"]}')
    with pytest.raises(AsdocError) as caught:
        read(path)
    assert "secret_key" in caught.value.message
    assert "hunter2" not in str(caught.value)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(AsdocError) as caught:
        named("ministak")
    assert "@ministack" in caught.value.hint


def test_keys_come_from_the_environment_or_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(
        tmp_path,
        '[env]\naddress = "http://x"\ncredentials = {access_key = "AK", secret_key_env = "MY_SECRET"}\n'
        f'[file]\naddress = "http://x"\ncredentials = {{file = "{tmp_path}/keys", profile = "p"}}\n',
    )
    by_name = read(path)
    monkeypatch.setenv("MY_SECRET", "s")
    keys = by_name["env"].credentials
    assert keys is not None
    assert credentials_of(keys, "@env").secret_key == "s"
    monkeypatch.delenv("MY_SECRET")
    with pytest.raises(AsdocError, match="no MY_SECRET"):
        credentials_of(keys, "@env")
    of_file = by_name["file"].credentials
    assert of_file is not None
    with pytest.raises(AsdocError, match="No such file"):
        credentials_of(of_file, "@file")
    (tmp_path / "keys").write_text("[p]\naws_access_key_id = A\naws_secret_access_key = hunter2\n")
    assert credentials_of(of_file, "@file").secret_key == "hunter2"
    (tmp_path / "keys").write_text("[p]\naws_access_key_id = A\n")
    with pytest.raises(AsdocError, match="aws_secret_access_key"):
        credentials_of(of_file, "@file")
    (tmp_path / "keys").write_text("hunter2\n")
    with pytest.raises(AsdocError) as caught:
        credentials_of(of_file, "@file")
    assert "hunter2" not in str(caught.value)


def test_the_keys_of_awss_own_emulator_are_looked_for_where_it_writes_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    described = named("aws-emulator")
    assert described.address == "https://127.0.0.1:9297"
    keys = described.credentials
    assert keys is not None
    with pytest.raises(AsdocError, match="emulator_credentials") as caught:
        credentials_of(keys, described.name)
    assert "started" in caught.value.hint
    folder = tmp_path / ".aws" / "emulator" / "9297"
    folder.mkdir(parents=True)
    (folder / "emulator_credentials").write_text("[default]\naws_access_key_id=A\naws_secret_access_key=B\n")
    assert credentials_of(keys, described.name).access_key == "A"
    assert os.environ["HOME"] == str(tmp_path)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("http://127.0.0.1:5977?x=1", "a query"),
        ("http://name:hunter2@127.0.0.1:1", "a user name or password"),
        ("http://[::1", "not an address in brackets"),
        ("http://h:99999", "its port '99999'"),
    ],
)
def test_an_address_that_none_can_be_reached_by_is_told_at_once(address: str, told: str) -> None:
    with pytest.raises(AsdocError) as caught:
        open_target(Described(name="@t", address=address), "appconfig")
    assert told in caught.value.message
    assert "hunter2" not in str(caught.value)
    hook = Hook(url=f"{address}/reset" if "?" not in address else "http://127.0.0.1:x?reset")
    with pytest.raises(AsdocError):
        located(HandlerTarget(lambda request: HttpResponse(status=200), "it"), hook.url)


def test_a_header_that_says_where_a_request_ends_is_refused() -> None:
    for name in ("Content-Length", "transfer-encoding"):
        with pytest.raises(AsdocError, match="where a request ends"):
            open_target(Described(name="@t", address="http://127.0.0.1:1", headers={name: "5"}), "appconfig")


@pytest.mark.parametrize("wrong", ["hunter2\nx", "hunter2 x", "hunter2\u00e9"])
def test_a_key_that_cannot_stand_in_a_header_is_refused_and_not_told(wrong: str, tmp_path: Path) -> None:
    for keys in (Keys(access_key=wrong, secret_key="s"), Keys(access_key="A", secret_key=wrong),
                 Keys(access_key="A", secret_key="s", token_env="T")):  # fmt: skip
        with pytest.raises(AsdocError, match="that no key has") as caught:
            credentials_of(keys, "@t", {"T": wrong})
        assert "hunter2" not in str(caught.value)


def test_a_file_of_keys_without_the_section_says_so(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("[other]\naws_access_key_id=A\n")
    with pytest.raises(AsdocError, match=r"no section \[default\]"):
        credentials_of(Keys(file=str(tmp_path / "keys")), "@t")
