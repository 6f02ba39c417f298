"""MiniStack as the local cloud runs it, in MiniStack's own environment, with what its load balancer lacks added.

The additions are laid over its functions by name: its version is pinned in requirements/emulator.txt.
"""
