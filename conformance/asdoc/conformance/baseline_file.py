"""Baselines as files: TOML, or YAML where PyYAML is installed."""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.files import write_atomic

from .baseline import FORMAT, Baseline
from .baseline_comments import read_comments
from .events import VERDICTS

_HEAD = """\
# What is known of a target. `asdoc verify TARGET --baseline THIS` fails where something differs from it;
# --update-baseline writes it anew and keeps what is written by hand: case, check, reason, link, expires, comments.
"""


class _File(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    format: int
    service: str = ""
    target: str = ""
    known: tuple[dict[str, Any], ...] = ()
    cases: dict[str, str] = {}


_HINT = "It begins with `format = 1`, and each [[known]] names its case and reason; --update-baseline writes one."
_MEMBERS = frozenset({"case", "check", "reason", "link", "expires"})


def read_baseline(path: Path, *, service: str, missing_ok: bool = False) -> Baseline:
    """The baseline of a file; an empty one where there is none and none is needed.

    Raises AsdocError, which names the place, where the file is no baseline or is one of another service.
    """
    doing = f"reading the baseline {path}"
    try:
        text = path.read_bytes().decode()
    except FileNotFoundError:
        if missing_ok:
            return Baseline(service=service)
        raise AsdocError(f"{doing}: there is no such file.", hint="--update-baseline writes one.") from None
    except OSError as error:
        raise AsdocError(f"{doing}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise AsdocError(f"{doing}: it is not UTF-8") from error
    content = _yaml(text, doing) if _is_yaml(path) else _toml(text, doing)
    try:
        file = msgspec.convert(content, _File)
    except msgspec.ValidationError as error:
        raise AsdocError(f"{doing}: {error}", hint=_HINT) from error
    if file.format != FORMAT:
        raise AsdocError(f"{doing}: format {file.format}, this version reads {FORMAT}.")
    if file.service and file.service != service:
        raise AsdocError(
            f"{doing}: it is of {file.service}, not of {service}.", hint="Each service has a baseline of its own."
        )
    for case, verdict in file.cases.items():
        if verdict not in VERDICTS:
            raise AsdocError(
                f"{doing}: cases.{case}: {verdict!r} is no verdict.", hint=f"One of {', '.join(VERDICTS)}."
            )
    known = [_entry(entry, f"{doing}: known[{index}]") for index, entry in enumerate(file.known)]
    seen: dict[tuple[str, str], int] = {}
    for index, entry in enumerate(known):
        named = entry["case"], entry.get("check", "*")
        first = seen.setdefault(named, index)
        if first != index:
            raise AsdocError(
                f"{doing}: known[{first}] and known[{index}] are of the same case and check: {' '.join(named)}.",
                hint="Keep the one whose reason and day hold.",
            )
    return msgspec.convert(
        {"service": file.service, "target": file.target, "known": known, "cases": file.cases}, Baseline
    )


def _entry(entry: dict[str, Any], doing: str) -> dict[str, Any]:
    if unknown := sorted(set(entry) - _MEMBERS):
        raise AsdocError(f"{doing} may not hold {', '.join(unknown)}.", hint=f"It holds {', '.join(sorted(_MEMBERS))}.")
    for name in ("case", "reason"):
        if not isinstance(entry.get(name), str) or not entry[name].strip():
            raise AsdocError(
                f"{doing} holds no {name}.", hint="Every entry names its case and the reason it is let be."
            )
    for name in ("check", "link"):
        if name in entry and not isinstance(entry[name], str):
            raise AsdocError(f"{doing}.{name} is not a text.")
    expires = entry.get("expires")
    if isinstance(expires, str):
        try:
            expires = date.fromisoformat(expires)
        except ValueError:
            raise AsdocError(f"{doing}.expires: {expires!r} is no day.", hint="One is 2027-01-31.") from None
    if isinstance(expires, datetime):
        # The gate counts days in UTC.
        expires = (expires.astimezone(UTC) if expires.tzinfo else expires).date()
    if expires is not None and not isinstance(expires, date):
        raise AsdocError(f"{doing}.expires is no day.", hint="One is 2027-01-31.")
    return {**entry, "expires": expires}


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write a baseline whole or not at all: as YAML where the name ends so, else as TOML.

    The comments of entries that the file has and keeps stay with them, in TOML.
    """
    known = []
    for entry in baseline.known:
        told: dict[str, Any] = {"case": entry.case}
        if entry.check != "*":
            told["check"] = entry.check
        told["reason"] = entry.reason
        if entry.link:
            told["link"] = entry.link
        if entry.expires is not None:
            told["expires"] = entry.expires
        known.append(told)
    content = {"format": FORMAT, "service": baseline.service, "target": baseline.target}
    if _is_yaml(path):
        yaml = _pyyaml("writing the baseline")
        told_all = {**content, "known": known, "cases": dict(baseline.cases)}
        write_atomic(path, _HEAD + yaml.safe_dump(told_all, sort_keys=False, allow_unicode=True, width=120))
        return
    comments = read_comments(path)
    lines = [_HEAD, *(f"{name} = {_told(value)}" for name, value in content.items())]
    for told in known:
        above = comments.get((told["case"], told.get("check", "*")), ())
        lines += ["", *above, "[[known]]", *(f"{name} = {_told(value)}" for name, value in told.items())]
    lines += ["", "[cases]", *(f"{_told(case)} = {_told(verdict)}" for case, verdict in baseline.cases.items())]
    write_atomic(path, "\n".join(lines) + "\n")


def _told(value: object) -> str:
    # A text of JSON is one of TOML, but for the one control character that JSON leaves as it is.
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    return str(value)


def _is_yaml(path: Path) -> bool:
    return path.suffix.lower() in (".yaml", ".yml")


def _toml(text: str, doing: str) -> Any:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise AsdocError(f"{doing}: {error}", hint="It is TOML; a name that ends in .yaml is read as YAML.") from error


def _yaml(text: str, doing: str) -> Any:
    yaml = _pyyaml(doing)
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise AsdocError(f"{doing}: {str(error)[:300]}") from error


def _pyyaml(doing: str) -> Any:
    try:
        import yaml
    except ImportError as error:
        raise AsdocError(f"{doing}: it is YAML.", hint="Install it with: pip install pyyaml; or write TOML.") from error
    return yaml
