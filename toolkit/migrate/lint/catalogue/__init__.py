"""The rules of lint, by family: each with its text, an example that makes it speak, and the safe way.

Here: conditions on acts, revisions and histories. Not here: what a statement locks, which `impact` looks up.
"""
