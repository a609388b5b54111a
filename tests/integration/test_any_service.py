"""Any service that the installed boto3 knows, and any model that is kept beside it, as a package that can be used."""

from __future__ import annotations

import importlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import boto3
import botocore.exceptions
import botocore.loaders
import pytest
from click.testing import CliRunner

from asdoc.cli.main import cli, main
from asdoc.runtime.exceptions import ServiceError
from asdoc.runtime.http import HttpRequest, HttpResponse
from tests.targets.start import running
from tests.typing.cache import CACHE

SERVICES = ("bedrock-runtime", "kinesis", "s3", "sqs", "sts")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The packages of some services, made by the command, in a folder that can be imported from."""
    out = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(out / "cache"))
        options = [part for service in SERVICES for part in ("--service", service)]
        made = CliRunner().invoke(cli, ["generate", *options, "--out", str(out / "made")], catch_exceptions=False)
        assert made.exit_code == 0, made.output
        again = CliRunner().invoke(cli, ["generate", *options, "--out", str(out / "made"), "--check"])
        assert again.exit_code == 0, again.output
        patch.syspath_prepend(str(out / "made"))
        yield out / "made"
    for name in [name for name in sys.modules if name.partition(".")[0] in ("bedrock_runtime", *SERVICES)]:
        del sys.modules[name]


def client(name: str, answer: HttpResponse, seen: list[HttpRequest]) -> Any:
    def handle(request: HttpRequest) -> HttpResponse:
        seen.append(request)
        return answer if request.method != "PUT" or not request.body else HttpResponse(status=200)

    return importlib.import_module(name).Client("eu-west-1", backend=handle)


def test_a_package_has_at_most_ten_files(folder: Path) -> None:
    for service in SERVICES:
        made = folder / service.replace("-", "_")
        assert len([path for path in made.rglob("*") if path.is_file()]) <= 10
        assert (made / "py.typed").exists()


def test_code_with_made_clients_passes_mypy(folder: Path, tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from __future__ import annotations\n"
        "import kinesis, s3\n"
        "def size(client: s3.Client) -> int:\n"
        "    found = client.get_object(Bucket='b', Key='k')\n"
        "    return len(found.Body.read()) if found.Body is not None else 0\n"
        "def events(client: kinesis.Client) -> list[str]:\n"
        "    answer = client.subscribe_to_shard(\n"
        "        ConsumerARN='arn:c', ShardId='s', StartingPosition={'Type': 'LATEST'}\n"
        "    )\n"
        "    return [\n"
        "        event.SubscribeToShardEvent.ContinuationSequenceNumber or ''\n"
        "        for event in answer.EventStream or ()\n"
        "        if event.SubscribeToShardEvent is not None\n"
        "    ]\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(CACHE), str(program)]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # our own program
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_s3_puts_and_gets_objects(folder: Path) -> None:
    seen: list[HttpRequest] = []
    s3 = client(
        "s3", HttpResponse(status=200, headers={"etag": '"1"', "x-amz-meta-colour": "red"}, body=b"hello"), seen
    )
    s3.put_object(Bucket="bucket", Key="a/b c", Body=io.BytesIO(b"hello"), Metadata={"colour": "red"})
    found = s3.get_object(Bucket="bucket", Key="a/b c")
    assert (found.Body.read(), found.Metadata, found["ETag"]) == (b"hello", {"colour": "red"}, '"1"')
    assert [(held.method, held.host, held.target) for held in seen] == [
        ("PUT", "bucket.s3.eu-west-1.amazonaws.com", "/a/b%20c"),
        ("GET", "bucket.s3.eu-west-1.amazonaws.com", "/a/b%20c"),
    ]
    assert seen[0].headers["x-amz-content-sha256"] == "STREAMING-UNSIGNED-PAYLOAD-TRAILER"


def test_an_error_of_s3_may_come_with_the_status_of_a_success(folder: Path) -> None:
    body = b"<Error><Code>InternalError</Code><Message>Try again.</Message></Error>"
    made = client("s3", HttpResponse(status=200, body=body), [])
    with pytest.raises(ServiceError, match="Try again") as error:
        made.with_options(max_attempts=1).copy_object(Bucket="b", Key="k", CopySource="b/o")
    assert error.value.code == "InternalError"


def test_s3_tells_where_a_bucket_is(folder: Path) -> None:
    body = b'<LocationConstraint xmlns="http://s3.amazonaws.com/doc/2006-03-01/">eu-west-1</LocationConstraint>'
    seen: list[HttpRequest] = []
    assert client("s3", HttpResponse(status=200, body=body), seen).get_bucket_location(Bucket="b") == {
        "LocationConstraint": "eu-west-1"
    }
    assert (seen[0].host, seen[0].target) == ("s3.eu-west-1.amazonaws.com", "/b?location")


def test_keys_of_a_list_come_as_they_were_stored(folder: Path) -> None:
    body = b"<R><EncodingType>url</EncodingType><Contents><Key>a%01b</Key></Contents></R>"
    s3 = client("s3", HttpResponse(status=200, body=body), [])
    assert s3.list_objects_v2(Bucket="b").Contents[0].Key == "a\x01b"
    assert s3.list_objects_v2(Bucket="b", EncodingType="url").Contents[0].Key == "a%01b"


def test_a_date_that_is_none_does_not_hide_an_object(folder: Path) -> None:
    s3 = client("s3", HttpResponse(status=200, headers={"expires": "never"}, body=b"x"), [])
    found = s3.get_object(Bucket="b", Key="k")
    assert (found.Expires, found.ExpiresString) == (None, "never")


def test_bedrock_takes_a_token_from_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", "secret-token")
    seen: list[HttpRequest] = []
    bedrock = client("bedrock_runtime", HttpResponse(status=200, body=b"{}"), seen)
    bedrock.invoke_model(modelId="m", body=b"{}")
    assert seen[0].headers["authorization"] == "Bearer secret-token"


def test_an_unknown_service_is_refused_with_the_nearest_names(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["generate", "--service", "kinesiss", "--out", str(tmp_path)])
    assert ended.value.code == 2
    assert "kinesis" in capsys.readouterr().err


def test_service_goes_with_out_alone(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["generate", "--service", "s3"])
    assert "--out DIR" in capsys.readouterr().err


# -- models that are kept beside boto3


MODEL: dict[str, Any] = {
    "version": "2.0",
    "metadata": {
        "apiVersion": "2024-01-01", "endpointPrefix": "orchard", "protocol": "rest-json", "serviceId": "Orchard",
        "serviceFullName": "Orchard", "signatureVersion": "v4", "uid": "orchard-2024-01-01",
    },
    "operations": {
        "GetTree": {
            "name": "GetTree", "http": {"method": "GET", "requestUri": "/trees/{TreeId}", "responseCode": 200},
            "input": {"shape": "GetTreeRequest"}, "output": {"shape": "Tree"}, "errors": [{"shape": "NoSuchTree"}],
            "documentation": "<p>Tells a tree.</p>",
        }
    },
    "shapes": {
        "String": {"type": "string"},
        "Integer": {"type": "integer"},
        "GetTreeRequest": {
            "type": "structure", "required": ["TreeId"],
            "members": {"TreeId": {"shape": "String", "location": "uri", "locationName": "TreeId"}},
        },
        "Tree": {"type": "structure", "members": {"Name": {"shape": "String"}, "Rings": {"shape": "Integer"}}},
        "NoSuchTree": {
            "type": "structure", "members": {"Message": {"shape": "String"}}, "exception": True,
            "error": {"httpStatusCode": 404},
        },
    },
}  # fmt: skip


def keep(folder: Path, model: Any = MODEL, **neighbours: Any) -> Path:
    version = folder / "orchard" / "2024-01-01"
    version.mkdir(parents=True)
    (version / "service-2.json").write_text(model if isinstance(model, str) else json.dumps(model), encoding="utf-8")
    for kind, told in neighbours.items():
        (version / f"{kind.replace('_', '-')}.json").write_text(json.dumps(told), encoding="utf-8")
    return version


@pytest.mark.parametrize("deep", [0, 1, 2])
def test_a_folder_of_data_becomes_a_package(tmp_path: Path, deep: int, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = keep(tmp_path / "kept", examples_1={"version": "1.0", "examples": {}})
    given = [kept, kept.parent, kept.parent.parent][deep]
    specs, out = str(tmp_path / "specs"), str(tmp_path / "made")
    for command in (["extract", "--model", str(given), "--out", specs], ["generate", "--specs", specs, "--out", out]):
        ran = CliRunner().invoke(cli, command, catch_exceptions=False)
        assert ran.exit_code == 0, ran.output
    monkeypatch.syspath_prepend(out)
    seen: list[HttpRequest] = []
    try:
        orchard = client("orchard", HttpResponse(status=200, body=b'{"Name":"oak","Rings":9}'), seen)
        assert orchard.get_tree(TreeId="a/b") == {"Name": "oak", "Rings": 9}
        assert seen[0].url == "https://orchard.eu-west-1.amazonaws.com/trees/a%2Fb"
        failing = client(
            "orchard", HttpResponse(status=404, headers={"x-amzn-errortype": "NoSuchTree"}, body=b"{}"), []
        )
        with pytest.raises(failing.exceptions.NoSuchTree):
            failing.get_tree(TreeId="a")
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] == "orchard"]:
            del sys.modules[name]


def spoiled(*path: str | int, value: Any) -> dict[str, Any]:
    model: dict[str, Any] = json.loads(json.dumps(MODEL))
    held: Any = model
    for part in path[:-1]:
        held = held[part]
    held[path[-1]] = value
    return model


BROKEN: list[tuple[Any, str, str]] = [
    ('{"metadata": ', "service-2.json:1", "no JSON"),
    ([], "service-2.json#", "an object"),
    (spoiled("shapes", value=5), "#/shapes", "an object"),
    (spoiled("metadata", "protocol", value="soap"), "#/metadata/protocol", "soap"),
    (spoiled("shapes", "Tree", "type", value="tree"), "#/shapes/Tree/type", "'tree'"),
    (spoiled("shapes", "Tree", "members", "Name", "shape", value="Nam"), "#/shapes/Tree/members/Name/shape", "'Nam'"),
    (spoiled("shapes", "Tree", "required", value=["Age"]), "#/shapes/Tree/required/0", "'Age'"),
    (spoiled("shapes", "Tree", "payload", value="Age"), "#/shapes/Tree/payload", "'Age'"),
    (spoiled("operations", "GetTree", "http", value={}), "#/operations/GetTree/http/method", "missing"),
    (
        spoiled("operations", "GetTree", "output", value={"shape": "Tree", "payload": "Age"}),
        "#/operations/GetTree/output/payload",
        "'Age'",
    ),
    (
        spoiled("operations", "GetTree", "input", value={"shape": "String"}),
        "#/operations/GetTree/input/shape",
        "string",
    ),
    (
        spoiled("operations", "GetTree", "http", "requestUri", value="/trees/{Id}"),
        "#/operations/GetTree/http/requestUri",
        "{Id}",
    ),
    (spoiled("shapes", "String", value=None), "#/shapes/String", "null"),
    (spoiled("shapes", "Names", value={"type": "list"}), "#/shapes/Names/member", "missing"),
]


@pytest.mark.parametrize(("model", "place", "reason"), BROKEN)
def test_a_broken_model_is_refused_with_file_pointer_and_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], model: Any, place: str, reason: str
) -> None:
    kept = keep(tmp_path / "kept", model)
    with pytest.raises(SystemExit) as ended:
        main(["extract", "--model", str(kept), "--out", str(tmp_path / "specs")])
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert place in told
    assert reason in told
    assert not (tmp_path / "specs").exists()


def test_a_neighbour_that_tells_of_no_operation_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rule = {"input_token": "a", "output_token": "b", "result_key": "c"}
    kept = keep(tmp_path, paginators_1={"pagination": {"ListTrees": rule}})
    with pytest.raises(SystemExit):
        main(["extract", "--model", str(kept), "--out", str(tmp_path / "specs")])
    assert "paginators-1.json#/pagination/ListTrees: there is no operation" in capsys.readouterr().err


def test_botocores_own_models_have_no_fault() -> None:
    from asdoc.codegen.data_folder import models
    from asdoc.codegen.model_check import check_files

    data = Path(botocore.loaders.Loader.BUILTIN_DATA_PATH)
    for name in ("s3", "ec2", "route53", "sqs"):
        for model in models(data / name):
            check_files(model.files)


def _objects(s3: Any, _: Any) -> Any:
    s3.create_bucket(Bucket="bucket-of-programs")
    at = {"Bucket": "bucket-of-programs"}
    s3.put_object(**at, Key="a b/é+%.txt", Body=b"one\ntwo\n", Metadata={"k": "v"})
    s3.put_object(**at, Key="text", Body="text")
    s3.upload_fileobj(io.BytesIO(b"x" * 9_000_000), "bucket-of-programs", "large")
    s3.copy_object(**at, Key="copy", CopySource={**at, "Key": "a b/é+%.txt"})
    got = s3.get_object(**at, Key="copy")
    return [
        list(got["Body"].iter_lines()),
        {name: got[name] for name in ("ContentType", "Metadata", "ETag", "ContentLength")},
        s3.get_object(**at, Key="text", Range="bytes=1-2")["Body"].read(),
        [
            (item["Key"], item["Size"], item["ETag"])
            for page in s3.get_paginator("list_objects_v2").paginate(**at, PaginationConfig={"PageSize": 2})
            for item in page["Contents"]
        ],
        {key: [item["Key"] for item in found] for key, found in _plain(s3.delete_objects(**at, Delete=KEYS)).items()},
        s3.list_objects_v2(**at, Prefix="none").get("Contents", []),
    ]


def _queues(sqs: Any, error: Any) -> Any:
    url = sqs.create_queue(QueueName="programs", tags={"a": "b"})["QueueUrl"]
    sent = sqs.send_message(QueueUrl=url, MessageBody="é <&>", MessageAttributes=ATTRIBUTES)
    (message,) = sqs.receive_message(QueueUrl=url, MessageAttributeNames=["All"])["Messages"]
    batch = sqs.send_message_batch(QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": f"m{n}"} for n in range(3)])
    told = []
    for method, wrong in (
        ("get_queue_url", {"QueueName": "none"}),
        ("receive_message", {"QueueUrl": url, "MaxNumberOfMessages": 100}),
    ):
        with pytest.raises(error) as caught:
            getattr(sqs, method)(**wrong)
        told.append((str(caught.value), caught.value.response["Error"], caught.value.operation_name))
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="none")
    return [
        sent["MD5OfMessageBody"],
        sent["MD5OfMessageAttributes"],
        message["Body"],
        _plain(message["MessageAttributes"]["b"]),
        sorted((entry["Id"], entry["MD5OfMessageBody"]) for entry in batch["Successful"]),
        "Messages" in sqs.receive_message(QueueUrl=sqs.create_queue(QueueName="empty")["QueueUrl"]),
        told,
    ]


def _streams(kinesis: Any, _: Any) -> Any:
    kinesis.create_stream(StreamName="programs", ShardCount=1)
    kinesis.get_waiter("stream_exists").wait(StreamName="programs")
    kinesis.put_records(StreamName="programs", Records=[{"Data": f"\0{n}", "PartitionKey": str(n)} for n in range(3)])
    (shard,) = kinesis.describe_stream(StreamName="programs")["StreamDescription"]["Shards"]
    at = kinesis.get_shard_iterator(StreamName="programs", ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON")[
        "ShardIterator"
    ]
    return [(record["Data"], record["PartitionKey"]) for record in kinesis.get_records(ShardIterator=at)["Records"]]


def _roles(sts: Any, _: Any) -> Any:
    taken = sts.assume_role(RoleArn="arn:aws:iam::123456789012:role/r", RoleSessionName="programs")
    keys = taken["Credentials"]
    return [taken["AssumedRoleUser"]["Arn"], sorted(keys.keys()), keys["Expiration"].utcoffset()]


KEYS = {"Objects": [{"Key": "text"}, {"Key": "none"}]}
ATTRIBUTES = {
    "n": {"DataType": "Number", "StringValue": "1"},
    "b": {"DataType": "Binary", "BinaryValue": b"\x01\xff"},
}


def _plain(value: Any) -> dict[str, Any]:
    return {key: held for key, held in value.items() if key != "ResponseMetadata"}


@pytest.mark.slow
def test_programs_written_for_boto3_get_the_same_of_a_server(folder: Path) -> None:
    keys: Any = {"region_name": "us-east-1", "aws_access_key_id": "a", "aws_secret_access_key": "b"}
    programs = {"s3": _objects, "sqs": _queues, "kinesis": _streams, "sts": _roles}
    with running("moto") as url:
        for name, program in programs.items():
            theirs = program(boto3.client(name, endpoint_url=url, **keys), botocore.exceptions.ClientError)
            with urlopen(Request(f"{url}/moto-api/reset", method="POST")):
                made: Any = importlib.import_module(name)
            ours = made.Client(endpoint_url=url, **keys)
            assert program(ours, ServiceError) == theirs, name
