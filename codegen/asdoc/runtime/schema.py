"""What is known of a service at run time: its operations and shapes, read from the package's `service.json`.

The file is generated from the spec. Client, backend and conformance suite all read this one table, so they cannot
disagree about a name, a location or a status.
"""

from __future__ import annotations

import importlib
import os
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec

from .errors import AsdocError

if TYPE_CHECKING:
    from pathlib import Path

_IN_ANSWERS = ("header", "headers", "statusCode")
"""The locations that an answer has; a member of a request's stands in the body where an answer has it."""


class ErrorTraits(msgspec.Struct, frozen=True, omit_defaults=True):
    """How an error shape shows on the wire."""

    code: str
    status: int
    """The HTTP status code, from the wire source."""
    fault: bool = False
    """True where the server is at fault (5xx)."""
    retry: str = ""
    """transient or throttling where the service says that the request may be sent again; empty where it does not."""


class Shape(msgspec.Struct, frozen=True, omit_defaults=True):
    """One node of a type: a named shape, a reference to one (`shape`), or an inline list, map or scalar.

    Traits of a member (its location, its wire name) stand on the node that the member holds.
    """

    shape: str = ""
    """Name of the shape referred to; empty where the type is inline."""
    type: str = ""
    """structure, list, map, string, integer, long, float, double, boolean, timestamp, blob or document."""
    members: dict[str, Shape] = {}
    required: tuple[str, ...] = ()
    """Members that a caller must give (documented), or that an answer must carry (from the wire source)."""
    member: Shape | None = None
    key: Shape | None = None
    value: Shape | None = None
    enum: tuple[str, ...] = ()
    union: bool = False
    """True where exactly one member may be set."""
    min: float | None = None
    max: float | None = None
    """Bounds: of the length of strings, blobs, lists and maps; of the value of numbers (wire source)."""
    pattern: str = ""
    location: str = ""
    """uri, querystring, header, headers (a prefix) or statusCode; empty for the body."""
    name: str = ""
    """The name on the wire where it is not the member's own."""
    query_name: str = ""
    """The name that EC2's protocol has for it, where it has one of its own."""
    payload: str = ""
    """Of a structure: the one member that is the whole body."""
    timestamp_format: str = ""
    """iso8601, rfc822 or unixTimestamp; empty for the default of the protocol and the location."""
    streaming: bool = False
    eventstream: bool = False
    idempotent: bool = False
    """True for a token that the client makes when the caller gives none."""
    sensitive: bool = False
    jsonvalue: bool = False
    flattened: bool = False
    sparse: bool = False
    """True for a list or map in which a value may be null."""
    xml_attribute: bool = False
    xml_namespace: str = ""
    xml_prefix: str = ""
    host_label: bool = False
    endpoint_id: bool = False
    """True where the operation that tells where to call is told the value."""
    event_header: bool = False
    """Of a member of an event: it stands in a header of the event's frame."""
    event_payload: bool = False
    """Of a member of an event: it is the whole payload of the frame."""
    requires_length: bool = False
    """Of a stream that is sent: its length must be told ahead."""
    error: ErrorTraits | None = None


class Pagination(msgspec.Struct, frozen=True, omit_defaults=True):
    input_token: tuple[str, ...]
    output_token: tuple[str, ...]
    result_key: tuple[str, ...]
    limit_key: str = ""
    more_results: str = ""
    non_aggregate_keys: tuple[str, ...] = ()
    """What is the same on every page."""


class Acceptor(msgspec.Struct, frozen=True, omit_defaults=True):
    """One of the things that end a wait."""

    state: str
    """success, failure or retry."""
    matcher: str
    """status, error, path, pathAll or pathAny."""
    expected: str | int | float | bool
    argument: str = ""
    """A path into the answer; empty for those that look at status and error."""


