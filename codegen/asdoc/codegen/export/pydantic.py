"""A spec as models of pydantic, written by datamodel-code-generator from the spec's own JSON Schema.

They are for programs that speak pydantic already: a handler that takes such a request apart, a test that builds an
answer. What a page calls a member is the member's alias; attributes are called so too wherever Python allows it.
"""

from __future__ import annotations

import ast
import warnings
from typing import Any

from asdoc.codegen.spec import Spec
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.names import as_identifier

from .result import Exported

_REFERENCE = "#/$defs/"
_KEPT = ("type", "required", "enum", "format")
_BLOB = {"type": "string", "format": "binary"}
_STATEMENTS = (ast.Import, ast.ImportFrom, ast.ClassDef, ast.Assign, ast.AnnAssign, ast.Expr)


def export(spec: Spec) -> Exported:
    """One module with a model for each structure of the spec. Raises AsdocError where none can be written."""
    taken: set[str] = {"BaseModel", "ConfigDict", "Field", "RootModel"}
    names: dict[str, str] = {}
    for shape in sorted(spec.shapes):
        names[shape] = as_identifier(shape, taken)
        taken.add(names[shape])
    definitions = {names[shape]: _schema(schema, names) for shape, schema in sorted(spec.shapes.items())}
    text = _written({"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": definitions})
    _check(text, spec.service)
    return Exported({f"{as_identifier(spec.service, set())}.py": text})


def _schema(schema: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    """The schema of a value without what only asdoc knows of it."""
    if "$ref" in schema:
        return {"$ref": f"{_REFERENCE}{names[str(schema['$ref']).removeprefix(_REFERENCE)]}"}
    if schema.get("x-type") == "blob":
        return dict(_BLOB)
    told: dict[str, Any] = {key: schema[key] for key in _KEPT if key in schema}
    if "properties" in schema:
        told["properties"] = {name: _schema(member, names) for name, member in schema["properties"].items()}
    for key in ("items", "additionalProperties"):
        if key in schema:
            told[key] = _schema(schema[key], names)
    return told


def _written(schema: dict[str, Any]) -> str:
    from datamodel_code_generator import InputFileType, LiteralType, generate
    from datamodel_code_generator.enums import DataModelType
    from datamodel_code_generator.format import DatetimeClassType, PythonVersion

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # of defaults to come; every option that we rely on is set
        text = generate(
            schema,
            input_file_type=InputFileType.JsonSchema,
            output_model_type=DataModelType.PydanticV2BaseModel,
            enum_field_as_literal=LiteralType.All,
            output_datetime_class=DatetimeClassType.Datetime,
            target_python_version=PythonVersion.PY_311,
            custom_class_name_generator=lambda name: name,
            allow_population_by_field_name=True,
            disable_appending_item_suffix=True,
            use_standard_collections=True,
            use_union_operator=True,
            skip_root_model=True,
            strict_refs=True,
            disable_timestamp=True,
            formatters=[],
        )
    if not isinstance(text, str):
        raise AsdocError("exporting models: datamodel-code-generator wrote more than one module")
    return text if text.endswith("\n") else f"{text}\n"


def _check(text: str, service: str) -> None:
    """Raises AsdocError unless the module only defines models: names of a page may hold anything."""
    try:
        statements = ast.parse(text).body
    except (SyntaxError, ValueError) as error:
        raise AsdocError(
            f"exporting the models of {service}: what was written is no Python ({error})",
            hint="A name of the spec is one that datamodel-code-generator cannot write; export another format.",
        ) from error
    strange = next((node for node in statements if not isinstance(node, _STATEMENTS)), None)
    if strange is not None:
        raise AsdocError(f"exporting the models of {service}: line {strange.lineno} defines no model")
