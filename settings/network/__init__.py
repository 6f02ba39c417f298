"""Settings of the network."""
