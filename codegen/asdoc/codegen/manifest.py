"""What stands in the output folder, what should, and how the one is made the other.

`MANIFEST.json` lists every generated file with its hash and template, and every package with what it was made of. So
a package that is up to date is known as such without being made again. A file that the manifest does not list was not
made by us, and is never touched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Literal

import msgspec

from asdoc.runtime.errors import AsdocError
from asdoc.runtime.files import write_atomic

from .generator import code
from .render import hash_templates, templates_of

NAME = "MANIFEST.json"


class Made(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a package was made of."""

    spec: str
    """Hash of its spec, as `spec.load.digest` tells it."""
    code: str
    """Hash of what made it, as `generator.code` tells it."""


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was generated, by what and of what."""

    generator: str
    """Version of asdoc."""
    files: dict[str, dict[str, str]]
    """Per file, by its path below the folder: its `sha256`, and of a rendered one `template` and `template_sha256`."""
    packages: dict[str, Made] = {}
    """Per package folder what it was made of."""


@dataclass(frozen=True)
class Difference:
    path: str
    """Relative to the output folder."""
    kind: Literal["missing", "differs", "superfluous"]


@dataclass(frozen=True)
class Plan:
    """The whole output folder as it should be, and what it takes to get there."""

    files: dict[str, str]
    """Every file that this run makes, the manifest among them."""
    differences: tuple[Difference, ...]
    left: int = 0
    """Number of files of packages that were known to be up to date, and not made again."""

    @property
    def total(self) -> int:
        return len(self.files) + self.left

    @property
    def unchanged(self) -> int:
        return self.total - sum(difference.kind != "superfluous" for difference in self.differences)


def plan(
    out: Path, files: Mapping[str, str], specs: Mapping[str, str], *, everything: bool, left_alone: Collection[str] = ()
) -> Plan:
    """What `out` needs to hold `files` (text by path).

    `specs` maps each package folder that was rendered to the hash of its spec. Where `everything` is true the packages
    of the old manifest that were not rendered are gone from the specs; otherwise they were not asked for, and stay.
    Those that are `left_alone`, because they are `fresh`, need not be rendered.
    Raises AsdocError where the old manifest is no manifest, or a path leaves `out`.
    """
    manifest = read_manifest(out)
    old = manifest.files
    kept = {
        path: entry
        for path, entry in old.items()
        if _folder(path) in left_alone or (not everything and _folder(path) not in specs)
    }
    new: dict[str, dict[str, str]] = {**kept, **{path: _entry(path, text) for path, text in files.items()}}
    stays = manifest.packages if not everything else {name: manifest.packages[name] for name in left_alone}
    packages = {**stays, **{folder: Made(spec, code()) for folder, spec in specs.items()}}
    whole = {**files, NAME: _write_manifest(new, packages)}
    for path in (*whole, *old):
        _inside(out, path)
    differences = [difference for path, text in whole.items() if (difference := _compare(out, path, text))]
    differences += [Difference(path, "superfluous") for path in old if path not in new and (out / path).exists()]
    left = sum(_folder(path) in left_alone for path in old)
    return Plan(whole, tuple(sorted(differences, key=lambda difference: difference.path)), left)


def fresh(out: Path, specs: Mapping[str, str]) -> set[str]:
    """The package folders of `specs` that are known to be what a spec of that hash gives, without making them again.

    The manifest tells: this asdoc wrote the package, from that spec, and each of its files has the hash that was noted.
    Raises AsdocError where the manifest is no manifest.
    """
    manifest = read_manifest(out)
    known = {folder for folder, spec in specs.items() if manifest.packages.get(folder) == Made(spec, code())}
    whole = {_folder(path) for path in manifest.files}
    changed = {
        folder
        for path, entry in manifest.files.items()
        if (folder := _folder(path)) in known and _hash_of(out / path) != entry.get("sha256")
    }
    return (known & whole) - changed


def _hash_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def carry_out(out: Path, plan: Plan) -> None:
    """Write what is missing or differs, each file at once, then remove what is superfluous; the manifest goes last."""
    changed = [difference.path for difference in plan.differences if difference.kind != "superfluous"]
    for path in sorted(changed, key=lambda path: path == NAME):
        if path == NAME:
            _prune(out, plan)
        write_atomic(out / path, plan.files[path])


def _prune(out: Path, plan: Plan) -> None:
    for difference in plan.differences:
        if difference.kind == "superfluous":
            path = out / difference.path
            path.unlink(missing_ok=True)
            # What Python compiled from our files goes with them; whatever else lies there stays.
            cache = path.parent / "__pycache__"
            for compiled in cache.glob(f"{path.stem}.*.pyc"):
                compiled.unlink(missing_ok=True)
            for folder in (cache, path.parent):
                if folder != out and folder.is_dir() and not any(folder.iterdir()):
                    folder.rmdir()


def _compare(out: Path, path: str, text: str) -> Difference | None:
    try:
        found = (out / path).read_bytes()
    except FileNotFoundError:
        return Difference(path, "missing")
    except OSError as error:
        raise AsdocError(
            f"reading {out / path}: {error.strerror}", hint="Move away what stands in its place."
        ) from error
    return None if found == text.encode() else Difference(path, "differs")


def read_manifest(out: Path) -> Manifest:
    """The manifest in `out`; an empty one where there is none. Raises AsdocError where it is no manifest."""
    path = out / NAME
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        return Manifest("", {})
    except OSError as error:
        raise AsdocError(
            f"reading {path}: {error.strerror or error}", hint="Name a folder, of packages or for them, with --out."
        ) from error
    except msgspec.MsgspecError as error:
        raise AsdocError(
            f"reading {path}: it is not a manifest of asdoc ({error})",
            hint="Restore it from version control, or delete it together with the generated files.",
        ) from error


def _write_manifest(entries: Mapping[str, dict[str, str]], packages: Mapping[str, Made]) -> str:
    content = {
        "generator": metadata.version("asdoc"),
        "packages": {folder: msgspec.to_builtins(made) for folder, made in sorted(packages.items())},
        "files": dict(sorted(entries.items())),
    }
    return json.dumps(content, indent=1) + "\n"


def _entry(path: str, text: str) -> dict[str, str]:
    templates = templates_of(PurePosixPath(path).name)
    entry: dict[str, str] = {"sha256": hashlib.sha256(text.encode()).hexdigest()}
    if templates:
        entry |= {"template": templates[0], "template_sha256": hash_templates(templates)}
    return entry


def _folder(path: str) -> str:
    return path.partition("/")[0]


def _inside(out: Path, path: str) -> None:
    pure = PurePosixPath(path)
    plain = not pure.is_absolute() and ".." not in pure.parts and "\\" not in path and "\0" not in path
    if not plain or not (out / path).resolve().is_relative_to(out.resolve()):
        raise AsdocError(
            f"generating into {out}: the path {path!r} leads out of it",
            hint=f"Look at {out / NAME} and at links in that folder: nothing outside of it is written or removed.",
        )
