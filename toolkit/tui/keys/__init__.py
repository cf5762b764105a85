"""The keys: one table of all actions by id, made from the bindings, and what is moved in it by settings.

Footer, help, palette and the page of the docs read the same bindings, so they cannot disagree.
"""
