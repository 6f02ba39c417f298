"""The stack's database: its backups, what comes of them, and how it is."""
