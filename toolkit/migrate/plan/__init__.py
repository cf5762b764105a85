"""Plans: what an upgrade of one live database would do, statement by statement, before it does it.

Here: the value, how it is made, what it stands on, and how it is kept. Invariants: the live database is only
read; no lock, rewrite or scan is guessed; what could not be seen is UNKNOWN with its reason.

For whoever runs a plan:

    plan = read_plan(plans_folder(project_dir), id)
    verify_plan(project, database, plan) -> tuple[Changed, ...]      empty: the plan holds
    require_holding(project, database, plan)                         raises PlanChangedError otherwise
"""

from toolkit.migrate.plan.descending import Descent, LostDown, losses_down
from toolkit.migrate.plan.errors import PlanChangedError, PlanFileError, UnknownPlanError
from toolkit.migrate.plan.identity import Changed, require_holding, verify_plan
from toolkit.migrate.plan.keeping import newest_plan, plans_folder, read_plan, save_plan
from toolkit.migrate.plan.making import PlanOptions, make_plan
from toolkit.migrate.plan.values import (
    Estimate,
    Forecast,
    Loss,
    Plan,
    PlannedLock,
    PlannedRevision,
    PlannedStatement,
    TableFacts,
    Undo,
    forecast_sentence,
)

__all__ = [
    "Changed",
    "Descent",
    "Estimate",
    "Forecast",
    "Loss",
    "LostDown",
    "Plan",
    "PlanChangedError",
    "PlanFileError",
    "PlanOptions",
    "PlannedLock",
    "PlannedRevision",
    "PlannedStatement",
    "TableFacts",
    "Undo",
    "UnknownPlanError",
    "forecast_sentence",
    "losses_down",
    "make_plan",
    "newest_plan",
    "plans_folder",
    "read_plan",
    "require_holding",
    "save_plan",
    "verify_plan",
]
