"""The FastAPI application and its life: engine at the start, closed connections at the end.

    uvicorn --factory toolkit.demo.http.app:app_from_settings

Tables are not created here. Migrations do that, once, before any process serves.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from toolkit.database import Database, Job
from toolkit.demo.http.backend import Backend
from toolkit.demo.http.failures import answer_failures
from toolkit.demo.http.routes import tags, tasks, users
from toolkit.demo.tokens import TokenAuthority
from toolkit.secret import Secret


def create_app(
    database: Database,
    authority: TokenAuthority,
    *,
    role: str | None = None,
    job: Job = Job.APPLICATION,
) -> FastAPI:
    """The application on a database.

    `role` is for a login that may do more than the application should: every transaction then runs as that
    role. `job` is APPLICATION for a process that lives, with a small pool; SERVERLESS for one that answers a
    request and is gone, where the pool is the server's. At its start the application raises ExemptRoleError
    if policies would not hold it.
    """

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        backend = Backend(database.engine(job), authority, role)
        await run_in_threadpool(backend.refuse_exempt_role)
        app.state.backend = backend
        yield
        await run_in_threadpool(database.dispose)

    app = FastAPI(title="Tasks", lifespan=lifespan)
    answer_failures(app)
    for router in (users.router, tasks.router, tags.router):
        app.include_router(router)
    return app


def app_from_settings() -> FastAPI:
    """The application as its environment configures it. KeyError without `DEMO_TOKEN_KEY`."""
    from toolkit.settings import load_settings
    from toolkit.workspace import Workspace

    workspace = Workspace.open(load_settings(Path.cwd()))
    authority = TokenAuthority(Secret(os.environ["DEMO_TOKEN_KEY"]))
    return create_app(workspace.database, authority, role=workspace.settings.isolation.app_role)
