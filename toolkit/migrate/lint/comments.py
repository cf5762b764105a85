"""Comments that silence a rule in one place: `# neonkit: ignore[rule] reason`, in SQL with `--`.

In the line of a statement, or in the line above it, the comment speaks of that statement, however many
lines it has. A comment without a reason is an error of the file, as everywhere.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from typing import Final

from toolkit.suppression import Span, Suppression

_COMMENT: Final = re.compile(r"(?:#|--)\s*neonkit:\s*ignore\[([^\]]*)\]\s*[:,-]?\s*(.*?)\s*$")

Range = tuple[int, int]
"""First and last line of a statement."""


def suppressions_in_python(text: str, path: str) -> tuple[Suppression, ...]:
    """The comments of a revision's file. Raises BadSuppressionError for one without a reason."""
    comments = [
        (token.start[0], token.string, token.line.lstrip().startswith("#"))
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    ]
    return tuple(_made(comments, _ranges_of_python(text), path))


def suppressions_in_sql(text: str, path: str, ranges: Sequence[Range]) -> tuple[Suppression, ...]:
    """The comments of a SQL file whose statements stand in the given lines. Raises BadSuppressionError."""
    comments = [
        (number, line[line.index("--") :], line.lstrip().startswith("--"))
        for number, line in enumerate(text.splitlines(), start=1)
        if "--" in line
    ]
    return tuple(_made(comments, ranges, path))


def _made(
    comments: Sequence[tuple[int, str, bool]], ranges: Sequence[Range], path: str
) -> Iterator[Suppression]:
    for line, comment, alone in comments:
        if (found := _COMMENT.search(comment)) is None:
            continue
        first, last = _spoken_of(line, ranges, alone=alone)
        for rule in found[1].split(","):
            yield Suppression(rule.strip(), found[2], span=Span(path, min(first, line), max(last, line)))


def _spoken_of(line: int, ranges: Sequence[Range], *, alone: bool) -> Range:
    """The smallest statement around the line; of a line with nothing but the comment, else the next one."""
    around = [one for one in ranges if one[0] <= line <= one[1]]
    if around:
        return min(around, key=lambda one: one[1] - one[0])
    later = [one for one in ranges if one[0] > line]
    return min(later) if alone and later else (line, line)


def _ranges_of_python(text: str) -> list[Range]:
    """Simple statements whole; of a function or block only its head, so that it does not cover its body."""
    found = []
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.stmt):
            body = getattr(node, "body", None)
            last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
            found.append((node.lineno, max(last, node.lineno)))
    return found
