"""What the isolation screen asks of the core: judge, users, replays, a proof, a protection."""

from __future__ import annotations

from pathlib import Path

from toolkit.cancel import CancelToken
from toolkit.events import Emit
from toolkit.isolation import Asked, Examined, examine_database, users_of_database
from toolkit.isolation.probing import foreseen
from toolkit.isolation.protect import Protected, StillLeakingError, operations, protect
from toolkit.isolation.prove import proof_lines, prove_user
from toolkit.isolation.replay.files import replays_of, write
from toolkit.migrate import RevisionBody, revision_chain
from toolkit.reports import as_json
from toolkit.reports.table import printable
from toolkit.tui.backend.isolation.telling import isolation_of, protection_of
from toolkit.tui.backend.opened import Opened
from toolkit.tui.backend.schema.rows import written
from toolkit.tui.facts.isolation import Isolation, ProtectionText, User, audit_command


class IsolationBackend:
    """Judges every table and verb, and keeps what the last answers were made from."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        self._examined: Examined | None = None
        self._protected: Protected | None = None

    def judge(
        self,
        emit: Emit,
        cancel: CancelToken,
        *,
        users: tuple[str, ...] = (),
        tables: frozenset[str] = frozenset(),
        explained: str | None = None,
    ) -> Isolation:
        """Judge with two users, rolled back; with `explained`, which says why, execute nothing."""
        workspace = self._opened.workspace
        declared = workspace.settings.isolation
        asked = Asked(() if explained else users, tables)
        examined = examine_database(
            workspace.database,
            workspace.ownership_rules,
            app_role=declared.app_role,
            identity_setting=declared.identity_setting,
            explain_only=explained is not None,
            asked=asked,
            emit=emit,
            cancel=cancel,
        )
        self._examined = examined
        twin = audit_command(asked.users, asked.tables, explain=explained is not None)
        return isolation_of(examined, asked, explained, twin)

    def users(self) -> tuple[User, ...]:
        """The users with stored rows."""
        workspace = self._opened.workspace
        found = users_of_database(workspace.database, workspace.ownership_rules)
        return tuple(User(each.user, each.rows, tuple(each.tables.items())) for each in found)

    def side_effects(self) -> tuple[str, ...]:
        """What trying leaves behind although all of it is rolled back."""
        workspace = self._opened.workspace
        role = workspace.settings.isolation.app_role
        found = foreseen(workspace.database, workspace.ownership_rules, app_role=role)
        return tuple(effect.sentence for effect in found)

    def save_replay(self, leak: str, folder: Path) -> str:
        """Write the files of one leak of the last judgement; where they are."""
        tried = () if self._examined is None else self._examined.tried
        shown = write(replays_of(tried, leak), folder)
        return (
            "wrote " + ", ".join(Path(path).name for each in shown for path in each.files) + f" in {folder}"
        )

    def save_plan(self, script: str, path: Path) -> str:
        """Write the SQL that shows a plan into a new file. Raises `NotExportedError`."""
        target = self._opened.workspace.settings.project_dir / path.expanduser()
        written(target, script)
        return f"wrote {target}"

    def prove(self, user: str, path: Path, emit: Emit, cancel: CancelToken) -> tuple[str, str]:
        """Write the proof for one user, JSON at `path` and text beside it; what was done, and the text."""
        workspace = self._opened.workspace
        declared = workspace.settings.isolation
        proof = prove_user(
            workspace.database,
            user,
            workspace.ownership_rules,
            app_role=declared.app_role,
            identity_setting=declared.identity_setting,
            emit=emit,
            cancel=cancel,
        )
        told = "\n".join(map(printable, proof_lines(proof)))
        document = as_json({"proof": proof.document, "digest": proof.digest})
        path.write_text(document.rstrip("\n") + "\n", encoding="utf-8")
        beside = path.with_suffix(".txt")
        beside.write_text(told + "\n", encoding="utf-8")
        totals = ", ".join(f"{count} {verdict}" for verdict, count in proof.totals.items() if count)
        return f"proof of user {user}: {totals or 'nothing to judge'}; wrote {path} and {beside.name}", told

    def protect(self, emit: Emit, cancel: CancelToken) -> ProtectionText:
        """Compile what is missing; tried in a transaction that is rolled back, where that hurts nobody."""
        workspace = self._opened.workspace
        settings = workspace.settings
        careful = settings.environment == "production" or settings.read_only
        untried = (
            "not tried on production or read-only: the tables would be locked meanwhile" if careful else None
        )
        self._protected = found = protect(
            workspace.database,
            workspace.ownership_rules,
            app_role=settings.isolation.app_role,
            identity_setting=settings.isolation.identity_setting,
            prove=not careful,
            emit=emit,
            cancel=cancel,
        )
        return protection_of(found, untried)

    def write_protection(self, emit: Emit) -> str:
        """Write the protection that was shown last, a revision for each stage; which files."""
        found, workspace = self._protected, self._opened.workspace
        if found is None:
            return "no protection was shown that could be written"
        if found.after is not None and found.after.leaks:
            raise StillLeakingError(tuple(f"{c.verb.value} of {c.table}" for c in found.after.leaks))
        stages = operations(found.protection)
        bodies = [(stage.message, RevisionBody(stage.upgrade, stage.downgrade)) for stage in stages]
        written = revision_chain(workspace.project, workspace.database, bodies, emit=emit)
        paths = [path for each in written for path in each.paths]
        return f"wrote {len(paths)} revisions in {paths[0].parent}: " + ", ".join(path.name for path in paths)
