"""`lint_project` and `lint_file`: a history, or a plain SQL file, judged as a report.

The whole history is read, because a revision is judged in the schema that those before it made; only the
chosen
ones are told of. What comments in the files silence is taken out here, what settings and baseline do
elsewhere.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from toolkit.cancel import CancelToken
from toolkit.database import DatabaseUrl
from toolkit.errors import NeonkitError, StoppedError
from toolkit.events import Emit, unheard
from toolkit.findings import Finding, Report, Unknown
from toolkit.migrate.graph import Revision, RevisionGraph
from toolkit.migrate.lint.comments import suppressions_in_python, suppressions_in_sql
from toolkit.migrate.lint.errors import UnreadableSqlError
from toolkit.migrate.lint.history import HistoryScope
from toolkit.migrate.lint.judging import judge_history
from toolkit.migrate.lint.lint import EMPTY, Linted, lint_revision, lint_statements
from toolkit.migrate.lint.live import Live
from toolkit.migrate.lint.reading.environment import EnvironmentFile
from toolkit.migrate.lint.reading.recorded import record_history
from toolkit.migrate.lint.reading.rendering import render_history, unwritten
from toolkit.migrate.lint.reading.source import Source
from toolkit.migrate.lint.reading.sql_file import written_of
from toolkit.migrate.lint.registry import rules
from toolkit.migrate.lint.revision import Rendered
from toolkit.migrate.lint.unmeasured import NOT_READ
from toolkit.migrate.lint.world import World
from toolkit.migrate.project import AlembicProject
from toolkit.sql.parse import parse_script
from toolkit.suppression import Suppression, suppress


@dataclass(frozen=True, slots=True)
class Terms:
    """How to judge."""

    server_major: int | None = None
    """None: the newest version that was measured."""
    live: Live | None = None
    off: frozenset[str] = frozenset()
    """Rules that are not asked."""
    scratch: bool = True
    """Whether revisions that cannot be written as SQL may be run in a scratch database."""
    scratch_server: DatabaseUrl | Callable[[], DatabaseUrl] | None = None
    """Where, or how to come to it; None: an embedded server, made for it and thrown away."""
    start: World = EMPTY
    """What a SQL file finds."""
    in_transaction: bool = False
    """Whether a SQL file runs in one transaction."""


JUDGED_NEWEST = Terms()


def lint_project(
    project: AlembicProject,
    choose: Callable[[RevisionGraph], Sequence[Revision]],
    terms: Terms = JUDGED_NEWEST,
    *,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
) -> Report:
    """What the rules say of the chosen revisions. Raises what reading the project raises."""
    graph = project.graph()
    wanted = {one.id for one in choose(graph)}
    found = _read(project, graph, terms, wanted, emit, cancel)
    world, linted, unseen = EMPTY, list[tuple[Revision, Linted]](), list[Unknown]()
    for revision in graph.revisions:
        result = _lint_one(revision, found[revision.id], world, terms, told=revision.id in wanted)
        world = result.world
        if revision.id in wanted:
            linted.append((revision, result))
        else:
            unseen += [one for one in result.unknowns if one.rule == NOT_READ]
    with project.opened() as opened:
        environment = EnvironmentFile.read(opened.env_py)
    scopes = tuple(result.scope for _, result in linted)
    history = judge_history(HistoryScope(graph, scopes, world, environment), terms.off) if linted else ()
    files = [one.path for one, _ in linted] + ([environment.path] if environment else [])
    findings = [_placed(one, revision) for revision, result in linted for one in result.all]
    report = Report(
        tuple(_named(one, project.root) for one in (*findings, *history)),
        tuple(
            _unknown(one, project.root)
            for one in (*(one for _, result in linted for one in result.unknowns), *map(_earlier, unseen))
        ),
        {
            "revisions": len(linted),
            "statements": sum(len(one.acts) for one in scopes),
            "rules": len(rules()) - len(terms.off),
        },
    )
    return _without_silenced(report, _comments(files, project.root), terms)


def lint_file(path: Path, terms: Terms = JUDGED_NEWEST) -> Report:
    """What the rules say of a SQL file. Raises UnreadableSqlError, SqlSyntaxError, BadSuppressionError."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableSqlError(str(path), getattr(error, "strerror", None) or "it is not UTF-8") from error
    written = written_of(text, in_transaction=terms.in_transaction)
    result = lint_statements(
        written,
        world=terms.start,
        name=path.name,
        path=str(path),
        server_major=terms.server_major,
        live=terms.live,
        off=terms.off,
    )
    looked = {"files": 1, "statements": len(result.scope.acts), "rules": len(rules()) - len(terms.off)}
    ranges = [(one.line, one.line + one.text.count("\n")) for one in parse_script(text)]
    silenced = suppressions_in_sql(text, str(path), ranges)
    return _without_silenced(Report(result.all, result.unknowns, looked), silenced, terms)


