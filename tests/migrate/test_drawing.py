"""The graph of revisions as lines."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from toolkit.migrate.drawing import drawn

Graph = Sequence[tuple[str, Sequence[str]]]

CASES: dict[str, tuple[Graph, str]] = {
    "nothing": ((), ""),
    "a line": (
        (("c", ["b"]), ("b", ["a"]), ("a", [])),
        """
* c
* b
* a
""",
    ),
    "two heads from one revision": (
        (("h2", ["x"]), ("h1", ["y"]), ("y", ["r"]), ("x", ["r"]), ("r", ["q"]), ("q", [])),
        """
* h2
| * h1
| * y
* | x
|/
* r
* q
""",
    ),
    "a merge": (
        (("m", ["x", "y"]), ("y", ["r"]), ("x", ["r"]), ("r", [])),
        """
* m
|\\
| * y
* | x
|/
* r
""",
    ),
    "a merge of three": (
        (("m", ["x", "y", "z"]), ("z", ["r"]), ("y", ["r"]), ("x", ["r"]), ("r", [])),
        """
* m
|\\
|_|\\
| | * z
| * | y
* | | x
|_|/
|/
* r
""",
    ),
    "a merge into a line that goes on": (
        (("m2", ["m", "w"]), ("m", ["x", "y"]), ("w", ["y"]), ("y", ["r"]), ("x", ["r"]), ("r", [])),
        """
* m2
|\\
* | m
|_|\\
| * | w
| |/
| * y
* | x
|/
* r
""",
    ),
    "bases that know nothing of each other": (
        (("b2", ["b1"]), ("b1", []), ("a2", ["a1"]), ("a1", [])),
        """
* b2
* b1
* a2
* a1
""",
    ),
}


def text(graph: Graph) -> str:
    lines = []
    for one in drawn(graph):
        lines += [*one.above, f"{one.lanes} {one.revision}", *one.below]
    return "\n".join(lines)


@pytest.mark.parametrize(("graph", "lines"), CASES.values(), ids=CASES.keys())
def test_lines(graph: Graph, lines: str) -> None:
    assert text(graph) == lines.strip("\n")


def test_each_revision_has_one_node() -> None:
    graph = CASES["a merge into a line that goes on"][0]
    assert [one.lanes.count("*") for one in drawn(graph)] == [1] * len(graph)
    assert [one.revision for one in drawn(graph)] == [revision for revision, _ in graph]
