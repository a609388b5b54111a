"""What is read of an answer is what its protocol means by it, and what botocore reads wherever botocore keeps to it."""

from __future__ import annotations

from typing import Any

import pytest

from asdoc.runtime.exceptions import ServiceError
from asdoc.runtime.http import HttpResponse

from . import answers_cbor, answers_corners, answers_json, answers_xml
from .world import Case, read_by_botocore, sent

CASES = answers_json.CASES + answers_xml.CASES + answers_cbor.CASES + answers_corners.CASES


@pytest.mark.usefixtures("made")
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.service}-{case.name}")
def test_an_answer_is_read_as_its_protocol_means_it(case: Case) -> None:
    answer = HttpResponse(status=case.status, headers=dict(case.told), body=case.answer or b"")
    if case.code:
        with pytest.raises(ServiceError) as raised:
            sent(case, answer)
        found = dict(raised.value.response)
        error = found.pop("Error")
        assert error["Code"] == case.code
        kind = case.kind or (case.code if case.name in case.code else "ServiceError")
        assert type(raised.value).__name__ == kind
    else:
        found, error = sent(case, answer)[1].to_dict(), {}
    assert found.pop("ResponseMetadata")["HTTPStatusCode"] == case.status
    assert plain(found) == case.result
    if not case.unlike:
        theirs = read_by_botocore(case)
        theirs.pop("ResponseMetadata")
        told = theirs.pop("Error", {})
        assert plain(theirs) == case.result
        assert error == told


def plain(value: Any) -> Any:
    """Streams by what they hold, and what is absent as it is."""
    if isinstance(value, dict):
        return {key: plain(held) for key, held in value.items()}
    if isinstance(value, list):
        return [plain(held) for held in value]
    return value.read() if hasattr(value, "read") else value
