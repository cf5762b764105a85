"""The settings, the Alembic project and its models, without a database."""

from __future__ import annotations

from toolkit.doctor.values import Chart, Symptom
from toolkit.workspace import Workspace


def project(workspace: Workspace) -> list[Symptom]:
    """What the project's files say."""
    chart = Chart("project")
    settings = workspace.settings
    profile = f", profile {settings.profile}" if settings.profile else ""
    access = ", read-only" if settings.read_only else ""
    chart.ok("settings", f"{settings.project_dir}, environment {settings.environment}{profile}{access}")
    for sentence in settings.notices:
        chart.note("settings", sentence)
    with chart.looking_at("alembic"):
        graph = workspace.project.graph()
        heads = graph.effective_heads
        found = (
            f"{len(graph.revisions)} revisions, {'head' if len(heads) == 1 else 'heads'} {', '.join(heads)}"
        )
        if len(heads) > 1:
            chart.problem("alembic", found, "Join them with `neonkit merge heads`.")
        else:
            chart.ok("alembic", found if heads else "no revision yet")
    with chart.looking_at("models", needed=False):
        chart.ok("models", f"{len(workspace.registry.tables)} tables")
    return chart.symptoms
