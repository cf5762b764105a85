"""`schema advise --write-revision`: the fixes of findings become a revision file of the project."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from toolkit.cli.call import Call
    from toolkit.findings import Report
    from toolkit.migrate import WrittenRevisions
    from toolkit.schema import Snapshot


def write(
    call: Call, snapshot: Snapshot, report: Report, message: str | None, *, skip_without_sql: bool
) -> None:
    """Write the fixes of the report's findings, and show the file.

    Raises `FixWithoutSqlError` for a finding that only a person can close, unless those are left out.
    """
    from toolkit.events import Notice
    from toolkit.migrate import RevisionBody, WrittenRevisions, revision, runs_env_for_revisions
    from toolkit.schema.advice import has_sql, revision_of
    from toolkit.suppression import OWN_RULES

    findings = tuple(
        each
        for each in report.findings
        if each.rule not in OWN_RULES and (has_sql(each) or not skip_without_sql)
    )
    fixes = revision_of(snapshot, findings)
    if not fixes.upgrade:
        call.emit(Notice("info", "Nothing to fix was found, so no revision was written."))
        call.show(_told(WrittenRevisions(()), report, ()), "")
        return
    project = call.workspace().project
    written = revision(
        project,
        call.workspace().database if runs_env_for_revisions(project) else None,
        message or f"fix {', '.join(dict.fromkeys(each.rule for each in findings))}",
        body=RevisionBody(fixes.upgrade, fixes.downgrade),
        emit=call.emit,
    )
    fixed = dataclasses.replace(report, findings=findings)
    call.show(
        _told(written, fixed, fixes.not_taken_back), lambda: _text(written, fixed, fixes.not_taken_back)
    )


def _told(written: WrittenRevisions, report: Report, left: tuple[str, ...]) -> dict[str, object]:
    return {
        "revisions": written.revisions,
        "paths": written.paths,
        "fixes": [{"rule": each.rule, "subject": each.subject} for each in report.findings],
        "not_taken_back": left,
    }


def _text(written: WrittenRevisions, report: Report, left: tuple[str, ...]) -> str:
    from toolkit.cli.migrations_text import written_text

    lines = [written_text(written)]
    lines += [f"fixes {each.rule} {each.subject}" for each in report.findings]
    lines += [f"downgrade does not take back {each}" for each in left]
    return "\n".join(lines)
