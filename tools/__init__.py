"""What the people who work on Plinth run through make: traces, locks, checks."""
