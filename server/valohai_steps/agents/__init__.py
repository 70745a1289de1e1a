"""What agents ask about a workspace: each tool a function of a snapshot, its answer plain data and a text."""
