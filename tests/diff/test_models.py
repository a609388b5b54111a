"""What asdoc finds between two models, held against a walk of the models that knows nothing of asdoc.

The models of 2022 lie in `data/`, without their sentences (but of a union, of which boto3 writes nothing otherwise).
`python -m tests.diff.history` does the same with sixteen versions, each with the pages that its own boto3 writes.
"""

from __future__ import annotations

from pathlib import Path

import botocore
import pytest

from asdoc.codegen.boto3_pages import write_pages
from asdoc.codegen.data_folder import extract_models
from asdoc.codegen.diff import changes
from asdoc.codegen.extract import extract
from asdoc.codegen.spec.load import Spec, load_spec
from asdoc.codegen.wire import write_wire

from . import models

DATA = Path(__file__).with_name("data")
INSTALLED = Path(botocore.__file__).with_name("data")


@pytest.fixture(scope="module")
def specs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Spec]:
    """AppConfig before and after the day that the seed page tells of, and as installed."""
    root = tmp_path_factory.mktemp("specs")
    for version in ("1.27.28", "1.27.29"):
        extract_models(DATA / version, root / version)
    write_pages(["appconfig"], root / "pages", resources=False)
    write_wire(["appconfig"], root / "installed")
    extract([root / "pages"], root / "installed")
    return {version: load_spec(root / version, "appconfig") for version in ("1.27.28", "1.27.29", "installed")}


@pytest.mark.parametrize(("old", "new"), [("1.27.28", "1.27.29"), ("1.27.29", "installed"), ("installed", "1.27.28")])
def test_nothing_that_the_models_show_is_missed_and_nothing_is_invented(
    specs: dict[str, Spec], old: str, new: str
) -> None:
    folders = [INSTALLED if version == "installed" else DATA / version for version in (old, new)]
    theirs = models.differences(models.load(folders[0]), models.load(folders[1]))
    assert len(theirs) > 15
    assert set(models.ours(changes(specs[old], specs[new]))) == theirs


def test_the_day_of_the_seed_page_brought_ten_operations_and_two_members_to_three_more(specs: dict[str, Spec]) -> None:
    found = changes(specs["1.27.28"], specs["1.27.29"])
    assert len([change for change in found if change.rule == "operation-added"]) == 10
    told = {
        change.subject: change.operations
        for change in found
        if change.rule == "output-member-added" and change.direction == "output"
    }
    three = ("GetDeployment", "StartDeployment", "StopDeployment")
    assert told == {"Deployment.AppliedExtensions": three, "DeploymentEvent.ActionInvocations": three}
    assert not [change for change in found if change.severity == "breaking"]
