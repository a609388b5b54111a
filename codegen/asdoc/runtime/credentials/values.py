"""Keys as a value, and what turns text into it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from ..exceptions import CredentialRetrievalError, PartialCredentialsError


class Credentials(msgspec.Struct, frozen=True):
    """A pair of keys, and the token of the session where they are temporary."""

    access_key: str
    secret_key: str
    token: str = ""
    expires: float | None = None
    """Seconds since 1970; None for keys that do not end."""
    account_id: str = ""
    """The account that the keys belong to, where their source tells it."""

    def __repr__(self) -> str:
        return f"Credentials(access_key={self.access_key!r}, secret_key='…', token={'…' if self.token else ''!r})"

    __str__ = __repr__

    def __rich_repr__(self) -> list[tuple[str, str]]:
        return [("access_key", self.access_key)]


def from_arguments(
    access_key: str | None, secret_key: str | None, token: str | None, account_id: str = ""
) -> Credentials | None:
    """The keys given to a client; None where it was given none. Raises PartialCredentialsError for half a pair."""
    if not access_key and not secret_key:
        return None
    names = ("aws_access_key_id", "aws_secret_access_key")
    return pair(access_key, secret_key, token, "the client's arguments", names, account_id=account_id)


def pair(
    access_key: str | None,
    secret_key: str | None,
    token: str | None,
    where: str,
    names: tuple[str, str],
    *,
    expires: float | None = None,
    account_id: str | None = None,
) -> Credentials:
    """Keys that stand in one place, under two names. Raises PartialCredentialsError where one of them is missing."""
    if not access_key or not secret_key:
        there, missing = names if access_key else names[::-1]
        raise PartialCredentialsError(
            f"finding credentials: {where} holds {there}, not {missing}", hint="Both keys must stand in one place."
        )
    return Credentials(access_key, secret_key, token or "", expires, account_id or "")


def from_document(told: object, doing: str, token_name: str, *, temporary: bool = True) -> Credentials:
    """The keys in a JSON document of a credentials service or a process, whose token is called `token_name`.

    `temporary` ones must carry a token and an end. Raises CredentialRetrievalError, which never quotes a value.
    """
    if not isinstance(told, Mapping):
        raise CredentialRetrievalError(f"{doing}: the answer is {type(told).__name__}, not a JSON object")
    needed = ["AccessKeyId", "SecretAccessKey", *((token_name, "Expiration") if temporary else ())]
    missing = [name for name in needed if not isinstance(told.get(name), str) or not told[name]]
    if missing:
        code = told.get("Code") or told.get("code")
        reason = f" ({code})" if isinstance(code, str) and code != "Success" else ""
        raise CredentialRetrievalError(f"{doing}: the answer holds no {', '.join(missing)}{reason}")
    account = told.get("AccountId")
    return Credentials(
        told["AccessKeyId"],
        told["SecretAccessKey"],
        str(told.get(token_name) or ""),
        seconds(told.get("Expiration"), doing),
        account if isinstance(account, str) else "",
    )


def seconds(expiration: object, doing: str) -> float | None:
    """The end of credentials in seconds since 1970; None for none. Raises CredentialRetrievalError for no time."""
    from ..timestamps import parse

    if expiration is None or expiration == "":
        return None
    try:
        return parse(expiration).timestamp()
    except (TypeError, ValueError):
        raise CredentialRetrievalError(f"{doing}: the time at which the keys end is not a time") from None
