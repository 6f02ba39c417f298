"""The operators' command, `plinth`: what is done to stacks beside `pulumi up`."""
