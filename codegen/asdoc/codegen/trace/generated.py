"""Where a fact went in the generated package: found by parsing what was generated, never by looking for text."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

from asdoc.codegen.manifest import Manifest, read_manifest
from asdoc.codegen.packages import folder_of
from asdoc.codegen.spec import Spec
from asdoc.runtime.errors import AsdocError
from asdoc.runtime.names import TypeNames, attributes, name_types
from asdoc.runtime.schema import Service, Shape, read_service

from .lines import Python, lines_of, pointer, read
from .subject import Subject
from .values import Place


class Package:
    """The generated package of one service; empty where there is none."""

    def __init__(self, spec: Spec, root: Path | None) -> None:
        """`root` is the folder of the packages; None looks for an installed one.

        Raises AsdocError where the folder does not exist, or a file of the package cannot be read.
        """
        self.folder = folder_of(spec.service)
        self.root = root if root is not None else _installed(self.folder)
        if root is not None and not root.is_dir():
            raise AsdocError(
                f"tracing: there is no folder {root} of generated packages",
                hint="Name it with --generated, or write it with `asdoc generate`.",
            )
        self.notes: list[str] = []
        self.made = self._made(spec)
        self._json: dict[str, dict[str, int]] = {}
        self._python: dict[str, Python] = {}
        self._cases: dict[str, int] | None = None

    def _made(self, spec: Spec) -> frozenset[str]:
        """Names of the files of the package that the manifest lists."""
        if self.root is None:
            self.notes.append(f"Nothing is generated of {spec.service} here.")
            return frozenset()
        manifest = read_manifest(self.root)
        listed = {path: entry for path, entry in manifest.files.items() if path.startswith(f"{self.folder}/")}
        if not listed and (self.root / self.folder / "service.json").is_file():
            # An installed package comes without the manifest of its checkout.
            found = (path for path in (self.root / self.folder).iterdir() if path.is_file())
            listed = {f"{self.folder}/{path.name}": {} for path in found}
        if not listed:
            self.notes.append(f"{self.root} has no package of {spec.service}: `asdoc generate` writes it.")
        if _is_of_another(manifest, self.folder, spec):
            self.notes.append(f"{self.root / self.folder} was generated from another spec: run `asdoc generate`.")
        changed = [path for path, entry in sorted(listed.items()) if entry and _differs(self.root / path, entry)]
        self.notes += [f"{self.root / path} is not what was generated: run `asdoc generate`." for path in changed]
        return frozenset(path.partition("/")[2] for path in listed if (self.root / path).is_file())

    @cached_property
    def service(self) -> Service:
        return read_service(self.path("service.json"))

    @cached_property
    def types(self) -> TypeNames:
        """The names that the shapes have in the package."""
        return name_types(self.service)

    def path(self, name: str) -> Path:
        return (self.root or Path()) / self.folder / name

    def lines(self, name: str) -> dict[str, int]:
        """Line by pointer of a JSON file of the package; none where it is not there."""
        if name not in self.made:
            return {}
        if name not in self._json:
            self._json[name] = lines_of(self.path(name))
        return self._json[name]

    def python(self, name: str) -> Python | None:
        if name not in self.made:
            return None
        if name not in self._python:
            self._python[name] = Python(self.path(name))
        return self._python[name]

    def at(self, name: str, at: str) -> Iterator[Place]:
        """What stands at a pointer of a JSON file, if anything does."""
        line = self.lines(name).get(at)
        if line is not None:
            yield Place(file=self.path(name).as_posix(), line=line, pointer=at)

    def case(self, name: str, inner: str = "") -> Place | None:
        """Where a case begins, or what stands at a pointer into it; None where no such case was generated."""
        if self._cases is None:
            self._cases = _cases(self.path("cases.json")) if "cases.json" in self.made else {}
        if name not in self._cases:
            return None
        return next(self.at("cases.json", f"/cases/{self._cases[name]}{inner}"), None)


def places(package: Package, subject: Subject) -> tuple[Place, ...]:
    """Every line of the package that has the fact, file by file."""
    if "service.json" not in package.made:
        return ()
    table = {
        "operation": _operation,
        "error": _error,
        "member": _member,
        "shape": _shape,
        "value": _value,
    }
    found = table[subject.kind](package, subject) if subject.kind in table else iter(())
    return tuple(sorted(found, key=lambda place: (place.file, place.line)))


def _operation(package: Package, subject: Subject) -> Iterator[Place]:
    client, backend = package.python("client.py"), package.python("backend.py")
    if client is not None and subject.operation in client.methods:
        name, line = client.methods[subject.operation]
        yield _in(package, "client.py", line, f"method {name}")
    if backend is not None and ("DISPATCH", subject.operation) in backend.keys:
        line = backend.keys["DISPATCH", subject.operation]
        yield _in(package, "backend.py", line, f"dispatch of {subject.operation}")
    yield from package.at("service.json", pointer("operations", subject.operation))


def _error(package: Package, subject: Subject) -> Iterator[Place]:
    errors = (
        package.service.operations[subject.operation].errors if subject.operation in package.service.operations else ()
    )
    if subject.shape in errors:
        at = pointer("operations", subject.operation, "errors", errors.index(subject.shape))
        yield from package.at("service.json", at)
    yield from _error_class(package, subject.shape)


def _error_class(package: Package, shape: str) -> Iterator[Place]:
    errors = package.python("errors.py")
    if errors is not None and shape in errors.names:
        yield _in(package, "errors.py", errors.names[shape], f"class {shape}")


def _member(package: Package, subject: Subject) -> Iterator[Place]:
    client, models = package.python("client.py"), package.python("models.pyi")
    if client is not None:
        for name, operation in sorted(package.service.operations.items()):
            if operation.input == subject.shape and subject.operation in ("", name):
                parameter = client.parameters.get((name, subject.member))
                if parameter is not None:
                    yield _in(package, "client.py", parameter[1], f"parameter {parameter[0]} of {operation.method}")
    if models is not None:
        names = package.types
        attribute = attributes(package.service.shapes[subject.shape]).get(subject.member, "")
        for kind, what, name in ((names.classes, "field", attribute), (names.dicts, "key", subject.member)):
            line = models.fields.get((kind.get(subject.shape, ""), name))
            if line is not None:
                yield _in(package, "models.pyi", line, f"{what} {name} of {kind[subject.shape]}")
    at = pointer("shapes", subject.shape, "members", subject.member)
    yield from package.at("service.json", at)


def _shape(package: Package, subject: Subject) -> Iterator[Place]:
    models = package.python("models.pyi")
    if models is not None:
        names = package.types
        for kind, what in ((names.classes, "class"), (names.dicts, "dict"), (names.enums, "alias")):
            name = kind.get(subject.shape, "")
            if name in models.names:
                yield _in(package, "models.pyi", models.names[name], f"{what} {name}")
    if package.service.shapes.get(subject.shape, Shape()).error:
        yield from _error_class(package, subject.shape)
    yield from package.at("service.json", pointer("shapes", subject.shape))


def _value(package: Package, subject: Subject) -> Iterator[Place]:
    models = package.python("models.pyi")
    if models is not None:
        alias = package.types.enums.get(subject.shape, "")
        line = models.values.get((alias, subject.value))
        if line is not None:
            yield _in(package, "models.pyi", line, f"value of {alias}")
    values = package.service.shapes[subject.shape].enum if subject.shape in package.service.shapes else ()
    if subject.value in values:
        at = pointer("shapes", subject.shape, "enum", values.index(subject.value))
        yield from package.at("service.json", at)


def _in(package: Package, name: str, line: int, what: str) -> Place:
    return Place(file=package.path(name).as_posix(), line=line, what=what)


def _cases(path: Path) -> dict[str, int]:
    """Index of each case by its id."""
    try:
        return {case["id"]: index for index, case in enumerate(json.loads(read(path))["cases"])}
    except (ValueError, TypeError, KeyError) as error:
        raise AsdocError(
            f"tracing: {path} holds no cases: {error}", hint="Make it again with `asdoc generate`."
        ) from error


def _is_of_another(manifest: Manifest, folder: str, spec: Spec) -> bool:
    """Whether a package was made of another spec than this one; an installed one does not tell."""
    made = manifest.packages.get(folder)
    return made is not None and made.spec != spec.sha256


def _differs(path: Path, entry: dict[str, str]) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]
    except OSError:
        return True


def _installed(folder: str) -> Path | None:
    """Where the package lies among the installed ones; nothing of it is imported."""
    found = importlib.util.find_spec(f"asdoc.{folder}")
    return Path(found.origin).parent.parent if found is not None and found.origin else None
