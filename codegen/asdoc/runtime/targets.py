"""Where the calls of one client go and how they are signed: configured endpoints and the service's rules together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from .endpoint import Endpoint, check_region, configured, parse_endpoint, regional
from .exceptions import InvalidEndpointError
from .partitions import partition_of
from .paths import find
from .rules import evaluate
from .settings import snake

if TYPE_CHECKING:
    from .schema import Operation, Service
    from .settings import Settings

_KEPT = 256
_BUCKET = "/{Bucket}"
EXPRESS = "sigv4-s3express"
"""What the rules of S3's endpoints call the way of signing for directory buckets."""
_SCHEMES = ("sigv4", "sigv4a", EXPRESS, "bearer")
_LEGACY_STS = frozenset(
    (
        "ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "aws-global", "ca-central-1",
        "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1", "us-east-2",
        "us-west-1", "us-west-2",
    )
)  # fmt: skip
"""The regions whose calls to STS went to one endpoint, before there were regional ones."""


class Target(NamedTuple):
    """Where a request goes, and what it is signed for."""

    endpoint: Endpoint
    region: str
    """The region in the signature."""
    name: str
    """The service in the signature."""
    scheme: str = ""
    """sigv4, sigv4a, sigv4-s3express or bearer where the rules choose one; empty where the service's own holds."""
    double_encoding: bool = True
    """False where the path is signed as it is sent, as S3 wants it."""
    headers: tuple[tuple[str, str], ...] = ()
    """Headers that the rules ask for, names in lower case."""


class Targets:
    """The targets of a client. `of` costs one look-up where the operation's arguments do not matter."""

    def __init__(self, service: Service, settings: Settings, *, region: str, given: str | None = None) -> None:
        """`given` is the endpoint that the client was made with. Raises InvalidEndpointError, NoRegionError."""
        check_region(region, service.service)
        self._service = service
        self._url = given if given is not None else configured(service.service_id, settings)
        if self._url:
            # before the rules, which say what they were asked with, and a password may stand in it
            parse_endpoint(self._url)
        self._region = region
        told = service.endpoints
        self._rules = told.get("rules")
        self._operations: Mapping[str, Any] = told.get("operations", {})
        self._values = _values(service, settings, region, self._url)
        # a target that nothing of its own depends on is found once: each object of S3 has another key
        self._unused = frozenset(name for name, held in told.get("parameters", {}).items() if held.get("unused"))
        self._needs_account = any(
            held.get("builtIn") == "AWS::Auth::AccountId" for held in told.get("parameters", {}).values()
        )
        # a service without regions is signed for the one that it stands in, unless it stands elsewhere
        self._scope = region if self._url else told.get("scopes", {}).get(partition_of(region).name, region)
        self._kept: dict[tuple[Any, ...], Target] = {}
        self.moved: dict[str, str] = {}
        """Bucket -> the region that it was found in, where that is not the client's."""
        self._base: Target | None = None

    @property
    def base(self) -> Target:
        """The target of operations whose arguments do not matter."""
        if self._base is None:
            self._base = self._find(self._values)
        return self._base

    def depends(self, operation: str) -> bool:
        """True where the target of an operation depends on its arguments or on the account."""
        return operation in self._operations or self._needs_account

    def shortened(self, operation: Operation) -> Operation:
        """The operation without the bucket in its path and the account in its host, where its target tells them."""
        own = self._operations.get(operation.name, {})
        if operation.host_prefix == "{AccountId}." and own.get("RequiresAccountId", {}).get("static"):
            operation = msgspec.structs.replace(operation, host_prefix="")
        rest = operation.uri.removeprefix(_BUCKET)
        if rest == operation.uri or "Bucket" not in own:
            return operation
        return msgspec.structs.replace(operation, uri=rest if rest.startswith("/") else f"/{rest}")

    def of(self, operation: str, arguments: Mapping[str, Any], account: Callable[[], str]) -> Target:
        """The target of one call; `account` gives the account of the credentials, where it matters."""
        own = self._operations.get(operation, {})
        values = dict(self._values)
        if self._needs_account and "AccountId" not in own and (account_id := self._account(account)):
            values["AccountId"] = account_id
        for name, told in own.items():
            if name in self._unused:
                continue
            value = told.get("static")
            if "argument" in told:
                value = arguments.get(told["argument"])
            elif "path" in told:
                value = find(told["path"], arguments)
            if isinstance(value, str):
                # a member of an Enum, which is a string too, is shown as something else
                values[name] = str.__str__(value)
            elif isinstance(value, bool) or (isinstance(value, list) and all(isinstance(part, str) for part in value)):
                values[name] = value  # what is of another type is refused when the arguments are checked
        if self._service.service == "s3":
            _path_style(operation, values)
            if self.moved:
                values["Region"] = self.moved.get(values.get("Bucket", ""), self._region)
        key = tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in values.items())
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            try:
                kept = self._kept[key] = self._find(values)
            except UnicodeEncodeError as error:
                raise InvalidEndpointError(
                    f"finding the endpoint of {self._service.service}: an argument of {operation} holds half of a pair "
                    "of surrogates, which no host or path can",
                    hint="Give it as text that UTF-8 can write.",
                ) from error
        return kept

    def _account(self, account: Callable[[], str]) -> str:
        return "" if self._values.get("AccountIdEndpointMode") == "disabled" else account()

    def _find(self, values: Mapping[str, Any]) -> Target:
        service = self._service
        if self._rules is None:
            url = self._url or regional(service, self._region)
            everywhere = bool(service.global_endpoint) and url == f"https://{service.global_endpoint}"
            return Target(parse_endpoint(url), "us-east-1" if everywhere else self._region, service.signing_name)
        found = evaluate(self._rules, values, service.service)
        schemes = found.get("auth", ())
        # the first that is known, but one that is made here rather than one that is not
        usable = sorted((held for held in schemes if held["name"] in _SCHEMES), key=_is_asymmetric)
        scheme: Mapping[str, Any] = usable[0] if usable else {}
        region = scheme.get("signingRegion") or ",".join(scheme.get("signingRegionSet", ()))
        return Target(
            parse_endpoint(found["url"]),
            region or self._scope,
            scheme.get("signingName") or service.signing_name,
            scheme.get("name", ""),
            double_encoding=not scheme.get("disableDoubleEncoding", False),
            headers=tuple((name.lower(), held[0]) for name, held in found.get("headers", {}).items()),
        )


