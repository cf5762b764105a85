"""Rules on who may see and do what."""

from __future__ import annotations

from toolkit.migrate.lint.act import Act
from toolkit.migrate.lint.catalogue.speaking import names
from toolkit.migrate.lint.impact import is_in_use
from toolkit.migrate.lint.revision import RevisionScope
from toolkit.migrate.lint.rule import ERROR, WARNING, Found, Said, revision_rule, statement_rule
from toolkit.sql.classify import Role, StatementKind
from toolkit.sql.classify.reading import dotted, fields_named, options

_K = StatementKind


@revision_rule(
    "rls-without-policy",
    ERROR,
    name="Row security without a policy",
    why="Without a policy nobody but the owner sees any row: the application finds its tables empty.",
    example="ALTER TABLE notes ENABLE ROW LEVEL SECURITY;",
    safe="Make the policies in the same transaction.",
    safe_sql="CREATE POLICY own ON notes USING (true); ALTER TABLE notes ENABLE ROW LEVEL SECURITY;",
    safe_operations="""
op.execute("CREATE POLICY own ON notes USING (true)")
op.execute("ALTER TABLE notes ENABLE ROW LEVEL SECURITY")
""",
)
def rls_without_policy(scope: RevisionScope) -> Found:
    """ENABLE ROW LEVEL SECURITY on a table that has no policy when the revision has ended."""
    with_policies = {table for table, _ in scope.end.policies}
    for act in scope.acts:
        for part in act.of(_K.ALTER_TABLE_ENABLE_ROW_SECURITY):
            for one in part.named(Role.TABLE):
                table = scope.end.table(one)
                if table is None or not table.row_security or table.name in with_policies:
                    continue
                severity = None if is_in_use(act, one) else WARNING
                yield Said(f"Nobody but the owner sees a row of {one}.", str(one), severity=severity, act=act)


@statement_rule(
    "rls-disable",
    WARNING,
    name="Row security switched off",
    why="Everybody who may read the table sees every user's rows from then on.",
    example="ALTER TABLE tasks DISABLE ROW LEVEL SECURITY;",
    safe="Change the policies instead, and prove with `neonkit isolation` that they still hold.",
)
def rls_disable(act: Act) -> Found:
    """DISABLE ROW LEVEL SECURITY of a table that an earlier revision made."""
    for part in act.of(_K.ALTER_TABLE_DISABLE_ROW_SECURITY):
        if any(is_in_use(act, one) for one in part.named(Role.TABLE)):
            yield Said(f"Every row of {names(part)} is seen by all who may read it.", names(part))


@statement_rule(
    "security-definer-search-path",
    WARNING,
    name="SECURITY DEFINER without a search_path",
    why="It runs with its owner's rights, and whoever may set search_path chooses which tables and functions "
    "its names mean.",
    example="CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) "
    "FROM tasks';",
    safe="SET search_path in the definition.",
    safe_sql="""
CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
  AS 'SELECT count(*) FROM tasks';
""",
    safe_operations='''
op.execute("""
    CREATE FUNCTION total() RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp
      AS 'SELECT count(*) FROM tasks'
""")
''',
)
def security_definer_search_path(act: Act) -> Found:
    """CREATE FUNCTION ... SECURITY DEFINER without SET search_path."""
    if act.statement.node_type != "CreateFunctionStmt":
        return
    elements = act.statement.node.get("options", ())
    given = options(elements)
    is_definer = "security" in given and given["security"] not in (None, "False", "false", "0")
    sets = {one.get("name") for one in fields_named(elements, "VariableSetStmt")}
    if is_definer and "search_path" not in sets:
        yield Said("Its caller chooses what its names mean.", str(dotted(act.statement.node["funcname"])))


@statement_rule(
    "grant-to-public",
    WARNING,
    name="Granted to everybody",
    why="PUBLIC is every role there is and every role there will be.",
    example="GRANT SELECT ON users TO PUBLIC;",
    safe="Grant to the application's role.",
    safe_sql="GRANT SELECT ON users TO app;",
    safe_operations='op.execute("GRANT SELECT ON users TO app")',
)
def grant_to_public(act: Act) -> Found:
    """GRANT ... TO PUBLIC."""
    for part in act.of(_K.GRANT_TABLE, _K.GRANT_OTHER):
        kinds = {one.get("roletype") for one in fields_named(act.statement.node.get("grantees"), "RoleSpec")}
        if "ROLESPEC_PUBLIC" in kinds:
            yield Said(
                "Every role there will ever be is allowed it.", ", ".join(map(str, part.named(Role.TABLE)))
            )
