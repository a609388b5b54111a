"""Names that are hostile by accident: those that the tools behind the templates have a meaning of their own for."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from asdoc.codegen.pages import OperationPage

from . import garden, imported, laws

# Names of the tools' own classes, of what the templates write, and of what the run time has.
OWN = (
    *("Model", "Models", "Struct", "Structure", "Output", "Response", "Enum", "Literal", "Any", "TypeAlias", "Client"),
    *("AsyncClient", "EmptyResponse", "Items", "Pages", "Paginate", "Paginator", "PaginatorName", "PaginationConfig"),
    *("WaitUntil", "Waiter", "WaiterName", "WaiterConfig", "Mapping", "Sequence", "TypedDict", "NotRequired"),
    *("BlobInput", "TimestampInput", "StreamingBody", "EventStream", "ServiceError", "List", "Str", "Int", "Self"),
    *("models", "response", "streaming", "field", "datetime", "PlantRequest", "Site2", "SiteDict", "Dict"),
)


def test_a_type_called_like_one_of_the_tools_is_written_like_any_other() -> None:
    """All of them are imported by one process, which takes longer to start than to import a package."""
    with laws.sandbox() as folder:
        packages = folder / "generated" / "asdoc"
        packages.mkdir(parents=True)
        for number, name in enumerate(OWN):
            names = {
                "structure": name,
                "kinds": f"{name}Kind",
                "operation": name,
                "argument": f"{name}s",
                "error": name,
            }
            names |= {"service": f"garden{number}", "client": f"Garden{number}", "title": f"Amazon Garden{number}"}
            names["method"] = name.lower()
            data = garden.document("rst", names).encode()
            assert laws.read("plant.rst", data).refusal == "", name
            inner = folder / str(number)
            inner.mkdir()
            assert f"garden{number}" in laws.extracted(inner, "plant.rst", data).services, name
            assert laws.generated(inner, [f"garden{number}"]) > 100, name
            made = inner / "generated" / "asdoc" / f"garden{number}"
            assert (made / "models.pyi").read_text().count("class ") >= 3, name
            made.rename(packages / made.name)
        ran = subprocess.run(
            [sys.executable, imported.__file__, "generated", *(f"garden{number}" for number in range(len(OWN)))],
            cwd=folder, capture_output=True, text=True, check=False, timeout=300,
        )  # fmt: skip
        assert ran.returncode == 0, ran.stderr[-3000:]


@pytest.mark.parametrize("kind", garden.TEMPLATES)
def test_a_value_that_an_enum_shows_twice_is_one_value(kind: str) -> None:
    found = laws.read(garden.FILES[kind], garden.document(kind, {"enum": "OAK"}).encode())
    page = next(page for page in found.pages if isinstance(page, OperationPage))
    assert page.input is not None
    assert page.input.members["Site"].members["Kind"].enum == ("OAK",)


@pytest.mark.parametrize("kind", [kind for kind in garden.TEMPLATES if "error" in garden.places(kind)])
def test_a_member_called_like_an_error_does_not_take_its_name(kind: str) -> None:
    data = garden.document(kind, {"kinds": "FrostException"}).encode()
    with laws.sandbox() as folder:
        assert "garden" in laws.extracted(folder, garden.FILES[kind].rpartition("/")[2], data).services
        shapes = json.loads((folder / "specs" / "garden" / "shapes.json").read_text())["$defs"]
        assert shapes["FrostException"]["x-error"] == {"code": "FrostException"}
        assert [schema["enum"] for schema in shapes.values() if "enum" in schema] == [["OAK", "ELM"]]
        assert laws.generated(folder, ["garden"]) > 100


@pytest.mark.parametrize("name", ["None", "class", "Kind"])
def test_a_member_whose_type_goes_by_its_name_does_not_hide_it(name: str) -> None:
    data = garden.document("rst", {"structure": name, "kinds": name}).encode()
    with laws.sandbox() as folder:
        assert "garden" in laws.extracted(folder, "plant.rst", data).services
        assert laws.generated(folder, ["garden"]) > 100
