"""The texts of mode 5, without an app: verdicts in order, evidence that fits its column, who was judged."""

from __future__ import annotations

import pytest
from rich.text import Text

from toolkit.tui.facts.isolation import (
    Isolation,
    Leak,
    ProtectionText,
    Tried,
    User,
    VerdictLine,
    audit_command,
)
from toolkit.tui.screens.isolation.evidence import evidence_text, first_text, standing_text
from toolkit.tui.screens.isolation.protecting import protection_text
from toolkit.tui.screens.isolation.users import user_line
from toolkit.tui.screens.isolation.verdicts import chosen_cell, row_title, table_title
from toolkit.tui.widgets.coloured import highlighted
from toolkit.tui.widgets.labelled import labelled

LEAK = Leak(
    "1a2b3c4d",
    "app_[red]user",
    "app.user_id = '1'",
    "SELECT id FROM notes WHERE body = '[bold]x[/]\x1b[31m'",
    "(4)",
    "policy everything of public.notes",
    ("DROP POLICY everything ON notes",),
    "BEGIN;\nROLLBACK;",
)
BROKEN = VerdictLine(
    "public.notes",
    "read",
    "LEAK",
    "a user sees rows of others",
    layers=(("policy", "UNKNOWN", "may let others through: policy everything"), ("probe", "-", "")),
    tried=(
        Tried("read as a user", "LEAK", "a user sees rows of others", "user 1\nuser 2, the prey", LEAK),
        Tried("lock as a user", "HELD", "nothing was locked", "", None),
    ),
    findings=("warning public.notes: a policy is always true",),
)


def result(*cells: VerdictLine, refusal: str | None = None) -> Isolation:
    """A result made by hand."""
    words = [cell.verdict for cell in cells]
    totals = tuple((word, words.count(word)) for word in ("PROVEN", "HELD", "CONDITIONAL", "LEAK", "UNKNOWN"))
    standing = ((True, "not superuser"), (False, "way past the tables: public.door"))
    return Isolation("Role app obeys policies.", cells, totals, (), refusal, standing, "app", "given")


def cell(table: str, verb: str, verdict: str, kind: str = "table") -> VerdictLine:
    return VerdictLine(table, verb, verdict, f"because of {verdict}", kind)


def test_the_worst_table_stands_on_top() -> None:
    found = result(
        cell("public.a", "read", "HELD"),
        cell("public.b", "read", "LEAK"),
        cell("public.c", "read", "UNKNOWN"),
        cell("public.d", "read", "shared"),
        cell("public.b", "update", "HELD"),
        cell("public.door", "read", "LEAK", "view"),
        cell("public.a", "update", "PROVEN"),
    )
    assert [name for name, _ in found.rows()] == [
        "public.door",
        "public.b",
        "public.c",
        "public.a",
        "public.d",
    ]
    assert table_title(found) == "Verdicts: 4 tables, 1 way past them (>), 2 LEAK"
    many = result(*(cell(f"public.t{number}", "read", "HELD") for number in range(300)))
    assert table_title(many) == "Verdicts: 300 tables, no LEAK, the worst 200 shown"
    worst = chosen_cell(found, ("public.b", "table"))
    assert worst is not None
    assert worst.verdict == "LEAK"
    assert chosen_cell(found, ("public.gone", "table")) is None


def test_verdicts_of_some_tables_take_the_place_of_the_older_ones() -> None:
    before = result(cell("public.a", "read", "HELD"), cell("public.b", "read", "LEAK"))
    some = result(cell("public.b", "read", "PROVEN"))
    renewed = before.renewed(
        Isolation(some.first, some.cells, some.totals, (), tables=frozenset({"public.b"}), twin="again")
    )
    assert [one.verdict for one in renewed.cells] == ["HELD", "PROVEN"]
    assert dict(renewed.totals) == {"PROVEN": 1, "HELD": 1, "CONDITIONAL": 0, "LEAK": 0, "UNKNOWN": 0}
    assert renewed.twin == "again"


