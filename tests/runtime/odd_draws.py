"""Worlds as they are drawn at random: mostly usual ones, and in each something odd."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from hashlib import sha1
from random import Random
from typing import Any

from .odd_worlds import PASSWORD, PLACES, World

PROFILES = ("default", "one", "two words", "three", "x-y_z@1")
ABSENT = "nobody"
REGIONS = ("eu-west-1", "us-east-1", "us-gov-west-1", "cn-north-1", "fips-us-gov-west-1", "ap-south-1")
SERVICES = ("appconfig", "s3", "sts", "dynamodb", "iam")
_BOOLEANS = ("true", "false", "True", "1", "yes")
_URLS = (
    "http://127.0.0.1:1", "https://ours.example", "https://ours.example:8443/base", "http://[::1]:4566",
    "HTTPS://Ours.Example/", "localhost:4566", "http://", "http://ours.example/?x=1", f"http://us:{PASSWORD}@ours.example",
)  # fmt: skip
_PLACES_NAMED = ("Environment", "EcsContainer", "Ec2InstanceMetadata")
_ROLE = "arn:aws:iam::123456789012:role/"
SETTINGS: dict[str, tuple[str, ...]] = {
    "region": REGIONS,
    "use_fips_endpoint": _BOOLEANS,
    "use_dualstack_endpoint": _BOOLEANS,
    "endpoint_url": _URLS,
    "ignore_configured_endpoint_urls": _BOOLEANS,
    "max_attempts": ("1", "5", "0", "-1", "x", "2.5"),
    "retry_mode": ("standard", "legacy", "adaptive", "Standard", "none"),
    "ca_bundle": ("/bundle.pem", "~/bundle.pem", "bundle"),
    "sdk_ua_app_id": ("app", "my app/1", "x" * 60),
    "request_checksum_calculation": ("when_required", "WHEN_SUPPORTED", "never"),
    "response_checksum_validation": ("when_required", "when_supported"),
    "sts_regional_endpoints": ("legacy", "regional", "other"),
    "account_id_endpoint_mode": ("preferred", "disabled", "required", "Required"),
    "defaults_mode": ("standard", "legacy", "in-region", "mobile", "Standard", "none"),
    "disable_host_prefix_injection": _BOOLEANS,
    "s3_us_east_1_regional_endpoint": ("regional", "legacy"),
    "s3_use_arn_region": _BOOLEANS,
    "s3_disable_multiregion_access_points": _BOOLEANS,
    "disable_request_compression": _BOOLEANS,
    "request_min_compression_size_bytes": ("0", "100", "1048577", "x"),
    "ec2_metadata_service_endpoint": ("http://127.0.0.1:7/base", "http://imds.example", "127.0.0.1:7", "imds"),
    "ec2_metadata_v1_disabled": _BOOLEANS,
    "imds_use_ipv6": _BOOLEANS,
    "metadata_service_num_attempts": ("2", "1", "0", "x"),
    "endpoint_discovery_enabled": ("true", "false", "auto", "perhaps"),
}
"""Settings that environment and files name alike -> what they may be."""
VARIABLES = {
    "region": "AWS_DEFAULT_REGION",
    "endpoint_discovery_enabled": "AWS_ENDPOINT_DISCOVERY_ENABLED",
}
"""Those whose variable is not AWS_ and the name."""
_S3 = {
    "addressing_style": ("path", "virtual", "auto"),
    "use_accelerate_endpoint": _BOOLEANS,
    "use_dualstack_endpoint": _BOOLEANS,
    "use_arn_region": _BOOLEANS,
    "us_east_1_regional_endpoint": ("regional", "legacy"),
    "payload_signing_enabled": _BOOLEANS,
    "s3_disable_multiregion_access_points": _BOOLEANS,
}
_BUCKETS = (
    "bucket", "dotted.bucket", "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap",
    "arn:aws:s3:us-west-2:123456789012:accesspoint:place",
)  # fmt: skip
_PROXIES = (
    "http://proxy.example:3128", "proxy.example:3128", "http://user:{secret}@proxy.example", "//proxy.example:1",
    "http://[::1]:8080", "http://us%40er:{secret}@proxy.example:3128/",
)  # fmt: skip
_NO_PROXY = (
    "*", "amazonaws.com", ".amazonaws.com", "127.0.0.1", "localhost,127.0.0.1", "ours.example:8443", "ours.example",
    " .EXAMPLE , 127.0.0.1", "example.com", "s.example", "ours.example:443",
)  # fmt: skip


def drawn(random: Random) -> World:
    """A world. Most of it is usual, and some of it is odd."""
    life = random.choice((3600, 3600, 1200, 700, 100, -10))
    world = World(service=random.choice(SERVICES), bucket=random.choice(_BUCKETS), life=life)
    world.zone = random.choice(("Z", "Z", "Z", ".123Z", "+00:00"))
    sections = {name: _profile(random, world, name) for name in PROFILES if random.random() < 0.85}
    kept = {name: _keys(random, world, name) for name in PROFILES if random.random() < 0.4}
    heads = [(_heading(random, world, name), held) for name, held in sections.items()]
    if random.random() < 0.9:
        heads.append(("services here", _services(random)))
    if random.random() < 0.2:
        heads.append(("sso-session s", {"sso_region": "us-east-1", "sso_start_url": "https://x.example/start"}))
    random.shuffle(heads)
    if heads and random.random() < 0.95:
        world.config = _written(random, world, heads)
    if kept:
        world.credentials = _written(random, world, list(kept.items()))
    _environment(random, world)
    if random.random() < 0.4:
        world.profile = random.choice((*PROFILES, *PROFILES, *PROFILES, ABSENT))
    _arguments(random, world)
    _services_around(random, world)
    if random.random() < 0.3:
        world.options, world.own = _options(random), random.random() < 0.5
    proxied = "proxies" in (world.options or {}) or any(name.lower().endswith("_proxy") for name in world.environ)
    world.wire = not proxied and random.random() < 0.2
    return world


def _some(random: Random, of: Mapping[str, tuple[Any, ...]], share: float) -> dict[str, Any]:
    return {name: random.choice(told) for name, told in of.items() if random.random() < share}


def _profile(random: Random, world: World, name: str) -> dict[str, Any]:
    held: dict[str, Any] = _some(random, SETTINGS, 0.025)
    if random.random() < 0.6:
        held["region"] = random.choice(REGIONS)
    if random.random() < 0.2:
        held["services"] = "here" if random.random() < 0.95 else "there"
    if random.random() < 0.2:
        held["s3"] = _some(random, _S3, 0.3)
    if random.random() < 0.3:
        held |= _keys(random, world, f"{name}-config")
    if random.random() < 0.4:
        held |= _role(random, name)
    if random.random() < 0.12:
        held["credential_process"] = _process(random, world, name)
    if random.random() < 0.06:
        held |= _sso(random, world)
    if random.random() < 0.05:
        held["aws_account_id"] = "444444444444"
    if random.random() < 0.04:
        held[random.choice(list(SETTINGS))] = ""
        world.odd.add("empty in a file")
    return held


def _keys(random: Random, world: World, name: str) -> dict[str, Any]:
    held = {
        "aws_access_key_id": f"AK{name.replace(' ', '')}",
        "aws_secret_access_key": world.secret(name),
    }
    if random.random() < 0.3:
        held["aws_session_token"] = world.secret(name + "token")
    if random.random() < 0.05:
        held["aws_security_token"] = world.secret(name + "older")
    if random.random() < 0.1:
        held["aws_account_id"] = "333333333333"
    if random.random() < 0.06:
        del held[random.choice(("aws_access_key_id", "aws_secret_access_key"))]
    if random.random() < 0.04:
        held[random.choice(list(held))] = ""
        world.odd.add("empty in a file")
    return held


def _role(random: Random, name: str) -> dict[str, Any]:
    held: dict[str, Any] = {"role_arn": _ROLE + random.choice(("r1", "path/r2"))}
    if random.random() < 0.7:
        held["source_profile"] = random.choice((name, *PROFILES, *PROFILES, *PROFILES, ABSENT))
    if random.random() < (0.05 if "source_profile" in held else 0.9):
        held["credential_source"] = random.choice(
            (*_PLACES_NAMED, *_PLACES_NAMED, *_PLACES_NAMED, "environment", "Nowhere")
        )
    for key, told in (
        ("external_id", ("ext", "a b&c=d%", "")),
        ("duration_seconds", ("900", "43200", "x", "")),
        ("role_session_name", ("me", "me@example.com", "")),
        ("web_identity_token_file", ("{home}/token", "{home}/none", "")),
    ):
        if random.random() < 0.2:
            held[key] = random.choice((*told[:-1], *told[:-1], *told[:-1], told[-1]))
    if random.random() < 0.05:
        held["mfa_serial"] = "arn:aws:iam::123456789012:mfa/me"
    return held


def _sso(random: Random, world: World) -> dict[str, Any]:
    start = "https://x.example/start"
    held = {"sso_account_id": "999999999999", "sso_role_name": "r", "sso_start_url": start, "sso_region": "eu-west-1"}
    if random.random() < 0.2:
        del held[random.choice(list(held))]
    told = {
        "startUrl": start,
        "region": "eu-west-1",
        "accessToken": world.secret("sso"),
        "expiresAt": random.choice(("2099-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "2020-01-01T00:00:00Z")),
    }
    if random.random() < 0.8:
        name = sha1(start.encode()).hexdigest()  # noqa: S324  # as AWS's tools name it
        world.files[f".aws/sso/cache/{name}.json"] = json.dumps(told).encode()
    return held


def _process(random: Random, world: World, name: str) -> str:
    document: dict[str, Any] = {
        "Version": 1,
        "AccessKeyId": f"P{name.replace(' ', '')}",
        "SecretAccessKey": world.secret("process"),
    }
    text: str | None = None
    kind = random.choice(
        (
            "good",
            "good",
            "ends",
            "ended",
            "missing",
            "version",
            "no json",
            "list",
            "fails",
            "account",
            "no time",
            "nothing",
        )
    )
    if kind in ("ends", "ended"):
        document["Expiration"] = world.end() if kind == "ends" else "2020-01-01T00:00:00Z"
        document["SessionToken"] = world.secret("processtoken")
    if kind == "no time":
        document["Expiration"] = random.choice(("", "soon", 7, None))
    if kind == "nothing":
        document["SessionToken"] = None
    if kind == "missing":
        del document[random.choice(("AccessKeyId", "SecretAccessKey", "Version"))]
    if kind == "version":
        document["Version"] = random.choice((2, "1", None))
    if kind == "account":
        document["AccountId"] = "666666666666"
    if kind in ("no json", "list"):
        text = "hello " + world.secret("process") if kind == "no json" else "[]"
    program = f"import sys; print(open(sys.argv[1]).read()); sys.exit({int(kind == 'fails')})"
    number = len(world.files)
    world.files[f"said {number}"] = (json.dumps(document) if text is None else text).encode()
    quote = random.choice(("'", '"'))
    if random.random() < 0.1:
        return random.choice(("/no/such/program", "'unclosed", "", "{home}/said\\ 0"))
    return f"{sys.executable} -S -E -c {quote}{program}{quote} {quote}{{home}}/said {number}{quote}"


def _services(random: Random) -> dict[str, Any]:
    return {
        name: {"endpoint_url": f"http://127.0.0.1:{number}"}
        for number, name in enumerate(("appconfig", "s3", "sts", "dynamodb", "iam", "cloudwatch_logs"), 20)
        if random.random() < 0.4
    }


def _heading(random: Random, world: World, name: str) -> str:
    if name == "default" and random.random() < 0.7:
        return name
    quote = random.choice(("", "", '"', "'")) if " " not in name else random.choice(('"', "'", '"', ""))
    gap = random.choice((" ", " ", " ", "  ", "\t"))
    told = f"profile{gap}{quote}{name}{quote}"
    if random.random() < 0.04:
        told = random.choice((f" {told}", f"{told} ", name, f"profile {name}'", f'profile {name[0]}"{name[1:]}"'))
    return told


def _written(random: Random, world: World, sections: list[tuple[str, dict[str, Any]]]) -> str:
    lines: list[str] = []
    if random.random() < 0.004:
        lines.append("region = before-all")
    for heading, held in sections:
        lines.append(f"[{heading}]" + random.choice(("", "", "", "  ", " # a comment")))
        for key, value in held.items():
            lines += _line(random, key, value)
        if held and random.random() < 0.003:
            lines += _line(random, *random.choice(list(held.items())))  # twice
        if random.random() < 0.003:
            lines.append(random.choice(("a line of nothing", "key_alone", "= value alone")))
        lines += random.choice(([], [""], ["# comment = here", ""], ["; another", ""]))
    if lines and random.random() < 0.01:
        lines.append(lines[0])
    if random.random() < 0.05:
        lines = ["[DEFAULT]", f"region = {random.choice(REGIONS)}", *lines]
    text = random.choice(("\n", "\n", "\n", "\r\n")).join(lines) + random.choice(("\n", "\n", ""))
    if random.random() < 0.01:
        text = "\ufeff" + text
    elif random.random() < 0.04:
        text = f"# {random.choice(('é', 'ключ'))}\n{text}"
        world.encoding = random.choice(("utf-8", "utf-8", "utf-16"))
    return text


def _line(random: Random, key: str, value: Any) -> list[str]:
    if isinstance(value, dict):
        lines = [f"{key} ="]
        for name, told in value.items():
            lines += _line(random, name, told) if isinstance(told, dict) else [f"  {name} = {told}"]
            if isinstance(told, dict):
                lines[-len(told) - 1 :] = [f"  {line}" for line in lines[-len(told) - 1 :]]
        return lines
    if random.random() < 0.03:
        key = key.upper() if random.random() < 0.5 else key.title()
    sign = random.choice((" = ", " = ", " = ", "=", " =", ": ", "  =  "))
    told = random.choice(("", "", "", "", "", "  ", "\t"))
    if random.random() < 0.01:
        told = random.choice((" # comment", " ; comment", "\n  more"))
        if not value and told == "\n  more":
            told = ""
    return f"{key}{sign}{value}{told}".split("\n")


def _environment(random: Random, world: World) -> None:
    environ = world.environ
    for name, told in SETTINGS.items():
        if random.random() < 0.02:
            environ[VARIABLES.get(name, f"AWS_{name.upper()}")] = random.choice(told)
    if random.random() < 0.6:
        environ["AWS_DEFAULT_REGION"] = random.choice(REGIONS)
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
        if random.random() < 0.15:
            environ[name] = random.choice((*PROFILES, *PROFILES, *PROFILES, ABSENT))
    if random.random() < 0.3:
        environ["AWS_ACCESS_KEY_ID"], environ["AWS_SECRET_ACCESS_KEY"] = "AKENV", world.secret("env")
        if random.random() < 0.1:
            del environ[random.choice(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"))]
    for name, of in (
        ("AWS_SESSION_TOKEN", "envtoken"), ("AWS_SECURITY_TOKEN", "older"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "ecs"),
    ):  # fmt: skip
        if random.random() < 0.15:
            environ[name] = world.secret(of)
    if random.random() < 0.05:
        environ["AWS_CREDENTIAL_EXPIRATION"] = random.choice((world.end(), "2099-01-01T00:00:00Z", "tomorrow"))
    for name, told in (
        ("AWS_ACCOUNT_ID", ("777777777777",)),
        ("AWS_ENDPOINT_URL_STS", ("http://127.0.0.1:9", "https://sts.ours.example/base")),
        ("AWS_ENDPOINT_URL_S3", _URLS),
        ("AWS_ENDPOINT_URL_APPCONFIG", _URLS),
        ("AWS_ROLE_ARN", (_ROLE + "env",)),
        ("AWS_ROLE_SESSION_NAME", ("from-env",)),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", ("{home}/token", "{home}/token", "{home}/none")),
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", ("/container/1", "/container?id=1", "container/1")),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", (
            "http://127.0.0.1:8/container", "http://localhost/container", "http://[::1]:8/container",
            "http://169.254.170.23/container", "http://other.example/container", "https://other.example/container",
            "http://[fd00:ec2::23]/container", "http://LOCALHOST/container", "http://127.1.2.3/container",
        )),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", ("{home}/auth", "{home}/lines", "{home}/none")),
        ("AWS_EC2_METADATA_DISABLED", ("true", "false", "TRUE", "1")),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", ("http://127.0.0.1:7", "http://127.0.0.1:7/base/", "http://[::1]:7/")),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", ("ipv4", "IPv6", "ipv5")),
        ("AWS_METADATA_SERVICE_TIMEOUT", ("2", "x")),
        ("REQUESTS_CA_BUNDLE", ("/requests.pem",)),
    ):  # fmt: skip
        if random.random() < 0.08:
            environ[name] = random.choice(told)
    world.files |= {"token": b"web-token", "auth": b"file-token", "lines": b"file-token\n"}
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        if random.random() < 0.12:
            environ[name] = random.choice(_PROXIES).replace("{secret}", world.secret("proxy"))
    for name in ("no_proxy", "NO_PROXY"):
        if random.random() < 0.15:
            environ[name] = random.choice(_NO_PROXY)
    for name, file in (("AWS_CONFIG_FILE", "conf"), ("AWS_SHARED_CREDENTIALS_FILE", "creds")):
        if random.random() < 0.1:
            environ[name] = random.choice(("~/", "$HOME/", "{home}/")) + random.choice((file, f"other place/{file}"))
    if random.random() < 0.06:
        name = random.choice(
            [*environ, *VARIABLES.values(), "AWS_PROFILE", "AWS_USE_FIPS_ENDPOINT", "AWS_MAX_ATTEMPTS"]
        )
        if name not in PLACES.values():
            environ[name] = ""
            world.odd.add("empty variable")


def _arguments(random: Random, world: World) -> None:
    told = world.arguments
    if random.random() < 0.3:
        told["region_name"] = random.choice(REGIONS)
    if random.random() < 0.1:
        told["endpoint_url"] = random.choice(_URLS)
    if random.random() < 0.15:
        told |= {"aws_access_key_id": "AKARG", "aws_secret_access_key": world.secret("argument")}
        if random.random() < 0.3:
            told["aws_session_token"] = world.secret("argumenttoken")
        if random.random() < 0.2:
            told["aws_account_id"] = "888888888888"
        if random.random() < 0.1:
            del told[random.choice(("aws_access_key_id", "aws_secret_access_key"))]


def _options(random: Random) -> dict[str, Any]:
    held = _some(
        random,
        {
            "region_name": REGIONS,
            "use_fips_endpoint": (True, False),
            "use_dualstack_endpoint": (True, False),
            "ignore_configured_endpoint_urls": (True, False),
            "user_agent_appid": ("given", "a b"),
            "connect_timeout": (1, 2.5, None),
            "request_checksum_calculation": ("when_required", "When_Supported", "never"),
            "response_checksum_validation": ("when_required",),
            "account_id_endpoint_mode": ("disabled", "REQUIRED", "perhaps"),
            "inject_host_prefix": (True, False),
            "defaults_mode": ("standard", "mobile", "perhaps"),
            "disable_request_compression": (True, False),
            "request_min_compression_size_bytes": (1, 4096, -1, 1048577),
            "retries": (
                {"max_attempts": 0}, {"max_attempts": 4}, {"total_max_attempts": 4}, {"mode": "adaptive"},
                {"mode": "legacy", "max_attempts": 2}, {"mode": "perhaps"}, {"max_attempts": -1}, {"tries": 1}, {},
            ),
            "proxies": ({"https": "http://given.example:1"}, {"http": "given.example"}, {}),
        },
        0.1,
    )  # fmt: skip
    if random.random() < 0.3:
        values = {
            "addressing_style": ("path", "virtual", "auto", "perhaps"),
            "us_east_1_regional_endpoint": ("regional",),
        }
        switches = ("use_accelerate_endpoint", "use_dualstack_endpoint", "use_arn_region")
        held["s3"] = _some(random, {**values, **dict.fromkeys(switches, (True, False))}, 0.3)
    return held


def _services_around(random: Random, world: World) -> None:
    if random.random() < 0.3:
        world.sts = random.choice(
            (
                "denied",
                "throttled",
                "down",
                "no xml",
                "nothing",
                "no user",
                "no token",
                "connect",
                "connect once",
                "read",
            )
        )
    if random.random() < 0.4:
        world.token = random.choice(("404", "403", "405", "400", "401", "500", "connect", "read"))
    if random.random() < 0.2:
        world.role = random.choice(("none", "empty", "connect"))
    documents = ("no json", "refused", "a list", "no Token", "no Expiration", "no SecretAccessKey", "404", "account")
    if random.random() < 0.3:
        world.document = random.choice(documents)
    if random.random() < 0.4:
        world.container = random.choice((*documents, "connect", "read", "once"))
