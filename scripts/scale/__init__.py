"""More tasks, or fewer, now."""
