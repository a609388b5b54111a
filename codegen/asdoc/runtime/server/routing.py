"""Which operation a method and a path ask for.

Literal segments beat labels. A greedy label (`{Key+}`) takes the rest of the path. So does a label at the end of a
template where an ARN begins there: WSGI hands over paths decoded, so that the `%2F` inside an ARN is a slash like any
other.
"""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")

_ARN = ("arn:", "arn%3a")


class _Node(Generic[T]):
    __slots__ = ("children", "greedy", "label", "leaf", "trailing")

    def __init__(self) -> None:
        self.children: dict[str, _Node[T]] = {}
        self.label: _Node[T] | None = None
        self.leaf: list[tuple[dict[str, str], T]] = []
        """What ends here, each with the query literals it asks for; the most particular first."""
        self.greedy: _Node[T] | None = None
        self.trailing: _Node[T] | None = None
        """The node behind a label that ends a template."""


Match = tuple[T, list[str]]


class Router(Generic[T]):
    """Maps a method and a path to a value and the texts of its labels, as they stand in the path."""

    def __init__(self) -> None:
        self._roots: dict[str, _Node[T]] = {}

    def add(self, method: str, template: str, value: T) -> list[str]:
        """Take in a URI template such as `/applications/{ApplicationId}`; returns the names of its labels in order."""
        path, _, query = template.partition("?")
        wanted = _literals(query) if query else {}
        node = self._roots.setdefault(method, _Node())
        labels: list[str] = []
        segments = path.split("/")[1:]
        for index, segment in enumerate(segments):
            last = index == len(segments) - 1
            if not segment.startswith("{"):
                node = node.children.setdefault(segment, _Node())
                continue
            labels.append(segment.strip("{+}"))
            if segment.endswith("+}"):
                node.greedy = node.greedy or _Node()
                node = node.greedy
                continue
            node.label = node.label or _Node()
            if last:
                node.trailing = node.label
            node = node.label
        node.leaf.append((wanted, value))
        node.leaf.sort(key=lambda item: -len(item[0]))
        return labels

    def match(self, method: str, path: str, query: str = "") -> Match[T] | None:
        """The value for a path, and its labels still as the path spells them; None where no template fits."""
        root = self._roots.get(method)
        if root is None or not path.startswith("/"):
            return None
        segments = path.split("/")
        labels: list[str] = []
        # Most paths have one way down, which needs no way back: a literal where there is one, else the label.
        node = root
        for segment in segments[1:]:
            child = node.children.get(segment)
            if child is None:
                child = node.label
                if child is None or not segment or node.greedy is not None:
                    break
                labels.append(segment)
            elif node.label is not None or node.greedy is not None:
                break
            node = child
        else:
            if len(node.leaf) == 1 and not node.leaf[0][0]:
                return node.leaf[0][1], labels
        labels = []
        end = _walk(root, segments, 1, labels)
        found = _select(end.leaf, query) if end is not None else None
        return None if found is None else (found[0], labels)


def _walk(node: _Node[T], segments: list[str], index: int, labels: list[str]) -> _Node[T] | None:
    if index == len(segments):
        return node if node.leaf else None
    segment = segments[index]
    child = node.children.get(segment)
    if child is not None:
        found = _walk(child, segments, index + 1, labels)
        if found is not None:
            return found
    child = node.label
    if child is not None and segment:
        labels.append(segment)
        found = _walk(child, segments, index + 1, labels)
        if found is not None:
            return found
        labels.pop()
    rest = node.greedy or (node.trailing if segment[:6].lower().startswith(_ARN) else None)
    if rest is not None:
        for end in range(len(segments), index, -1):
            text = "/".join(segments[index:end])
            if not text:
                break
            labels.append(text)
            found = _walk(rest, segments, end, labels)
            if found is not None:
                return found
            labels.pop()
    return None


def _select(leaf: list[tuple[dict[str, str], T]], query: str) -> tuple[T] | None:
    for wanted, value in leaf:
        if not wanted:
            return (value,)
        given = _literals(query)
        if all(name in given and (not text or given[name] == text) for name, text in wanted.items()):
            return (value,)
    return None


def _literals(query: str) -> dict[str, str]:
    literals: dict[str, str] = {}
    for part in query.split("&"):
        name, _, text = part.partition("=")
        literals[name] = text
    return literals
