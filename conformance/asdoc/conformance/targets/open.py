"""From what a user names to a target."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import msgspec

from asdoc.runtime.errors import AsdocError

from .base import Target
from .described import Described, Ready
from .file import named
from .inproc import HandlerTarget, handler_of, load_object
from .reference import reference_target

DEFAULT_TIMEOUT = 30.0
_LOCAL = "http://127.0.0.1:{port}"
_FRAMING = frozenset({"content-length", "transfer-encoding", "connection", "expect", "upgrade", "te", "trailer"})
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def describe(text: str, file: Path | None = None) -> Described:
    """What a user wrote, as a description: an address, `cmd:…`, or `@name` of a target file or a preset.

    Raises AsdocError where it is none of these.
    """
    if text.startswith("@"):
        return named(text[1:], file)
    if text.startswith("cmd:"):
        from .process import split_command

        return Described(name=text, address=_LOCAL, command=split_command(text[4:]))
    if text in ("reference", "moto", "aws") or text.startswith("inproc:") or re.match(r"https?://[^/\s]+", text):
        return Described(name=text, address=text)
    raise AsdocError(
        f"reading the target {text!r}: it is none of reference, http(s)://…, cmd:COMMAND, inproc:module:attribute, "
        "moto, aws, @NAME.",
        hint="A server on this machine is named like http://127.0.0.1:5000, a preset like @moto.",
    )


def open_target(
    target: str | Described | Any, service: str, *, timeout: float = DEFAULT_TIMEOUT, beside: str = ""
) -> Target:
    """The target that was named or described, started where it is a command; or an object that `handler_of` takes.

    `timeout` is the longest wait for one answer, in seconds; `beside` a service that the reference answers for as well.
    Raises AsdocError where it is none of these, or does not come up.
    """
    if isinstance(target, str):
        target = describe(target)
    if not isinstance(target, Described):
        return HandlerTarget(handler_of(target, repr(target)), getattr(target, "__name__", type(target).__name__))
    if target.address == "reference":
        return reference_target(service, beside)
    if target.address == "moto":
        from .moto import moto_target

        return moto_target()
    if target.address.startswith("inproc:"):
        found = load_object(target.address.removeprefix("inproc:"))
        return HandlerTarget(handler_of(found, target.address), target.name, clock=target.clock)
    if target.address == "aws":
        raise AsdocError("opening aws: it is opened by a run that was allowed to, and by nothing else.")
    return _behind_a_url(target, service, target.timeout or timeout)


def _behind_a_url(target: Described, service: str, timeout: float) -> Target:
    # A run inside the process must not pay for a pool of connections.
    from .http import HttpTarget
    from .process import Process, free_port, wait_until_ready

    process: Process | None = None
    if target.command:
        port = str(free_port())
        filled = {"{port}": port, "{service}": service}
        target = msgspec.structs.replace(target, address=_filled(target.address, filled))
        command = tuple(_filled(word, filled) for word in target.command)
        environment = {name: _filled(value, filled) for name, value in target.environment.items()}
        process = Process(command, {"PORT": port, **environment})
    try:
        opened = HttpTarget(
            target.address,
            timeout=timeout,
            name=target.name,
            headers={name: _expanded(value, name) for name, value in target.headers.items()},
            ca_bundle=_existing(target.ca_bundle, "the CA bundle"),
            rate=target.rate,
            reset=target.reset,
            clock=target.clock,
            on_close=process.stop if process else None,
        )
        ready = target.ready or (Ready() if process else None)
        if ready is not None:
            wait_until_ready(opened, ready, process)
        if target.reset is not None and target.reset.when == "start":
            opened.reset()
    except BaseException:
        if process is not None:
            process.stop()
        raise
    return opened


def _filled(text: str, values: dict[str, str]) -> str:
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def _expanded(value: str, header: str) -> str:
    def variable(match: re.Match[str]) -> str:
        if match[1] not in os.environ:
            raise AsdocError(f"making the header {header}: the environment holds no {match[1]}.")
        return os.environ[match[1]]

    if header.lower() in _FRAMING:
        raise AsdocError(
            f"making the header {header}: it says where a request ends, which is each request's own to say.",
            hint="Leave it out.",
        )
    expanded = _VARIABLE.sub(variable, value)
    if any(sign in expanded for sign in "\r\n\0"):
        raise AsdocError(f"making the header {header}: its value holds a line break.")
    return expanded


def _existing(path: str, what: str) -> str:
    if not path:
        return ""
    found = Path(path).expanduser()
    if not found.is_file():
        raise AsdocError(
            f"looking for {what} {path}: there is no such file.",
            hint="Name an existing one; a target that makes it must have been started.",
        )
    return str(found)
