"""The revision graph, and what can be wrong with revision files."""

from __future__ import annotations

from datetime import datetime

import pytest
from fixtures.alembic_projects import MakeProject, ProjectFolder

from toolkit.errors import NeonkitError
from toolkit.migrate import revision_errors, run_errors


@pytest.fixture
def forked(make_project: MakeProject) -> ProjectFolder:
    """a1 - a2 - a3 and a2 - b3 - b4 (label side), joined in m5; c1 alone, depending on a1."""
    folder = make_project()
    folder.revision("b3", "a2", labels=("side",))
    folder.revision("b4", "b3")
    folder.revision("m5", ("a3", "b4"), message="join")
    folder.revision("c1", None, labels=("reports",), depends="a1")
    return folder


def test_shape(forked: ProjectFolder) -> None:
    graph = forked.open().graph()
    assert (graph.heads, graph.bases) == (("c1", "m5"), ("a1", "c1"))
    fork, join, alone = graph.get("a2"), graph.get("m5"), graph.get("c1")
    assert fork is not None and join is not None and alone is not None  # noqa: PT018
    assert (fork.is_branch_point, fork.children) == (True, ("a3", "b3"))
    assert (join.is_merge, join.parents, join.is_head) == (True, ("a3", "b4"), True)
    assert (alone.is_base, alone.depends_on, alone.labels) == (True, ("a1",), ("reports",))
    assert fork.message == "books"
    assert fork.created == datetime(2026, 1, 2, 3, 4, 5, 6)  # noqa: DTZ001 - Alembic writes it without a zone
    assert fork.line is not None
    assert fork.path.read_text().splitlines()[fork.line - 1] == "revision = 'a2'"


def test_each_revision_comes_after_what_it_needs(forked: ProjectFolder) -> None:
    graph = forked.open().graph()
    order = [revision.id for revision in graph.revisions]
    for revision in graph.revisions:
        assert all(
            order.index(one) < order.index(revision.id) for one in (*revision.parents, *revision.depends_on)
        )


@pytest.mark.parametrize(
    ("current", "target", "expected"),
    [
        ((), "a2", {"a1", "a2"}),
        (("a2",), "a3", {"a3"}),
        (("a2",), "side@b4", {"b3", "b4"}),
        (("a3", "b4"), "m5", {"m5"}),
        (("m5",), "heads", {"c1"}),
        (("m5", "c1"), "heads", set()),
    ],
)
def test_pending(current: tuple[str, ...], target: str, expected: set[str], forked: ProjectFolder) -> None:
    assert {revision.id for revision in forked.open().graph().pending(current, target)} == expected


def test_undone_goes_backwards(forked: ProjectFolder) -> None:
    graph = forked.open().graph()
    undone = [revision.id for revision in graph.undone(("m5",), "a2")]
    assert undone[0] == "m5"
    assert set(undone) == {"m5", "a3", "b3", "b4"}


@pytest.mark.parametrize(
    ("symbol", "kind"),
    [
        ("zz", revision_errors.UnknownRevisionError),
        ("head", revision_errors.SeveralHeadsError),
        ("nolabel@head", revision_errors.UnknownRevisionError),
    ],
)
def test_symbols_that_mean_nothing(symbol: str, kind: type[NeonkitError], forked: ProjectFolder) -> None:
    with pytest.raises(kind) as caught:
        forked.open().graph().resolve(symbol)
    assert caught.value.hint


def test_the_beginning_of_several_ids(make_project: MakeProject) -> None:
    folder = make_project()
    folder.revision("feed01", "a3")
    folder.revision("feed02", "feed01")
    graph = folder.open().graph()
    with pytest.raises(revision_errors.AmbiguousRevisionError) as caught:
        graph.resolve("feed")
    assert caught.value.candidates == ("feed01", "feed02")
    with pytest.raises(revision_errors.UnknownRevisionError) as too_short:
        graph.resolve("a")
    assert too_short.value.near == ("a3", "a2", "a1")


def test_a_current_revision_without_a_file(forked: ProjectFolder) -> None:
    with pytest.raises(run_errors.DatabaseAheadError):
        forked.open().graph().pending(("ffff",))


def test_a_syntax_error_names_file_and_line(make_project: MakeProject) -> None:
    folder = make_project()
    path = folder.revision("a4", "a3", "op.execute('''")
    with pytest.raises(revision_errors.BrokenRevisionFileError) as caught:
        folder.open().graph()
    assert (caught.value.path, caught.value.exception) == (str(path), "SyntaxError")
    assert caught.value.line is not None


def test_an_import_that_fails_names_file_and_line(make_project: MakeProject) -> None:
    folder = make_project()
    path = folder.revision("a4", "a3")
    path.write_text(
        path.read_text().replace("from alembic import op", "from alembic import op\nimport gone_away")
    )
    with pytest.raises(revision_errors.BrokenRevisionFileError) as caught:
        folder.open().graph()
    assert caught.value.line == path.read_text().splitlines().index("import gone_away") + 1


def test_two_files_with_one_id(make_project: MakeProject) -> None:
    folder = make_project()
    folder.revision("a2", "a1", message="again")
    with pytest.raises(revision_errors.DuplicateRevisionError) as caught:
        folder.open().graph()
    assert len(caught.value.files) == 2


@pytest.mark.parametrize("attribute", ["down_revision", "depends_on"])
def test_a_parent_that_is_gone(attribute: str, make_project: MakeProject) -> None:
    folder = make_project()
    folder.revision(
        "b1",
        "gone" if attribute == "down_revision" else "a3",
        depends=None if attribute == "down_revision" else "gone",
    )
    with pytest.raises(revision_errors.MissingParentError) as caught:
        folder.open().graph()
    assert (caught.value.missing, caught.value.attribute) == ("gone", attribute)


def test_a_circle(make_project: MakeProject) -> None:
    folder = make_project()
    folder.revision("x1", "x2")
    folder.revision("x2", "x1")
    with pytest.raises(revision_errors.RevisionCycleError) as caught:
        folder.open().graph()
    assert set(caught.value.revisions) == {"x1", "x2"}
