"""The preview gate: what a change would lose, open or weaken, which no look at its result can tell."""
