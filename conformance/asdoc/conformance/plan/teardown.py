"""What to call after a case, so that a shared target is left as it was."""

from __future__ import annotations

from ..cases.model import SAMPLE, Case
from .producers import Production
from .references import parse, refers
from .scene import Scene
from .world import OWN, CallStep, Link, UndoStep


def teardown(scene: Scene) -> list[UndoStep]:
    """Calls that undo what the world made, the last first, as far as the documents show how."""
    made = [(index, step) for index, step in enumerate(scene.steps) if isinstance(step, CallStep)] + [(OWN, scene.call)]
    undo: list[UndoStep] = []
    for index, step in reversed(made):
        example = scene.producers.opposite(step.operation)
        if example is None:
            continue
        if example.kind == SAMPLE:
            undoing = _undo_made_up(scene, example, index, step)
        else:
            undoing = _undo(scene, example, index, step, made)
        if undoing:
            undo.append(undoing)
    return undo


def _undo_made_up(scene: Scene, sample: Case, index: int, step: CallStep) -> UndoStep | None:
    """As a made-up call is made, but of what this very step gave."""
    undoing = UndoStep(sample, dict(sample.params), undoes=index)
    for name, value in sample.params.items():
        if not refers(value) or not isinstance(told := next(iter(value.values())), str):
            continue
        reference = parse(told)
        creator = scene.file.resources.get(reference.name, {}).get("create", reference.name)
        if creator == step.operation:
            undoing.params[name] = ""
            undoing.links[name,] = Link(index, "answer", reference.path)
        elif name in step.params:
            undoing.params[name] = ""
            undoing.links[name,] = Link(index, "sent", (name,))
        elif reference.name not in scene.names:
            return None
    return undoing if undoing.links else None


def _undo(scene: Scene, example: Case, index: int, step: CallStep, made: list[tuple[int, CallStep]]) -> UndoStep | None:
    undoing = UndoStep(example, dict(example.params), undoes=index)
    for leaf, production in scene.producers.behind(example):
        if production.case.operation == step.operation:
            undoing.links[leaf.path] = Link(index, production.side, production.path)
            continue
        # What it stands in is the same thing that the undone call named.
        name = leaf.path[0]
        if len(leaf.path) == 1 and name in step.params and refers(step.params[str(name)]):
            undoing.links[leaf.path] = Link(index, "sent", leaf.path)
            continue
        holder = next(
            (link for link in step.links.values() if isinstance(link, Link) and _is(scene, link, production)), None
        )
        if holder is None:
            holder = next(
                (
                    Link(at_, production.side, production.path)
                    for at_, other in made
                    if other.case.operation == production.case.operation
                ),
                None,
            )
        if holder is None:
            return None
        undoing.links[leaf.path] = holder
    return undoing if undoing.links else None


def _is(scene: Scene, link: Link, production: Production) -> bool:
    step = scene.steps[link.step] if link.step != OWN else None
    return isinstance(step, CallStep) and step.operation == production.case.operation and link.path == production.path
