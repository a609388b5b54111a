"""Requests go where botocore sends them: every service, in every partition and variant, and for what calls name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config as TheirConfig
from botocore.endpoint_provider import EndpointProvider
from botocore.exceptions import BotoCoreError, EndpointVariantError, MissingDependencyException
from botocore.session import Session
from hypothesis import given, settings
from hypothesis import strategies as st

from asdoc.codegen import installed, rules
from asdoc.runtime.config import Config
from asdoc.runtime.credentials.sts import STS
from asdoc.runtime.endpoint import configured, parse_endpoint, regional
from asdoc.runtime.exceptions import ConfigurationError, InvalidEndpointError, NoRegionError
from asdoc.runtime.partitions import partition_of
from asdoc.runtime.paths import find
from asdoc.runtime.rules import evaluate
from asdoc.runtime.schema import Service
from asdoc.runtime.settings import Settings
from asdoc.runtime.targets import Target, Targets
from tests.explore import every, examples

from .fake import SERVICE, Client

REGIONS = (
    "us-east-1", "us-west-2", "eu-west-1", "ap-southeast-2", "us-gov-west-1", "us-gov-east-1", "cn-north-1",
    "cn-northwest-1", "us-iso-east-1", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1", "eusc-de-east-1",
    "aws-global", "us-east-9", "mars-north-1",
)  # fmt: skip
VARIANTS = [(fips, dual) for fips in (False, True) for dual in (False, True)]
REFUSED = "refused"
"""An older table of botocore knows nothing of a variant in a partition, and the rules do: nothing is compared."""
OTHER_SIGNATURES = {"sdb", "codecatalyst", "importexport"}
"""Services without a SigV4 signature of their name: the second version of it, a bearer's token, and a service that
AWS has closed, whose name in signatures stands in the older table alone."""


@cache
def service(name: str) -> Service:
    model = installed.model(name, "service-2")
    metadata = model["metadata"]
    rule_set = installed.model(name, "endpoint-rule-set-1")
    return Service(
        service=name,
        client=name,
        service_id=metadata["serviceId"],
        api_version="",
        protocol=metadata["protocol"],
        endpoint_prefix=metadata["endpointPrefix"],
        signing_name=metadata.get("signingName", metadata["endpointPrefix"]),
        global_endpoint=metadata.get("globalEndpoint", ""),
        endpoints=rules.endpoints(rule_set, model, rules.scopes(model, installed.regions())),
    )


@cache
def session() -> Any:
    return Session()


# Services are alike in their rules by the dozen. `ASDOC_EXPLORE=1` takes them all.
SHARE = installed.services()[:: every(6)]


def url_of(target: Target) -> str:
    return f"{target.endpoint.scheme}://{target.endpoint.host}{target.endpoint.path}"


def test_every_service_stands_where_its_rules_say() -> None:
    partitions = installed.loader().load_data("partitions")
    differing: list[str] = []
    compared = 0
    for number, name in enumerate(SHARE):
        rule_set = installed.model(name, "endpoint-rule-set-1")
        needed = [parameter for parameter, told in rule_set["parameters"].items() if told.get("required")]
        if set(needed) - {"UseFIPS", "UseDualStack"}:
            continue  # every operation of it adds something: compared below
        provider = EndpointProvider(rule_set, partitions)
        endpoints = service(name).endpoints
        defaults = {key: told["default"] for key, told in endpoints.get("parameters", {}).items() if "default" in told}
        for region in (REGIONS * 2)[number % 16 :][:6]:
            for fips, dual in VARIANTS:
                values = {"Region": region, "UseFIPS": fips, "UseDualStack": dual}
                known = {key: value for key, value in values.items() if key in rule_set["parameters"]}
                try:
                    resolved = provider.resolve_endpoint(**known)
                    theirs: Any = (resolved.url, resolved.properties.get("authSchemes")) if resolved else None
                except BotoCoreError:
                    theirs = None
                try:
                    found = evaluate(endpoints["rules"], {**defaults, **values}, name)
                    ours: Any = (found["url"], found.get("auth"))
                except InvalidEndpointError:
                    ours = None
                compared += 1
                if ours != theirs:
                    differing.append(f"{name} {values}: {ours}, not {theirs}")
    assert differing == []
    assert compared > len(SHARE) * 6 * 4 * 0.9


def signed(name: str, operation: str, arguments: dict[str, Any], config: dict[str, Any], **client: Any) -> Any:
    """(URL, region, service) of what botocore would send, the last two as the signature has them; None for an error."""
    try:
        made = session().create_client(
            name, aws_access_key_id="a", aws_secret_access_key="b", config=TheirConfig(**config), **client
        )
    except EndpointVariantError:
        return REFUSED
    try:
        model = made.meta.service_model.operation_model(operation)
        context: dict[str, Any] = {
            "client_region": made.meta.region_name,
            "client_config": made.meta.config,
            "has_streaming_input": False,
            "auth_type": model.resolved_auth_type if model.auth else model.auth_type,
        }
        found = made._ruleset_resolver.construct_endpoint(model, arguments, dict(context))
    except BotoCoreError:
        return None
    try:
        url, headers, _ = made._resolve_endpoint_ruleset(model, arguments, context)
        made_request = made._convert_to_request_dict(arguments, model, url, context=context, headers=headers)
        sent = made._endpoint.create_request(made_request, model)
    except MissingDependencyException:
        # SigV4a takes a library that is not installed here
        return found.url.rstrip("/"), None, None
    authorization = sent.headers.get("Authorization", b"")
    text = authorization.decode() if isinstance(authorization, bytes) else authorization
    scope = re.search(r"Credential=[^/]+/\d+/([^/]+)/([^/]+)/", text)
    return (url.rstrip("/"), *(scope.groups() if scope else (None, None)))


def ours(
    name: str, operation: str, arguments: dict[str, Any], config: dict[str, Any], *, region_name: str, **given: Any
) -> Any:
    told = Settings({}, Config(**config), region_name=region_name)
    try:
        targets = Targets(service(name), told, region=told.region, given=given.get("endpoint_url"))
        target = targets.of(operation, arguments, lambda: given.get("account", ""))
    except (InvalidEndpointError, NoRegionError):
        return None
    return url_of(target).rstrip("/"), target.region, target.name


def _free(name: str) -> str:
    """An operation that can be called without arguments, and is signed; empty where there is none."""
    model = installed.model(name, "service-2")
    for operation, told in model["operations"].items():
        required = model["shapes"].get(told.get("input", {}).get("shape", ""), {}).get("required")
        # a list of S3's own places, with a session of its own
        if not required and told.get("authtype") != "none" and operation != "ListDirectoryBuckets":
            return str(operation)
    return ""


@pytest.mark.slow
@pytest.mark.parametrize("endpoint_url", [None, "http://127.0.0.1:1234"])
def test_every_service_is_signed_for_what_botocore_signs_it_for(endpoint_url: str | None) -> None:
    differing: list[str] = []
    compared = 0
    for number, name in enumerate(SHARE):
        operation = _free(name)
        if not operation or name in OTHER_SIGNATURES:
            continue
        for step in range(2):
            region = REGIONS[:13][(number * 2 + step) % 13]
            fips, dual = VARIANTS[(number + step) % 4]
            config = {"use_fips_endpoint": fips, "use_dualstack_endpoint": dual}
            client: dict[str, Any] = {"region_name": region, "endpoint_url": endpoint_url}
            theirs, own = signed(name, operation, {}, config, **client), ours(name, operation, {}, config, **client)
            if theirs == REFUSED:
                continue
            compared += 1
            if theirs != own:
                differing.append(f"{name} {operation} {region} {config}: {own}, not {theirs}")
    assert differing == []
    assert compared > len(SHARE) * 1.3


ARN = "arn:aws:s3:us-west-2:123456789012:accesspoint/mine"
ACCOUNT = "123456789012"
TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/t"
STREAM = f"arn:aws:kinesis:us-east-1:{ACCOUNT}:stream/s"
STORE = f"arn:aws:cloudfront::{ACCOUNT}:key-value-store/abcdefgh-0000"
OUTPOST = f"arn:aws:s3-outposts:us-west-2:{ACCOUNT}:outpost/op-01234567890123456/bucket/mine"
CONSUMER = f"{STREAM}/consumer/c:1"
START = {"Type": "LATEST"}
CALLS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    ("s3", "ListBuckets", {}, {}),
    ("s3", "ListObjectsV2", {"Bucket": "plain-bucket"}, {}),
    ("s3", "ListObjectsV2", {"Bucket": "with.dots"}, {}),
    ("s3", "ListObjectsV2", {"Bucket": "With_Capitals"}, {}),
    ("s3", "ListObjectsV2", {"Bucket": "192.168.0.1"}, {}),
    ("s3", "ListObjectsV2", {"Bucket": ARN}, {}),
    ("s3", "ListObjectsV2", {"Bucket": ARN.replace("aws:s3", "aws-cn:s3")}, {}),
    ("s3", "ListObjectsV2", {"Bucket": ARN}, {"s3": {"use_arn_region": False}}),
    ("s3", "ListObjectsV2", {"Bucket": "arn:aws:s3::123456789012:accesspoint:mine.mrap"}, {}),
    ("s3", "ListObjectsV2", {"Bucket": "plain-bucket"}, {"s3": {"addressing_style": "path"}}),
    ("s3", "ListObjectsV2", {"Bucket": "plain-bucket"}, {"s3": {"addressing_style": "virtual"}}),
    ("s3", "ListObjectsV2", {"Bucket": "plain-bucket"}, {"s3": {"use_accelerate_endpoint": True}}),
    ("s3", "ListObjectsV2", {"Bucket": "plain-bucket"}, {"s3": {"us_east_1_regional_endpoint": "regional"}}),
    ("s3", "ListObjectsV2", {"Bucket": "plain-bucket"}, {"s3": {"use_dualstack_endpoint": True}}),
    ("s3", "GetBucketLocation", {"Bucket": "plain-bucket"}, {}),
    ("s3", "GetObject", {"Bucket": "plain-bucket", "Key": "a/b"}, {}),
    ("s3control", "ListJobs", {"AccountId": ACCOUNT}, {}),
    ("s3control", "GetBucket", {"AccountId": ACCOUNT, "Bucket": OUTPOST}, {}),
    ("dynamodb", "DescribeTable", {"TableName": TABLE}, {}),
    ("dynamodb", "BatchGetItem", {"RequestItems": {TABLE: {"Keys": [{}]}}}, {}),
    ("kinesis", "GetRecords", {"ShardIterator": "x", "StreamARN": STREAM}, {}),
    ("kinesis", "SubscribeToShard", {"ConsumerARN": CONSUMER, "ShardId": "s", "StartingPosition": START}, {}),
    ("events", "PutEvents", {"Entries": [], "EndpointId": "abc.xyz"}, {}),
    ("acm", "ListCertificates", {}, {}),
    ("wellarchitected", "ListWorkloads", {}, {}),
    ("neptune-graph", "ListGraphs", {}, {}),
    ("arc-region-switch", "ListPlans", {}, {}),
    ("signin", "CreateOAuth2Token", {"tokenInput": {"clientId": "c", "grantType": "g"}}, {}),
    ("cloudfront-keyvaluestore", "ListKeys", {"KvsARN": STORE}, {}),
]  # fmt: skip


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call[0]}.{call[1]} {call[2]} {call[3]}"[:90])
def test_what_a_call_names_leads_where_botocore_goes(call: tuple[str, str, dict[str, Any], dict[str, Any]]) -> None:
    name, operation, arguments, config = call
    for region in ("us-east-1", "eu-west-1", "us-gov-west-1"):
        for fips in (False, True):
            for endpoint in (None, "http://127.0.0.1:1234"):
                full = {**config, "use_fips_endpoint": fips}
                client: dict[str, Any] = {"region_name": region, "endpoint_url": endpoint}
                theirs = signed(name, operation, arguments, full, **client)
                own = ours(name, operation, arguments, full, **client)
                if theirs is not None and theirs[1] is None and own is not None:
                    theirs = (theirs[0], *own[1:])  # not signed by SigV4
                assert own == theirs, (region, fips, endpoint)


@settings(max_examples=examples(40), deadline=None)
@given(st.sampled_from(REGIONS), st.booleans(), st.booleans(), st.sampled_from(["regional", "legacy"]))
def test_the_table_of_sts_that_credentials_use_is_right(region: str, fips: bool, dual: bool, mode: str) -> None:
    environ = {"AWS_STS_REGIONAL_ENDPOINTS": mode}
    told = Settings(environ, Config(use_fips_endpoint=fips, use_dualstack_endpoint=dual), region_name=region)

    def target(table: Service) -> tuple[str, str, str]:
        found = Targets(table, told, region=region).base
        return url_of(found), found.region, found.name

    assert target(STS) == target(service("sts"))


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "af-south-1"])
def test_the_old_endpoint_of_sts_is_botocores(region: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_STS_REGIONAL_ENDPOINTS", "legacy")
    made: Any = Session().create_client("sts", region_name=region, aws_access_key_id="a", aws_secret_access_key="b")
    told = Settings({"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}, region_name=region)
    found = Targets(STS, told, region=region).base
    assert url_of(found) == made.meta.endpoint_url
    assert found.region == ("us-east-1" if "sts.amazonaws" in made.meta.endpoint_url else region)


def test_partitions_are_those_of_aws() -> None:
    told = installed.loader().load_data("partitions")["partitions"]
    for partition in told:
        outputs = partition["outputs"]
        for region in [*partition["regions"], outputs["implicitGlobalRegion"]]:
            found = partition_of(region)
            assert found.name == partition["id"]
            assert {key: getattr(found, key) for key in outputs} == outputs
    assert partition_of("us-east-99").name == "aws"
    assert partition_of("mars").name == "aws"


def test_the_account_of_the_keys_leads_to_an_endpoint_of_its_own() -> None:
    def host(mode: str, account: str, **config: Any) -> Any:
        return ours(
            "dynamodb", "ListTables", {}, {"account_id_endpoint_mode": mode, **config}, region_name="us-east-1",
            account=account,
        )  # fmt: skip

    assert host("preferred", "123456789012")[0] == "https://123456789012.ddb.us-east-1.amazonaws.com"
    assert host("preferred", "")[0] == "https://dynamodb.us-east-1.amazonaws.com"
    assert host("disabled", "123456789012")[0] == "https://dynamodb.us-east-1.amazonaws.com"
    assert host("required", "") is None


@pytest.mark.parametrize("disabled", [False, True])
def test_a_directory_of_s3_is_signed_with_a_session_unless_that_is_turned_off(
    disabled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    environ = {"AWS_S3_DISABLE_EXPRESS_SESSION_AUTH": str(disabled).lower()}
    monkeypatch.setenv(*environ.copy().popitem())
    made: Any = Session().create_client("s3", region_name="us-west-2", aws_access_key_id="a", aws_secret_access_key="b")
    arguments = {"Bucket": "mine--usw2-az1--x-s3", "Key": "k"}
    model = made.meta.service_model.operation_model("GetObject")
    theirs = made._ruleset_resolver.construct_endpoint(model, arguments, {})
    own = Targets(service("s3"), Settings(environ), region="us-west-2").of("GetObject", arguments, str)
    assert url_of(own) == theirs.url
    assert [own.scheme, own.name] == [theirs.properties["authSchemes"][0][key] for key in ("name", "signingName")]
    assert own.scheme == ("sigv4" if disabled else "sigv4-s3express")


def test_the_objects_of_a_bucket_share_its_target() -> None:
    targets = Targets(service("s3"), Settings({}), region="eu-west-1")
    found = {id(targets.of("GetObject", {"Bucket": "plain-bucket", "Key": f"key-{key}"}, str)) for key in range(20)}
    assert len(found) == 1
    other = targets.of("GetObject", {"Bucket": "other-bucket", "Key": "key-1"}, str)
    assert other.endpoint.host == "other-bucket.s3.eu-west-1.amazonaws.com"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("A.B", 1), ("A.C", None), ("L[*].X.Y", [1, 2]), ("L[*].[X.Y, Z][]", [1, 3, 2]), ("keys(A)", ["B"]),
        ("keys(L)", None), ("M[*].X", None), ("A[*].X", None), ("A.B.C", None),
    ],
)  # fmt: skip
def test_paths_into_arguments_are_followed(path: str, expected: object) -> None:
    given = {"A": {"B": 1}, "L": [{"X": {"Y": 1}, "Z": 3}, {"X": {"Y": 2}}, {}]}
    assert find(path, given) == expected


def test_where_there_is_no_endpoint_the_reason_is_told() -> None:
    told = Settings({"AWS_USE_FIPS_ENDPOINT": "true"}, region_name="eu-west-1")
    targets = Targets(service("s3"), told, region="eu-west-1")
    with pytest.raises(InvalidEndpointError, match=r"s3: .*Accelerate True, UseFIPS True"):
        Targets(
            service("s3"), Settings(told.environ, Config(s3={"use_accelerate_endpoint": True})), region="eu-west-1"
        ).of("ListObjectsV2", {"Bucket": "plain-bucket"}, str)
    assert "s3-fips" in url_of(targets.base)


# -- what tells them


def test_variants_come_from_argument_environment_and_profile(home: Path) -> None:
    def host(profile: str, config: Config | None = None, **environ: str) -> str:
        told = Settings({"HOME": str(home), **environ}, config, region_name="us-east-1", profile_name=profile)
        return Targets(service("appconfig"), told, region="us-east-1").base.endpoint.host

    assert host("two words") == "appconfig.us-east-1.amazonaws.com"
    assert host("variants") == "appconfig-fips.us-east-1.api.aws"
    assert host("variants", AWS_USE_FIPS_ENDPOINT="false") == "appconfig.us-east-1.api.aws"
    assert host("two words", AWS_USE_FIPS_ENDPOINT="true") == "appconfig-fips.us-east-1.amazonaws.com"
    assert host("two words", AWS_USE_DUALSTACK_ENDPOINT="TRUE") == "appconfig.us-east-1.api.aws"
    no = Config(use_fips_endpoint=False, use_dualstack_endpoint=False)
    assert host("variants", no, AWS_USE_FIPS_ENDPOINT="true") == "appconfig.us-east-1.amazonaws.com"


@pytest.mark.parametrize(
    ("variable", "ask"),
    [
        ("AWS_STS_REGIONAL_ENDPOINTS", lambda told: told.sts_legacy),
        ("AWS_RETRY_MODE", lambda told: told.retry_mode),
        ("AWS_MAX_ATTEMPTS", lambda told: told.max_attempts),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", lambda told: told.account_id_endpoint_mode),
    ],
)
def test_a_setting_that_means_nothing_is_told_by_name(variable: str, ask: Any) -> None:
    with pytest.raises(ConfigurationError, match=variable):
        ask(Settings({variable: "purple"}))


def test_the_region_comes_from_argument_environment_and_profile(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(home))
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    assert Client().meta.region_name == "eu-central-1"
    assert Client(profile_name="work").meta.region_name == "eu-north-1"
    assert Client(profile_name="two words").meta.region_name == "eu-west-3"
    monkeypatch.setenv("AWS_REGION", "us-west-1")
    assert Client().meta.region_name == "us-west-1"
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-west-2")
    assert Client().meta.region_name == "us-west-2"
    assert Client("sa-east-1").meta.region_name == "sa-east-1"


def url(home: Path, profile: str | None = None, **environ: str) -> str:
    return configured(SERVICE.service_id, Settings({"HOME": str(home), **environ}, profile_name=profile))


def test_the_endpoint_comes_from_the_environment_and_the_profile(home: Path) -> None:
    everywhere = {"AWS_ENDPOINT_URL": "http://all", "AWS_ENDPOINT_URL_ORCHARD_KEEPER": "http://one"}
    assert url(home, "work", **everywhere) == "http://one"
    assert url(home, "work", AWS_ENDPOINT_URL="http://all") == "http://all"
    assert url(home, "work") == "http://127.0.0.1:3"
    assert url(home) == ""
    assert url(home, "work", **everywhere, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="true") == ""
    assert url(home, "off", **everywhere) == ""
    assert url(home, "off", **everywhere, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS="false") == "http://one"


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("eu-west-1", "https://orchard.eu-west-1.amazonaws.com"),
        ("cn-north-1", "https://orchard.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", "https://orchard.us-gov-west-1.amazonaws.com"),
        ("us-isob-east-1", "https://orchard.us-isob-east-1.sc2s.sgov.gov"),
        ("mars-north-1", "https://orchard.mars-north-1.amazonaws.com"),
    ],
)
def test_a_region_has_an_endpoint(region: str, expected: str) -> None:
    assert regional(SERVICE, region) == expected


@pytest.mark.parametrize("region", ["", "evil.example.org/", "a b", "x" * 64, "-x", "EU-WEST-1", "a@b"])
def test_what_cannot_stand_in_a_host_name_is_no_region(region: str) -> None:
    with pytest.raises(NoRegionError):
        regional(SERVICE, region)


@pytest.mark.parametrize(
    ("url_", "scheme", "host", "path"),
    [
        ("http://127.0.0.1:5000", "http", "127.0.0.1:5000", ""),
        ("HTTPS://Example.ORG:443/", "https", "example.org", ""),
        ("http://example.org:80/base/", "http", "example.org", "/base/"),
        ("http://[::1]:8080/a%20b", "http", "[::1]:8080", "/a%20b"),
        ("http://[fe80::1]", "http", "[fe80::1]", ""),
        ("http://local_stack:4566", "http", "local_stack:4566", ""),
    ],
)
def test_an_endpoint_is_taken_apart(url_: str, scheme: str, host: str, path: str) -> None:
    parts = parse_endpoint(url_)
    assert (parts.scheme, parts.host, parts.path) == (scheme, host, path)


@pytest.mark.parametrize(
    "bad",
    [
        "", "example.org", "//example.org", "ftp://example.org", "http:example.org", "http:///path", "http://a b.org",
        "http://user:secret@example.org", "http://example.org?x=1", "http://example.org#x", "http://example.org:port",
        "http://example.org:0", "http://example.org:70000", "http://[::1", "http://[zz]", "http://exa\nmple.org",
        "http://example.org/a b", "http://.example.org", "http://a..b", "http://exämple.org", "http://example.org:",
    ],
)  # fmt: skip
def test_what_is_no_endpoint_is_refused_with_the_reason(bad: str) -> None:
    with pytest.raises(InvalidEndpointError) as caught:
        parse_endpoint(bad)
    assert "secret" not in str(caught.value)
