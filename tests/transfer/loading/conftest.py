"""The graph that batches are tried on, by short names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fixtures.transfer import Importer


@pytest.fixture
def target(graph_target: Importer) -> Importer:
    return graph_target


@pytest.fixture
def source(graph_source: Path) -> Path:
    return graph_source


@pytest.fixture
def whole(whole_graph: tuple[list[tuple[Any, ...]], Any]) -> tuple[list[tuple[Any, ...]], Any]:
    return whole_graph
