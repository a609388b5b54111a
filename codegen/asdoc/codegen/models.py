"""The models of a service, written by datamodel-code-generator from JSON Schema through our templates.

What it writes is read back and taken apart: nothing but imports, classes and type aliases passes, each of a name that
was asked for.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from datamodel_code_generator import InputFileType, LiteralType, generate
from datamodel_code_generator.enums import DataModelType
from datamodel_code_generator.format import DatetimeClassType, PythonVersion

from asdoc.runtime.errors import AsdocError

from .quoting import as_identifier, docstring, literal, spelled_out
from .types import BUILDING_BLOCKS, SCALARS, Side, Types, enum_schema

TEMPLATES = Path(__file__).parent / "templates" / "_models"
# Our template says `response.Structure`; datamodel-code-generator imports what its own would.
_NOT_IMPORTED = ("__future__", "builtins", "msgspec")
_OURS = frozenset({("asdoc.runtime", "response"), ("msgspec", "field")})
# What msgspec takes in no name either.
_NO_MEMBER = re.compile(r'["\\\x00-\x1f]')
_PLAIN_KEY = re.compile(r"[A-Za-z][0-9A-Za-z_]*")


@dataclass(frozen=True)
class Definition:
    """One top-level statement of the models module."""

    name: str
    source: str


@dataclass(frozen=True)
class Models:
    """What the template of `models.py` puts together."""

    imports: frozenset[tuple[str, str]]
    """(module, name) pairs."""
    enums: tuple[Definition, ...]
    classes: tuple[Definition, ...]
    dicts: tuple[Definition, ...]
    aliases: tuple[Definition, ...]
    """Private names of types that a member of the same name hides inside its class."""


def write_models(types: Types, docs: dict[str, list[str]], attributes: frozenset[str]) -> Models:
    """The definitions of all models of a service.

    `docs` has the lines of the docstring of each class by its name; `attributes` are the names that the base class of
    the answers uses itself, so that no member may take them.
    """
    enums = {python: enum_schema(types.service.shapes[shape]) for shape, python in sorted(types.names.enums.items())}
    answers = _schema(types, "output", attributes, docs)
    arguments = _schema(types, "input", frozenset(), docs)
    classes = _run(answers, enums, DataModelType.MsgspecStruct)
    # The second run needs but the names of the enums: what they allow is written once.
    dicts = _run(arguments, dict.fromkeys(enums, SCALARS["string"]), DataModelType.TypingTypedDict)
    aliases = sorted({*answers.aliases, *arguments.aliases})
    return Models(
        imports=classes.imports | dicts.imports | _OURS,
        enums=_pick(classes.definitions, enums),
        classes=_pick(classes.definitions, answers.definitions),
        dicts=_pick(dicts.definitions, arguments.definitions),
        aliases=_pick(dicts.definitions | classes.definitions, aliases),
    )


def _pick(definitions: dict[str, str], names: Iterable[str]) -> tuple[Definition, ...]:
    names = list(names)
    missing = sorted(set(names) - set(definitions))
    if missing:
        raise AsdocError(
            f"generating models: datamodel-code-generator wrote no {', '.join(missing[:5])}",
            hint="Check that the pinned version is installed: pip install 'asdoc[codegen]'",
        )
    return tuple(Definition(name, definitions[name]) for name in names)


@dataclass(frozen=True)
class _Input:
    definitions: dict[str, dict[str, object]]
    aliases: tuple[str, ...]
    extra: dict[str, dict[str, object]]
    """What our templates are told of a class beside its schema, by its pointer."""


def _schema(types: Types, side: Side, attributes: frozenset[str], docs: dict[str, list[str]]) -> _Input:
    names = types.names.classes if side == "output" else types.names.dicts
    top_level = {operation.output for operation in types.service.operations.values()} if side == "output" else set()
    definitions: dict[str, dict[str, object]] = {}
    extra: dict[str, dict[str, object]] = {}
    aliases: set[str] = set()
    for shape_name, class_name in sorted(names.items(), key=lambda item: item[1]):
        shape = types.service.shapes[shape_name]
        hiding = types.names.hidden & frozenset(shape.members)
        functional = side == "input" and not all(_keeps_its_name(member) for member in shape.members)
        taken = set(attributes | BUILDING_BLOCKS[side])
        properties: dict[str, dict[str, object]] = {}
        required = []
        for member, node in shape.members.items():
            _refuse(shape_name, member)
            name = as_identifier(member, taken)
            taken.add(name)
            schema = types.schema(node, side, frozenset() if functional else hiding)
            properties[name] = {**schema, "x-name": literal(member) if functional or name != member else ""}
            if side == "output" or member in shape.required:
                required.append(name)
        definitions[class_name] = {"type": "object", "properties": properties, "required": required}
        # By its place, for a class goes by another name for a while where it shares that of the schema itself, `Model`.
        extra[f"#/$defs/{class_name}"] = {
            "doc": docstring(docs[class_name], 4),
            "functional": functional,
            "base": "response.Output" if shape_name in top_level else "response.Structure",
        }
        if not functional:
            aliases.update(f"_{name}" for name in hiding if f'"#/$defs/_{name}"' in json.dumps(properties))
    return _Input(definitions, tuple(sorted(aliases)), extra)


def _refuse(shape: str, member: str) -> None:
    if _NO_MEMBER.search(member) or member == "ResponseMetadata":
        raise AsdocError(
            f"generating models: {shape[:80]!r} has a member called {member[:80]!r}",
            hint="No member's name holds a quote, a backslash or a control character, and ResponseMetadata is what "
            "a client adds to every answer: look at the page it was read from.",
        )


def _keeps_its_name(member: str) -> bool:
    return bool(_PLAIN_KEY.fullmatch(member)) and as_identifier(member, BUILDING_BLOCKS["input"]) == member


@dataclass(frozen=True)
class _Output:
    imports: frozenset[tuple[str, str]]
    definitions: dict[str, str]


def _run(given: _Input, enums: dict[str, dict[str, object]], kind: DataModelType) -> _Output:
    if not given.definitions and not enums:
        return _Output(frozenset(), {})
    aliases = {name: {"$ref": f"#/$defs/{name[1:]}"} for name in given.aliases}
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$defs": {**enums, **given.definitions, **aliases},
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of defaults to come; every option that we rely on is set
        text = generate(
            schema,
            input_file_type=InputFileType.JsonSchema,
            output_model_type=kind,
            custom_template_dir=TEMPLATES,
            extra_template_data=defaultdict(dict, given.extra),
            field_extra_keys={"x-name"},
            enum_field_as_literal=LiteralType.All,
            use_type_alias=True,
            use_generic_container_types=kind is DataModelType.TypingTypedDict,
            output_datetime_class=DatetimeClassType.Datetime,
            target_python_version=PythonVersion.PY_311,
            custom_class_name_generator=lambda name: name,
            allow_leading_underscore_class_name=True,
            disable_appending_item_suffix=True,
            skip_root_model=True,
            strict_refs=True,
            disable_timestamp=True,
            formatters=[],
        )
    if not isinstance(text, str):
        raise AsdocError("generating models: datamodel-code-generator wrote more than one module")
    return _take_apart(text)


def _take_apart(text: str) -> _Output:
    imports: set[tuple[str, str]] = set()
    definitions: dict[str, str] = {}
    lines = text.split("\n")  # as Python counts them: a string may hold what else breaks lines
    for node in ast.parse(text).body:
        source = spelled_out("\n".join(lines[node.lineno - 1 : node.end_lineno]).rstrip())
        match node:
            case ast.ImportFrom(module=str(module), names=names, level=0):
                imports |= {(module, alias.name) for alias in names if alias.asname is None}
            case ast.ClassDef(name=name):
                definitions[name] = source
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
                definitions[name] = source
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="TypedDict"))):
                definitions[name] = source
            case _:
                raise AsdocError(
                    f"generating models: datamodel-code-generator wrote a statement that is no model: {source[:80]!r}",
                    hint="Look at the shapes of the spec: a name or a value in them is not what it should be.",
                )
    return _Output(frozenset(pair for pair in imports if pair[0] not in _NOT_IMPORTED), definitions)
