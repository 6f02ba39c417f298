"""The Pulumi components: each turns one area of the settings into AWS resources."""
