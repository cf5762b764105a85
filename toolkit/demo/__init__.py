"""The reference application: users, their tasks and their tags, on PostgreSQL with per-user isolation.

It is a user of `toolkit` like any other; only the `demo` command imports it. `models` and `schemas` say what
the data is, `repositories` and `services` what may be done with it, `app` serves it over HTTP (FastAPI, an
optional dependency), `legacy` is the in-memory program it replaces, `tour` is what `neonkit demo` does. Its
history is in `migrations/` and its legacy data in `seeds/`, both at the top of the repository.
"""
