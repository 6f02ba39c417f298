"""Whether a stack is ready for a deployment."""
