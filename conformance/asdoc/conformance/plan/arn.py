"""Taking a documented ARN apart, so that it can be bound part by part."""

from __future__ import annotations

import re
from collections.abc import Callable

from .world import ArnLink, ArnPart, Link

_ARN = re.compile(r"(arn:[^:]*:[^:]*:)([^:]*)(:)([^:]*)(:)(.*)", re.DOTALL)


def arn_link(text: str, segment: Callable[[str, str], Link | None]) -> ArnLink | None:
    """An ARN as pieces; None where the text is not one.

    `segment(part, before)` says what a part of the resource stands for, `before` being the part in front of it, which
    names the kind of thing: `application` before `/339ohji`.
    """
    match = _ARN.fullmatch(text)
    if not match:
        return None
    head, region, colon, account, colon2, resource = match.groups()
    pieces: list[str | ArnPart | Link] = [head]
    pieces += [ArnPart("region") if region else "", colon, ArnPart("account") if account.isdigit() else account, colon2]
    before = ""
    for part in re.split(r"([/:])", resource):
        link = segment(part, before) if part and part not in "/:" else None
        pieces.append(link or part)
        if part and part not in "/:":
            before = part
    return ArnLink(tuple(piece for piece in pieces if piece != ""))
