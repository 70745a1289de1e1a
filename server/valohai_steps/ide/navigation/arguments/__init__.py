"""Names of what scripts take from their command lines."""
