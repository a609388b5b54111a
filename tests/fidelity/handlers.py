"""Pages that boto3 changes on purpose: one row a handler, with its reason."""

from __future__ import annotations

import re
from functools import cached_property

from .score import Miss


class Row:
    """Facts in which pages differ from the model: of some services, operations and paths."""

    def __init__(self, service: str, operation: str, path: str, reason: str, kinds: str = "") -> None:
        self.service = service
        self.operation = operation
        self.path = path
        self.reason = reason
        self.kinds = kinds.split()

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(pattern) for pattern in (self.service, self.operation, self.path))

    def fits(self, miss: Miss) -> bool:
        service, operation, path = self._patterns
        return (
            service.fullmatch(miss.service) is not None
            and operation.fullmatch(miss.operation) is not None
            and path.fullmatch(miss.path) is not None
            and (not self.kinds or miss.kind in self.kinds)
        )


_ALIAS = "botocore renames an argument that would clash, and documents the new name alone"
HANDLERS: tuple[Row, ...] = (
    Row("ec2", ".*", r"input\.Filters?([.\[].*)?", _ALIAS, "member type required enum"),
    Row("logs", "CreateExportTask", r"input\.from(Time)?", _ALIAS, "member type required"),
    Row("cloudsearchdomain", "Search", r"input\.return(Fields)?", _ALIAS, "member type required"),
    Row(
        "iam",
        ".*",
        r".*(Document|DocumentTemplate|ResourcePolicy|PolicyInputList\[\])(\..*)?",
        "botocore reads policies that IAM sends as text, and documents them as dictionaries",
        "type required",
    ),
    Row(
        "cloudformation",
        "GetTemplate",
        r"output\.TemplateBody",
        "botocore reads the template that comes as text, and documents it as a dictionary",
        "type",
    ),
    Row(
        "s3",
        "(Get|Head)Object",
        r"output\.ExpiresString",
        "botocore adds the text of a time that it may fail to read",
        "member type",
    ),
    Row(
        "s3",
        "DeleteObjects|Put(Bucket.*|ObjectAcl)",
        r"input\.ContentMD5",
        "botocore makes the checksum, and hides the argument from the page",
        "member type",
    ),
    Row(
        "glacier",
        ".*",
        r"input\.(accountId|checksum)",
        "botocore fills the argument, and does not call it required",
        "required",
    ),
)
