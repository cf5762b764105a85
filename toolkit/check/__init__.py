"""`check`: the whole of a project asked at once, for a pipeline.

Here: the ground a check stands on, which revisions are new, the parts in their order, and what comes out of
them together. Not here: what is looked for, which is the capabilities' own. Invariants: on its own ground
nothing of the configured database is touched; a part that could not be asked is never passed.
"""

from toolkit.check.run import check
from toolkit.check.values import CheckResult, Outcome, PartResult

__all__ = ["CheckResult", "Outcome", "PartResult", "check"]
