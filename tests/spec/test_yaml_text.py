"""YAML is read fast, and a text that nests too deep ends no process."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from asdoc.codegen import yaml_text

SPECS = Path(__file__).resolve().parents[2] / "specs"


@pytest.mark.parametrize("path", sorted(SPECS.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_file_of_ours_means_what_it_means_to_pyyaml_and_is_read_by_libyaml(path: Path) -> None:
    text = path.read_text()
    assert yaml_text.loader(text).__name__ == "CSafeLoader"
    assert yaml_text.safe_load(text) == yaml.safe_load(text)


@pytest.mark.parametrize(
    "text",
    ["[" * 200_000, "{a: " * 200_000, "- " * 200_000, "\n".join(" " * level + "a:" for level in range(20_000))],
    ids=["lists", "maps", "one line", "indented"],
)
@pytest.mark.parametrize("read", [yaml_text.safe_load, yaml_text.compose])
def test_a_text_that_nests_too_deep_is_an_error(read: object, text: str) -> None:
    assert callable(read)
    with pytest.raises((RecursionError, yaml.YAMLError)):
        read(text)


def test_lines_of_nodes_are_those_of_the_text() -> None:
    node = yaml_text.compose("a:\n  b: 1\n  c: [1,\n    2]\n")
    assert isinstance(node, yaml.MappingNode)
    inner = node.value[0][1]
    assert [key.start_mark.line for key, _ in inner.value] == [1, 2]
    assert [item.start_mark.line for item in inner.value[1][1].value] == [2, 3]
