"""Many tries in one round trip: an anonymous block runs each in a savepoint of its own and rolls it back.

The block ends each try by an exception of its own, so that nothing of it stays; what the try gave is carried
out in variables, which no rollback touches. Refusals (SQLSTATE 42501) and other errors are told apart, and
errors of the user's statement from errors around it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from toolkit.cancel import CancelToken
from toolkit.database import sqlstate
from toolkit.sql.quoting import quote_literal

ROW: Final = "neonkit_row"
"""The cursor that stands on one row, for `WHERE CURRENT OF`."""
REFUSED: Final = "42501"
REFUSING: Final = ("42501", "42704", "22", "P0001")
"""How a policy says no to an identity that it cannot read."""

_BLOCK: Final = """
DO $neonkit$
DECLARE
  setting text := pg_catalog.current_setting('neonkit.setting');
  answers text[] := '{}';
  try pg_catalog.jsonb; step text; got pg_catalog.jsonb; seen pg_catalog.jsonb; n bigint;
  acting boolean; own boolean;
  state text; here refcursor := 'neonkit_row';
BEGIN
  FOR try IN SELECT e FROM pg_catalog.jsonb_array_elements(
               pg_catalog.current_setting('neonkit.tries')::pg_catalog.jsonb) AS e LOOP
    acting := false; got := NULL; seen := NULL; n := NULL; state := NULL;
    BEGIN
      IF try ? 'prepare' THEN
        FOR step IN SELECT s FROM pg_catalog.jsonb_array_elements_text(try -> 'prepare') AS s LOOP
          EXECUTE step;
        END LOOP;
      END IF;
      IF try ? 'at' THEN
        OPEN here FOR EXECUTE try ->> 'at';
        FETCH here INTO n;
      END IF;
      IF try ? 'identity' THEN
        PERFORM pg_catalog.set_config(setting, try ->> 'identity', true);
      END IF;
      IF try ? 'role' THEN
        PERFORM pg_catalog.set_config('role', try ->> 'role', true);
      END IF;
      acting := true;
      IF try ? 'returns' THEN
        EXECUTE try ->> 'statement' INTO got;
      ELSE
        EXECUTE try ->> 'statement';
        GET DIAGNOSTICS n = ROW_COUNT;
      END IF;
      acting := false;
      PERFORM pg_catalog.set_config('role', 'none', true);
      IF try ? 'witness' AND (n > 0 OR try ? 'always') THEN
        own := false;
        IF try ? 'only_own' THEN
          EXECUTE try ->> 'only_own' INTO own USING n;
        END IF;
        IF own IS NOT TRUE THEN
          EXECUTE try ->> 'witness' INTO seen;
        END IF;
      END IF;
      RAISE EXCEPTION USING ERRCODE = 'NK000';
    EXCEPTION WHEN OTHERS THEN
      IF SQLSTATE <> 'NK000' THEN
        state := SQLSTATE;
      END IF;
    END;
    answers := pg_catalog.array_append(
      answers, pg_catalog.jsonb_build_array(n, got, seen, state, acting)::text);
  END LOOP;
  PERFORM pg_catalog.set_config(
    'neonkit.answers', '[' || pg_catalog.array_to_string(answers, ',') || ']', true);
END $neonkit$;
SELECT pg_catalog.current_setting('neonkit.answers')
"""


@dataclass(frozen=True, slots=True)
class Try:
    """One statement of one user. SQL is complete: nothing is bound."""

    name: str
    statement: str
    role: str | None
    """None: the role of the connection."""
    identity: str | None = None
    """None leaves the setting alone."""
    returns: bool = False
    """Whether the statement gives one value of type jsonb."""
    prepare: tuple[str, ...] = ()
    """Run before, as the role of the connection."""
    at: str | None = None
    """A query for one row, that `WHERE CURRENT OF neonkit_row` then means."""
    witness: str | None = None
    """Asked afterwards as the role of the connection, if a row was reached; gives one jsonb value."""
    always: bool = False
    """Whether the witness is asked in any case."""
    only_own: str | None = None
    """A query that tells from the number of rows reached ($1) that they were all own ones: then the witness,
    which looks at every row of others, has nothing to say."""

    def to_json(self) -> dict[str, Any]:
        """As the block reads it: what is not there does not apply."""
        said = {
            "statement": self.statement,
            "role": self.role,
            "identity": self.identity,
            "returns": self.returns or None,
            "prepare": list(self.prepare) or None,
            "at": self.at,
            "witness": self.witness,
            "always": self.always or None,
            "only_own": self.only_own,
        }
        return {name: value for name, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a try."""

    rows: int | None = None
    value: Any = None
    witness: Any = None
    state: str | None = None
    """The SQLSTATE it ended in; None if it ran."""
    acting: bool = False
    """Whether it was the user's own statement that failed."""

    @property
    def refused(self) -> bool:
        """Whether the database said no to the user."""
        return self.acting and self.state == REFUSED

    @property
    def refused_identity(self) -> bool:
        """Whether a policy gave up on an identity it could not read."""
        return self.acting and self.state is not None and self.state.startswith(REFUSING)

    @property
    def failed(self) -> bool:
        """Whether it ended in an error that is no refusal."""
        return self.state is not None and not self.refused

    @property
    def words(self) -> str:
        """For evidence: `refused`, `error 23505`, `3 rows`."""
        if self.refused:
            return "refused"
        if self.state is not None:
            return f"error {self.state}" if self.acting else f"error {self.state} around it"
        rows = self.rows if self.rows is not None else len(self.value or ())
        return f"{rows} rows"


@dataclass(frozen=True, slots=True)
class Session:
    """The transaction in which everything happens."""

    connection: Connection
    setting: str
    cancel: CancelToken | None = None

    def ask(self, statement: str) -> list[Any]:
        """The first column of a complete statement, as the role of the connection."""
        self.check()
        return list(self.connection.exec_driver_sql(statement, execution_options=_RAW).scalars())

    def run(self, tries: Sequence[Try]) -> list[Answer]:
        """Each try in a savepoint, in order. A timeout of the whole is the answer to each."""
        if not tries:
            return []
        self.check()
        savepoint = self.connection.begin_nested()
        try:
            said = self.connection.exec_driver_sql(self._script(tries), execution_options=_RAW).scalar_one()
            return [Answer(*each) for each in json.loads(said)]
        except DBAPIError as error:
            if error.connection_invalidated:
                raise
            self.check()
            return [Answer(state=sqlstate(error) or "unknown")] * len(tries)
        finally:
            if savepoint.is_active:
                savepoint.rollback()

    def run_in_turn(self, groups: Iterable[Sequence[Try]]) -> list[list[Answer]]:
        """Groups of tries together; if that ends in an error, each group for itself."""
        groups = list(groups)
        answers = self.run([each for group in groups for each in group])
        if len(groups) > 1 and any(each.state == "57014" for each in answers):
            return [self.run(group) for group in groups]
        found = iter(answers)
        return [[next(found) for _ in group] for group in groups]

    def check(self) -> None:
        """Stop if somebody asked to."""
        if self.cancel is not None:
            self.cancel.raise_if_cancelled()

    def _script(self, tries: Sequence[Try]) -> str:
        payload = quote_literal(json.dumps([each.to_json() for each in tries]))
        setting = quote_literal(self.setting)
        return (
            f"SELECT pg_catalog.set_config('neonkit.tries', {payload}, true),"
            f" pg_catalog.set_config('neonkit.setting', {setting}, true);{_BLOCK}"
        )


_RAW: Final = {"no_parameters": True}
