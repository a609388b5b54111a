"""Writer of API-changes pages, as text.

The site of API changes renders botocore's own docstring of a method with docutils, without the handlers that boto3 has,
and puts it into a page of one service and one day. The text of that page is what trafilatura makes of it. With the
versions in the table of tools this gives the seed of the format byte for byte (`tests/pages/test_changes_pages.py`).

Run as a script in the tool's own environment: `changes.py OUT SERVICE…`. Every service becomes pages of at most 20
methods: the first two thirds of each are new, the others updated, by a few members that are said to be new. Three kinds
of methods are not shown on any page, and `OUT/SERVICE/lost.json` says which and why: botocore leaves out a call that is
too large, docutils refuses a text with a line of more than 10,000 characters (an enum of EC2), and trafilatura drops
what has an id such as `SearchJobs`, which it takes for a search form.
"""

from __future__ import annotations

import html
import json
import pprint
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import Any

NAME = "changes"

DAY = "2022/07/13"
_SIZE = 20
_ELIDED = "This section is too large to render."
_WORKERS = 2

_PAGE = """<!DOCTYPE html>
<html>
<head><meta charset="utf-8"><title>AWS API Changes</title></head>
<body>
<section><h1>{title}</h1></section>
<nav><ul><li><a href="/">API Changes</a></li><li><a href="/archive/service">Services</a></li></ul></nav>
<section>
<div class="box">
<p class="title">{day} - {title} - {counts} api methods</p>
<p><span class="tag">Changes</span>&nbsp; {log}</p>
{methods}
</div>
</section>
<footer><p><strong>AWS API Changes</strong> <em>Built for Builders by Builders.</em></p></footer>
</body>
</html>
"""
_METHOD = """<details id="{name}">
<summary><span>{name}</span>&nbsp;({kind})</summary>
<span><a href="#{name}">Link ¶</a></span>{changes}
{text}
</details>
"""
_CHANGES = """<br/>
<span><em>Changes</em> ({sides})</span>
{parts}"""


def write(services: Sequence[str], pages: Path, out: Path) -> None:
    """Write `out/SERVICE/NNN.txt` for each service; `pages` is not needed, the text comes from botocore itself."""
    from .tools import tool

    subprocess.run([tool("changes"), "-P", __file__, str(out), *services], check=True)


def page(title: str, methods: Sequence[tuple[str, str, dict[str, Any]]], *, log: str, day: str = DAY) -> str:
    """The page as the site shows it. Of each method: its name, its docstring as HTML, and what `request` and
    `response` gained (nothing of a new one)."""
    new = sum(not gained for _, _, gained in methods)
    counts = [f"{count} {kind}" for count, kind in ((new, "new"), (len(methods) - new, "updated")) if count]
    return _PAGE.format(
        title=html.escape(title),
        day=day,
        counts=" ".join(counts),
        log=html.escape(log),
        methods="".join(
            _METHOD.format(name=name, kind="updated" if gained else "new", text=text, changes=_changes(gained))
            for name, text, gained in methods
        ),
    )


def _changes(gained: dict[str, Any]) -> str:
    """One dictionary where one side changed, or both alike; else one for each."""
    if not gained:
        return ""
    if len(gained) == 2 and gained["request"] == gained["response"]:
        gained = {"both": gained["request"]}
    shown = [f"<pre>{html.escape(pprint.pformat(told))}</pre>" for told in gained.values()]
    parts = shown[0] if len(shown) == 1 else f"<br/>\n    Request {shown[0]}\n    Response {shown[1]}"
    return _CHANGES.format(sides=", ".join(gained), parts=parts)


def docstring(operation: Any) -> str:
    """The method's own documentation, as HTML. `operation` is botocore's model of it."""
    from botocore import hooks, xform_name
    from botocore.docs.docstring import ClientMethodDocstring

    core, html5 = import_module("docutils.core"), import_module("docutils.writers.html5_polyglot")
    text = ClientMethodDocstring(
        operation_model=operation,
        method_name=operation.name,
        event_emitter=hooks.HierarchicalEmitter(),
        method_description=operation.documentation,
        example_prefix=f"client.{xform_name(operation.name)}",
        include_signature=False,
    )
    parts = core.publish_parts(str(text), settings_overrides={"report_level": 4}, writer=html5.Writer())
    return str(parts["fragment"])


