"""The fix of a finding written into the file of a revision that has not run yet."""

from __future__ import annotations

import difflib
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.migrate.lint.rewriting import rewritten
from toolkit.migrate.plan import Plan
from toolkit.tui.facts.plan import PlanFinding, Rewrite

if TYPE_CHECKING:
    from toolkit.workspace import Workspace


def rewrite_of(work: Workspace, plan: Plan, finding: PlanFinding) -> Rewrite | None:
    """The change of the file; None where the fix has no operations, or more than its statement would go."""
    planned = next((one for one in plan.revisions if one.revision == finding.revision), None)
    known = work.project.graph().get(finding.revision)
    if planned is None or known is None or finding.line is None or not finding.operations:
        return None
    at_line = [one for one in planned.statements if one.line == finding.line and not one.bookkeeping]
    if len(at_line) != 1 or at_line[0].times != 1:
        return None
    before = known.path.read_text(encoding="utf-8")
    after = rewritten(before, finding.line, finding.operations)
    if after is None:
        return None
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    change = tuple(line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---"))
    return Rewrite(str(known.path), known.path.name, finding.revision, before, after, change)


def write_rewrite(rewrite: Rewrite) -> str:
    """Write it whole or not at all, unless the file was changed since; a sentence."""
    path = Path(rewrite.path)
    if path.read_text(encoding="utf-8") != rewrite.before:
        return f"{rewrite.name} was changed meanwhile and is left alone; p looks at it again"
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(rewrite.after)
    Path(name).chmod(path.stat().st_mode)
    Path(name).replace(path)
    return f"the fix is written into {rewrite.name}; p makes the plan anew"
