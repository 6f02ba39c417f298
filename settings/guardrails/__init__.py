"""What a stack says to those who judge its changes: the policy pack, and the gate of pull requests."""
