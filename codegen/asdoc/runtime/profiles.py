"""The shared files of AWS tools, `~/.aws/config` and `~/.aws/credentials`, read when something is asked of them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .exceptions import ConfigurationError

Section = dict[str, str]


class Profiles:
    """One profile as both files tell it. The files are read once, at the first question."""

    def __init__(self, environ: Mapping[str, str], name: str | None = None) -> None:
        self.name_given = bool(name or environ.get("AWS_PROFILE") or environ.get("AWS_DEFAULT_PROFILE"))
        self.name = name or environ.get("AWS_DEFAULT_PROFILE") or environ.get("AWS_PROFILE") or "default"
        home = environ.get("HOME") or environ.get("USERPROFILE") or ""
        self.config_path = _path(environ.get("AWS_CONFIG_FILE") or "~/.aws/config", home)
        self.credentials_path = _path(environ.get("AWS_SHARED_CREDENTIALS_FILE") or "~/.aws/credentials", home)
        self._config: dict[str, Section] | None = None
        self._credentials: dict[str, Section] | None = None

    def config(self) -> Section:
        """The profile in the config file; empty where it has none."""
        sections = self._config_sections()
        found = sections.get(f"profile {self.name}")
        # `[default]` needs no word before it, `[profile default]` wins where both stand
        return found if found is not None else sections.get(self.name, {}) if self.name == "default" else {}

    def credentials(self) -> Section:
        """The profile in the credentials file; empty where it has none."""
        if self._credentials is None:
            self._credentials = _read(self.credentials_path)
        return self._credentials.get(self.name, {})

    def service(self, service_id: str) -> Section:
        """What the profile's `services` section says of one service."""
        name = self.config().get("services")
        section = self._config_sections().get(f"services {name}", {}) if name else {}
        return nested(section.get(service_key(service_id), ""))

    def exists(self) -> bool:
        return bool(self.credentials() or self.config()) or self.name in self.names()

    def names(self) -> list[str]:
        """Every profile of both files, sorted."""
        self.credentials()
        names = set(self._credentials or ())
        for section in self._config_sections():
            if section == "default":
                names.add(section)
            elif section.startswith("profile "):
                names.add(section.removeprefix("profile "))
        return sorted(names)

    def _config_sections(self) -> dict[str, Section]:
        if self._config is None:
            self._config = _read(self.config_path)
        return self._config


def service_key(service_id: str) -> str:
    """A service's name in the config file and, in upper case, in AWS_ENDPOINT_URL_…: `app_config_data`-like."""
    return service_id.replace(" ", "_").replace("-", "_").lower()


def nested(value: str) -> Section:
    """The settings indented below a setting: a line each, `key = value`."""
    pairs = (line.partition("=") for line in value.splitlines() if "=" in line)
    return {key.strip().lower(): held.strip() for key, _, held in pairs}


def _path(text: str, home: str) -> Path:
    return Path(home, text[2:]) if text.startswith("~/") and home else Path(text)


def _read(path: Path) -> dict[str, Section]:
    # a file that is not there says nothing, and the parser's import is saved
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"reading {path}: {error}", hint="Check that it is a text file that may be read."
        ) from error
    import configparser

    parser = configparser.RawConfigParser(default_section="")
    try:
        parser.read_string(text)
    except configparser.Error as error:
        # the parser's own message quotes the line, which may hold a key
        line = getattr(error, "lineno", None) or next((line for line, _ in getattr(error, "errors", [])), "?")
        raise ConfigurationError(
            f"reading {path}: line {line}: {type(error).__name__}", hint="Lines read [profile NAME] or key = value."
        ) from None
    return {_heading(name): dict(parser.items(name)) for name in parser.sections()}


def _heading(name: str) -> str:
    """A section's name with one space between its words and without quotes: `[profile "a b"]`."""
    kind, _, rest = name.strip().partition(" ")
    rest = rest.strip()
    if rest[:1] in ("'", '"') and rest[-1:] == rest[:1]:
        rest = rest[1:-1]
    return f"{kind} {rest}" if rest else kind
