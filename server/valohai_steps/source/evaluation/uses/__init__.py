"""Uses of a mutable value: which are harmless reads, and which may change it before the call."""
