"""Two users try everything: each action with each identity on each relation, in one transaction rolled back.

Here lives how tries are made, sent and judged. What closes a leak and how it is shown again lives in
`toolkit.isolation.replay`.
"""

from __future__ import annotations

from toolkit.isolation.probing.actions import Action, Identity
from toolkit.isolation.probing.evidence import Evidence, Leak, Probe, RelationKind, SideEffect, badness
from toolkit.isolation.probing.run import foreseen, probe_database

__all__ = [
    "Action",
    "Evidence",
    "Identity",
    "Leak",
    "Probe",
    "RelationKind",
    "SideEffect",
    "badness",
    "foreseen",
    "probe_database",
]