@pytest.mark.parametrize("columns", [24, 36, 60, 100])
def test_no_line_is_wider_than_its_column_and_nothing_is_lost(columns: int) -> None:
    told = evidence_text(BROKEN, columns).plain
    assert max(len(line) for line in told.splitlines()) <= columns
    joined = "".join(told.split())
    for said in (
        "ausersees",
        "(4),arowofanotheruser",
        "DROPPOLICYeverythingONnotes;",
        "'[bold]x[/]",
        "app_[red]user",
        "neonkitisolationreplay1a2b3c4d",
        "HELDlockasauser",
        "maylet",
        "warningpublic.notes",
    ):
        assert said in joined, said
    assert "\x1b" not in told


def test_what_is_refused_is_said_first() -> None:
    refusal = "NOTHING IS PROVEN: role app ignores every policy (superuser or BYPASSRLS)."
    told = first_text(result(BROKEN, refusal=refusal)).plain
    assert told.startswith(refusal)
    assert "obeys" not in told
    short = first_text(result(BROKEN), short=True).plain
    assert "LEAK" in short
    assert "HELD" not in short
    checks = standing_text(result(BROKEN), 40).plain.splitlines()
    assert checks[0].startswith("FAIL")
    assert checks[1].startswith("ok")


@pytest.mark.parametrize(
    ("name", "kind", "short", "shown"),
    [
        ("public.notes", "table", False, "public.notes"),
        ("public.notes", "table", True, "notes"),
        ("public.door", "view", False, "> public.door (view)"),
        ("app.a_table_with_quite_a_long_name", "table", True, "app.a_table_.._a_long_name"),
        ("public.a\x1b[1m", "table", True, "a\\x1b[1m"),
    ],
)
def test_names_of_relations(name: str, kind: str, short: bool, shown: str) -> None:
    assert row_title(name, kind, short=short) == shown


@pytest.mark.parametrize(
    ("users", "tables", "explain", "command"),
    [
        ((), frozenset[str](), False, "neonkit isolation audit"),
        (("1", "it's"), frozenset[str](), False, "neonkit isolation audit --user 1 --user 'it'\"'\"'s'"),
        (
            (),
            frozenset({"public.b", "a.c"}),
            True,
            "neonkit isolation audit --table a.c --table public.b --explain-only",
        ),
    ],
)
def test_the_command_line_that_judges_the_same(
    users: tuple[str, ...], tables: frozenset[str], explain: bool, command: str
) -> None:
    assert audit_command(users, tables, explain=explain) == command


def test_a_protection_that_still_leaks_is_not_offered() -> None:
    whole = ProtectionText(
        "app", ("keys", "  public.notes: x"), ("public.notes read: LEAK -> HELD",), "", ("keys",), (), None
    )
    assert protection_text(whole).plain.startswith("f writes 1 revision files")
    leaking = ProtectionText("app", (), (), "", ("keys",), ("read of public.door",), None)
    assert "NOT TO BE WRITTEN" in protection_text(leaking).plain
    assert "read of public.door" in protection_text(leaking).plain
    assert "nothing is missing" in protection_text(ProtectionText("app", (), (), "", (), (), None)).plain


def test_a_user_and_the_rows() -> None:
    assert (
        user_line(User("a[b]", 3, (("public.notes", 1), ("app.x", 2)))).plain
        == "a[b]  3 rows: app.x 2, notes 1"
    )


@pytest.mark.parametrize("code", ["SELECT 1", "SELECT 1\n", "\n\nSELECT ''\n\n", "", "'", "[b]"])
def test_colours_change_no_letter(code: str) -> None:
    assert highlighted(code).plain == code
    assert highlighted(f"{code}\x1b[31m").plain == f"{code}\\x1b[31m"


def test_a_wide_label_has_a_line_of_its_own() -> None:
    told = labelled([("ok", "all of it fits"), ("public.a_long_name (of a file)", "3 read")], 40).plain
    assert told == "ok  all of it fits\npublic.a_long_name (of a file)\n    3 read"


def test_labels_wrap_wide_letters_and_long_words() -> None:
    told = labelled([("a", "\N{CJK UNIFIED IDEOGRAPH-4E00}" * 20), ("", Text("x" * 50))], 30).plain
    assert max(map(len, told.splitlines())) <= 30
    assert told.count("x") == 50
