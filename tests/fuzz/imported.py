"""Run in a process of its own: import generated packages, and hold each to its stub.

`python imported.py FOLDER PACKAGE...`, in a folder that nothing may be written to. Every type of a stub must be there
at run time, with the same members, and every method of a client must be there with its parameters.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import sys
import typing
from pathlib import Path
from types import ModuleType

import msgspec

_MODULES = ("", ".models", ".errors", ".client", ".async_client", ".backend")


def main(folder: str, *packages: str) -> None:
    before = set(Path.cwd().rglob("*"))
    sys.path.insert(0, folder)
    for package in packages:
        modules = {name: importlib.import_module(f"asdoc.{package}{name}") for name in _MODULES}
        for name, module in modules.items():
            assert not hasattr(module, "os"), module
            if name in ("", ".errors"):
                assert all(_place(getattr(module, told)).startswith(f"asdoc.{package}") for told in module.__all__)
        _models(modules[".models"], ast.parse(Path(folder, "asdoc", package, "models.pyi").read_text()))
        backend = modules[".backend"].Backend()
        client = modules[""].Client(region_name="eu-west-1", backend=backend.handle)
        for name in ("client", "async_client"):
            _methods(modules[f".{name}"], ast.parse(Path(folder, "asdoc", package, f"{name}.py").read_text()))
        assert modules[""].AsyncClient is modules[".async_client"].AsyncClient
        for node in ast.parse(Path(folder, "asdoc", package, "errors.py").read_text()).body:
            if isinstance(node, ast.ClassDef):
                assert issubclass(getattr(modules[".errors"], node.name), Exception)
        assert client.meta is not None
    written = [path for path in set(Path.cwd().rglob("*")) - before if "__pycache__" not in path.parts]
    assert not written, written


def _place(given: object) -> str:
    """The name of a module, or of that which a class is of."""
    return given.__name__ if isinstance(given, ModuleType) else given.__module__


def _models(module: ModuleType, stub: ast.Module) -> None:
    told = set()
    for node in stub.body:
        match node:
            case ast.ClassDef(name=name, bases=[ast.Name(id="TypedDict")]):
                _is_dict(module, name, _members(node))
            case ast.ClassDef(name=name):
                kind = getattr(module, name)
                members = _members(node)
                assert issubclass(kind, msgspec.Struct), (name, kind)
                assert kind.__name__ == name
                assert {field.name for field in msgspec.structs.fields(kind)} - {"ResponseMetadata"} == members, name
                msgspec.json.decode(b"{}", type=kind)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(args=[_, ast.Dict(keys=keys)])):
                _is_dict(module, name, {ast.literal_eval(key) for key in keys if key})
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.BinOp(left=ast.Subscript(slice=values))):
                literal, _ = typing.get_args(getattr(module, name))
                assert list(typing.get_args(literal)) == list(ast.literal_eval(ast.Tuple(_each(values), ast.Load())))
            case _:
                continue
        told.add(name)
    assert told == set(dir(module)), told ^ set(dir(module))


def _members(node: ast.ClassDef) -> set[str]:
    return {ast.unparse(inner.target) for inner in node.body if isinstance(inner, ast.AnnAssign)}


def _each(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _is_dict(module: ModuleType, name: str, members: set[str]) -> None:
    kind = getattr(module, name)
    assert typing.is_typeddict(kind), (name, kind)
    assert kind.__name__ == name
    assert set(kind.__annotations__) == members, name


def _methods(module: ModuleType, source: ast.Module) -> None:
    for node in source.body:
        if isinstance(node, ast.ClassDef):
            kind = getattr(module, node.name)
            for inner in node.body:
                if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef) and not inner.decorator_list:
                    told = [argument.arg for argument in (*inner.args.args, *inner.args.kwonlyargs)]
                    assert list(inspect.signature(vars(kind)[inner.name]).parameters) == told, inner.name


if __name__ == "__main__":
    main(*sys.argv[1:])
