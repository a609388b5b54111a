"""What the two clients of a generated package may consist of: that which calls, and that which is awaited."""

from __future__ import annotations

import ast
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from .syntax import (
    Judge,
    class_of,
    exactly,
    is_checking,
    is_import,
    is_name,
    is_none,
    is_text,
    is_type,
    strings,
)


@dataclass(frozen=True)
class Template:
    """The template of one client; `prefix` tells which, as in the names of its classes."""

    prefix: str

    def writes(self, node: ast.stmt) -> bool:
        match node:
            case ast.ImportFrom():
                module = "asdoc.runtime.async_client" if self.prefix else "asdoc.runtime.client"
                return is_import(node, {module: {f"Base{self.prefix}Client"}})
            case ast.If():
                return is_checking(node, self._checked)
            case ast.ClassDef(name="Paginate" | "WaitUntil" as name, bases=[], keywords=[]):
                inner = self._is_listing if name == "Paginate" else self._is_waiting
                return (
                    class_of(node)
                    and len(node.body) > 1
                    and self._begins(node.body[1])
                    and all(map(inner, node.body[2:]))
                )
            case ast.ClassDef(name=name, bases=[ast.Name(id=base)], keywords=[]):
                return (
                    name == f"{self.prefix}Client"
                    and base == f"Base{self.prefix}Client"
                    and class_of(node)
                    and len(node.body) > 1
                    and exactly("_package = __name__.rpartition('.')[0]")(node.body[1])
                    and all(self._fixed(member) or self._is_method(member) for member in node.body[2:])
                )
        return False

    def _checked(self, node: ast.stmt) -> bool:
        """What stands below `if TYPE_CHECKING:`."""
        match node:
            case ast.ImportFrom(module=None, level=1, names=names):
                return all(map(self._is_neighbour, names))
            case ast.ClassDef(name="Exceptions", bases=[], keywords=[], decorator_list=[]) if not self.prefix:
                return (
                    class_of(node)
                    and exactly("ClientError = ServiceError")(node.body[1])
                    and all(map(_is_exception, node.body[2:]))
                )
            case ast.AnnAssign(
                target=ast.Name(id="PaginatorName" | "WaiterName"),
                annotation=ast.Name(id="TypeAlias"),
                value=ast.Subscript(value=ast.Name(id="Literal"), slice=names),
            ):
                return strings(names.elts if isinstance(names, ast.Tuple) else [names])
        return is_import(
            node,
            {
                "typing": {"Any", "Literal", "TypeAlias"},
                "collections.abc": {"Mapping", "Sequence"},
                "datetime": {"datetime"},
                "asdoc.runtime": {"streaming"},
                "asdoc.runtime.arguments": {"BlobInput", "TimestampInput"},
                "asdoc.runtime.response": {"EmptyResponse"},
                "asdoc.runtime.paginate": {
                    "PaginationConfig",
                    *(f"{self.prefix}{kind}" for kind in ("Items", "Pages", "Paginator")),
                },
                "asdoc.runtime.wait": {"WaiterConfig", f"{self.prefix}Waiter"},
                **({".client": {"Exceptions"}} if self.prefix else {"asdoc.runtime.exceptions": {"ServiceError"}}),
            },
        )

    def _is_neighbour(self, alias: ast.alias) -> bool:
        """`models`, under another name where a method has this one; and to the client that has its types, `errors`."""
        if alias.name == "errors":
            return alias.asname is None and not self.prefix
        name = alias.asname
        return alias.name == "models" and (name is None or (name.rstrip("_") == "models" and name != "models"))

    @cached_property
    def _fixed(self) -> Judge:
        """The members of a client that every service has alike."""
        getters = [
            f"def get_{kind}(self, {name}_name: {told}) -> {self.prefix}{kind.capitalize()}:\n    '''x'''\n"
            f"    {kind}: {self.prefix}{kind.capitalize()} = self._{kind}({name}_name)\n    return {kind}"
            for kind, name, known in (
                ("paginator", "operation", "PaginatorName"),
                ("waiter", "waiter", "WaiterName"),
            )
            for told in (known, "str")
        ]
        return exactly(
            *getters,
            "if TYPE_CHECKING:\n    @property\n    def exceptions(self) -> Exceptions: ...",
            "@property\ndef paginate(self) -> Paginate:\n    '''x'''\n    return Paginate(self)",
            "@property\ndef wait_until(self) -> WaitUntil:\n    '''x'''\n    return WaitUntil(self)",
        )

    @cached_property
    def _begins(self) -> Judge:
        return exactly(f"def __init__(self, client: {self.prefix}Client) -> None:\n    self._client = client")

    def _is_method(self, node: ast.stmt) -> bool:
        """`result: T = self._call("Operation", {"Member": parameter, …})`, `return result`."""
        return self._is_asked(node, "self._call({operation}, {arguments})", "")

    def _is_waiting(self, node: ast.stmt) -> bool:
        """The same of `self._client.get_waiter("waiter").until({…}, WaiterConfig)`."""
        return self._is_asked(
            node, "self._client.get_waiter({operation}).until({arguments}, WaiterConfig)", "WaiterConfig"
        )

    def _is_listing(self, node: ast.stmt) -> bool:
        """`return self._client.get_paginator("operation").items({…}, PaginationConfig)`, or `pages`."""
        if not isinstance(node, ast.FunctionDef):
            return False
        match node.returns:
            case ast.Subscript(value=ast.Name(id=kind), slice=ast.Tuple(elts=[item, page])):
                known = kind == f"{self.prefix}Items" and is_type(item) and is_type(page)
            case ast.Subscript(value=ast.Name(id=kind), slice=page):
                known = kind == f"{self.prefix}Pages" and is_type(page)
            case _:
                return False
        match node.body:
            case [doc, ast.Return(value=ast.Call() as call)]:
                walk = f"self._client.get_paginator({{operation}}).{kind.removeprefix(self.prefix).lower()}"
                form = f"{walk}({{arguments}}, PaginationConfig)"
                return known and is_text(doc) and _is_call(call, form, _parameters(node, "PaginationConfig"))
        return False

    def _is_asked(self, node: ast.stmt, form: str, config: str) -> bool:
        """A method that keeps its answer under a name, so that its type is checked, and returns it."""
        if not isinstance(node, ast.AsyncFunctionDef if self.prefix else ast.FunctionDef):
            return False
        parameters = _parameters(node, config)
        match node.body:
            case [
                doc,
                ast.AnnAssign(target=ast.Name(id=variable), annotation=annotation, value=value),
                ast.Return(value=ast.Name(id=returned)),
            ]:
                if self.prefix:
                    value = value.value if isinstance(value, ast.Await) else None
                return (
                    is_text(doc)
                    and variable == returned
                    and is_name(variable)
                    and variable not in {"self", config, *(parameters or ())}
                    and node.returns is not None
                    and ast.dump(annotation) == ast.dump(node.returns)
                    and (is_type(annotation) or (bool(config) and _is_optional(annotation)))
                    and _is_call(value, form, parameters)
                )
        return False


