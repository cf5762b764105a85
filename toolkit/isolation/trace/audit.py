"""Statements as they are run, held against the acting user: each call site once.

A text is read once; after that only its values are compared. Invariant: no value of a statement is kept, and
nothing of a finding is a secret of the user's.
"""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, MappingProxyType
from typing import Any, Final

from toolkit.findings import Finding, Fix, Location, Report, Severity, Unknown
from toolkit.isolation.trace.grounds import Grounds
from toolkit.isolation.trace.heard import VERBS, Heard, HeardStatements
from toolkit.isolation.trace.placeholders import Numbered, numbered
from toolkit.isolation.trace.requirement import Action, Requirement, Standing
from toolkit.isolation.trace.statement import requirements
from toolkit.isolation.verdict import Verb

RULE: Final = "trace.unbound"
NO_USER: Final = "trace.no-user"
RULES: Final[Mapping[str, str]] = MappingProxyType(
    {
        RULE: "A statement may reach rows of another user: what it compares with the owner is not the acting "
        "user. Bind the user's key in the statement, or let row security do it.",
        NO_USER: "A statement on owned rows ran while no user was acting. Run it in a user's session, or "
        "exempt it by name if it serves no user.",
    }
)
"""What each says, and what to do."""
_MOST_TEXTS: Final = 10_000
_MOST_KEYS: Final = 1_000_000
_LONGEST_SHOWN: Final = 400
_MOST_PLACES: Final = 5
_NOBODY: Final = "nobody"
_LIBRARIES: Final = ("sqlalchemy", "sqlmodel", "psycopg2", "contextlib", "toolkit.isolation.trace")


