"""Pages as the installed boto3 writes them, made once a run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from asdoc.codegen.boto3_pages import write_pages

# What passes on one machine passes on the next. `ASDOC_EXPLORE=1` tries other inputs each time.
settings.register_profile("steady", derandomize=True, deadline=None)
if not os.environ.get("ASDOC_EXPLORE"):
    settings.load_profile("steady")


@pytest.fixture(scope="session")
def pages_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of AppConfig and Proton, with their manifest."""
    out = tmp_path_factory.mktemp("pages")
    write_pages(["appconfig", "proton"], out)
    return out
