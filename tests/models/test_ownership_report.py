"""What the ownership report finds, and which keys hold child and parent together."""

from __future__ import annotations

from fixtures.ownership import TASKS, USERS, graph

from toolkit.models.ownership import OwnershipGraph, owned_edges, ownership_report


def rules_of(found: OwnershipGraph) -> dict[str, str]:
    return {
        finding.subject: finding.rule.removeprefix("ownership.")
        for finding in ownership_report(found).findings
    }


def test_report_names_every_table_that_has_no_certain_owner() -> None:
    found = graph(
        USERS,
        TASKS,
        "tags: id; user_id; user_id>users",
        "links: task_id tag_id;; task_id>tasks tag_id>tags",
        "countries: id;;",
        "mails: id; a b; a>users b>users",
        "files: id; task_id?; task_id>tasks",
        "open: id; user_id; user_id>users",
        "plain: id;;",
        shared={"open": "a public board", "plain": " ", "missing": "x"},
    )
    assert rules_of(found) == {
        "missing": "rule-without-table",
        "public.links": "link-unguarded",
        "public.countries": "unclassified",
        "public.mails": "ambiguous",
        "public.files": "nullable",
        "public.open": "shared-with-owner",
        "public.plain": "shared-without-reason",
    }
    looked_at = ownership_report(found).looked_at
    assert looked_at["tables"] == 9
    assert sum(count for kind, count in looked_at.items() if kind != "tables") == 9


def test_a_foreign_key_out_of_sight_is_unknown() -> None:
    report = ownership_report(graph(USERS, "files: id; x; x>elsewhere"))
    assert [unknown.subject for unknown in report.unknowns] == ["public.files.x"]


def test_edges_tell_which_keys_hold_child_and_parent_together() -> None:
    found = graph(
        USERS,
        TASKS,
        "notes: id; task_id user_id; user_id>users task_id>tasks",
        "lines: id; task_id user_id; user_id>users task_id+user_id>tasks.id+user_id",
        "marks: id; task_id; task_id>tasks",
        "countries: id;;",
        "trips: id; user_id country_id; user_id>users country_id>countries",
        "tree: id; user_id up?; user_id>users up>tree",
    )
    edges = {f"{edge.hop.source}>{edge.hop.target}": edge.guarded for edge in owned_edges(found)}
    assert edges == {
        "public.notes>public.tasks": False,
        "public.lines>public.tasks": True,
        "public.marks>public.tasks": True,
        "public.tree>public.tree": False,
    }
