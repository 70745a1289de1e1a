"""What a step passes to the scripts that it runs."""
