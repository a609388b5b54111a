"""What to call after a case, so that a shared target is left as it was."""

from __future__ import annotations

import copy

from ..cases.model import Case
from .names import UNDOING, verb_noun
from .producers import Production
from .scene import Scene
from .world import OWN, CallStep, Link


def teardown(scene: Scene) -> list[CallStep]:
    """Calls that undo what the world made, the last first, as far as the documents show how."""
    made = [(index, step) for index, step in enumerate(scene.steps) if isinstance(step, CallStep)] + [(OWN, scene.call)]
    undo: list[CallStep] = []
    for index, step in reversed(made):
        verb, noun = verb_noun(step.operation)
        for opposite in UNDOING.get(verb, ()):
            examples = scene.producers.by_operation.get(opposite + noun)
            if not examples:
                continue
            undoing = _undo(scene, examples[0], index, step, made)
            if undoing:
                undo.append(undoing)
            break
    return undo


def _undo(scene: Scene, example: Case, index: int, step: CallStep, made: list[tuple[int, CallStep]]) -> CallStep | None:
    undoing = CallStep(example, copy.deepcopy(example.params))
    for leaf in scene.producers.params(example):
        matches = scene.producers.matches(example, leaf)
        production = matches[0].production if matches else scene.producers.by_habit(example, leaf)
        if production is None:
            continue
        if production.case.operation == step.operation:
            undoing.links[leaf.path] = Link(index, production.side, production.path)
            continue
        # What it stands in is the same thing that the undone call named.
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