@dataclass(frozen=True, slots=True)
class Known:
    """A text that was read."""

    numbered: Numbered
    requirements: tuple[Requirement, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A reference that was not bound, at one place of the program."""

    requirement: Requirement
    standing: Standing
    statement: str
    path: str
    line: int
    with_user: bool


class StatementAudit:
    """Hears statements and keeps what was wrong with them. One for a program or a test run."""

    def __init__(self, grounds: Grounds) -> None:
        self.grounds = grounds
        self.statements = 0
        self.with_user = 0
        """How many of the statements ran for a user."""
        self._known: dict[tuple[str, bool], Known] = {}
        self._seen: Counter[Seen] = Counter()
        self._judged: Counter[tuple[str, Action, Standing, bool]] = Counter()
        """By table, action, standing, and whether a user acted."""
        self._own: set[tuple[str, str, tuple[str, ...]]] = set()
        self._last = threading.local()

    def hear(
        self, text: str, values: Any, user: object | None, *, formatted: bool = True
    ) -> tuple[Standing, ...]:
        """Judge one execution: the text as the driver gets it, its values, the acting user (None: nobody).

        With several sets of values each is judged. `formatted`: whether the driver looks for placeholders.
        Returns how each reference stands.
        """
        self.statements += 1
        self.with_user += user is not None
        known = self._read(text, formatted=formatted)
        if not known.requirements:
            self._last.bound = False
            return ()
        many = isinstance(values, list) and values and isinstance(values[0], Mapping | tuple | list)
        standings = [
            standing for each in (values if many else [values]) for standing in self._judge(known, each, user)
        ]
        self._last.bound = all(each is Standing.BOUND for each in standings)
        return tuple(standings)

    def learn(self, table: str, key: tuple[object, ...], user: object | None) -> None:
        """A row came from the statement heard last, or went with it: if that was bound, it is the user's.

        So the update or the reload that names it by its key alone is no leak.
        """
        if user is not None and getattr(self._last, "bound", False) and len(self._own) < _MOST_KEYS:
            self._own.add((str(user), table, tuple(map(str, key))))

    def report(self) -> Report:
        """What was heard: a finding for each unbound reference and place, an unknown for each doubt."""
        bad = [(seen, times) for seen, times in self._seen.items() if seen.standing is Standing.UNBOUND]
        doubts = [seen for seen in self._seen if seen.standing is Standing.UNKNOWN]
        return Report(
            findings=tuple(_finding(seen, times) for seen, times in bad),
            unknowns=(
                *self._vacuous(),
                *(
                    Unknown(RULE, f"{each.path}:{each.line} {each.requirement.table}", each.requirement.doubt)
                    for each in doubts
                ),
            ),
            looked_at={
                "statements": self.statements,
                "statements of a user": self.with_user,
                "texts": len(self._known),
                **{f"references {standing.value.lower()}": self._count(standing) for standing in Standing},
            },
        )

    def heard(self) -> HeardStatements:
        """What was heard, by table and verb: the layer of statements of the verdict table."""
        counts: dict[tuple[str, Verb], Counter[str]] = {}
        for (table, action, standing, with_user), times in self._judged.items():
            kind = standing.value.lower() if with_user or standing is Standing.UNKNOWN else _NOBODY
            counts.setdefault((table, VERBS[action]), Counter())[kind] += times
        places: dict[tuple[str, Verb], Counter[str]] = {}
        for seen, times in self._seen.items():
            place = (seen.requirement.table, VERBS[seen.requirement.action])
            if seen.with_user or seen.standing is Standing.UNKNOWN:
                places.setdefault(place, Counter())[f"{seen.path}:{seen.line}"] += times
        heard = []
        for place, kinds in sorted(counts.items(), key=lambda each: (each[0][0], each[0][1].value)):
            found = tuple(path for path, _ in places.get(place, Counter()).most_common(_MOST_PLACES))
            table, verb = place
            bound, unbound, unknown = (kinds[standing.value.lower()] for standing in Standing)
            heard.append(Heard(table, verb, bound, unbound, unknown, kinds[_NOBODY], found))
        return HeardStatements(self.statements, self.with_user, tuple(heard))

    def _count(self, standing: Standing) -> int:
        return sum(times for (_, _, found, _), times in self._judged.items() if found is standing)

    def _vacuous(self) -> list[Unknown]:
        if self.with_user:
            return []
        return [Unknown(NO_USER, "program", "no statement ran for a user, so nothing was shown")]

    def _read(self, text: str, *, formatted: bool) -> Known:
        known = self._known.get((text, formatted))
        if known is None:
            if len(self._known) >= _MOST_TEXTS:
                self._known.clear()
            form = numbered(text, formatted=formatted)
            known = Known(form, requirements(form.sql, self.grounds))
            self._known[text, formatted] = known
        return known

    def _judge(self, known: Known, values: Any, user: object | None) -> list[Standing]:
        execution = _Execution(known.numbered.keys, values, user, self._own)
        standings = []
        for each in known.requirements:
            standing = each.standing(execution)
            self._judged[each.table, each.action, standing, user is not None] += 1
            standings.append(standing)
            if standing is not Standing.BOUND:
                path, line = _place()
                shown = _shown(known.numbered.sql)
                self._seen[Seen(each, standing, shown, path, line, with_user=user is not None)] += 1
        return standings


@dataclass(frozen=True, slots=True)
class _Execution:
    """One execution of a statement, asked by its requirements."""

    keys: tuple[str | int, ...]
    values: Any
    user: object | None
    own: set[tuple[str, str, tuple[str, ...]]]

    def value(self, number: int) -> Any:
        return self.values[self.keys[number - 1]] if 0 < number <= len(self.keys) else None

    def is_own(self, table: str, key: tuple[str, ...]) -> bool:
        return (str(self.user), table, key) in self.own


def _finding(seen: Seen, times: int) -> Finding:
    requirement = seen.requirement
    if not seen.with_user:
        why = "no user was acting"
    elif requirement.is_hopeless:
        why = requirement.reason
    else:
        why = "the value compared with the owner was not the acting user"
    return Finding(
        rule=RULE if seen.with_user else NO_USER,
        severity=Severity.ERROR if seen.with_user else Severity.WARNING,
        subject=requirement.table,
        sentence=f"A statement may {_VERBS[requirement.action]} {requirement.table}: {why}.",
        evidence={"statement": seen.statement, "times": times, "action": requirement.action.value},
        fix=Fix(_FIXES[requirement.action]),
        location=Location(seen.path, seen.line),
    )


_VERBS: Final[Mapping[Action, str]] = {
    Action.READ: "read other users' rows of",
    Action.UPDATE: "change other users' rows of",
    Action.DELETE: "delete other users' rows of",
    Action.INSERT: "make rows for other users in",
    Action.GIVE: "give rows to other users in",
    Action.REFER: "hang rows on other users' rows from",
}
_FIXES: Final[Mapping[Action, str]] = {
    Action.READ: "compare the owner with the acting user, here or in a join along the foreign keys",
    Action.UPDATE: "put the owner into the WHERE beside the key",
    Action.DELETE: "put the owner into the WHERE beside the key",
    Action.INSERT: "write the acting user into the owner column",
    Action.GIVE: "leave the owner column out of the update",
    Action.REFER: "make the foreign key carry the owner, too",
}


def _shown(sql: str) -> str:
    """The text without values, on one line."""
    line = " ".join(sql.split())
    return line if len(line) <= _LONGEST_SHOWN else line[: _LONGEST_SHOWN - 1] + "…"


def _place() -> tuple[str, int]:
    """The innermost line of the program itself: behind the libraries that carry its statements."""
    frame: FrameType | None = sys._getframe(2)  # noqa: SLF001  # a traceback would cost ten times as much
    while frame is not None:
        module = str(frame.f_globals.get("__name__", ""))
        if not module.startswith(_LIBRARIES):
            return _relative(frame.f_code.co_filename), frame.f_lineno
        frame = frame.f_back
    return "?", 0


def _relative(path: str) -> str:
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path
