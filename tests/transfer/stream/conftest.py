"""Imports on the fast road and in memory, side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fixtures.transfer import Importer

from toolkit.cancel import CancelToken
from toolkit.database import Job
from toolkit.events import unheard
from toolkit.transfer import LoadReport, parse_mapping
from toolkit.transfer.judge.plan import make_plan
from toolkit.transfer.loading.terms import LoadOptions, terms_of
from toolkit.transfer.sources.located import PathSource
from toolkit.transfer.stream.order import StreamOrder
from toolkit.transfer.stream.run import StreamRun
from toolkit.transfer.target.read import read_tables
from toolkit.transfer.target.wire import Wire


@dataclass(frozen=True, slots=True)
class Roads:
    """Loads one source by one mapping on either road."""

    importer: Importer
    file: Path
    tables: Mapping[str, Any]
    rest: Mapping[str, Any] = field(default_factory=dict)

    def in_memory(self, content: bytes, *, dry_run: bool = False) -> LoadReport:
        """The ordinary import."""
        self.file.write_bytes(content)
        again = LoadOptions(again=True)
        rest = dict(self.rest)
        return self.importer.load(self.file, self.tables, dry_run=dry_run, options=again, rest=rest)

    def streamed(self, content: bytes, *, rows: int = 3, dry_run: bool = False) -> LoadReport:
        """The same on the fast road, in blocks of at most so many rows."""
        rest = dict(self.rest)
        policy = rest.pop("policy", {}) | {"batch_rows": rows}
        mapping = parse_mapping({"version": 1, "table": self.tables, "policy": policy, **rest})
        database = self.importer.database
        with database.connect(Job.DATA) as connection:
            names = {name: table.into or name for name, table in mapping.tables.items()}
            plan = make_plan(mapping, read_tables(Wire(connection), names))
        self.file.write_bytes(content)
        sources = {table.source: PathSource(self.file.name, self.file) for table in plan.tables.values()}
        order = StreamOrder(mapping, plan, sources, terms_of(mapping, LoadOptions(), dry_run=dry_run))
        return StreamRun(database, order, unheard, CancelToken(), entered=False).go()


@pytest.fixture
def roads(importer: Importer, tmp_path: Path) -> Callable[..., Roads]:
    """Makes `Roads` by the tables of a mapping, for a file of this name; `rest` has its other keys."""
    return lambda tables, name="t.ndjson", **rest: Roads(importer, tmp_path / name, tables, rest)
