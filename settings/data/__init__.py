"""Settings of what is kept."""