def _is_exception(node: ast.stmt) -> bool:
    """`ResourceNotFoundException = errors.ResourceNotFoundException`."""
    match node:
        case ast.Assign(
            targets=[ast.Name(id=name)], value=ast.Attribute(value=ast.Name(id="errors"), attr=other), type_comment=None
        ):
            return is_name(name) and name == other
    return False


def _is_optional(node: ast.expr | None) -> bool:
    match node:
        case ast.BinOp(left=kind, op=ast.BitOr(), right=nothing):
            return is_type(kind) and is_none(nothing)
    return False


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef, config: str) -> list[str] | None:
    """The names of a method's parameters, but for `self` and `config`, in their order; None where it is no method."""
    told = node.args
    given = list(zip(told.kwonlyargs, told.kw_defaults, strict=True))
    plain = (
        is_name(node.name)
        and not node.decorator_list
        and not getattr(node, "type_params", [])
        and [argument.arg for argument in told.args] == ["self"]
        and told.args[0].annotation is None
        and not (told.posonlyargs or told.vararg or told.kwarg or told.defaults)
        and all(
            is_name(argument.arg)
            and (
                is_type(argument.annotation)
                if default is None
                else is_none(default) and _is_optional(argument.annotation)
            )
            for argument, default in given
        )
    )
    if config and plain:
        last = told.kwonlyargs[-1:]
        plain = (
            bool(last) and last[0].arg == config and ast.unparse(last[0].annotation or last[0]) == f"{config} | None"
        )
        given = given[:-1]
    return [argument.arg for argument, _ in given] if plain else None


def _is_call(node: ast.expr | None, form: str, parameters: list[str] | None) -> bool:
    """A call as `form` has it, with a string for `{operation}` and every parameter by its documented name."""
    if node is None or parameters is None:
        return False
    strung: Counter[str] = Counter()
    members: list[str] = []
    for inner in ast.walk(node):
        match inner:
            case ast.Dict(keys=keys):
                members += [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
            case ast.Constant(value=str(told)):
                strung[told] += 1
    outside = list((strung - Counter(members)).elements())
    if len(members) != len(parameters) or len(outside) != 1:
        return False
    arguments = ", ".join(f"{member!r}: {parameter}" for member, parameter in zip(members, parameters, strict=True))
    known = form.format(operation=repr(outside[0]), arguments=f"{{{arguments}}}")
    return ast.dump(node) == ast.dump(ast.parse(known, mode="eval").body)
