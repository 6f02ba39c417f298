"""Auterity's backend: a small FastAPI service with PostgreSQL and Redis behind it."""
