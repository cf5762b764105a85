"""Random policies, rows and keys, judged by doing: what leaks by brute force is never called a pass.

In each world every table of every kind of ownership gets policies, rows and sometimes keys by chance. Truth
is sought where a pass was given, for only that could be wrong.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from fixtures.isolation import APP, IDENTITY, moment_in
from fixtures.isolation_truth import truth

from toolkit.database import DatabaseUrl
from toolkit.isolation import Verb, Verdict

KINDS = {
    "notes": ("user_id", "title"),
    "labels": ("user_id", "name"),
    "logs": ("user_id", "name"),
    "comments": ("(SELECT n.user_id FROM notes AS n WHERE n.id = note_id)", "body"),
}
"""Tables with an expression for the owner of a row, and a column of text."""
ATOMS = (
    "{owner} = {me}",
    "{owner} = {me}",
    "{owner} = {me}",
    "{owner} = {me} AND {text} <> ''",
    "{owner} <= {me}",
    "id > {me}",
    "{me} IS NULL",
    "{me} = 2",
    "{owner} = 3",
    "{text} LIKE '%1'",
    "true",
    "false",
    "EXISTS (SELECT FROM users AS u WHERE u.id = {me})",
    "EXISTS (SELECT FROM labels AS l WHERE l.user_id = {me})",
)
PASSES = (Verdict.HELD, Verdict.PROVEN)
SEEN = (Verb.READ, Verb.INSERT, Verb.UPDATE, Verb.DELETE)


def condition(source: random.Random, table: str) -> str:
    """A random condition over a row and the acting user."""
    owner, text = KINDS[table]
    parts = [source.choice(ATOMS) for _ in range(source.choice((1, 1, 1, 2, 2, 3)))]
    joined = parts[0]
    for part in parts[1:]:
        joined = f"({joined}) {source.choice(('AND', 'OR'))} ({part})"
    return joined.format(owner=owner, text=text, me=IDENTITY)


def policies(source: random.Random, table: str) -> Iterator[str]:
    """Random policies for one table, sometimes a second permissive or restrictive one."""
    clause = {
        "select": "USING ({0})",
        "insert": "WITH CHECK ({0})",
        "update": "USING ({0}) WITH CHECK ({1})",
        "delete": "USING ({0})",
    }
    for verb, form in clause.items():
        if source.random() < 0.7:
            filled = form.format(condition(source, table), condition(source, table))
            yield f"ALTER POLICY {table}_{verb} ON {table} {filled}"
    if source.random() < 0.3:
        kind = source.choice(("PERMISSIVE", "RESTRICTIVE"))
        verb = source.choice(("SELECT", "UPDATE", "DELETE", "ALL"))
        yield f"CREATE POLICY more ON {table} AS {kind} FOR {verb} USING ({condition(source, table)})"


def a_world(source: random.Random) -> list[str]:
    """Statements that make a random world of the right one."""
    found = [each for table in KINDS for each in policies(source, table)]
    if source.random() < 0.3:
        found.append(f"DELETE FROM {source.choice(tuple(KINDS))} WHERE id % 1000 = 2")
    if source.random() < 0.2:
        found += [
            "ALTER TABLE labels ALTER user_id DROP NOT NULL",
            "INSERT INTO labels VALUES (2901, NULL, 'u2 lost')",
        ]
    if source.random() < 0.2:
        found += [
            "ALTER TABLE links DROP CONSTRAINT links_label",
            "ALTER TABLE links ADD FOREIGN KEY (label_id) REFERENCES labels",
        ]
    return found


def compare(url: DatabaseUrl, worlds: int, seed: int, *, explain_only: bool = False) -> Counter[str]:
    """Random worlds against brute force; says with which seed a promise broke."""
    source = random.Random(seed)
    tally: Counter[str] = Counter()
    for number in range(worlds):
        faults = a_world(source)
        with moment_in(url) as moment:
            moment.run(*faults)
            report = moment.judge(explain_only=explain_only)
        cells = {(c.table.removeprefix("public."), c.verb.value): c for c in report.cells if c.verb in SEEN}
        cells = {place: cell for place, cell in cells.items() if place[0] in KINDS}
        passed = {place for place, cell in cells.items() if cell.verdict in PASSES}
        for place in truth(url, APP, faults, wanted=passed):
            pytest.fail(f"seed {seed}, world {number}: {cells[place]}\n" + ";\n".join(faults))
        tally.update(cell.verdict.value for cell in cells.values())
    return tally


def test_random_policies(reference: DatabaseUrl) -> None:
    tally = compare(reference, 2, seed=20)
    assert tally["LEAK"], tally
    assert tally["HELD"], tally


def test_random_policies_without_trying(reference: DatabaseUrl) -> None:
    tally = compare(reference, 3, seed=21, explain_only=True)
    assert tally["HELD"] > 12, tally


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(10))
def test_many_random_policies(reference: DatabaseUrl, seed: int, pytestconfig: pytest.Config) -> None:
    tally = compare(reference, 125, seed)
    pytestconfig.get_terminal_writer().line(f"seed {seed}: {dict(tally)}")
    assert tally["UNKNOWN"] < 0.05 * tally.total(), tally
