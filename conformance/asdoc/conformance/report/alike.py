"""Whether two runs found the same in one case, but for what is another in each run: ids, names of ours, times."""

from __future__ import annotations

import re

from ..events import CaseFinished
from .words import telling, value_text

_WORD = re.compile(r"[A-Za-z0-9_-]+")
_NAMED = re.compile(r'"\w*(?:[Ii]d|[Aa]rn|ARN|Identifier|Token)"\s*:\s*"((?:[^"\\]|\\.)*)"')
_ELEMENT = re.compile(r"<\w*(?:[Ii]d|[Aa]rn|ARN|Identifier|Token)>([^<]*)<")
_TIME = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?|(?<![\w.])1\d{9}(?:\.\d+|\d{3})?(?![\w.])"
)
"""As answers tell them: ISO 8601, or seconds or milliseconds since 1970."""

Difference = tuple[str, str, str]
"""Check, what is documented, what was found."""


def differences(old: CaseFinished, new: CaseFinished) -> tuple[set[Difference], set[Difference]]:
    """What is against a case in each of two runs, told so that the same fault is told in the same words."""
    before, after = _words(old), _words(new)
    # What both runs sent or were given is of the case, and no run's own.
    return _against(old, before - after), _against(new, after - before)


def _words(case: CaseFinished) -> set[str]:
    """What went out, and what was answered as somebody's identity."""
    texts: list[str] = []
    for exchange in case.exchanges:
        texts += (exchange.url, *exchange.sent.headers.values(), exchange.sent.body)
        if exchange.received is not None:
            texts += _NAMED.findall(exchange.received.body) + _ELEMENT.findall(exchange.received.body)
    return {word for text in texts for word in _WORD.findall(text)}


def _against(case: CaseFinished, own: set[str]) -> set[Difference]:
    def plain(value: object) -> str:
        text = _TIME.sub("~", value_text(value))
        return _WORD.sub(lambda match: "~" if match[0] in own else match[0], text)

    return {
        # Where the page's literal stands for a live value, that value is another in each run.
        (check.id, plain(check.documented), "" if check.here is not None else plain(check.found))
        for check in telling(case)
    }
