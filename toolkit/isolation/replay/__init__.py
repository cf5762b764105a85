"""A leak, shown again: the session that shows it, the change that closes it, a test that is red until then.

Stands on what `toolkit.isolation.probing` found; looks at nothing by itself.
"""
