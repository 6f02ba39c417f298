"""After a disaster: plans, what was promised of them, and carrying them out."""
