"""Settings of what runs."""
