"""Statements by how they may wait, and what they name."""

from __future__ import annotations

import pytest

from toolkit.migrate.guard.kinds import IndexBuild, Kind, bare, index_build, index_drop, kind_of, new_label
from toolkit.migrate.journal.effects import Effect, effect_of, ending_of, may_be_repeated, savepoint_of


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("CREATE INDEX CONCURRENTLY i ON t (a)", Kind.CONCURRENT),
        ("-- why\n create unique index concurrently if not exists i on t (a)", Kind.CONCURRENT),
        ("DROP INDEX CONCURRENTLY i", Kind.CONCURRENT),
        ("REINDEX (VERBOSE) TABLE CONCURRENTLY t", Kind.CONCURRENT),
        ("ALTER TABLE p DETACH PARTITION c CONCURRENTLY", Kind.CONCURRENT),
        ("VACUUM t", Kind.CONCURRENT),
        ("CREATE INDEX i ON t (a)", Kind.STRONG),
        ("CREATE INDEX i ON concurrently (a)", Kind.STRONG),
        ("REFRESH MATERIALIZED VIEW CONCURRENTLY v", Kind.STRONG),
        ("ALTER TABLE t VALIDATE CONSTRAINT c", Kind.LIGHT),
        ("ALTER TABLE t VALIDATE CONSTRAINT c, ADD COLUMN b int", Kind.STRONG),
        ("ANALYZE t", Kind.LIGHT),
        ("UPDATE t SET a = 1", Kind.STRONG),
        ("", Kind.STRONG),
    ],
)
def test_kinds(sql: str, kind: Kind) -> None:
    assert kind_of(sql) is kind


@pytest.mark.parametrize(
    ("sql", "build"),
    [
        ('CREATE INDEX CONCURRENTLY "A b" ON s."T" (a)', IndexBuild('"A b"', 's."T"')),
        ("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY t USING btree (a)", IndexBuild("i", "t")),
        ("CREATE INDEX CONCURRENTLY ON t (a)", None),
        ("CREATE INDEX i ON t (a)", None),
    ],
)
def test_what_is_built(sql: str, build: IndexBuild | None) -> None:
    assert index_build(sql) == build


def test_what_is_named() -> None:
    assert index_drop('DROP INDEX CONCURRENTLY IF EXISTS s."I"') == 's."I"'
    assert index_drop("DROP INDEX a, b") is None
    assert new_label("ALTER TYPE s.mood ADD VALUE 'it''s' AFTER 'ok'") == ("s.mood", "it's")
    assert [bare(one) for one in ("Foo", 's."A.b"', 'x."q""r"')] == ["foo", "A.b", 'q"r']


@pytest.mark.parametrize(
    ("sql", "effect"),
    [
        ("SELECT count(*) FROM t", Effect.LOOKUP),
        ("SELECT c.relname FROM pg_catalog.pg_class c WHERE f(x)", Effect.LOOKUP),
        ("SELECT pg_catalog.setval('s', 3)", Effect.CHANGE),
        ("SELECT setval('s', 3) FROM pg_catalog.pg_class", Effect.CHANGE),
        ("SELECT make_partitions(3)", Effect.CHANGE),
        ("SELECT 1 INTO TABLE t", Effect.CHANGE),
        ("WITH gone AS (DELETE FROM t RETURNING 1) SELECT * FROM gone", Effect.CHANGE),
        ("SET LOCAL lock_timeout = '1s'", Effect.SESSION),
        ("ROLLBACK TO SAVEPOINT a", Effect.SESSION),
        ("ROLLBACK", Effect.ROLLBACK),
        ("COMMIT", Effect.COMMIT),
        ("/* a */ END", Effect.COMMIT),
        ("CREATE TABLE commit (a int)", Effect.CHANGE),
    ],
)
def test_effects(sql: str, effect: Effect) -> None:
    assert effect_of(sql) is effect
    ends = (Effect.COMMIT, Effect.ROLLBACK)
    assert (ending_of(sql) in ends) is (effect in ends)


def test_savepoints_and_what_may_be_repeated() -> None:
    assert savepoint_of("SAVEPOINT a") == ("a", False)
    assert savepoint_of("ROLLBACK TO a") == ("a", True)
    assert savepoint_of("ROLLBACK") is None
    assert may_be_repeated("VACUUM t")
    assert may_be_repeated("DROP INDEX CONCURRENTLY IF EXISTS i")
    assert not may_be_repeated("UPDATE t SET a = a + 1")
    assert not may_be_repeated("CREATE INDEX CONCURRENTLY i ON t (a)")
