"""How well a system is: checks on three levels, a score, and what is unlike before."""