def _is_asymmetric(scheme: Mapping[str, Any]) -> bool:
    return bool(scheme["name"] == "sigv4a")


def _values(service: Service, settings: Settings, region: str, url: str) -> dict[str, Any]:
    """What the rules are asked with, but for what a call adds."""
    values: dict[str, Any] = {"Region": region, "UseFIPS": False, "UseDualStack": False}
    if url:
        values["Endpoint"] = url
    else:
        # an endpoint that is given has no variants
        values |= {"UseFIPS": settings.fips, "UseDualStack": settings.dual_stack_of(service.service)}
    parameters = service.endpoints.get("parameters", {})
    if not parameters:
        return values
    s3 = settings.s3
    style, accelerate = s3.get("addressing_style"), s3.get("use_accelerate_endpoint", False)
    built_in = {
        "AWS::STS::UseGlobalEndpoint": settings.sts_legacy and region in _LEGACY_STS,
        "AWS::S3::UseGlobalEndpoint": region == "us-east-1" and s3.get("us_east_1_regional_endpoint") != "regional",
        "AWS::S3::Accelerate": accelerate,
        # beside an endpoint that was given, a bucket is part of the path unless the user says otherwise
        "AWS::S3::ForcePathStyle": not accelerate and (style != "virtual" if url else style == "path"),
        "AWS::S3::UseArnRegion": s3.get("use_arn_region", True),
        "AWS::S3Control::UseArnRegion": s3.get("use_arn_region", False),
        "AWS::S3::DisableMultiRegionAccessPoints": s3.get("s3_disable_multiregion_access_points", False),
        "AWS::S3::DisableS3ExpressSessionAuth": s3.get("disable_s3_express_session_auth"),
        "AWS::Auth::AccountIdEndpointMode": settings.account_id_endpoint_mode,
    }
    for name, told in parameters.items():
        value = settings.client_context(name)
        if value is None and service.service in ("s3", "s3control"):
            value = s3.get(snake(name))
        if value is None:
            value = built_in.get(told.get("builtIn", ""))
        if value is None:
            value = told.get("default")
        if value is not None:
            values[name] = value
    return values


def _path_style(operation: str, values: dict[str, Any]) -> None:
    """Where S3's rules would refuse path style, or need it."""
    bucket = values.get("Bucket")
    if operation == "GetBucketLocation":
        values["ForcePathStyle"] = True
    elif isinstance(bucket, str) and bucket.startswith("arn:"):
        values["ForcePathStyle"] = False
