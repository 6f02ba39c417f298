"""Asking a system whether it is well: the suites of its stack file."""
