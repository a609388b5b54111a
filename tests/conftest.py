"""Pages as the installed boto3 writes them, made once a run."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from asdoc.codegen.boto3_pages import write_pages

# A run on GitHub is told in other lines there, which tests of what people see are not about.
os.environ.pop("GITHUB_ACTIONS", None)

# What the tests keep for one another is large, and was looked through for garbage too often: a fifth of their time.
gc.set_threshold(50_000, 20, 20)

# What passes on one machine passes on the next. `ASDOC_EXPLORE=1` tries other inputs each time.
# A machine that has much else to do takes its time over an input, and that is no fault of what is tested.
settings.register_profile("steady", derandomize=True, deadline=None)
if not os.environ.get("ASDOC_EXPLORE"):
    settings.load_profile("steady")


@pytest.fixture(scope="session")
def pages_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of AppConfig and Proton, with their manifest."""
    out = tmp_path_factory.mktemp("pages")
    write_pages(["appconfig", "proton"], out)
    return out
