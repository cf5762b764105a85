"""The SQL that takes one snapshot to another, in an order that runs, each step marked with what it costs.

`alteration(before, after, renames=())` gives an `Alteration`:

- `.steps`, each with `.sql` (no closing semicolon), `.key` (the object; `str(key)` is its name), `.hazard`,
  `.reason` (where the hazard comes from; empty where there is nothing to say) and `.commit_after`;
- `.left_out`, the differences that no step closes, each with `.key`, `.change` and `.reason`;
- `.hazard`, the worst of all steps; `as_script(alteration)`, all of it as a text for psql.

`renames` are pairs of keys that the caller knows to be one object under two names: they become
`ALTER ... RENAME`. A key below an enum, `Key(Kind.ENUM, (schema, enum, label))`, stands for a label.
Candidates of a comparison are never taken by themselves. A pair that cannot be one raises `NotARenameError`.

Run the steps one by one or in a transaction, with `check_function_bodies` off, committing after a step that
says `commit_after`. If nothing is left out, the database then has a snapshot with the hash of `after`.
"""

from toolkit.schema.ddl.alter.plan import Alteration, alteration
from toolkit.schema.ddl.alter.script import as_script
from toolkit.schema.ddl.alter.step import Hazard, LeftOut, Step

__all__ = ["Alteration", "Hazard", "LeftOut", "Step", "alteration", "as_script"]
