"""Pages as the installed boto3 writes them, made once a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from asdoc.codegen.boto3_pages import write_pages


@pytest.fixture(scope="session")
def pages_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pages of AppConfig and Proton, with their manifest."""
    out = tmp_path_factory.mktemp("pages")
    write_pages(["appconfig", "proton"], out)
    return out
