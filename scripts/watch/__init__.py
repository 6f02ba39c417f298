"""Looking on."""
