"""What autogenerate writes, made independent of the models' libraries.

Here: plain types, names for constraints, enum types made and dropped, tables outside the models left alone.
All of it works through Alembic's own hooks, behind the project's; no file of the project is changed.
"""