class WaiterRule(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    """As the pages have it: `DeploymentComplete`."""
    operation: str
    delay: int
    """Seconds between two calls."""
    max_attempts: int
    acceptors: tuple[Acceptor, ...]


class Operation(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    """As in the API reference: `StopDeployment`."""
    method: str
    """As on the client: `stop_deployment`."""
    http_method: str = "POST"
    uri: str = "/"
    status: int = 200
    """The documented status of a success."""
    input: str = ""
    """Name of a structure in `shapes`; empty where the operation takes nothing."""
    output: str = ""
    input_name: str = ""
    """The name of the XML element that is the whole input; empty for that of its shape."""
    input_namespace: str = ""
    result_wrapper: str = ""
    """The name of the XML element around the output; empty without one."""
    errors: tuple[str, ...] = ()
    """Names of error shapes in `shapes`."""
    deprecated: bool = False
    host_prefix: str = ""
    auth: str = ""
    """The kind of signature, where it is not the service's own: none, v4-unsigned-body, bearer, v4a, s3v4."""
    unsigned_payload: bool = False
    checksum_required: bool = False
    """True where a request must carry a checksum of its body."""
    checksum_algorithm_member: str = ""
    """The argument that names the checksum's algorithm; empty where the operation knows no choice of them."""
    checksum_mode_member: str = ""
    """The argument that asks for a checksum of the answer; empty where there is none to ask for."""
    checksums_answered: tuple[str, ...] = ()
    """Algorithms of the checksums that an answer may carry."""
    compressed: bool = False
    """True where the service takes a large body in gzip."""
    discovery: str = ""
    """optional or required where the service tells where the operation is to be called; empty for its endpoint."""
    pagination: Pagination | None = None
    page: str = ""
    """Address of the operation in the API reference."""


class Service(msgspec.Struct, frozen=True, omit_defaults=True):
    """One service whole: `operations` and `shapes` by name, and how its protocol is spoken."""

    service: str
    """The name boto3 knows it by: `appconfig`."""
    client: str
    """The name on the pages, before `.Client`: `AppConfig`."""
    service_id: str
    api_version: str
    protocol: str
    """rest-json, json, query, ec2, rest-xml or smithy-rpc-v2-cbor, as botocore names them."""
    endpoint_prefix: str
    signing_name: str
    json_version: str = ""
    target_prefix: str = ""
    xml_namespace: str = ""
    global_endpoint: str = ""
    auth: str = ""
    """The kind of signature: empty for SigV4 in its usual form; s3v4 for S3's, bearer, v2 or none."""
    bearer: bool = False
    """True where a token may stand in for a signature."""
    query_compatible: bool = False
    """True where the service once spoke the query protocol, and still tells that protocol's error codes."""
    endpoint_operation: str = ""
    """The operation that tells where others are to be called; empty where none does."""
    endpoints: dict[str, Any] = {}
    """Where the service is: rules as `asdoc.runtime.rules` evaluates them, and what operations add to their input."""
    operations: dict[str, Operation] = {}
    shapes: dict[str, Shape] = {}
    waiters: dict[str, WaiterRule] = {}
    """By the name that `get_waiter` takes: `deployment_complete`."""
    spec: str = ""
    """SHA-256 of all that this table tells: it changes with what is told, and not with where it was read."""

    def resolve(self, node: Shape) -> Shape:
        """The shape a node refers to, or the node itself where its type is inline."""
        return self.shapes[node.shape] if node.shape else node

    def answered(self, shape: Shape) -> Shape:
        """What an operation, or an error, answers with, its places being those that the protocol knows: none beside
        the body but in the REST protocols, and there those of answers."""
        placed = self.protocol.startswith("rest-")
        members = {
            name: node
            if (placed and node.location in _IN_ANSWERS) or not node.location
            else msgspec.structs.replace(node, location="")
            for name, node in shape.members.items()
        }
        return msgspec.structs.replace(shape, members=members, payload=shape.payload if placed else "")

    def streams_out(self, operation: Operation) -> bool:
        """True where an operation answers with a body, or with events, to be read as they come."""
        shape = self.shapes.get(operation.output)
        if shape is None:
            return False
        if shape.payload:
            node = shape.members[shape.payload]
            held = self.resolve(node)
            if held.type == "blob" and (node.streaming or held.streaming):
                return True
        return bool(self.event_member(shape))

    def event_member(self, shape: Shape) -> str:
        """The member of a structure that is a stream of events; empty where none is."""
        members = shape.members.items()
        return next((name for name, node in members if node.eventstream or self.resolve(node).eventstream), "")


_decoder = msgspec.json.Decoder(Service)


def read_service(path: Path | str) -> Service:
    """The service described by a `service.json`. Raises AsdocError where the file is not one."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123  # the import of pathlib costs more
            return _decoder.decode(file.read())
    except OSError as error:
        raise AsdocError(f"reading the service table {path}: {error.strerror}", hint="Run `asdoc generate`.") from error
    except msgspec.MsgspecError as error:
        raise AsdocError(f"reading the service table {path}: {error}", hint="Run `asdoc generate`.") from error


@cache
def load_service(package: str) -> Service:
    """The table of a generated package such as `asdoc.appconfig`; read once a process."""
    module = importlib.import_module(package)
    return read_service(os.path.join(os.path.dirname(str(module.__file__)), "service.json"))  # noqa: PTH118, PTH120
