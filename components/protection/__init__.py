"""What protects data and shows who did what: backups, replicas, audit."""
