"""Services on ECS: what runs, what ran before, and how one becomes the other."""
