"""What runs: images, the cluster, services."""
