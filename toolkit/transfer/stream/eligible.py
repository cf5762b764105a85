"""Which imports may take the fast road: those whose rows can be judged a block at a time.

Each section is filled from the top-level records (`rows = "/*"`) of a source of its own, which is a file or
standard input. Its columns come from the record alone: `from`, `const` and `rest`, with whatever is said
about their values. Keys stay as they are or are made by `uuid5`. Foreign keys lead to rows that stand before
the import begins, so neither to the section's own table nor to another one that the import fills. The table
is a plain one: no triggers, row-level security, partitions or heirs, no unique rule over expressions or parts
of the rows, no exclusion constraint. Nothing is to be reconciled beyond counts. An import in batches bears
rejects.

Whether there is a native judge for a table is another question (`fields`): without one, where a column has
`rest` or a type that only the server judges, its blocks go to the exact judge as a whole, slowly, and memory
stays flat all the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from toolkit.transfer.judge.plan import Plan, TablePlan
from toolkit.transfer.loading.terms import Terms
from toolkit.transfer.mapping.column import ColumnRule
from toolkit.transfer.mapping.model import SourceRule, TransferMapping
from toolkit.transfer.mapping.paths import EACH
from toolkit.transfer.sources.located import Located, MemorySource
from toolkit.transfer.target.wire import Wire

_PLAIN_TABLE: Final = """
SELECT c.relkind = 'r'
       AND NOT EXISTS (SELECT FROM pg_inherits AS h WHERE c.oid IN (h.inhparent, h.inhrelid))
       AND NOT EXISTS (SELECT FROM pg_trigger AS t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
FROM pg_class AS c WHERE c.oid = %s::regclass
"""


def reason_against(
    mapping: TransferMapping, plan: Plan, sources: Mapping[str, Located], terms: Terms, wire: Wire
) -> str | None:
    """Why an import may not take the fast road, in a few words; None if it may."""
    return next(_reasons(mapping, plan, sources, terms, wire), None)


def _reasons(
    mapping: TransferMapping, plan: Plan, sources: Mapping[str, Located], terms: Terms, wire: Wire
) -> Iterator[str]:
    if terms.mode == "batched" and terms.on_error == "refuse":
        yield 'batches with on_error = "refuse" are written when all rows are judged'
    used = Counter(table.source for table in plan.tables.values())
    filled = Counter((table.target.schema, table.target.name) for table in plan.tables.values())
    for name, table in plan.tables.items():
        if used[table.source] > 1 or filled[table.target.schema, table.target.name] > 1:
            yield f"section {name} shares its source or its table with another one"
        rule = mapping.sources.get(table.source, SourceRule())
        if isinstance(sources[table.source], MemorySource):
            yield "its source is in memory"
        if rule.cut != "refuse" or rule.duplicate_keys != "reject":
            yield f"source {table.source} says what becomes of records that are cut or have a key twice"
        yield from _of_section(name, table)
        yield from _of_table(table, set(filled), wire)


def _of_section(name: str, table: TablePlan) -> Iterator[str]:
    rule = table.rule
    if rule.rows.tokens != (EACH,):
        yield f"the rows of {name} are not the records of its source"
    if rule.where or rule.match or rule.distinct or rule.stub is not None:
        yield f"section {name} uses 'where', 'match', 'distinct' or 'stub'"
    if rule.reconcile.sums or rule.reconcile.group_by:
        yield f"section {name} is to be reconciled by sums or groups"
    if table.assign == "serial" or (rule.key is not None and rule.key.legacy is None):
        yield f"the keys of {name} are given one by one"
    for column, planned in table.made.items():
        if not _from_record(planned.rule):
            yield f"{name}.{column} comes from other rows"


def _from_record(rule: ColumnRule) -> bool:
    others = (rule.parent, rule.ref, rule.refs, rule.lookup, rule.inside, rule.by)
    return all(other is None for other in others)


def _of_table(table: TablePlan, filled: set[tuple[str, str]], wire: Wire) -> Iterator[str]:
    target = table.target
    if target.row_security or not wire.rows(_PLAIN_TABLE, [target.sql])[0][0]:
        yield f"{target.label} has triggers, row-level security, partitions or heirs"
    if target.server_rules:
        yield f"{target.label} has a unique or exclusion rule over more than plain columns"
    if table.verified:
        yield f"generated columns of {target.label} are compared"
    if any((foreign.schema, foreign.table) in filled for foreign in target.foreign_keys):
        yield f"{target.label} refers to rows of this import"
