"""The data folder that boto3 loads, held against the models that the pages came from."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel, Shape, StructureShape
from botocore.paginate import PaginatorModel
from botocore.waiter import WaiterModel

from asdoc.codegen import installed
from asdoc.codegen.export import export, write
from asdoc.codegen.extract import extract
from asdoc.codegen.spec import files
from asdoc.codegen.wire import import_wire
from asdoc.runtime.files import write_atomic
from tests.export.conftest import COMMITTED, MADE
from tests.export.models import RULES, differences, unexplained
from tests.targets.catalog import ROOT
from tests.targets.start import running

SERVICES = (*COMMITTED, *MADE)


def document(specs: Path, service: str, name: str) -> Any:
    exported = export(specs, service, "botocore")
    (text,) = (text for path, text in exported.files.items() if path.endswith(f"/{name}.json"))
    return json.loads(text)


@pytest.mark.parametrize("service", SERVICES)
def test_what_botocore_knows_of_a_service_is_there_but_for_what_a_rule_explains(specs: Path, service: str) -> None:
    found = differences(document(specs, service, "service-2"), installed.model(service, "service-2"))
    assert unexplained(found) == []


def test_every_rule_still_explains_something(specs: Path) -> None:
    found = [
        line
        for service in SERVICES
        for line in differences(document(specs, service, "service-2"), installed.model(service, "service-2"))
    ]
    stale = [rule for rule in RULES if not any(re.fullmatch(rule, line, re.DOTALL) for line in found)]
    assert stale == []


@pytest.mark.parametrize("service", SERVICES)
def test_pagination_and_waiters_are_botocores_own(specs: Path, service: str) -> None:
    theirs = installed.model(service, "paginators-1") or {"pagination": {}}

    def listed(rules: dict[str, Any]) -> dict[str, Any]:
        return {
            name: {key: value if isinstance(value, list) else [value] for key, value in rule.items()}
            for name, rule in rules.items()
        }

    assert listed(document(specs, service, "paginators-1")["pagination"]) == listed(theirs["pagination"])
    known = (installed.model(service, "waiters-2") or {"waiters": {}})["waiters"]
    kept = ("operation", "delay", "maxAttempts", "acceptors")
    assert document(specs, service, "waiters-2")["waiters"] == {
        name: {key: told[key] for key in kept} for name, told in known.items()
    }


@pytest.mark.parametrize("service", SERVICES)
def test_botocore_reads_every_operation_shape_paginator_and_waiter(specs: Path, service: str) -> None:
    model = ServiceModel(document(specs, service, "service-2"), service)
    seen: set[str] = set()

    def read(shape: Shape | None) -> None:
        if shape is None or shape.name in seen:
            return
        seen.add(shape.name)
        assert shape.serialization is not None
        assert shape.metadata is not None
        if isinstance(shape, StructureShape):
            assert set(shape.required_members) <= set(shape.members)
            for member in shape.members.values():
                read(member)
        for part in ("member", "key", "value"):
            read(getattr(shape, part, None))

    for name in model.operation_names:
        operation = model.operation_model(name)
        for shape in (operation.input_shape, operation.output_shape, *operation.error_shapes):
            read(shape)
    assert seen == set(model.shape_names)
    paginators = document(specs, service, "paginators-1")
    for name in paginators["pagination"]:
        assert PaginatorModel(paginators).get_paginator(name)
    waiters = WaiterModel(document(specs, service, "waiters-2"))
    for name in waiters.waiter_names:
        assert waiters.get_waiter(name).acceptors


@pytest.mark.parametrize("service", SERVICES)
def test_wire_facts_imported_from_an_export_give_the_spec_that_was_exported(
    specs: Path, pages: Path, service: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(export(specs, service, "botocore").files, "botocore", tmp_path / "data")
    loader = Loader(extra_search_paths=[str(tmp_path / "data")], include_default_search_paths=False)
    monkeypatch.setattr(installed, "loader", lambda: loader)
    again = tmp_path / "specs" / service
    shutil.copytree(specs / service, again)
    write_atomic(again / "wire.json", files.dumps(import_wire(service)))
    extract([pages / service, pages / f"{service}.rst"], tmp_path / "specs")
    for name in ("shapes.json", "operations.json", "examples.json"):
        told = json.loads((again / name).read_text(encoding="utf-8"))
        assert told == json.loads((specs / service / name).read_text(encoding="utf-8"))


def test_documented_examples_are_exported_as_they_are_printed(specs: Path) -> None:
    theirs = installed.model("appconfig", "examples-1")["examples"]
    ours = document(specs, "appconfig", "examples-1")["examples"]
    assert {name: len(examples) for name, examples in ours.items()} == {
        name: len(examples) for name, examples in theirs.items()
    }
    for name, examples in theirs.items():
        for example, exported in zip(examples, ours[name], strict=True):
            assert exported["input"] == example.get("input", {})
            # botocore has times with fractions, which the pages print as whole seconds
            printed = re.sub(r"\.\d+\+00:00", "Z", json.dumps(example.get("output") or {}, sort_keys=True))
            assert json.dumps(exported["output"], sort_keys=True) == printed


LIFECYCLE = """
import json, sys, urllib.request
import boto3

