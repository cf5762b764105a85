"""Undo an import that stands: what is kept for it while rows are written, and how they are taken back.

Here: which rows a run touched, what became of them since, and their undoing. Not here: an import that fails,
which leaves nothing behind by itself. Invariant: only what the run wrote is ever deleted or changed back.
"""

from toolkit.transfer.undo.report import ImportRun, StandingRow, UndoneTable, UndoReport
from toolkit.transfer.undo.run import find_run, list_runs, undo

__all__ = ["ImportRun", "StandingRow", "UndoReport", "UndoneTable", "find_run", "list_runs", "undo"]
