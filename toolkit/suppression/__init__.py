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

The names below load when they are first used; `fingerprint` at once, because its module has its name.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from toolkit.suppression.fingerprint import fingerprint, what_matters

if TYPE_CHECKING:
    from toolkit.suppression.baseline import FILE as FILE
    from toolkit.suppression.baseline import Baseline as Baseline
    from toolkit.suppression.baseline import Entry as Entry
    from toolkit.suppression.baseline import read_baseline as read_baseline
    from toolkit.suppression.baseline import write_baseline as write_baseline
    from toolkit.suppression.errors import BadSuppressionError as BadSuppressionError
    from toolkit.suppression.errors import BaselineFileError as BaselineFileError
    from toolkit.suppression.errors import BaselineNotWrittenError as BaselineNotWrittenError
    from toolkit.suppression.judging import suppress as suppress
    from toolkit.suppression.own_rules import BASELINE_OUTDATED as BASELINE_OUTDATED
    from toolkit.suppression.own_rules import EXPIRED as EXPIRED
    from toolkit.suppression.own_rules import OWN_RULES as OWN_RULES
    from toolkit.suppression.own_rules import UNUSED as UNUSED
    from toolkit.suppression.suppression import Span as Span
    from toolkit.suppression.suppression import Suppression as Suppression

_HOMES = {
    "BASELINE_OUTDATED": "own_rules",
    "BadSuppressionError": "errors",
    "Baseline": "baseline",
    "BaselineFileError": "errors",
    "BaselineNotWrittenError": "errors",
    "EXPIRED": "own_rules",
    "Entry": "baseline",
    "FILE": "baseline",
    "OWN_RULES": "own_rules",
    "Span": "suppression",
    "Suppression": "suppression",
    "UNUSED": "own_rules",
    "read_baseline": "baseline",
    "suppress": "judging",
    "write_baseline": "baseline",
}

__all__ = [*_HOMES, "fingerprint", "what_matters"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    # Kept from then on: a module of the same name would otherwise hide what it holds.
    found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = found
    return found
