"""The plan of one case: the calls before it, what its literals stand for, and what to clear away after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from ..cases.model import Case
from ..cases.model import Step as Told
from .leaves import Path


@dataclass(frozen=True)
class Link:
    """A literal that stands for a value of another call of the same world."""

    step: int
    """Index in `World.steps`; `OWN` for the case's own call."""
    side: Literal["sent", "answer"]
    path: Path


OWN = -1


@dataclass(frozen=True)
class ArnPart:
    """A part of an ARN that the run decides."""

    name: Literal["region", "account"]


@dataclass(frozen=True)
class ArnLink:
    """A documented ARN taken apart: text that stays, parts that the run decides, and ids that other calls gave."""

    pieces: tuple[str | ArnPart | Link, ...]


@dataclass(frozen=True)
class Open:
    """A value that a target is free to choose, as an id of its own making: only its type is documented."""


Binding = Link | ArnLink | Open


@dataclass
class CallStep:
    """One documented call. `params` are as documented; `links` say which of its literals stand for something else."""

    case: Case
    params: dict[str, Any]
    links: dict[Path, Binding] = field(default_factory=dict)
    fitted: dict[str, Any] = field(default_factory=dict)
    """Members given another value than on the page of this call, because the answer of the case shows that one."""

    @property
    def operation(self) -> str:
        return self.case.operation


@dataclass
class TrialStep(CallStep):
    """A call that is judged: one of the steps of a case."""

    told: Told = field(default_factory=Told)
    unknown: frozenset[str] = frozenset()
    """Members whose value is made one that nothing bears."""


@dataclass
class UndoStep(CallStep):
    """A call that clears away what another one made."""

    undoes: int = OWN
    """Index of that one in `World.steps`."""


@dataclass
class WaitStep:
    """Time that must pass: until a documented state is reached, the sum of the linked members of a call's answer."""

    state: str
    amounts: tuple[Link, ...]
    unit_seconds: float
    source: str = ""
    more_seconds: float = 0.0
    """Time beyond that, where a statement asks for it."""
    exact: bool = False
    """True where no more time must pass than that."""


Step = CallStep | WaitStep


@dataclass
class World:
    """Everything for one reading of one case."""

    case: Case
    reading: str
    steps: list[Step]
    call: CallStep
    changes: tuple[str, ...]
    """JSON Pointers into the documented example of what this reading changes; `/before` where it calls more."""
    expected: dict[Path, Binding]
    """What stands for the literals of the documented answer; others are compared as they are printed."""
    unproven: frozenset[Path] = frozenset()
    """Documented values that nothing in this world brings about: of the sample that the page shows, and no more."""
    unread: bool = False
    """True where nobody has told how the resources of the service come about: its examples stand by themselves."""
    unmade: tuple[str, ...] = ()
    """Names in the call that nothing in the documents brings about."""
    timed: frozenset[Path] = frozenset()
    """Documented values that only time brings about."""
    awaits_state: bool = False
    """True where the call itself means nothing before the waits are over."""
    missing: tuple[str, ...] = ()
    """What no documented call brings about. Not empty: the case cannot be planned."""
    undoing: Callable[[], list[UndoStep]] = list
    """Finds what clears this world away."""
    lastly: list[CallStep] = field(default_factory=list)
    """What the case itself says must be called at its end, before all else is undone."""
    names: dict[str, int] = field(default_factory=dict)
    """Step or resource by the name that the case uses -> its index in `steps`."""

    @cached_property
    def teardown(self) -> list[UndoStep]:
        """What clears this world away, found when it is asked for: a target that forgets needs none."""
        return self.undoing()

    @property
    def scripted(self) -> bool:
        """Whether the case is its judged steps, rather than one call."""
        return bool(self.case.scripts)
