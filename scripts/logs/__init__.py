"""What the containers, functions and instances of a stack write."""
