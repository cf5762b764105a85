"""A database held against models: only what models can say, and SQL that changes nothing else."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from fixtures.drift import BORN, INDEX, DriftProject

from toolkit.migrate.sides import (
    FileSide,
    Ground,
    LiveSide,
    ModelsSide,
    Pair,
    RevisionSide,
    Scratch,
    Side,
    paired,
    read_sides,
)
from toolkit.schema import Snapshot, to_json

BESIDE = """
alter table authors rename constraint authors_pkey to pk_of_authors;
alter sequence authors_id_seq rename to numbers;
alter table authors enable row level security, set (fillfactor = 70), alter name set storage external;
create policy all_of_them on authors using (true);
create table outside (id int primary key);
comment on sequence numbers is 'of authors';
create view names as select name from authors;
"""
Compare = Callable[..., Pair]


@pytest.fixture
def compare(drift_project: DriftProject, tmp_path: Path) -> Compare:
    """The database against the models, as they are when it is called."""

    def run(*sides: Side) -> Pair:
        project = drift_project.folder.open()
        ground = Ground(
            directory=project.root,
            project=lambda: project,
            metadata=lambda: None,
            database=lambda url: drift_project.database,
            production=lambda url: False,
            scratch=Scratch.SERVER,
            cache=tmp_path / "cache",
        )
        try:
            return paired(*read_sides(ground, sides or [LiveSide(), ModelsSide()]))
        finally:
            project.forget()

    return run


def told(pair: Pair) -> list[tuple[str, str, tuple[str, ...]]]:
    """Each change with the names of its attributes."""
    return [
        (change.change, str(change.key), tuple(part.attribute for part in change.attributes))
        for change in pair.compare().changes
    ]


def sql(pair: Pair) -> list[str]:
    """The statements from the database to the models."""
    found = pair.alteration()
    assert found.left_out == ()
    return [step.sql for step in found.steps]


def policies(snapshot: Snapshot) -> list[str]:
    """The policies of a snapshot."""
    return [str(key) for key in snapshot.objects if key.kind == "policy"]


def test_what_models_have_no_word_for_is_no_difference(compare: Compare, drift_project: DriftProject) -> None:
    drift_project.run(BESIDE)
    pair = compare()
    assert told(pair) == []
    assert sql(pair) == []
    assert policies(pair.before) == policies(pair.after) == ["policy public.authors.all_of_them"]
    assert pair.compare().not_compared["table outside the models"] == 1


def test_the_sql_leaves_alone_what_models_have_no_word_for(
    compare: Compare, drift_project: DriftProject
) -> None:
    drift_project.run("alter table authors alter name type text, add column wrong int")
    drift_project.run(BESIDE)
    drift_project.models(BORN + INDEX)
    pair = compare()
    assert told(pair) == [
        ("added", "column public.authors.born", ()),
        ("changed", "column public.authors.name", ("type",)),
        ("removed", "column public.authors.wrong", ()),
        ("added", "index public.ix_name", ()),
    ]
    for statement in sql(pair):
        drift_project.run(statement)
    again = compare()
    assert told(again) == []
    assert policies(again.before) == ["policy public.authors.all_of_them"]
    assert "view public.names" in map(str, again.before.objects)


def test_a_table_that_is_gone_comes_back_whole(compare: Compare, drift_project: DriftProject) -> None:
    drift_project.run("drop table authors")
    pair = compare()
    assert [change[:2] for change in told(pair)] == [("added", "table public.authors")]
    for statement in sql(pair):
        drift_project.run(statement)
    assert told(compare()) == []


def test_the_other_way_round(compare: Compare, drift_project: DriftProject) -> None:
    drift_project.run(BESIDE)
    drift_project.models(BORN)
    pair = compare(ModelsSide(), LiveSide())
    assert told(pair) == [("removed", "column public.authors.born", ())]
    assert sql(pair) == ["ALTER TABLE public.authors DROP COLUMN born"]


def test_servers_of_two_majors_are_told_of(compare: Compare, tmp_path: Path) -> None:
    (before, after) = (compare(LiveSide(), RevisionSide("head")).before, tmp_path / "old.json")
    old = dataclasses.replace(before.server, version="17.5", version_number=170005)
    after.write_text(to_json(dataclasses.replace(before, server=old)), "utf-8")
    found = compare(RevisionSide("head"), FileSide(str(after))).compare()
    assert found.equal
    assert found.notes[0].startswith("PostgreSQL 18 and 17 write some expressions differently")
