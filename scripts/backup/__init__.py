"""Backups by AWS Backup: made now, listed, and proven by restoring one."""
