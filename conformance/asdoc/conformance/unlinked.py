"""Members of a call that name a thing, and that nothing of the case's own world stands behind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asdoc.runtime.schema import Operation, Service

from .plan.references import names
from .plan.resolve import Exchange
from .plan.world import CallStep

_NAMING = frozenset({"string", "integer", "long"})


def unlinked(service: Service, operation: Operation, step: CallStep, earlier: Iterable[Exchange]) -> Iterator[str]:
    """Required members of a call whose value is a mere sample: no earlier call answered it, or was given it.

    Where such a call reads what was made before, that it finds nothing says nothing of the target.
    """
    shape = service.shapes.get(operation.input)
    linked = {path[0] for path in step.links}
    given = [exchange.sent for exchange in earlier]
    for name in shape.required if shape else ():
        held = service.resolve(shape.members[name]) if shape else None
        if held is None or held.type not in _NAMING or held.enum or name in linked:
            continue
        value = step.params.get(name)
        if not any(names(value)) and not any(value == sent.get(name) for sent in given):
            yield name
