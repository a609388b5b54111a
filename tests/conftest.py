"""Pages as the installed boto3 writes them, made once a run."""

from __future__ import annotations

import gc
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from asdoc.codegen.boto3_pages import write_pages

# A run on GitHub is told in other lines there, which tests of what people see are not about.
os.environ.pop("GITHUB_ACTIONS", None)

# What a script runs in the background is deaf to Ctrl-C, and so would be what tests start and interrupt.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# What the tests keep for one another is large, and was looked through for garbage too often: a fifth of their time.
gc.set_threshold(400_000, 20, 20)

# What passes on one machine passes on the next. `ASDOC_EXPLORE=1` tries other inputs each time.
# A machine that has much else to do takes its time over an input, and that is no fault of what is tested.
settings.register_profile("steady", derandomize=True, deadline=None)
if not os.environ.get("ASDOC_EXPLORE"):
    settings.load_profile("steady")

LONG = (
    *("targets/test_targets", "spec/test_scale", "pages/test_hostile_pages", "server/test_stores_served"),
    *("export/test_schemathesis", "report/test_browser", "server/test_durability", "integration/test_any_service"),
    *("behaviour/test_sequences", "runtime/test_endpoints", "house/test_wheel", "typing/test_typing", "fuzz/test_laws"),
    *("update/test_update", "runtime/test_paginate", "fuzz/test_names"),
)
"""Files that take a worker longest: they go first, so that none is left alone with one at the end."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """A worker more than there are cores, where these are few: tests wait for servers and browsers, too."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return cores + 1 if cores < 3 else cores


TOGETHER = {
    "tests/export/test_smithy.py": "tests/export/test_botocore.py",
    "tests/behaviour/test_seeds.py": "tests/behaviour/test_statements.py",
}
"""Files that make the same for their tests, and share a worker."""


class ByFile(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """Keeps the tests of a file in one worker of xdist's: what they make for one another is then made once.

    The mark `xdist_group` would say the same, but xdist 3.8 tells it to nobody under pytest 9.2, where a test's name is
    no longer read from the attribute that xdist writes.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return TOGETHER.get(file, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long files first, in each of xdist's workers."""
    if hasattr(config, "workerinput"):
        turns = {f"tests/{name}.py": turn for turn, name in enumerate(LONG)}
        items.sort(key=lambda item: turns.get(item.nodeid.partition("::")[0], len(turns)))


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end, and is no longer looked through for garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def pages_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of AppConfig and Proton, with their manifest."""
    out = tmp_path_factory.mktemp("pages")
    write_pages(["appconfig", "proton"], out)
    return out
