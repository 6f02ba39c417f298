"""The same again, from the start."""
