"""The scoring set: no dangerous statement passes, and next to no harmless one is called an error."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import psycopg2
import pytest

from toolkit.database.embedded import RunningServer
from toolkit.database.scratch import ScratchDatabases

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def scoring() -> ModuleType:
    """`benchmarks/lint_scoring.py`, which is no package."""
    spec = importlib.util.spec_from_file_location("lint_scoring", ROOT / "benchmarks" / "lint_scoring.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["lint_scoring"] = module
    spec.loader.exec_module(module)
    return module


def test_no_dangerous_statement_is_missed(scoring: ModuleType, server: RunningServer) -> None:
    with ScratchDatabases(server.url).create() as url:
        parameters = url.libpq_parameters()
        measured = scoring.measure_more(lambda: psycopg2.connect(**parameters))
    assert [row.statement for row in measured if row.refused] == []
    chosen = scoring.cases(measured)
    assert len(chosen) >= 110
    assert sum(case.dangerous for case in chosen) >= 50
    score = scoring.score_lint(chosen)
    assert score.missed == ()
    assert len(score.alarms) <= 2
    dangerous = sum(case.dangerous for case in chosen)
    head = f"{len(chosen)} single statements"
    line = f"| neonkit lint | {len(score.missed)} | {len(score.alarms)} |"
    page = scoring.PAGE.read_text("utf-8")
    assert head in page
    assert line in page
    assert f"dangerous, missed (of {dangerous})" in page
