"""Court Case: a small backend that shows what the platform gives it."""
