"""Where our clients mean to differ from a case, and why."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .cases import Case
from .compare import Difference
from .wire import Way

_Test = Callable[[Case, Difference], bool]


class Known(NamedTuple):
    reason: str
    cases: tuple[str, ...] = ()
    """Of each the ID, or the name where it has none; empty where `differs` tells them."""
    what: str = ""
    """What differs, or the beginning of it."""
    differs: _Test = lambda case, difference: True
    over_socket: bool = False
    """True of what a socket alone shows."""

    def tells(self, case: Case, difference: Difference, way: Way) -> bool:
        named = not self.cases or (case.id or case.name) in self.cases
        reached = way.over_socket or not self.over_socket
        return named and reached and difference.what.startswith(self.what) and self.differs(case, difference)


def _form_with_charset(_: Case, difference: Difference) -> bool:
    return bool(difference.found == f"{difference.expected}; charset=utf-8")


def _commas_without_spaces(_: Case, difference: Difference) -> bool:
    expected, found = difference.expected, difference.found
    return isinstance(found, str) and "," in found and expected.replace(", ", ",") == found.replace(", ", ",")


KNOWN: tuple[Known, ...] = (
    Known(
        "A form says its charset, as AWS's own clients send it; services take both.",
        what="header Content-Type",
        differs=_form_with_charset,
    ),
    Known(
        "The parts of a list in a header are told apart by a comma alone, as botocore does; HTTP reads both alike.",
        what="header X-",
        differs=_commas_without_spaces,
    ),
    Known(
        "An endpoint's path goes before the operation's, and a bare / adds nothing to it, as in botocore.",
        ("Ec2QueryHostWithPath", "AwsJson11HostWithPath", "AwsJson10HostWithPath", "QueryHostWithPath"),
        "target",
    ),
    Known(
        "The case has the endpoint's path for a part of the host's name; no Host header can hold one.",
        (
            "Ec2QueryHostWithPath",
            "AwsJson11HostWithPath",
            "AwsJson10HostWithPath",
            "QueryHostWithPath",
            "RestJsonHostWithPath",
        ),
        "host",
    ),
    Known(
        "The case takes the argument for JSON that was written already; as in boto3 it is any value, and written then.",
        ("MediaTypeHeaderInputBase64",),
        "header X-Json",
    ),
    Known(
        "As in boto3 a value that is JSON is read, and not given as its text.",
        ("MediaTypeHeaderOutputBase64",),
    ),
    Known(
        "A list without a value gives no header, as in botocore: an empty one would be a list of one empty value.",
        ("RestJsonNullAndEmptyHeaders", "NullAndEmptyHeaders"),
        "header X-C",
    ),
    Known(
        "The root is called as the operation names its input, like botocore; the case has it by the name of the shape.",
        ("BodyWithXmlName",),
        "body",
    ),
    Known(
        "A payload is called as its member is, like botocore; in models of services the shape's own name stands there.",
        (
            "RestXmlHttpPayloadWithUnion",
            "HttpPayloadWithXmlName",
            "HttpPayloadWithXmlNamespace",
            "HttpPayloadWithXmlNamespaceAndPrefix",
            "XmlAttributesOnPayload",
        ),
        "body",
    ),
    Known(
        "A body that is not given has no type, as in botocore; the case passes there only because headers that are "
        "absent are not compared.",
        ("legacy/input/rest-json[25:7]",),
        "header Content-Type",
    ),
    Known(
        "The case looks at a request before it is sent. On a connection the length tells where a body ends.",
        tuple(f"legacy/input/rest-json[25:{number}]" for number in (6, 8, 9)),
        "header Content-Length",
        over_socket=True,
    ),
    Known(
        "The answer tells a message, which the case leaves out.",
        ("Ec2ComplexError", "ComplexError"),
        "error",
    ),
    Known(
        "A payload of bytes is there even when it is empty, as in botocore.",
        ("RestJsonHttpPayloadTraitsWithNoBlobBody", "HttpPayloadTraitsWithNoBlobBody"),
    ),
    Known(
        "On a connection every answer has a true length, and a map of all headers shows it.",
        ("legacy/output/rest-json[9:0]", "HttpPrefixHeadersResponse"),
        over_socket=True,
    ),
)
