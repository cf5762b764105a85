"""A drift report as findings, so that it is suppressed, counted and rendered as any other check is."""

from __future__ import annotations

from typing import Final

from toolkit.findings import Finding, Fix, Report, Severity
from toolkit.migrate.drift.accepted import Acceptance
from toolkit.migrate.drift.values import Cause, Cell, Difference, DriftReport
from toolkit.schema.description import spelled

_FIXES: Final = {
    Cause.BY_HAND: "Write a revision that does the same, or take the change back.",
    Cause.NOT_APPLIED: "Run `neonkit upgrade`.",
    Cause.MODELS_MOVED: "Write a revision: `neonkit revision --autogenerate` or by hand.",
    Cause.NOT_RECORDED: "Make sure that the revision is there as a whole, then `neonkit stamp` it.",
    Cause.REVISION_MISSING: "Write a revision that does the same, and stamp it where it is done already.",
    Cause.MODELS_STAYED: "Change the models as the pending revision says, or take the revision back.",
    Cause.MODELS_WENT_ON: "Run `neonkit upgrade`, then write a revision for the rest.",
    Cause.BOTH_SIDES: "Decide which side is right; the others need a change.",
    Cause.NOT_TRACED: "Make the migrations run in an empty database, so that the cause can be told.",
    Cause.SOMEBODY: "Find the revision that the database names, or stamp the one it stands at.",
}


def as_report(found: DriftReport) -> Report:
    """The differences as errors, acceptances that ended or serve nothing as warnings."""
    findings = [_finding(difference) for difference in found.differences]
    findings += [
        _of_acceptance("drift-acceptance-expired", entry, f"The acceptance ended on {entry.expires}.")
        for entry in found.expired
    ]
    findings += [
        _of_acceptance("drift-acceptance-unused", entry, "Nothing differs there any more.")
        for entry in found.unused
    ]
    return Report(tuple(findings), found.unknowns, {str(side.name): side.objects for side in found.sides})


def fix_of(cause: Cause) -> str:
    """What to do about a difference of this cause, in a sentence."""
    return _FIXES[cause]


def rule_of(cause: Cause) -> str:
    """The rule id of a cause: `drift-by-hand`."""
    return f"drift-{cause.name.lower().replace('_', '-')}"


def said(cell: Cell) -> str:
    """A cell in a line of text: the value, `absent`, or a dash where the side has no word for it."""
    return {"said": spelled(cell.value), "absent": "absent", "not said": "-"}[cell.state]


def _finding(difference: Difference) -> Finding:
    attribute = difference.attribute.replace("_", " ")
    return Finding(
        rule_of(difference.cause),
        Severity.ERROR,
        difference.object,
        f"{attribute[0].upper()}{attribute[1:]}: {difference.cause.value}.",
        {
            "attribute": difference.attribute,
            "models": said(difference.models),
            "migrations": said(difference.migrations),
            "pending": said(difference.pending),
            "live": said(difference.live),
        },
        Fix(fix_of(difference.cause)),
    )


def _of_acceptance(rule: str, entry: Acceptance, sentence: str) -> Finding:
    return Finding(
        rule, Severity.WARNING, entry.object, sentence, {"attribute": entry.attribute, "reason": entry.reason}
    )
