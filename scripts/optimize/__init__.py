"""What a stack uses of what it pays for."""
