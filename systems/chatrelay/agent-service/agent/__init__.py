"""ChatRelay's agent."""
