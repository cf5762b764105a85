"""Statements of a program, held against the ownership graph and the acting user.

Here: reading a statement, what it must fulfil, the audit of a run. Invariant: what is not understood binds
nothing and is told; a reference that is called bound means rows of the acting user only, whatever the data.
"""

from toolkit.isolation.trace.audit import StatementAudit
from toolkit.isolation.trace.grounds import Grounds
from toolkit.isolation.trace.heard import Heard, HeardStatements, TraceFileError
from toolkit.isolation.trace.hook import acting_as, grounds_of, listening
from toolkit.isolation.trace.requirement import Action, Requirement, Standing
from toolkit.isolation.trace.statement import requirements

__all__ = [
    "Action",
    "Grounds",
    "Heard",
    "HeardStatements",
    "Requirement",
    "Standing",
    "StatementAudit",
    "TraceFileError",
    "acting_as",
    "grounds_of",
    "listening",
    "requirements",
]
