"""The shared files of AWS tools, `~/.aws/config` and `~/.aws/credentials`, read when something is asked of them."""

from __future__ import annotations

import os
from collections.abc import Mapping

from .exceptions import ConfigurationError, ProfileNotFoundError

Section = dict[str, str]
_KINDS = ("profile", "services", "sso-session")
_VARIABLE = r"\$(?:(\w+)|\{([^}]*)\})"


class Profiles:
    """Every profile as both files tell it, and the one that was chosen. The files are read once, at first need."""

    def __init__(self, environ: Mapping[str, str], name: str | None = None) -> None:
        self._environ = environ
        self.name_given = bool(name or environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE"))
        self.name = name or environ.get("AWS_DEFAULT_PROFILE") or environ.get("AWS_PROFILE") or "default"
        self.config_path = _path(environ.get("AWS_CONFIG_FILE") or "~/.aws/config", environ)
        self.credentials_path = _path(environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials", environ)
        self._config: dict[str, Section] | None = None
        self._credentials: dict[str, Section] | None = None

    def settings(self, name: str | None = None) -> Section:
        """What both files say of a profile (the chosen one by default), the credentials file last and so the winner.

        Raises ProfileNotFoundError where the chosen one was named and stands in neither file.
        """
        found = {**self.config(name), **self.credentials(name)}
        if not found and name is None:
            self.check()
        return found

    def config(self, name: str | None = None) -> Section:
        """The profile in the config file; empty where it has none."""
        return self._config_sections().get(f"profile {name or self.name}", {})

    def credentials(self, name: str | None = None) -> Section:
        """The profile in the credentials file; empty where it has none."""
        return self._credential_sections().get(name or self.name, {})

    def service(self, service_id: str) -> Section:
        """What the profile's `services` section says of one service."""
        name = self.settings().get("services")
        if name is None:
            return {}
        section = self._config_sections().get(f"services {name}")
        if not section:
            raise ConfigurationError(
                f"reading profile {self.name!r}: it names the services section {name!r}, and {self.config_path} has "
                "nothing of it",
                hint=f"Begin it with [services {name}], or take `services` out of the profile.",
            )
        return nested(section.get(service_key(service_id), ""))

    def exists(self, name: str | None = None) -> bool:
        return (name or self.name) in self.names()

    def check(self) -> None:
        """Raise ProfileNotFoundError where a profile was chosen that stands in neither file."""
        if self.name_given and not self.exists():
            raise ProfileNotFoundError(
                f"reading profile {self.name!r}: neither {self.config_path} nor {self.credentials_path} has it",
                hint="Name one of these: " + (", ".join(self.names()) or "none is there"),
            )

    def names(self) -> list[str]:
        """Every profile of both files, sorted."""
        sections = self._config_sections()
        profiles = {name.removeprefix("profile ") for name in sections if name.startswith("profile ")}
        return sorted(profiles | self._credential_sections().keys())

    def _config_sections(self) -> dict[str, Section]:
        if self._config is None:
            self._config = _read(self.config_path, named=bool(self._environ.get("AWS_CONFIG_FILE")))
        return self._config

    def _credential_sections(self) -> dict[str, Section]:
        if self._credentials is None:
            named = bool(self._environ.get("AWS_SHARED_CREDENTIALS_FILE"))
            self._credentials = _read(self.credentials_path, named=named, plain=True)
        return self._credentials


def service_key(service_id: str) -> str:
    """A service's name in the config file and, in upper case, in AWS_ENDPOINT_URL_…: `app_config_data`-like."""
    return service_id.replace(" ", "_").replace("-", "_").lower()


def nested(value: str) -> Section:
    """The settings indented below a setting: a line each, `key = value`. Nothing for one with a value of its own."""
    if not value.startswith("\n"):
        return {}
    pairs = (line.partition("=") for line in value.splitlines() if "=" in line)
    return {key.strip().lower(): held.strip() for key, _, held in pairs}


def _path(text: str, environ: Mapping[str, str]) -> str:
    """A path, with the variables (`$HOME`, `${HOME}`) and the home directory (`~/`, `~name/`) that stand in it."""
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    if "$" in text:
        import re

        text = re.sub(_VARIABLE, lambda told: environ.get(told[1] or told[2], told[0]), text, flags=re.ASCII)
    if text.startswith("~/") and home:
        return os.path.join(home, text[2:])  # noqa: PTH118  # the import of pathlib costs more than all else here
    return os.path.expanduser(text)  # noqa: PTH111


def _read(path: str, *, named: bool, plain: bool = False) -> dict[str, Section]:
    """The sections of a file. `named` is True for one that the environment names."""
    # a file that is not there says nothing, and the parser's import is saved
    try:
        with open(path, encoding="utf-8") as file:  # noqa: PTH123
            text = file.read()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        # a service may run with the home of somebody whose files it must not read
        if isinstance(error, PermissionError) and not named:
            return {}
        # not from the error, which may hold the text, and so keys
        raise ConfigurationError(
            f"reading {path}: {error}", hint="Check that it is a text file that may be read."
        ) from None
    import configparser

    # what stands in a section DEFAULT, every other has
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error as error:
        # the parser's own message quotes the line, which may hold a key
        line = getattr(error, "lineno", None) or next((line for line, _ in getattr(error, "errors", [])), "?")
        raise ConfigurationError(
            f"reading {path}: line {line}: {type(error).__name__}", hint="Lines read [profile NAME] or key = value."
        ) from None
    if plain:
        return {name: dict(parser.items(name)) for name in parser.sections()}
    return {_heading(name): dict(parser.items(name)) for name in parser.sections()}


def _heading(name: str) -> str:
    """A section's name with one space between its two words and without quotes: `[profile "a b"]`. Empty for one that
    no AWS tool looks for."""
    # it needs no word before it
    if name == "default":
        return "profile default"
    words = name.split()
    if any(mark in name for mark in "\"'\\"):
        import shlex

        try:
            words = shlex.split(name)
        except ValueError:
            return ""
    # not where anything stands before the first word
    kind = name[: len(words[0])] if words else ""
    return f"{kind} {words[1]}" if len(words) == 2 and kind in _KINDS else ""
