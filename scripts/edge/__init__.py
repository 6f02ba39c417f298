"""What the internet sees: web sites and the distribution."""
