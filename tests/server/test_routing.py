from __future__ import annotations

import pytest

from asdoc.runtime.server.routing import Router

ROUTES = (
    "/items",
    "/items/{Id}",
    "/items/special",
    "/items/{Id}/parts",
    "/items/{Id}/parts/{Part}",
    "/{Bucket}/files/{Key+}",
    "/{Bucket}/trees/{Key+}/leaves",
    "/{Bucket}?acl",
    "/{Bucket}?list-type=2",
    "/{Bucket}",
)


@pytest.fixture
def router() -> Router[str]:
    router: Router[str] = Router()
    for route in ROUTES:
        router.add("GET", route, route)
    return router


@pytest.mark.parametrize(
    ("path", "query", "route", "labels"),
    [
        ("/items", "", "/items", []),
        ("/items/7", "", "/items/{Id}", ["7"]),
        ("/items/special", "", "/items/special", []),
        ("/items/special/parts", "", "/items/{Id}/parts", ["special"]),
        ("/items/7/parts/a", "", "/items/{Id}/parts/{Part}", ["7", "a"]),
        ("/items/7/parts/arn:x/b", "", "/items/{Id}/parts/{Part}", ["7", "arn:x/b"]),
        ("/items/arn%3ax/b", "", "/items/{Id}", ["arn%3ax/b"]),
        ("/b/files/a", "", "/{Bucket}/files/{Key+}", ["b", "a"]),
        ("/b/files/a//b/", "", "/{Bucket}/files/{Key+}", ["b", "a//b/"]),
        ("/b/trees/a/b/leaves", "", "/{Bucket}/trees/{Key+}/leaves", ["b", "a/b"]),
        ("/b", "acl", "/{Bucket}?acl", ["b"]),
        ("/b", "x=1&list-type=2", "/{Bucket}?list-type=2", ["b"]),
        ("/b", "list-type=1", "/{Bucket}", ["b"]),
        ("/items", "acl", "/items", []),
    ],
)
def test_the_most_particular_route_is_taken(
    router: Router[str], path: str, query: str, route: str, labels: list[str]
) -> None:
    assert router.match("GET", path, query) == (route, labels)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/items"),
        ("GET", ""),
        ("GET", "items"),
        ("GET", "/items/7/parts/a/b"),
        ("GET", "/b/files/"),
        ("GET", "/b/files"),
        ("GET", "/items/"),
    ],
)
def test_what_fits_no_route_is_not_matched(router: Router[str], method: str, path: str) -> None:
    assert router.match(method, path) is None


def test_the_names_of_labels_come_in_order(router: Router[str]) -> None:
    assert router.add("PUT", "/a/{One}/b/{Two+}", "x") == ["One", "Two"]
