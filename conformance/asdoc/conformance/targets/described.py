"""A target as it is described: by an address on the command line, by a table of a target file, or by a preset."""

from __future__ import annotations

import msgspec


class Ready(msgspec.Struct, frozen=True, kw_only=True):
    """How it is known that a server takes requests."""

    url: str = "/"
    """A path of the target, or a whole URL, that answers, with whatever status but 502, 503 and 504."""
    timeout: float = 60.0
    """Longest wait, in seconds."""


class Hook(msgspec.Struct, frozen=True, kw_only=True):
    """A request that makes a target do something beside its service."""

    url: str
    """A path of the target, or a whole URL. `{seconds}` in it stands for the seconds to move a clock by."""
    method: str = "POST"
    body: str = ""
    """`{seconds}` in it stands for the seconds to move a clock by."""
    headers: dict[str, str] = {}


class Reset(Hook, frozen=True, kw_only=True):
    when: str = "start"
    """start: once before the first case; case: before each of them."""


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """How time passes at a target. Neither of the two: its clock is asked for, as asdoc's own server has it."""

    advance: Hook | None = None
    """Moves a clock that stands still otherwise."""
    speed: float = 1.0
    """Seconds that pass at the target in one second here."""


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """Who signs. A secret stands in the environment or in a file of credentials rather than in a target file."""

    access_key: str = ""
    secret_key: str = ""
    access_key_env: str = ""
    secret_key_env: str = ""
    token_env: str = ""
    file: str = ""
    """A file of credentials as AWS's tools have it; `{port}` and `~` are filled in."""
    profile: str = "default"
    """Its section."""


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that can be said of a target before it is opened."""

    name: str = ""
    """As the user named it."""
    address: str = ""
    """reference, moto, aws, inproc:…, or a URL in which `{port}` stands for that of a started command."""
    command: tuple[str, ...] = ()
    """Starts it; `{port}` stands for a free port."""
    environment: dict[str, str] = {}
    """Of the command, over this process's own."""
    ready: Ready | None = None
    reset: Reset | None = None
    clock: Clock = Clock()
    credentials: Keys | None = None
    headers: dict[str, str] = {}
    """Sent with every request, and not signed. `${NAME}` in a value stands for a variable of the environment."""
    ca_bundle: str = ""
    """File of the authorities that an HTTPS target is trusted by."""
    region: str = ""
    account: str = ""
    rate: float = 0.0
    """Most requests in a second; 0 for as many as there are."""
    timeout: float = 0.0
    """Longest wait for one answer, in seconds; 0 for what the run says."""
    note: str = ""
    """What a user should know before the run."""
