"""How the stack is watched: logs."""
