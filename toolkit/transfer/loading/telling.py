"""From an import that was done to its report."""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.transfer.loading.settled import outcomes
from toolkit.transfer.loading.work import Work
from toolkit.transfer.reconcile.figures import Figures
from toolkit.transfer.refeed.writing import RejectFiles
from toolkit.transfer.report import Checksum, LoadReport, Outcome, TableReport


def report_of(
    work: Work,
    outcome: Outcome,
    figures: Mapping[str, Figures],
    run: str | None,
    files: RejectFiles | None,
    seconds: float,
) -> LoadReport:
    """What became of everything."""
    order = list(work.plan.tables)
    book = work.book
    rejects = sorted(book.rejects, key=lambda reject: (order.index(reject.table), reject.ordinal))
    notices = [notice for content in work.order.contents.values() for notice in content.notices]
    notices += book.warnings
    return LoadReport(
        outcome=outcome,
        run=run,
        tables=tuple(_table(work, name, outcome, figures.get(name)) for name in order),
        rejects=tuple(rejects[: work.terms.show_errors]),
        reasons=len(rejects),
        altered=book.altered,
        sequences=tuple(work.sequences),
        notices=tuple(dict.fromkeys(notices)),
        reject_file=files.rejects if files else None,
        record_files=files.records if files else (),
        seconds=seconds,
    )


def _table(work: Work, name: str, outcome: Outcome, figures: Figures | None) -> TableReport:
    book, tally = work.book, work.tallies[name]
    rows, filtered = book.rows[name], book.filtered[name]
    done = tally.done
    made = sum(row.made for row in rows)
    all_made = made + tally.made_before
    counts = outcomes(rows)
    held_back = 0
    if outcome in ("rejected", "stopped"):
        held_back = counts.pop("inserted", 0) + counts.pop("updated", 0)
    if outcome == "stopped":
        standing = work.standing(name)
        counts.update({done: standing[done] for done in ("inserted", "updated")})
        held_back -= standing["inserted"] + standing["updated"]
    counts.update(done)
    compared = outcome != "rejected"
    back = tally.readback if compared else None
    checksum = None
    if back is not None:
        sums = f"{back.expected_sum:016x}", f"{back.stored_sum:016x}"
        checksum = Checksum(back.rows, back.found, *sums)
    kept = outcome in ("loaded", "unchanged", "partly", "stopped")
    return TableReport(
        table=name,
        target=work.plan.tables[name].target.label,
        read=len(rows) - tally.context - made + book.broken[name] + filtered,
        made=all_made,
        inserted=counts["inserted"],
        updated=counts["updated"],
        unchanged=counts["unchanged"] + len(tally.known),
        skipped=counts["skipped"],
        merged=counts["merged"],
        rejected=counts["rejected"] + book.broken[name],
        held_back=held_back,
        filtered=filtered,
        before=tally.before,
        after=tally.after if kept or done else tally.before,
        altered=len(back.differing) if back else None,
        skipped_differing=tally.skipped_differing if compared else None,
        known_differing=tally.known_differing,
        checksum=checksum,
        figures=figures,
    )
