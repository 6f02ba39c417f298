"""Changing a database's schema, with a way back."""
