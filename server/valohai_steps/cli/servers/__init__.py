"""The commands that start a server and stay: for editors, and for coding agents."""
