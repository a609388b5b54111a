"""What the installed boto3 and botocore know: their services and versions. boto3 is imported only when asked for."""

from __future__ import annotations

import difflib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from asdoc.runtime.errors import AsdocError

if TYPE_CHECKING:
    from botocore.loaders import Loader


_beside: list[str] = []
"""Folders of data that count for now, before botocore's own."""


@contextmanager
def beside(folder: Path) -> Iterator[None]:
    """Let the models of a folder, laid out as botocore's own data is, count as installed; within this process alone."""
    _forget()
    try:
        with among((*_beside, str(folder))):
            yield
    finally:
        _forget()


def folders() -> tuple[str, ...]:
    """The folders of data that count beside botocore's own: what `among` takes, in a process that has none of them."""
    return tuple(_beside)


@contextmanager
def among(data: tuple[str, ...]) -> Iterator[None]:
    """Let the models of these folders alone count beside botocore's own."""
    before = tuple(_beside)
    _beside[:] = data
    try:
        yield
    finally:
        _beside[:] = before


def _forget() -> None:
    _services.cache_clear()
    _in_common.cache_clear()


def loader() -> Loader:
    """botocore's data, without the folders that the user's environment adds: the same on every machine.

    Each loader keeps the models that it has read; what concerns no single service all of them have in common.
    """
    return _kind()(extra_search_paths=[*_beside, _kind().BUILTIN_DATA_PATH], include_default_search_paths=False)


@cache
def _kind() -> type[Loader]:
    try:
        from botocore.loaders import Loader
    except ModuleNotFoundError as error:
        raise AsdocError(
            "boto3 is not installed, and the pages and wire facts come from it.",
            hint="Install it with: pip install 'asdoc[codegen]'",
        ) from error

    class Sharing(Loader):
        """To list the services takes thousands of looks at the disk, and to read the regions as long as a service."""

        def list_available_services(self, type_name: str) -> Any:
            return self._common(("services", type_name), super().list_available_services, type_name)

        def load_data_with_path(self, name: str) -> Any:
            if "/" in name or os.sep in name:
                return super().load_data_with_path(name)
            return self._common(("data", name), super().load_data_with_path, name)

        def _common(self, key: tuple[str, str], find: Callable[[str], Any], name: str) -> Any:
            found = _in_common(tuple(self.search_paths))
            if key not in found:
                found[key] = find(name)
            return found[key]

    return Sharing


@cache
def _in_common(folders: tuple[str, ...]) -> dict[tuple[str, str], Any]:
    """What loaders of the same folders have in common."""
    del folders  # what the answer depends on
    return {}


def versions() -> dict[str, str]:
    import boto3
    import botocore

    return {"boto3": str(boto3.__version__), "botocore": str(botocore.__version__)}


def services(kind: str = "service-2") -> tuple[str, ...]:
    """The services that have a data file of the kind, in the order of names."""
    return _services(kind, folders())


@cache
def _services(kind: str, data: tuple[str, ...]) -> tuple[str, ...]:
    del data  # what the answer depends on
    return tuple(sorted(loader().list_available_services(kind)))


def size(service: str) -> int:
    """Bytes of the service's model on the disk: by it one can tell which services take long."""
    source = loader()
    folder = Path(source.BUILTIN_DATA_PATH) / service / source.determine_latest_version(service, "service-2")
    return max((path.stat().st_size for path in folder.glob("service-2.json*")), default=0)


def check_services(names: Iterable[str]) -> None:
    """Raise AsdocError, with the nearest names, where the installed boto3 does not know one of them."""
    known = services()
    for name in names:
        if name in known:
            continue
        near = difflib.get_close_matches(name.lower(), known, n=4, cutoff=0.55)
        found = versions()
        raise AsdocError(
            f"the installed boto3 {found['boto3']} knows no service {name!r}.",
            hint=f"Did you mean {', '.join(near)}?" if near else f"It knows {len(known)} services; appconfig is one.",
        )


def chosen(names: Iterable[str], *, every: bool) -> list[str]:
    """The services named, each once, or `every` one. Raises AsdocError for an unknown name, and for none at all."""
    wanted = list(dict.fromkeys(names))
    if every:
        return list(services())
    if not wanted:
        raise AsdocError("no service is named.", hint="Name some, as boto3.client('NAME') does, or say --all.")
    check_services(wanted)
    return wanted


def model(service: str, kind: str) -> Any:
    """One data file of a service (`service-2`, `paginators-1`, `waiters-2`); None where it has none."""
    from botocore.exceptions import UnknownServiceError

    if service not in services(kind):
        return None
    source = loader()
    # A new loader looks through the folders of all services before it opens one.
    vars(source)["list_available_services"] = services
    try:
        return source.load_service_model(service, kind)
    except UnknownServiceError:
        return None


def regions() -> dict[str, Any]:
    """botocore's `endpoints.json`: the partitions, their regions, and where services without regions are.

    A folder of data that has no such file tells of no partition.
    """
    return _regions(tuple(loader().search_paths))


@cache
def _regions(folders: tuple[str, ...]) -> dict[str, Any]:
    from botocore.exceptions import DataNotFoundError

    del folders  # what the answer depends on
    try:
        return dict(loader().load_data("endpoints"))
    except DataNotFoundError:
        return {"partitions": []}
