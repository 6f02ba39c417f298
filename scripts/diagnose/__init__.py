"""What is wrong with a system, why, and what to do about it."""
