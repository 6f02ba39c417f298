"""Settings of how the stack is watched."""
