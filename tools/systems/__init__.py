"""docs/systems.md: what each stack file deploys, drawn, priced, and set against its source document."""
