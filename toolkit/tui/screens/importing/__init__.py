"""Mode 4: will this old file fit, load it, prove it."""
