"""A report in each format. What it holds was read from pages: it is escaped where a format could take it for more."""

from __future__ import annotations

from collections.abc import Callable

from ..report import Report
from . import github, html, json, markdown, terminal

FORMATS: dict[str, Callable[[Report], str]] = {
    "text": terminal.render,
    "json": json.render,
    "markdown": markdown.render,
    "html": html.render,
    "github": github.render,
}
"""By name. The layout of the API-changes page, which needs both specs, is in `page`."""
