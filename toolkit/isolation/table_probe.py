"""All verbs of one table, tried by a few users in turn."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from toolkit.isolation import judge
from toolkit.isolation.attempt import Outcome, Stage
from toolkit.isolation.catalog import Catalog, Column
from toolkit.isolation.data_audit import DataAudit
from toolkit.isolation.grounds import Edge, Grounds
from toolkit.isolation.judge import Bench
from toolkit.isolation.probe_delete import delete
from toolkit.isolation.probe_insert import insert, point
from toolkit.isolation.probe_read import read, read_without_identity
from toolkit.isolation.probe_update import update
from toolkit.isolation.probe_write import WriteProbe
from toolkit.isolation.sample import Sample, choose, count_users
from toolkit.isolation.verdict import BADNESS, Cell, Verb, Verdict


def probe_table(
    stage: Stage,
    grounds: Grounds,
    bench: Bench,
    catalog: Catalog,
    wrong: DataAudit,
    nobody: dict[str, Outcome],
    valid: frozenset[str],
    reason: str | None,
    only: Collection[Verb] = tuple(Verb),
) -> list[Cell]:
    """The cells of one table, of some verbs only.

    `nobody` holds what was read before any identity was set; `reason` forbids attempts.
    """
    decided = {verb: judge.by_catalog(bench, verb) for verb in only}
    edges = grounds.edges(bench.table)
    if Verb.REFERENCES in decided:
        decided[Verb.REFERENCES] = _by_constraint(bench, edges, wrong, valid) or decided[Verb.REFERENCES]
    if all(decided.values()):
        return [cell for cell in decided.values() if cell is not None]
    samples = reason or choose(stage, grounds, bench.table)
    if isinstance(samples, str):
        return [cell or bench.cell(verb, Verdict.UNKNOWN, samples) for verb, cell in decided.items()]
    columns = catalog.columns(bench.table.quoted)
    everybody = len(samples) == count_users(stage, grounds, bench.table)
    trials = [_TableTrial(stage, grounds, bench, sample, columns, nobody, everybody) for sample in samples]
    cells = [cell or _worst(trial.verdict(verb) for trial in trials) for verb, cell in decided.items()]
    return [_unless_cascading(bench, cell, wrong) for cell in cells]


def _worst(cells: Iterable[Cell]) -> Cell:
    """The worst of several answers to one question; nobody acts any more once something leaked."""
    worst: Cell | None = None
    for cell in cells:
        if worst is None or BADNESS[cell.verdict] > BADNESS[worst.verdict]:
            worst = cell
        if cell.verdict is Verdict.LEAK:
            break
    assert worst is not None
    return worst


class _TableTrial:
    def __init__(
        self,
        stage: Stage,
        grounds: Grounds,
        bench: Bench,
        sample: Sample,
        columns: tuple[Column, ...],
        nobody: dict[str, Outcome],
        everybody: bool,
    ) -> None:
        self._grounds = grounds
        self._exhausted = everybody and len(sample.prey) == sample.others
        self._stage, self._bench, self._sample = stage, bench, sample
        self._columns, self._nobody = columns, nobody
        rows = stage.observe("SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")
        self._superuser = bool(rows[0]["rolsuper"])

    def verdict(self, verb: Verb) -> Cell:
        """Try one verb and judge it."""
        stage, sample, table = self._stage, self._sample, self._bench.table
        if verb is Verb.READ:
            nobody = {**self._nobody, "empty": read_without_identity(stage, table, "")}
            return judge.reading(
                self._bench, sample, read(stage, table, sample), nobody, exhausted=self._exhausted
            )
        if verb is Verb.REFERENCES:
            return judge.pointing(
                self._bench, sample, [(edge, self._point(edge)) for edge in self._grounds.edges(table)]
            )
        return judge.writing(self._bench, verb, sample, self._write(verb), exhausted=self._exhausted)

    def _write(self, verb: Verb) -> WriteProbe | str:
        stage, sample, table, superuser = self._stage, self._sample, self._bench.table, self._superuser
        if verb is Verb.INSERT:
            return insert(stage, table, sample, self._columns, superuser=superuser)
        if verb is Verb.UPDATE:
            referring = self._grounds.referring(table)
            return update(stage, table, sample, self._columns, referring, superuser=superuser)
        return delete(stage, table, sample, superuser=superuser)

    def _point(self, edge: Edge) -> WriteProbe | str:
        assert self._bench.security is not None
        return point(
            self._stage,
            edge,
            self._sample,
            self._columns,
            superuser=self._superuser,
            by_insert=self._bench.security.can_insert,
        )


def _by_constraint(
    bench: Bench, edges: tuple[Edge, ...], wrong: DataAudit, valid: frozenset[str]
) -> Cell | None:
    """The verdict on references that rows and constraints give, whatever the policies are."""
    verb = Verb.REFERENCES
    if bench.security is None:
        return None
    for name, rows in wrong.crossed.items():
        if rows.count:
            reason = f"{rows.count} rows along {name} have another owner than their parent"
            return bench.cell(verb, Verdict.LEAK, reason, keys=list(rows.keys))
    if not edges:
        return bench.closed(verb, "no foreign key leads to another owned table")
    if all(edge.is_proven(valid) for edge in edges):
        names = [edge.foreign_key.name for edge in edges]
        return bench.cell(verb, Verdict.PROVEN, "every reference carries the owner in its key", keys=names)
    return None


def _unless_cascading(bench: Bench, cell: Cell, wrong: DataAudit) -> Cell:
    """A crossed row goes, or changes, when the owner of its parent deletes that; then nothing else counts."""
    touched = {"CASCADE": Verb.DELETE, "SET NULL": Verb.UPDATE, "SET DEFAULT": Verb.UPDATE}
    crossed = any(touched.get(action or "") is cell.verb for action in wrong.cascades)
    if not crossed or cell.verdict is Verdict.LEAK:
        return cell
    reason = "a row stands under the parent of another user, whose deletion reaches it"
    return bench.cell(cell.verb, Verdict.UNKNOWN, reason)
