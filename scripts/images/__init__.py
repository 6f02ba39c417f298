"""Container images as their registry has them."""
