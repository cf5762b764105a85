"""Mode 3: what will happen, is it safe, do it."""
