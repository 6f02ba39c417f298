"""What is kept: databases, caches, buckets, secrets, parameters."""
