"""From what was seen to a verdict. Pure: no database here.

Every way to `HELD` passes a control that shows that the same attempt would have been seen to succeed.
"""

from __future__ import annotations

from dataclasses import dataclass

from toolkit.isolation.catalog import Policy, TableSecurity
from toolkit.isolation.grounds import OwnedTable
from toolkit.isolation.policy_audit import permits
from toolkit.isolation.rulebook import Rulebook
from toolkit.isolation.verdict import Cell, Subject, Verb, Verdict


@dataclass(frozen=True, slots=True)
class Bench:
    """What is known of one table before anybody acts."""

    table: OwnedTable
    subject: Subject
    security: TableSecurity | None
    policies: tuple[Policy, ...]
    rules: Rulebook

    def cell(self, verb: Verb, verdict: Verdict, reason: str, **evidence: object) -> Cell:
        """A cell of this table."""
        return Cell(self.table.name, verb, verdict, reason, evidence)

    def held(self, verb: Verb, reason: str, *, exhausted: bool = False, **evidence: object) -> Cell:
        """Nothing was found by trying; that is held only if the policies let nobody else find more.

        `exhausted`: every user acted, on every row there is.
        """
        loose = self.rules.loose(self.table, verb)
        if loose.values or (loose.rows and not exhausted):
            unsure = ", ".join(dict.fromkeys((*loose.rows, *loose.values)))
            why = f"{reason}, but {unsure} may treat other users or values differently"
            return self.cell(verb, Verdict.UNKNOWN, why, **evidence)
        if loose.rows:
            why = f"{reason}, as long as no row comes that {', '.join(loose.rows)} treats differently"
            return self.cell(verb, Verdict.CONDITIONAL, why, **evidence)
        return self.closed(verb, reason, **evidence)

    def closed(self, verb: Verb, reason: str, **evidence: object) -> Cell:
        """Held, unless a way around the policies is known: then it depends on that way not being used."""
        security, ways = self.security, self.subject.exempt_ways
        if security is not None and security.open_children:
            return self.cell(
                verb, Verdict.UNKNOWN, "a partition or child table may be used directly", **evidence
            )
        if security is not None and self._acts_beyond(security, verb):
            beyond = f"{reason}, but a rule or trigger acts as its owner, and may reach rows of others"
            return self.cell(verb, Verdict.UNKNOWN, beyond, **evidence)
        conditions = [f"no statement becomes {', '.join(ways)}"] if ways else []
        conditions += self.subject.powers
        if security is not None and security.owned and self.subject.role is not None:
            conditions.append("the role does not change the policies of the table it owns")
        if conditions:
            condition = f"{reason}, as long as {' and '.join(conditions)}"
            return self.cell(verb, Verdict.CONDITIONAL, condition, **evidence)
        return self.cell(verb, Verdict.HELD, reason, **evidence)

    def _acts_beyond(self, security: TableSecurity, verb: Verb) -> bool:
        """Whether a write sets off what acts as its owner: here, or where a deletion cascades to."""
        if verb.value in security.acts_beyond:
            return True
        return verb is Verb.DELETE and self._cascades_beyond(security.name, set())

    def _cascades_beyond(self, name: str, seen: set[str]) -> bool:
        for shape in self.rules.grounds.shapes.values():
            if shape.name in seen or not any(k.target == name and k.ondelete for k in shape.foreign_keys):
                continue
            seen.add(shape.name)
            child = self.rules.security.get(shape.name)
            if (child is not None and child.acts_beyond) or self._cascades_beyond(shape.name, seen):
                return True
        return False


def by_catalog(bench: Bench, verb: Verb) -> Cell | None:
    """The verdict that needs no attempt; None if there is none."""
    subject, security = bench.subject, bench.security
    if security is None:
        return bench.cell(verb, Verdict.UNKNOWN, "the table is not in the database")
    if subject.role is None:
        return bench.cell(verb, Verdict.UNKNOWN, "the application's role is not known")
    if verb is Verb.DELETE and security.usable and security.can_truncate:
        return bench.cell(verb, Verdict.LEAK, "the role may TRUNCATE, which obeys no policy")
    if not (security.usable and may(security, verb)):
        return bench.closed(verb, f"the role has no right to {verb.value}")
    if subject.exempt:
        return bench.cell(verb, Verdict.LEAK, "the role ignores every policy")
    if not security.enabled:
        return bench.cell(verb, Verdict.LEAK, "row security is off")
    if security.owned and not security.forced:
        return bench.cell(
            verb, Verdict.LEAK, "the role has the rights of the owner, and row security is not forced"
        )
    if verb is not Verb.REFERENCES and not permits(bench.policies, security.name, verb):
        return bench.closed(verb, "no policy allows it, not even for own rows")
    return None


def may(security: TableSecurity, verb: Verb) -> bool:
    """Whether the role has the privilege, on the table or on any column."""
    return {
        Verb.READ: security.can_read,
        Verb.INSERT: security.can_insert,
        Verb.UPDATE: security.can_update,
        Verb.DELETE: security.can_delete,
        Verb.REFERENCES: security.can_insert or security.can_update,
    }[verb]
