"""Changes of a stack: one at a time, each with a record of its steps, by which an interrupted one goes on."""
