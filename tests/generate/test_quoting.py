"""Whatever a page says stays a value: no text leaves the literal, the docstring or the name it was put into."""

from __future__ import annotations

import ast
import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asdoc.codegen.quoting import clean, docstring, identifier, literal, wrap
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.names import as_identifier

HOSTILE = [
    "__class__",
    "../../x",
    'a"""\nimport os',
    "{{ 7*7 }}",
    "<script>",
    "\\",
    '"',
    "'''",
    "\u202e",
    "x\r\ny",
    "\x00",
    "",
]
texts = st.one_of(st.sampled_from(HOSTILE), st.text(), st.text(alphabet="\"'\\\n {}x"))


@given(texts)
def test_a_literal_is_ascii_on_one_line_and_reads_back_as_the_same_string(text: str) -> None:
    source = literal(text)
    assert source.isascii()
    assert source.isprintable()
    assert ast.literal_eval(source) == text


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | texts, lambda inner: st.lists(inner) | st.dictionaries(texts, inner)
    )
)
def test_a_literal_of_a_tree_reads_back_as_the_same_tree(value: object) -> None:
    assert ast.literal_eval(literal(value)) == value


def test_an_object_has_no_literal() -> None:
    with pytest.raises(TypeError):
        literal(object())


@given(st.lists(texts, min_size=1), st.sampled_from([0, 4, 8]))
def test_a_docstring_is_one_expression_and_no_line_leaves_it(lines: list[str], indent: int) -> None:
    margin = " " * indent
    source = f"def f():\n{margin}{docstring(lines, indent)}\n" if indent else f"{docstring(lines)}\n"
    tree = ast.parse(source)
    body = tree.body[0].body if isinstance(tree.body[0], ast.FunctionDef) else tree.body
    assert len(tree.body) == len(body) == 1
    assert isinstance(body[0], ast.Expr)
    assert isinstance(body[0].value, ast.Constant)
    words = [word for line in lines for word in clean(line).split()]
    assert str(body[0].value.value).split() == words


@given(texts)
def test_a_comment_ends_where_its_line_ends(text: str) -> None:
    assert ast.parse(f"# {clean(text)}\n").body == []


@given(texts, st.sets(texts))
def test_every_text_has_a_name_that_python_takes_and_no_other_has(text: str, taken: set[str]) -> None:
    name = as_identifier(text, taken)
    assert name.isascii()
    assert name.isidentifier()
    assert not keyword.iskeyword(name)
    assert not name.startswith("_")
    assert name not in taken


@pytest.mark.parametrize("name", ["ApplicationId", "type", "Items", "x9", "snake_case", "trailing_"])
def test_a_documented_name_is_kept_where_python_allows_it(name: str) -> None:
    assert as_identifier(name) == name == identifier(name)


@pytest.mark.parametrize("name", [*HOSTILE[1:], "lambda", "None", "é"])
def test_a_name_that_was_not_made_safe_is_refused(name: str) -> None:
    with pytest.raises(AsdocError, match="Python name"):
        identifier(name)


@given(texts)
def test_wrapping_loses_no_word(text: str) -> None:
    assert " ".join(wrap(text, width=20)).split() == clean(text).split()
