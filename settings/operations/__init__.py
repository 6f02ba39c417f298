"""What the operators' command, `plinth`, needs to know of a system."""
