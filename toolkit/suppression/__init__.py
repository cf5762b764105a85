"""Living with findings, for every check alike: suppressions with a reason, and baselines.

A check makes its `Report`; `suppress` takes out what somebody decided to live with and gives a `Report` back:

    report = suppress(report, suppressions, today=date.today(), ran=rule_ids, baseline=baseline)

- A `Suppression` names a rule and a subject, both as patterns, with a reason and, if wanted, the day from
  which it holds no more. It is written in `[[tool.neonkit.ignore]]`, or in a comment: then the check that
  reads the file makes it, with the `span` of lines it speaks of.
- A `Baseline` is a file with what an old project lives with: findings by rule, subject and what matters
  about them (names and types, never figures or line numbers). One that weighs more than it did is new.
- What was suppressed stays in `Report.suppressed`, with the reason. A suppression that serves nothing or has
  expired is a finding of its own: `suppression-unused`, `suppression-expired`, `baseline-outdated`.

Ground floor: it knows findings and errors, and no check. Nothing here reads a clock or a database.
"""

from toolkit.suppression.baseline import FILE, Baseline, Entry, read_baseline, write_baseline
from toolkit.suppression.errors import BadSuppressionError, BaselineFileError, BaselineNotWrittenError
from toolkit.suppression.fingerprint import fingerprint, what_matters
from toolkit.suppression.judging import suppress
from toolkit.suppression.own_rules import BASELINE_OUTDATED, EXPIRED, OWN_RULES, UNUSED
from toolkit.suppression.suppression import Span, Suppression

__all__ = [
    "BASELINE_OUTDATED",
    "EXPIRED",
    "FILE",
    "OWN_RULES",
    "UNUSED",
    "BadSuppressionError",
    "Baseline",
    "BaselineFileError",
    "BaselineNotWrittenError",
    "Entry",
    "Span",
    "Suppression",
    "fingerprint",
    "read_baseline",
    "suppress",
    "what_matters",
    "write_baseline",
]