endpoint, data = sys.argv[1:]
session = boto3.Session(region_name="eu-north-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="made-up")
assert "gardenconfig" in session.get_available_services(), "the exported service is not found"
client = session.client("gardenconfig", endpoint_url=endpoint)
loader = session._session.get_component("data_loader")
model, path = loader.load_data_with_path("gardenconfig/2019-10-09/service-2")
assert str(path).startswith(data), path


def advance(seconds):
    body = json.dumps({"advance": seconds}).encode()
    request = urllib.request.Request(endpoint + "/_asdoc/clock", body, {"content-type": "application/json"})
    urllib.request.urlopen(request).read()


app = client.create_application(Name="garden", Tags={"season": "spring"})["Id"]
env = client.create_environment(ApplicationId=app, Name="greenhouse")["Id"]
profile = client.create_configuration_profile(ApplicationId=app, Name="beds", LocationUri="hosted")["Id"]
version = client.create_hosted_configuration_version(
    ApplicationId=app, ConfigurationProfileId=profile, Content=b'{"rows": 4}', ContentType="application/json"
)
assert version["Content"].read() == b'{"rows": 4}'
assert version["VersionNumber"] == 1
strategy = client.create_deployment_strategy(
    Name="slow", DeploymentDurationInMinutes=20, GrowthFactor=25.0, FinalBakeTimeInMinutes=5, ReplicateTo="NONE"
)["Id"]
started = client.start_deployment(
    ApplicationId=app, EnvironmentId=env, DeploymentStrategyId=strategy, ConfigurationProfileId=profile,
    ConfigurationVersion="1",
)
ids = {"ApplicationId": app, "EnvironmentId": env, "DeploymentNumber": started["DeploymentNumber"]}
assert client.get_deployment(**ids)["State"] == "DEPLOYING"
advance(21 * 60)
assert client.get_deployment(**ids)["State"] == "BAKING"
advance(5 * 60)
client.get_waiter("deployment_complete").wait(**ids, WaiterConfig={"Delay": 1, "MaxAttempts": 2})
done = client.get_deployment(**ids)
assert done["State"] == "COMPLETE" and done["CompletedAt"] > done["StartedAt"]
pages = client.get_paginator("list_deployments").paginate(
    ApplicationId=app, EnvironmentId=env, PaginationConfig={"PageSize": 1}
)
assert [item["DeploymentNumber"] for page in pages for item in page["Items"]] == [ids["DeploymentNumber"]]
arn = f"arn:aws:appconfig:eu-north-1:123456789012:application/{app}"
assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == {"season": "spring"}
try:
    client.get_application(ApplicationId="zzzzzzz")
except client.exceptions.ResourceNotFoundException as error:
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404
else:
    raise AssertionError("an unknown application was found")
print("whole")
"""


def test_boto3_loads_the_export_under_another_name_and_runs_a_whole_deployment_against_the_backend(
    tmp_path: Path,
) -> None:
    write(export(ROOT / "specs", "appconfig", "botocore").files, "botocore", tmp_path)
    (tmp_path / "appconfig").rename(tmp_path / "gardenconfig")
    home = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with running("reference") as endpoint:
        done = subprocess.run(
            [sys.executable, "-c", LIFECYCLE, endpoint, str(tmp_path)],
            env={**home, "AWS_DATA_PATH": str(tmp_path), "AWS_CONFIG_FILE": os.devnull},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.stderr == ""
    assert done.stdout == "whole\n"
