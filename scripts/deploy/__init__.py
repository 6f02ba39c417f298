"""New versions, and the way back: the same five phases whatever runs them."""
