"""Specs of services of every protocol, made of boto3's own pages once a run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from asdoc.codegen.boto3_pages import write_pages
from asdoc.codegen.extract import extract
from asdoc.codegen.spec import files
from asdoc.codegen.wire import import_wire
from asdoc.runtime.files import write_atomic
from tests.targets.catalog import ROOT

COMMITTED = ("appconfig", "proton")
MADE = ("sqs", "sns", "sts", "kinesis", "s3")
"""json, query twice, json with streams of events, rest-xml."""


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("pages")
    write_pages([*COMMITTED, *MADE], out)
    return out


@pytest.fixture(scope="session")
def specs(pages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two committed specs, and those that the pages of the others give."""
    out = tmp_path_factory.mktemp("specs")
    for service in MADE:
        write_atomic(out / service / "wire.json", files.dumps(import_wire(service)))
    extract([page for service in MADE for page in (pages / service, pages / f"{service}.rst")], out)
    for service in COMMITTED:
        shutil.copytree(ROOT / "specs" / service, out / service)
    return out
