"""The verdict "nothing differs", kept between runs: then the next run needs only the digest of the database.

It is kept for the digest of the database together with all that the other sides are made of. Only a verdict
without differences and unknowns is kept, and none where `env.py` has filters of its own, which may ask
anything.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy.exc import SQLAlchemyError

from toolkit.migrate.captured import CapturedEnvironment
from toolkit.migrate.drift.accepted import Acceptance
from toolkit.migrate.drift.building import Plan
from toolkit.migrate.drift.cache import KeptTexts
from toolkit.migrate.drift.filters import Filters
from toolkit.migrate.drift.fingerprint import chain_digest, digest, models_ddl
from toolkit.migrate.drift.values import DriftReport, Side
from toolkit.migrate.graph import RevisionGraph

_PREFIX: Final = "verdict"


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Verdicts of one comparison, by the digest of the database."""

    texts: KeptTexts
    basis: str
    """What all depends on but the database: the other sides, and how they are built."""

    def get(
        self, live: str, seconds: float, acceptances: Sequence[Acceptance], today: date
    ) -> DriftReport | None:
        """The verdict for a database with this digest, which was read in so many seconds."""
        try:
            kept = json.loads(self.texts.get(_PREFIX, digest(self.basis, live)) or "null")
            found = None if kept is None else _report(kept, seconds)
        except (ValueError, KeyError, TypeError):
            return None
        if found is None:
            return None
        return replace(
            found,
            expired=tuple(entry for entry in acceptances if not entry.holds_on(today)),
            unused=tuple(entry for entry in acceptances if entry.holds_on(today)),
        )

    def put(self, live: str, report: DriftReport) -> None:
        """Keep the verdict, if it is one that can be kept."""
        if report.differences or report.accepted or report.unknowns:
            return
        kept = {
            "outside_models": report.outside_models,
            "sides": [asdict(side) for side in report.sides],
            "not_compared": dict(report.not_compared),
        }
        self.texts.put(_PREFIX, digest(self.basis, live), json.dumps(kept))


def basis(
    plan: Plan,
    graph: RevisionGraph | None,
    filters: Filters,
    environment: CapturedEnvironment | None,
) -> str | None:
    """What a verdict depends on beside the database; None where that cannot be told."""
    if filters.active or plan.project is None or graph is None:
        return None
    tables = [] if environment is None else [one.version_table_name for one in environment.configurations]
    models: list[object] = []
    if plan.models is not None:
        with suppress(SQLAlchemyError, NotImplementedError):
            models = [models_ddl(plan.models.tables.values()), sorted(map(str, plan.models.sequences))]
        if not models:
            return None
    chain = chain_digest(plan.project, graph)
    return digest(chain, plan.at, sorted(plan.heads), tables, models)


def _report(kept: dict[str, Any], seconds: float) -> DriftReport:
    sides = tuple(
        Side(
            **{
                **side,
                "revisions": tuple(side["revisions"]),
                "source": "read" if side["name"] == "live" else "cache",
                "seconds": seconds if side["name"] == "live" else 0.0,
            }
        )
        for side in kept["sides"]
    )
    return DriftReport(
        (), outside_models=tuple(kept["outside_models"]), sides=sides, not_compared=kept["not_compared"]
    )
