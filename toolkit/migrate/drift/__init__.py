"""Drift: models, migrations and the live database held against each other, each difference with its cause.

The scratch sides are made by running the project's revisions and creating its models' tables on a server, so
that all sides are texts of a server and nothing is guessed from spelling. The live database is only read.
"""

from toolkit.migrate.drift.accepted import FILE, Acceptance, read_accepted
from toolkit.migrate.drift.comparing import Options, drift, glance
from toolkit.migrate.drift.glance import Glance, GlanceState
from toolkit.migrate.drift.report import as_report
from toolkit.migrate.drift.scratch import Scratch
from toolkit.migrate.drift.values import (
    EXISTENCE,
    AcceptedDifference,
    Cause,
    Cell,
    Difference,
    DriftReport,
    Side,
)

__all__ = [
    "EXISTENCE",
    "FILE",
    "Acceptance",
    "AcceptedDifference",
    "Cause",
    "Cell",
    "Difference",
    "DriftReport",
    "Glance",
    "GlanceState",
    "Options",
    "Scratch",
    "Side",
    "as_report",
    "drift",
    "glance",
    "read_accepted",
]
