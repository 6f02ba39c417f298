"""What has to be there before the first `pulumi up`."""
