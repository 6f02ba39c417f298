"""What operators changed since the last `pulumi up`."""
