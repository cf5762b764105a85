"""The door of the room: `load` a source into a database.

Whatever becomes of the inside, this call stays: a source, a mapping, a database in; a report out.
"""

from __future__ import annotations

from pathlib import Path

import psycopg2
from sqlalchemy.exc import DBAPIError

from toolkit.cancel import CancelToken
from toolkit.database import Database
from toolkit.events import Emit, unheard
from toolkit.transfer.into import mapping_into
from toolkit.transfer.loading.importing import import_contents
from toolkit.transfer.loading.reading import read_all
from toolkit.transfer.loading.refusal import refused_by_server
from toolkit.transfer.loading.terms import LoadOptions, Terms, rules_under, terms_of
from toolkit.transfer.mapping.model import Conflict, TransferMapping
from toolkit.transfer.mapping.read import read_mapping
from toolkit.transfer.refeed.reading import read_mended
from toolkit.transfer.report import LoadReport
from toolkit.transfer.sources.locate import Given, locate
from toolkit.transfer.stream.road import import_in_blocks
from toolkit.transfer.stream.size import require_memory


def load(
    source: Given = None,
    *,
    mapping: Path | TransferMapping | None = None,
    into: object = None,
    database: Database,
    dry_run: bool = False,
    mode: Conflict | None = None,
    options: LoadOptions | None = None,
    emit: Emit = unheard,
    cancel: CancelToken | None = None,
    modules: Path | None = None,
) -> LoadReport:
    """Move legacy records into tables: all of them or nothing, unless the policy says otherwise.

    `source` is a file, `module:attribute`, several of these, or an object in memory; None takes the sources
    that the mapping names, files relative to it. Instead of a mapping, `into` names one table, `table`,
    `schema.table` or a mapped class, whose columns are the fields. Modules are looked for in `modules`, too.
    `mode` overrides what the mapping says about rows that are in the table already, `options` the rest of its
    policy. A dry run does everything and rolls back, except that numbers which defaults draw from sequences
    stay drawn.

    Rows that do not fit are in the report (`require_loaded` raises). Raises the errors of `transfer.errors`,
    of `loading.errors` and of `ledger.errors` for a mapping, source or database that cannot serve, and those
    of `Database` for a server that cannot be reached.
    """
    cancel = cancel or CancelToken()
    options = options or LoadOptions()
    given = _rules(mapping, into, database, emit, cancel)
    rules = rules_under(given, options, mode)
    terms = terms_of(rules, options, dry_run=dry_run)
    mended = None
    if options.refeed is not None:
        mended = read_mended(options.refeed, rules)
        contents = dict(mended.contents)
    else:
        home = mapping.parent if isinstance(mapping, Path) else Path.cwd()
        sources = locate(rules, home, source, modules)
        reason = _against_blocks(rules, terms, options)
        if reason is not None:
            require_memory(sources.values(), reason, emit)
        else:
            report = import_in_blocks(rules, sources, terms, options, database, emit, cancel)
            if report is not None:
                return report
        contents = read_all(rules, sources, emit, cancel)
    try:
        return import_contents(rules, contents, mended, terms, options, database, emit, cancel)
    except (psycopg2.Error, DBAPIError) as error:
        # What the server refuses outside of rows: a right that is missing, a feature it was built without.
        raise refused_by_server(error) from error


def _against_blocks(rules: TransferMapping, terms: Terms, options: LoadOptions) -> str | None:
    """Why an import may not be done in blocks, as far as that can be told without looking at the tables."""
    if any(source.relaxed for source in rules.sources.values()):
        return "a source is relaxed JSON"
    if terms.undo and options.resume is None:
        return "what undoing needs is kept row by row"
    return None


def _rules(
    mapping: Path | TransferMapping | None, into: object, database: Database, emit: Emit, cancel: CancelToken
) -> TransferMapping:
    if (mapping is None) == (into is None):
        raise TypeError("give either `mapping` or `into`")
    if isinstance(mapping, Path):
        return read_mapping(mapping)
    return mapping or mapping_into(into, database, emit=emit, cancel=cancel)
