"""Settings of how requests come in."""
