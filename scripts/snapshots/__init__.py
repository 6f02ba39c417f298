"""Snapshots: how a service was deployed, kept for a while (CRT-DR-01)."""
