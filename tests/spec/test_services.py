"""Whatever a page calls its service, one name comes of it; and what cannot be told is refused."""

from __future__ import annotations

import json

import pytest

from asdoc.codegen import installed, services
from asdoc.codegen.pages import OperationPage, PageError


def page(method: str = "plant", *, service: str = "", client: str = "", title: str = "") -> OperationPage:
    return OperationPage(
        path="page.txt",
        sha256="0" * 64,
        service=service,
        client=client,
        service_title=title,
        method=method,
        method_line=1,
        operation=method.title().replace("_", ""),
        operation_line=1,
        documentation="",
        input=None,
        output=None,
    )


def test_the_table_is_that_of_the_installed_botocore() -> None:
    written = services._TABLE.read_text(encoding="utf-8")
    if json.loads(written)["botocore"] != installed.versions()["botocore"]:
        pytest.skip("the table is that of another botocore")
    assert written == services.dumps(services.table())


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"service": "appconfig", "client": "Other"}, ("appconfig", "address")),
        ({"client": "AppConfig"}, ("appconfig", "class")),
        ({"title": "Amazon AppConfig"}, ("appconfig", "title")),
        ({"client": "CloudWatchLogs", "title": "Amazon AppConfig"}, ("logs", "class")),
        ({"client": "SFN"}, ("stepfunctions", "class")),
        ({"title": "Amazon Simple Storage Service"}, ("s3", "title")),
        ({"client": "BrandNew"}, ("brandnew", "derived:class")),
        ({"title": "Amazon Brand-New Garden"}, ("brandnewgarden", "derived:title")),
    ],
)
def test_every_name_of_a_service_leads_to_the_one_that_boto3_knows(
    names: dict[str, str], expected: tuple[str, str]
) -> None:
    assert services.resolve([page(**names)], "page.txt") == expected


def test_what_a_user_says_outranks_all_but_the_address() -> None:
    assert services.resolve([page(client="AppConfig")], "page.txt", given="garden") == ("garden", "given")
    assert services.resolve([page(service="appconfig")], "page.txt", given="garden") == ("appconfig", "address")


@pytest.mark.parametrize(
    ("title", "method", "service"),
    [
        ("Elastic Load Balancing", "create_target_group", "elbv2"),
        ("Elastic Load Balancing", "create_load_balancer_policy", "elb"),
        ("Amazon Simple Email Service", "create_email_identity", "sesv2"),
        ("Amazon Simple Email Service", "verify_email_identity", "ses"),
        ("Amazon Kinesis Analytics", "create_application_snapshot", "kinesisanalyticsv2"),
    ],
)
def test_services_of_one_title_are_told_apart_by_their_operations(title: str, method: str, service: str) -> None:
    assert services.resolve([page(method, title=title)], "page.txt") == (service, "operations")


def test_an_operation_of_an_older_day_does_not_hide_the_others() -> None:
    pages = [
        page("create_target_group", title="Elastic Load Balancing"),
        page("no_longer_there", title="Elastic Load Balancing"),
    ]
    assert services.resolve(pages, "page.txt").service == "elbv2"


@pytest.mark.parametrize(
    "names",
    [{"client": "PinpointSMSVoice"}, {"title": "Elastic Load Balancing"}, {}, {"client": "***"}],
)
def test_a_page_whose_service_cannot_be_told_is_refused_with_what_to_do(names: dict[str, str]) -> None:
    with pytest.raises(PageError, match=r"page\.txt:1: ") as caught:
        services.resolve([page("describe_load_balancers", **names)], "page.txt")
    assert "--service NAME" in caught.value.hint


def test_the_class_of_a_service_is_known_without_its_page() -> None:
    assert services.client_of("appconfig") == "AppConfig"
    assert services.client_of("nowhere") == ""
