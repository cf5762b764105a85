"""From a recorded statement to an observed one, and whether the lock matrix had predicted what was seen."""

from __future__ import annotations

from toolkit.migrate.rehearsal.values import ObservedLock, ObservedStatement
from toolkit.migrate.trial import TriedStatement
from toolkit.sql.locks.modes import LockMode


def observed(one: TriedStatement) -> ObservedStatement:
    """The statement as it ran."""
    locks = (
        None
        if one.locks is None
        else tuple(ObservedLock(str(lock.relation), lock.mode.sql, lock.held) for lock in one.locks)
    )
    predicted = predictions(one)
    return ObservedStatement(
        number=one.number,
        sql=one.sql,
        line=one.line,
        transaction=one.transaction,
        autocommit=one.autocommit,
        bookkeeping=one.bookkeeping,
        kinds=() if one.classified is None else tuple(kind.value for kind in one.classified.kinds),
        seconds=one.seconds,
        rows=one.rows,
        rows_read=one.work.rows_read,
        rows_changed=one.work.rows_changed,
        locks=locks,
        rewritten=tuple(map(str, one.work.rewritten)),
        built=tuple(map(str, one.work.built)),
        predicted=tuple(ObservedLock(name, mode.sql, None) for name, mode in sorted(predicted.items())),
        agrees=agreement(one, predicted),
    )


def predictions(one: TriedStatement) -> dict[str, LockMode]:
    """The matrix's word on the relations that the statement names and that were there."""
    names, found = dict(one.names), dict[str, LockMode]()
    for part in () if one.verdicts is None else one.verdicts.parts:
        for lock in part.locks:
            for relation in lock.relations:
                if relation in names and lock.certain:
                    name = str(names[relation])
                    found[name] = max(lock.mode, found.get(name, lock.mode))
    return found


def agreement(one: TriedStatement, predicted: dict[str, LockMode]) -> bool | None:
    """Whether each predicted lock was seen, and none stronger on those relations.

    A lock that the transaction held already is not taken again, so a relation without a new lock says
    nothing; nor does a statement that nobody could watch.
    """
    if not predicted or one.locks is None or one.verdicts is None or not one.verdicts.is_known:
        return None
    seen = {str(lock.relation): lock.mode for lock in one.locks}
    known = [(mode, seen[name]) for name, mode in predicted.items() if name in seen]
    return all(said == saw for said, saw in known) if known else None