def whole(shape: Any, above: tuple[str, ...] = ()) -> Any:
    """A type that is new, as the page shows it: in whole, and an empty tuple where it recurs."""
    if shape.name in above:
        return ()
    above = (*above, shape.name)
    if shape.type_name == "structure":
        return {name: whole(member, above) for name, member in shape.members.items()}
    if shape.type_name == "list":
        return [whole(shape.member, above)]
    if shape.type_name == "map":
        return {whole(shape.key, above): whole(shape.value, above)}
    if shape.type_name == "string" and shape.enum:
        return " | ".join(shape.enum)
    return shape.type_name


def gain(shape: Any, hidden: dict[str, str], above: tuple[str, ...] = ()) -> Any:
    """What a type gained where each structure of `hidden` (by name) had not known that member; empty where nothing."""
    if shape.name in above:
        return ()
    above = (*above, shape.name)
    if shape.type_name == "list":
        return gain(shape.member, hidden, above)
    if shape.type_name == "map":
        return gain(shape.value, hidden, above)
    if shape.type_name == "string":
        return {shape.enum[-1]} if hidden.get(shape.name) == "" and len(shape.enum) > 1 else ()
    if shape.type_name != "structure":
        return ()
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        told = whole(member) if hidden.get(shape.name) == name else gain(member, hidden, above)
        if told:
            found[name] = told
    return found


def _hidden(operation: Any) -> dict[str, str]:
    """The last member of every second structure, and the last value of every second enum."""
    found: dict[str, str] = {}
    todo = [shape for shape in (operation.output_shape, operation.input_shape) if shape is not None]
    seen: set[str] = set()
    while todo:
        shape = todo.pop(0)
        if shape.name in seen:
            continue
        seen.add(shape.name)
        if shape.type_name == "structure":
            names = list(shape.members)
            if len(names) > 1 and len(seen) % 2:
                found[shape.name] = names.pop()
            todo += [shape.members[name] for name in names]
        elif shape.type_name == "list":
            todo.append(shape.member)
        elif shape.type_name == "map":
            todo.append(shape.value)
        elif shape.type_name == "string" and len(seen) % 2:
            found[shape.name] = ""
    return found


def text_of(markup: str) -> str:
    """What is left of a page."""
    return import_module("trafilatura").extract(markup) or ""


def _documents(service: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Text by text, with the operations that it does not show, and why."""
    import botocore.session
    from botocore import xform_name
    from botocore.model import ServiceModel

    loader = botocore.session.get_session().get_component("data_loader")
    model = ServiceModel(loader.load_service_model(service, "service-2"), service)
    title = model.metadata["serviceFullName"]
    names = list(model.operation_names)
    for at in range(0, len(names), _SIZE):
        chunk = names[at : at + _SIZE]
        lost: dict[str, str] = {}
        methods: list[tuple[str, str, dict[str, Any]]] = []
        for index, name in enumerate(chunk):
            operation = model.operation_model(name)
            markup = docstring(operation)
            if f"client.{xform_name(name)}(" in markup:
                methods.append((name, markup, _gained(operation) if index >= len(chunk) * 2 // 3 else {}))
            else:
                lost[name] = "the call is too large to be shown" if _ELIDED in markup else "docutils: line too long"
        methods.sort(key=lambda method: bool(method[2]))
        text = text_of(page(title, methods, log=f"What {service} has."))
        kept = [method for method in methods if f"client.{xform_name(method[0])}(" in text]
        if len(kept) < len(methods):
            shown = {name for name, _, _ in kept}
            text = text_of(page(title, kept, log=f"What {service} has."))
            lost |= {name: "trafilatura: dropped by its id" for name, _, _ in methods if name not in shown}
        yield text, lost


def _gained(operation: Any) -> dict[str, Any]:
    """What the request and the response gained, where they did."""
    hidden = _hidden(operation)
    sides = {"request": operation.input_shape, "response": operation.output_shape}
    return {side: told for side, shape in sides.items() if shape is not None and (told := gain(shape, hidden))}


def _write(service: str, out: Path) -> None:
    warnings.simplefilter("ignore")
    folder = out / service
    folder.mkdir(parents=True, exist_ok=True)
    lost: dict[str, str] = {}
    for number, (text, missing) in enumerate(_documents(service)):
        (folder / f"{number:03}.txt").write_text(text)
        lost |= missing
    (folder / "lost.json").write_text(json.dumps(lost, indent=1))


if __name__ == "__main__":
    with ProcessPoolExecutor(_WORKERS) as pool:
        for done in [pool.submit(_write, service, Path(sys.argv[1])) for service in sys.argv[2:]]:
            done.result()
