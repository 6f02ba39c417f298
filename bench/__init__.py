"""How long a preview takes, against floors measured in the same run. Not tests: machines differ, ratios less."""
