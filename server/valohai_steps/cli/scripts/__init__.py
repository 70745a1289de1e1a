"""The commands for scripts that read their own command line."""
