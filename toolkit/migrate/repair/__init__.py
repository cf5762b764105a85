"""What runs leave behind that went wrong: found by looking, mended when told to.

Here: looking (`looking`), and mending one finding at a time (`mending`). Invariants: looking only reads;
mending does what the finding's fix says and nothing else, and says of each whether it worked.
"""
