"""What generated code says where the model alone would mislead, or would fill the screen."""

from __future__ import annotations

import subprocess
import sys

import pytest

from asdoc.codegen.facts import listing_lines, value_line
from asdoc.codegen.views import Method, Package, view
from asdoc.runtime.schema import Operation, Pagination, Service, Shape
from tests.runtime.tables import table


@pytest.fixture(scope="module")
def s3() -> Package:
    return view(table("s3"))


def method(package: Package, name: str) -> Method:
    return next(method for method in package.methods if method.name == name)


def test_a_source_to_copy_may_be_a_dict_as_its_page_says(s3: Package) -> None:
    for name in ("copy_object", "upload_part_copy"):
        told = method(s3, name)
        (source,) = (parameter for parameter in told.parameters if parameter.name == "CopySource")
        assert source.annotation == "str | Mapping[str, str]"
        assert "Or a dict of Bucket, Key" in " ".join(told.doc)


@pytest.mark.parametrize("lists", [("Contents", "CommonPrefixes"), ("Parts",)])
def test_a_walk_over_pages_tells_why_it_is_none_over_items(lists: tuple[str, ...]) -> None:
    pagination = Pagination(input_token=("In",), output_token=("Out",), result_key=lists)
    operation = Operation(
        name="ListThings", method="list_things", http_method="GET", uri="/", status=200, input="", output="",
        pagination=pagination,
    )  # fmt: skip
    told = " ".join(listing_lines(operation, "list_things", items=len(lists) == 1))
    assert ("A page has more than one list: Contents, CommonPrefixes." in told) == (len(lists) > 1)


@pytest.mark.parametrize(("count", "shown"), [(100, 100), (101, 20), (1147, 20)])
def test_a_thousand_allowed_values_are_told_in_a_few_lines(count: int, shown: int) -> None:
    values = tuple(f"kind-{number}" for number in range(count))
    service = Service(
        service="garden", client="Garden", service_id="Garden", api_version="1", protocol="json",
        endpoint_prefix="garden", signing_name="garden", operations={}, shapes={},
    )  # fmt: skip
    line = value_line(service, Shape(type="string", enum=values), required=False)
    assert line.count("kind-") == shown
    assert (f"and {count - shown:,} more" in line) == (shown < count)


def test_what_a_package_says_it_has_is_there_without_another_import() -> None:
    program = (
        "import sys, asdoc.appconfig as made\n"
        "assert not [name for name in sys.modules if name.startswith('asdoc.appconfig.')]\n"
        "assert issubclass(made.errors.ConflictException, Exception)\n"
        "assert made.models.Application(Name='a').Name == 'a'\n"
        "assert not hasattr(made, 'nothing')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )  # our own program
    assert done.returncode == 0, done.stderr
