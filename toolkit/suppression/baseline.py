"""The baseline file: the findings an old project lives with, one line of JSON each, sorted.

Two findings that are the same by rule, subject and what matters are two equal lines. Invariant: writing what
was read gives the same text, and the order of a report changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from toolkit.findings import Finding, Report, Severity
from toolkit.suppression.errors import BaselineFileError, BaselineNotWrittenError
from toolkit.suppression.fingerprint import what_matters
from toolkit.suppression.own_rules import OWN_RULES

FILE: Final = "neonkit-baseline.json"
"""The name of the file where none is given."""
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding as the file keeps it."""

    rule: str
    subject: str
    severity: Severity
    matters: str
    """What matters about it, as JSON text with sorted keys."""

    @classmethod
    def of(cls, finding: Finding) -> Entry:
        """The entry that stands for a finding."""
        return cls(finding.rule, finding.subject, finding.severity, _text(what_matters(finding)))

    @property
    def identity(self) -> tuple[str, str, str]:
        """What it shares with the same finding of another run, whatever that weighs."""
        return self.rule, self.subject, self.matters

    @property
    def line(self) -> str:
        """Its line of the file."""
        told = {"rule": self.rule, "subject": self.subject, "severity": self.severity.word}
        return json.dumps({**told, "matters": json.loads(self.matters)}, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Baseline:
    """What is lived with, sorted."""

    entries: tuple[Entry, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Baseline:
        """A baseline that covers exactly these."""
        return cls.of_entries(Entry.of(each) for each in findings if each.rule not in OWN_RULES)

    @classmethod
    def of_entries(cls, entries: Iterable[Entry]) -> Baseline:
        """A baseline of these entries, put in order."""
        return cls(tuple(sorted(entries, key=lambda entry: (*entry.identity, entry.severity))))

    def renewed(self, report: Report, ran: Collection[str]) -> Baseline:
        """This baseline with what `report` found; entries of rules that did not run stay as they are."""
        asked = {*ran, *(finding.rule for finding in report.findings)}
        kept = [entry for entry in self.entries if entry.rule not in asked]
        return self.of_entries([*kept, *Baseline.of(report.findings).entries])

    @property
    def text(self) -> str:
        """The whole file."""
        lines = ",\n".join(f"    {entry.line}" for entry in self.entries)
        findings = f"[\n{lines}\n  ]" if lines else "[]"
        return f'{{\n  "version": {_VERSION},\n  "findings": {findings}\n}}\n'


def read_baseline(path: Path) -> Baseline:
    """The baseline in a file. Raises `BaselineFileError`, also when there is no such file."""
    try:
        document = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BaselineFileError(str(path), error.strerror or type(error).__name__) from error
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BaselineFileError(str(path), "it is not JSON") from error
    if not isinstance(document, dict) or document.get("version") != _VERSION:
        raise BaselineFileError(str(path), f"it is no baseline of version {_VERSION}")
    entries = document.get("findings")
    if not isinstance(entries, list):
        raise BaselineFileError(str(path), "it has no list of findings")
    return Baseline.of_entries(_entry(entry, number, path) for number, entry in enumerate(entries, 1))


def write_baseline(path: Path, baseline: Baseline) -> None:
    """Write the file as a whole or not at all. Raises `BaselineNotWrittenError`."""
    beside = path.with_name(f".{path.name}.new")
    try:
        beside.write_text(baseline.text, "utf-8")
        beside.replace(path)
    except OSError as error:
        raise BaselineNotWrittenError(str(path), error.strerror or type(error).__name__) from error


def _entry(entry: Any, number: int, path: Path) -> Entry:
    match entry:
        case {
            "rule": str(rule),
            "subject": str(subject),
            "severity": str(word),
            "matters": Mapping() as matters,
        }:
            severity = next((each for each in Severity if each.word == word), None)
            if severity is not None:
                return Entry(rule, subject, severity, _text(matters))
    raise BaselineFileError(str(path), f"entry {number} is no finding")


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
