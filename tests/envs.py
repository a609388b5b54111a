"""Environments of tests, made in seconds: uv where it serves as pip would, else pip itself.

`python tests/envs.py ARGUMENT…` installs into the environment of the Python that runs it; the arguments are those of
`pip install`.

What a machine says of its indexes it says to pip, in the environment or in a `pip.conf`. uv reads neither, so it is
told the same; where pip was told something that has no counterpart here, or uv does not succeed, pip installs.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

CONSTRAINTS = Path(__file__).resolve().parent.parent / "constraints.txt"
PIP = ("-m", "pip", "-q", "--disable-pip-version-check")

OPTIONS = {
    "index-url": "--default-index",
    "extra-index-url": "--index",
    "find-links": "--find-links",
    "trusted-host": "--allow-insecure-host",
}
VARIABLES = {"cert": ("SSL_CERT_FILE",), "proxy": ("HTTP_PROXY", "HTTPS_PROXY")}
WITHOUT_EFFECT = {  # on what is installed
    "break-system-packages", "cache-dir", "compile", "default-timeout", "disable-pip-version-check", "exists-action",
    "no-cache-dir", "no-color", "no-compile", "no-input", "no-python-version-warning", "no-warn-script-location",
    "prefer-binary", "progress-bar", "quiet", "require-virtualenv", "resume-retries", "retries", "root-user-action",
    "timeout", "use-feature", "verbose", "yes",
}  # fmt: skip


def told_to_pip(listed: str) -> dict[str, str]:
    """What `pip config list` lists, by option: the environment before the files, `[install]` before `[global]`."""
    by_section: dict[str, dict[str, str]] = {}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.rpartition(".")
        by_section.setdefault(section, {})[option] = str(ast.literal_eval(value))
    return {**by_section.get("global", {}), **by_section.get("install", {}), **by_section.get(":env:", {})}


def for_uv(told: dict[str, str]) -> tuple[list[str], dict[str, str]] | None:
    """The same in uv's options and environment; None where it cannot be said."""
    options: list[str] = ["--index-strategy", "unsafe-best-match"]  # as pip: no index hides what another one has
    variables: dict[str, str] = {}
    for option, value in told.items():
        if option in OPTIONS:
            options += [part for each in value.split() for part in (OPTIONS[option], each)]
        elif option in VARIABLES:
            variables |= dict.fromkeys(VARIABLES[option], value)
        elif option not in WITHOUT_EFFECT:
            return None
    return options, variables


def said_to_uv() -> tuple[list[str], dict[str, str]] | None:
    """What this machine told pip, for uv; None where pip must serve, be it that there is no uv for the machine."""
    got = subprocess.run([sys.executable, *PIP, "config", "list"], check=True, capture_output=True, text=True)
    said = for_uv(told_to_pip(got.stdout))
    if said is None:
        return None
    uv = subprocess.run([sys.executable, *PIP, "install", "-c", str(CONSTRAINTS), "uv"], capture_output=True)
    return said if uv.returncode == 0 else None


def install(python: str, arguments: Sequence[str], said: tuple[list[str], dict[str, str]] | None) -> None:
    """Install into the environment of `python`, which needs no pip of its own.

    Raises `CalledProcessError` when pip could not do it either; it has said why.
    """
    if said is not None:
        options, variables = said
        uv = [str(Path(sys.executable).parent / "uv"), "pip", "install", "--quiet", "--python", python]
        done = subprocess.run(
            [*uv, *options, *arguments], env={**os.environ, **variables}, capture_output=True, text=True
        )
        if done.returncode == 0:
            return
        print(f"uv did not install {' '.join(arguments)}, so pip does: {done.stderr.strip()}", flush=True)
    subprocess.run([sys.executable, *PIP, "--python", python, "install", *arguments], check=True)


if __name__ == "__main__":
    install(sys.executable, sys.argv[1:], said_to_uv())
