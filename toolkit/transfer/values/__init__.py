"""From a JSON value to the exact text the server gets for it, or a reason why there is none.

Invariant: the text stands for the same value. Nothing is rounded, cut, shifted or guessed; what a mapping
declares (a format, a zone, a word for true) is the only latitude.
"""