def _read(
    project: AlembicProject,
    graph: RevisionGraph,
    terms: Terms,
    wanted: set[str],
    emit: Emit,
    cancel: CancelToken | None,
) -> dict[str, Rendered]:
    """The statements of every revision: offline where that is possible, else recorded, else none."""
    texts, why_none = render_history(project, wanted)
    found = {one.id: unwritten(one, texts, why_none) for one in graph.revisions}
    lacking = [key for key, one in found.items() if one.up is None]
    if not lacking or not terms.scratch:
        return found
    try:
        server = terms.scratch_server() if callable(terms.scratch_server) else terms.scratch_server
        recorded, failure = record_history(project, server, emit=emit, cancel=cancel)
    except StoppedError:
        raise
    except NeonkitError as error:  # no embedded server to be had, for instance: said with each revision
        recorded, failure = {}, error.sentence
    for key in lacking:
        if (one := recorded.get(key)) is not None:
            found[key] = one
        elif failure is not None:
            reason = f"{found[key].reason}; and the run in a scratch database ended before it: {failure}"
            found[key] = dataclasses.replace(found[key], reason=reason)
    return found


def _lint_one(revision: Revision, rendered: Rendered, world: World, terms: Terms, *, told: bool) -> Linted:
    return lint_revision(
        rendered.up or (),
        revision_id=revision.id,
        path=str(revision.path),
        down=rendered.down,
        source=Source.read(revision.path) if told and revision.path.suffix == ".py" else None,
        revision=revision,
        rendered=rendered,
        world=world,
        server_major=terms.server_major,
        live=terms.live,
        off=terms.off if told else frozenset(one.id for one in rules()),
    )


def _placed(finding: Finding, revision: Revision) -> Finding:
    """With a line: that of `revision = ` where the finding is on the revision as a whole."""
    place = finding.location
    if place is None or place.line is not None:
        return finding
    return dataclasses.replace(finding, location=dataclasses.replace(place, line=revision.line or 1))


def _named(finding: Finding, root: Path) -> Finding:
    if finding.location is None:
        return finding
    path = _relative(finding.location.path, root)
    return dataclasses.replace(finding, location=dataclasses.replace(finding.location, path=path))


def _earlier(one: Unknown) -> Unknown:
    """Of a revision that is not judged itself, but that those which are stand on."""
    return dataclasses.replace(one, reason=f"{one.reason}; the others are judged as if it changed nothing")


def _unknown(one: Unknown, root: Path) -> Unknown:
    return dataclasses.replace(one, subject=_relative(one.subject, root))


def _relative(path: str, root: Path) -> str:
    inside = path.startswith(str(root) + os.sep)
    return os.path.relpath(path, root) if inside else path


def _comments(files: Sequence[Path], root: Path) -> tuple[Suppression, ...]:
    found: list[Suppression] = []
    for path in files:
        if path.suffix == ".py" and (source := Source.read(path)) is not None:
            found += suppressions_in_python(source.text, _relative(str(path), root))
    return tuple(found)


def _without_silenced(report: Report, comments: Sequence[Suppression], terms: Terms) -> Report:
    known = {one.id for one in rules()}
    today = datetime.now(tz=UTC).date()
    return suppress(report, comments, today=today, ran=known - terms.off, known=known)
