"""While rows are imported: keep what undoing them will need, in the data's own transaction.

Of each written row its key and a digest of it as it stands then; of a changed one also what it was before.
Invariant: what the ledger says a run touched is what stands, because one COMMIT writes both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.judge.rows import Cell, Row
from toolkit.transfer.loading.errors import ImportOptionError
from toolkit.transfer.loading.readback import comparable
from toolkit.transfer.target.texts import plain_texts
from toolkit.transfer.target.wire import Wire
from toolkit.transfer.undo.images import TOUCHED, KeptTable, digest, image, quoted, texts

LIMIT: Final = 100_000
"""Rows up to which it is kept without being asked for: one more row in the ledger for each of them."""
_BATCH: Final = 2_000
_UNREADABLE: Final = """
SELECT min(name) FROM unnest(%s::text[]) AS name WHERE NOT has_table_privilege(name::regclass, 'SELECT')
"""


def reason_not_to_keep(wire: Wire, plan: Plan, rows: int, asked: bool | None) -> str | None:
    """Why nothing is kept of this import, in a few words; None if it is.

    `asked`: None leaves it to its size.
    """
    if asked is False:
        return "it was imported with the word that nothing is to be kept"
    if asked is None and rows > LIMIT:
        return f"it has more than {LIMIT} rows, and keeping what they were was not asked for"
    names = [table.target.sql for table in plan.tables.values()]
    (unreadable,) = wire.rows(_UNREADABLE, [names])[0]
    return f"the role that imported it may not read all columns of {unreadable}" if unreadable else None


def keeping_for(
    wire: Wire, plan: Plan, rows: int, asked: bool | None
) -> tuple[Keeping | None, dict[str, Any]]:
    """What keeps for an import of so many rows, if anything does; and what its run is to say of it.

    Raises `ImportOptionError` where it is asked for and cannot be.
    """
    reason = reason_not_to_keep(wire, plan, rows, asked)
    if reason is None:
        keeping = Keeping(plan)
        return keeping, keeping.facts
    if asked:
        raise ImportOptionError("--undo", reason, "Leave --undo out, or import as the owner of the tables.")
    return None, {"undo": {"reason": reason}}


class Keeping:
    """What one import keeps."""

    def __init__(self, plan: Plan, unknown: Mapping[str, int] | None = None) -> None:
        """`unknown`: rows without a known key that an earlier process of the same run wrote, by table."""
        self._plan = plan
        self._before: dict[Row, str] = {}
        self._unknown = Counter(unknown or {})
        self._kept = {
            plan.tables[name].target.label: KeptTable.of(
                plan.tables[name].target, known=comparable(plan.tables[name])
            )
            for name in plan.fill.order
        }

    @property
    def facts(self) -> dict[str, Any]:
        """What the run says of it: the tables, parents first, and how many rows cannot be found again."""
        return self.facts_with({})

    def facts_with(self, unknown: Mapping[str, int]) -> dict[str, Any]:
        """The same with rows that are written now and cannot be found again."""
        tables = [table.plain for table in self._kept.values()]
        return {"undo": {"tables": tables, "unknown": dict(self._unknown + Counter(unknown))}}

    def look(self, wire: Wire, rows: Mapping[str, Sequence[Row]]) -> None:
        """Look at the stored rows that are about to be changed."""
        for name, members in rows.items():
            table = self._plan.tables[name]
            there = [row for row in members if row.exists and row.live]
            if not there or not comparable(table):
                continue
            kept = self._kept[table.target.label]
            with plain_texts(wire):
                for batch in _batches(there):
                    sql = f"SELECT s.n, {image(kept.columns, 't')}::text FROM {_joined(table)}"  # noqa: S608 - names are quoted, values bound
                    for number, before in wire.rows(sql, _keys(table, batch)):
                        self._before[batch[number - 1]] = before

    def unknown(self, rows: Mapping[str, Iterable[Row]]) -> Counter[str]:
        """How many of the written rows cannot be found again, by table."""
        found: Counter[str] = Counter()
        for name, members in rows.items():
            table = self._plan.tables[name]
            found[table.target.label] += sum(row.live and not _known(table, row) for row in members)
        return +found

    def add_unknown(self, unknown: Mapping[str, int]) -> None:
        """Count rows that were written and cannot be found again."""
        self._unknown.update(unknown)

    def keep(self, wire: Wire, run: str, rows: Mapping[str, Iterable[Row]]) -> None:
        """Enter the rows that were written, as they stand now."""
        for name, members in rows.items():
            table = self._plan.tables[name]
            written = [row for row in members if row.live and _known(table, row)]
            if not written:
                continue
            kept = self._kept[table.target.label]
            sql = _enter(table, kept)
            with plain_texts(wire):
                for batch in _batches(written):
                    befores = [self._before.get(row) for row in batch]
                    actions = ["updated" if row.exists else "inserted" for row in batch]
                    wire.run(sql, [run, kept.label, *_keys(table, batch), actions, befores])

    def expect_changes(self, wire: Wire, run: str, rows: Mapping[str, Sequence[Row]]) -> None:
        """Before rows of earlier batches are changed: what somebody else has changed stays known as such."""
        self._renew(wire, run, rows, "NULL", "x.after IS DISTINCT FROM {digest}")

    def keep_changes(self, wire: Wire, run: str, rows: Mapping[str, Sequence[Row]]) -> None:
        """Afterwards: the rows are kept as they stand now."""
        self._renew(wire, run, rows, "{digest}", "x.after IS NOT NULL")

    def _renew(
        self, wire: Wire, run: str, rows: Mapping[str, Sequence[Row]], value: str, condition: str
    ) -> None:
        for name, members in rows.items():
            table = self._plan.tables[name]
            known = [row for row in members if _known(table, row)]
            kept = self._kept[table.target.label]
            now = digest(kept.columns, "t")
            sql = (
                f"UPDATE {TOUCHED} AS x SET after = {value.format(digest=now)} FROM {_joined(table)} "  # noqa: S608 - names are quoted, values bound
                f"WHERE x.run = %s AND x.target = %s AND x.key = {texts(kept.key, 't')} "
                f"AND {condition.format(digest=now)}"
            )
            with plain_texts(wire):
                for batch in _batches(known):
                    wire.run(sql, [*_keys(table, batch), run, kept.label])


def _known(table: TablePlan, row: Row) -> bool:
    key = table.target.primary_key
    return comparable(table) and all(isinstance(row.cells.get(name), str) for name in key)


def _batches(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), _BATCH):
        yield rows[start : start + _BATCH]


def _keys(table: TablePlan, rows: Sequence[Row]) -> list[list[Cell]]:
    return [[row.cells[name] for row in rows] for name in table.target.primary_key]


def _given(table: TablePlan) -> tuple[str, str]:
    """The keys that are given, as columns of `s`; and whether the stored row `t` has one."""
    key = table.target.primary_key
    names = [f"v{place}" for place in range(len(key))]
    on = " AND ".join(
        f"t.{quoted(name)} = s.{given}::{table.target.columns[name].type.sql}"
        for name, given in zip(key, names, strict=True)
    )
    return ", ".join(names), on


def _joined(table: TablePlan) -> str:
    names, on = _given(table)
    arrays = ", ".join("%s::text[]" for _ in table.target.primary_key)
    target = table.target.sql.replace("%", "%%")
    return f"unnest({arrays}) WITH ORDINALITY AS s({names}, n) JOIN {target} AS t ON {on}"


def _enter(table: TablePlan, kept: KeptTable) -> str:
    """A row that is not found under its key, because a trigger gave it another one, has no digest."""
    names, on = _given(table)
    arrays = ", ".join("%s::text[]" for _ in kept.key)
    given = ", ".join(f"s.{name}" for name in names.split(", "))
    stored = f"t.{quoted(kept.key[0])} IS NOT NULL"
    return (
        f"INSERT INTO {TOUCHED} AS x (run, target, key, action, before, after) "  # noqa: S608 - names are quoted, values bound
        f"SELECT %s, %s, CASE WHEN {stored} THEN {texts(kept.key, 't')} ELSE ARRAY[{given}]::text[] END, "
        f"s.action, s.before::jsonb, CASE WHEN {stored} THEN {digest(kept.columns, 't')} END "
        f"FROM unnest({arrays}, %s::text[], %s::text[]) AS s({names}, action, before) "
        f"LEFT JOIN {kept.sql} AS t ON {on} "
        "ON CONFLICT (run, target, key) DO UPDATE SET after = excluded.after"
    )
